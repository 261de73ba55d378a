"""Define the inputs that forms collect and project actions write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import Level, Purpose, StepAnswer

__all__ = [
    "AuthorizationTerm",
    "BodyRules",
    "ProjectDescription",
    "ProjectParties",
    "ReviewAnswer",
    "SeatTerm",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDescription:
    """What a project is for, as its proposal says it.

    Attributes:
        title: title of the project.
        purpose: the purpose of every use of its data.
        level: how close the data are to one student (`Level`).
        level_why: why this level, where it is not the usual one for the purpose.
        five: answers to the five questions, by the code of the question.
        principles: how the project meets each principle, by the code of the principle.
        harms: expected benefits and possible harms.
    """

    title: str
    purpose: Purpose
    level: Level
    level_why: str = ""
    five: Mapping[str, str]
    principles: Mapping[str, str]
    harms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectParties:
    """The owners of a project's data, the people who work with them, and the outputs.

    Attributes:
        providers: the organizations that own the data.
        organizations: the organizations that receive them.
        nations: the Tribal nations that the project concerns; none is an answer, too.
        staff: the users who work with the data.
        agreements: references of the agreements that the use rests on.
        outputs: what the project makes, a line each.
        file_names: names of files in which data may leave, with the wildcards `*` and `?`; none
            means a file of any name.
    """

    providers: Sequence[Organization]
    organizations: Sequence[Organization]
    nations: Sequence[Organization] = ()
    staff: Sequence[User]
    agreements: Sequence[str]
    outputs: Sequence[str]
    file_names: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationTerm:
    """The term of an authorization.

    Attributes:
        starts: its first day.
        ends: its last day.
    """

    starts: date
    ends: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyRules:
    """The rules by which a body decides.

    Attributes:
        quorum: percent of the seats that must cast a vote.
        majority: percent of the votes for and against that those in favor must exceed.
        conflicts: codes of the situations in which a member must not vote.
        family_seat: whether a family must hold a seat.
        unanimous: whether every vote that counts must be in favor.
        abstentions_count: whether abstentions count among the votes of the majority.
        quorum_of_present: whether the quorum counts the members present, not the votes.
        proxies: whether an absent member may have another member vote for them.
    """

    quorum: int = 50
    majority: int = 50
    conflicts: Sequence[str]
    family_seat: bool = True
    unanimous: bool = False
    abstentions_count: bool = False
    quorum_of_present: bool = False
    proxies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTerm:
    """A member's seat on a body.

    Attributes:
        organization: the organization that the member speaks for; None for a member of the
            community.
        sector: the sector, such as "early learning".
        starts: first day of the term.
        ends: last day of the term; None if it is open.
        for_families: whether this is the seat of a family.
        listed: whether the member is named in public.
    """

    organization: Organization | None
    sector: str = ""
    starts: date
    ends: date | None = None
    for_families: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAnswer:
    """One decider's answer at a step of a review.

    Attributes:
        answer: comment, approve, return, or decline.
        why: the reason.
        left_out: the data elements that the decider withholds, each with the reason.
    """

    answer: StepAnswer
    why: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
