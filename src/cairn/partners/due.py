"""The shape in which a room says that something is due on a day."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Due:
    """One line of the calendar of everything due.

    `kind` is a code that the calendar filters by ("renewal", "delivery", "destruction" …);
    `organization` the short names of those it concerns, separated by commas, or empty; `address`
    where to deal with it. Nothing in it names a child.
    """

    on: date
    what: str
    kind: str
    organization: str
    address: str
