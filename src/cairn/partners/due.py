"""The shape in which a room says that something falls due on a day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DueKind(StrEnum):
    """What kind of thing falls due; the calendar filters by it."""

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
class Due:
    """One thing on one day. ``what`` is a sentence without a verb ("Renewal of RC-DSA-01").

    ``organization`` is the short name of whoever must do it, ``address`` where it is done. Nothing
    in it names a child; where children are concerned, ``what`` says how many.
    """

    on: date
    what: str
    kind: str
    organization: str = ""
    address: str = ""
