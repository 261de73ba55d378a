"""The entries that apps contribute to the calendar of deadlines."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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
    ANSWER = "answer"
    CONSENT = "consent"
    BIRTHDAY = "birthday"
    PROJECT = "project"
    MEETING = "meeting"
    POLICY = "policy"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline on one day.

    ``what`` is a noun phrase ("Renewal of RC-DSA-01"). ``organization`` is the slug of the
    organization that must act, and ``address`` the URL where it acts. Nothing in it
    identifies a child; where children are concerned, ``what`` gives their number.
    """

    on: date
    what: str
    kind: str
    organization: str = ""
    address: str = ""
