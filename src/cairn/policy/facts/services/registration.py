"""Define the facts of the online registration for a group of a program."""

from dataclasses import dataclass
from datetime import date

__all__ = ["RegistrationDraftFact", "RegistrationFact"]


@dataclass(frozen=True, slots=True)
class RegistrationFact:
    """Describe the online registration for a group, as its program opened it.

    Attributes:
        organization: slug of the organization that runs the program.
        closes_on: the last day; ``None`` if the program did not open it.
        latest: number of registrations for the group in the last minute.
    """

    organization: str
    closes_on: date | None
    latest: int = 0


@dataclass(frozen=True, slots=True)
class RegistrationDraftFact:
    """Describe an unfinished registration that a family saved, or is about to save.

    Attributes:
        expires_on: the last day on which it can be continued; ``None`` if there is none.
        latest: number of unfinished registrations saved for the group in the last minute.
        emails: number of links that were emailed to the address in the last day.
    """

    expires_on: date | None
    latest: int = 0
    emails: int = 0
