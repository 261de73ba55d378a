"""Public face of cairn.platform.deadline_sources: what other packages may import."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from cairn.policy.facts import Actor

__all__ = [
    "Deadline",
    "DeadlineKind",
    "DeadlineSource",
    "list_deadline_sources",
    "register_deadline_source",
]


class DeadlineKind(StrEnum):
    """What kind of deadline it is; the calendar filters by it."""

    RENEWAL = "renewal"
    AGREEMENT_END = "agreement_end"
    DELIVERY = "delivery"
    GIVE_BACK = "give_back"
    TRAINING = "training"
    SECURITY = "security"
    DESTRUCTION = "destruction"
    COPY = "copy"
    AMENDMENT = "amendment"
    LEGAL = "legal"
    ANSWER = "answer"
    CONSENT = "consent"
    BIRTHDAY = "birthday"
    PROJECT = "project"
    MEETING = "meeting"
    POLICY = "policy"
    NOTICE = "notice"
    APPOINTMENT = "appointment"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline on one day. Nothing in it identifies a child.

    Attributes:
        on: the day.
        what: a noun phrase, such as "Renewal of RC-DSA-01"; where children are concerned, it gives
            their number.
        kind: value of a `DeadlineKind`, by which the calendar filters.
        organization: slug of the organization that must act; empty if none is named.
        address: URL of the page where it acts; empty if there is none.
        detail: the due item in more words; empty if `what` says it all.
        key: names the deadline on its day where `what` changes, such as with a number of people;
            empty if the words always name it.
    """

    on: date
    what: str
    kind: str
    organization: str = ""
    address: str = ""
    detail: str = ""
    key: str = ""


DeadlineSource = Callable[[Actor, date, date], list[Deadline]]
"""Lists an app's deadlines that an actor may see, between two days (both included)."""

_SOURCES: Final[list[DeadlineSource]] = []


def register_deadline_source(source: DeadlineSource) -> None:
    """Add an app's deadlines to the calendar; called from `AppConfig.ready`.

    Args:
        source: called with the actor, the first day and the last day.
    """
    if source not in _SOURCES:
        _SOURCES.append(source)


def list_deadline_sources() -> tuple[DeadlineSource, ...]:
    """List the registered sources, in the order of registration.

    Returns:
        One callable per source.
    """
    return tuple(_SOURCES)
