"""Define the fact by which an agreement meets one criterion of its legal basis."""

from dataclasses import dataclass
from datetime import date

__all__ = ["CriterionFact"]


@dataclass(frozen=True, slots=True)
class CriterionFact:
    """Describe how an agreement meets one criterion: what it says, where, and who confirmed it.

    The text of the agreement states it; where the parties sign in Cairn, the confirmations made
    there replace those in the text.

    Attributes:
        value: answer of the criterion's type: a code, a period such as "3 years", or the short name
            of an organization; empty where the quotation is the answer.
        clause: reference of the clause that says so; empty if none is named.
        quotation: the words of that clause; empty if none are quoted.
        confirmed_by: name of the counsel who confirmed it; empty if not confirmed.
        confirmed_for: slug of the data owner that the counsel acts for.
        confirmed_on: day on which counsel confirmed it; None if not confirmed.
    """

    value: str = ""
    clause: str = ""
    quotation: str = ""
    confirmed_by: str = ""
    confirmed_for: str = ""
    confirmed_on: date | None = None

    @property
    def is_confirmed(self) -> bool:
        """Report whether a named counsel confirmed it on a day."""
        return bool(self.confirmed_by.strip()) and self.confirmed_on is not None
