"""Define the inputs that forms collect and project actions write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import Level, Purpose, StepAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDescription:
    """What a project is for, in words; `five` and `principles` are keyed by their codes."""

    title: str
    purpose: Purpose
    level: Level
    level_why: str = ""
    five: Mapping[str, str]
    principles: Mapping[str, str]
    harms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectParties:
    """Data owners, tribal nations (none is an answer too), recipients and people of a project."""

    providers: Sequence[Organization]
    organizations: Sequence[Organization]
    nations: Sequence[Organization] = ()
    staff: Sequence[User]
    agreements: Sequence[str]
    outputs: Sequence[str]
    file_names: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationTerm:
    """First and last day of an authorization."""

    starts: date
    ends: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyRules:
    """A body's own rules; quorum and majority are in percent."""

    quorum: int = 50
    majority: int = 50
    conflicts: Sequence[str]
    family_seat: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTerm:
    """A member's seat: organization, sector, term, and whether it is named in public."""

    organization: Organization | None
    sector: str = ""
    starts: date
    ends: date | None = None
    for_families: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAnswer:
    """One answer at a step: the answer, its reason, and the withheld elements."""

    answer: StepAnswer
    why: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
