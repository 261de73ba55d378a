"""Define the facts of the online registration for a group of a program."""

from dataclasses import dataclass
from datetime import date

__all__ = ["RegistrationFact"]


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
