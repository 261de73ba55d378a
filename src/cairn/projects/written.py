"""What is written into a version at one time: its words, and its parties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cairn.accounts.models import User
from cairn.partners.models import Organization
from cairn.rules.vocabulary import Level, Purpose, StepAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a project is for, in words; `five` and `principles` by their codes."""

    title: str
    purpose: Purpose
    level: Level
    level_why: str = ""
    five: Mapping[str, str]
    principles: Mapping[str, str]
    harms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Whose data, which nations' members (none is an answer), who gets and who works with them."""

    providers: Sequence[Organization]
    organizations: Sequence[Organization]
    nations: Sequence[Organization] = ()
    staff: Sequence[User]
    agreements: Sequence[str]
    outputs: Sequence[str]
    file_names: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """From when through when a leave counts."""

    starts: date
    ends: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyRules:
    """A body's own rules; quorum and majority in percent."""

    quorum: int = 50
    majority: int = 50
    conflicts: Sequence[str]
    family_seat: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """One member's seat: for whom, from when through when, whether named in public."""

    organization: Organization | None
    sector: str = ""
    starts: date
    ends: date | None = None
    for_families: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One word at a step: the answer, why, and the elements that an owner keeps back."""

    answer: StepAnswer
    why: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
