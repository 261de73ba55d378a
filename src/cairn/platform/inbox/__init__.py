"""The tasks that apps contribute to a person's home page."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class InboxTask:
    """One line of a home page: a task, how often it is to be done, where, and by when.

    `title` is the beginning of a sentence ("deliveries to look at"). `due` is the earliest
    date on which any of them is due, if there is one. Nothing in it identifies a child.
    """

    count: int
    title: str
    url: str
    detail: str = ""
    due: date | None = None
