"""The shape in which a room says that something is due by a day."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Due:
    """One thing due: `what` is a sentence, `kind` a code for filters, `organization` whose it is.

    `address` is where to deal with it. Nothing in it names a child.
    """

    on: date
    what: str
    kind: str
    organization: str
    address: str
