"""Define the facts of the disclosure log: listed further recipients and record requirements."""

from dataclasses import dataclass
from datetime import date

__all__ = ["OnwardFact", "RecordRequirement"]


@dataclass(frozen=True, slots=True)
class OnwardFact:
    """Record a further recipient that a data owner listed before any data go to it.

    The owner states it by signing an agreement that names the recipient (34 CFR 99.33(b)(1),
    99.32(b)(1)).

    Attributes:
        agreement: reference of that agreement.
        owner: slug of the organization that keeps the record.
        by: slug of the recipient that passes data on.
        recipient: slug of the party that receives them.
        interest: that party's legitimate interest, in words.
        listed_on: day on which the owner listed it: the day of its signature.
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
    """State whether the law requires an entry in the log; Cairn keeps one in any case.

    Attributes:
        by_law: whether the law requires the entry.
        why: the reason, as a sentence for readers of the log.
        citation: paragraph of the law, such as "34 CFR 99.32(a)(1)".
    """

    by_law: bool
    why: str
    citation: str
