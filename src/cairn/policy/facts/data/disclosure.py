"""Define the facts of the disclosure log: listed further recipients and record requirements."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OnwardFact:
    """Record a further recipient that a data owner listed before any data go to it.

    ``owner`` is the organization that keeps the record, ``by`` the recipient that passes data on,
    ``recipient`` the party that receives them, ``interest`` that party's legitimate interest
    (34 CFR 99.33(b)(1), 99.32(b)(1)).
    """

    agreement: str
    owner: str
    by: str
    recipient: str
    interest: str
    listed_on: date

    def stands(self, on: date) -> bool:
        """Report whether it was listed by a date; a later listing allows nothing earlier."""
        return self.listed_on <= on


@dataclass(frozen=True, slots=True)
class RecordRequirement:
    """State whether the law requires an entry in the log; Cairn keeps one in any case."""

    by_law: bool
    why: str
    citation: str
