"""The shape in which a room says that something waits for a person."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of a home page: how many of what, where to deal with it, and by when.

    `title` is a sentence's beginning ("deliveries to look at"); `due` the earliest date any of
    them is due, if they have one. Nothing in it names a child.
    """

    count: int
    title: str
    url: str
    detail: str = ""
    due: date | None = None
