"""Public face of cairn.platform.inbox: what other packages may import."""

from dataclasses import dataclass, field
from datetime import date

__all__ = [
    "InboxTask",
]


@dataclass(frozen=True, slots=True)
class InboxTask:
    """One line of a home page: something to do. Nothing in it identifies a child.

    Attributes:
        count: how many things are to be done.
        title: what they are, in words that follow the number ("deliveries to look at").
        url: the page where they are done.
        minutes: about how long one of them takes a person who has done it before.
        detail: a second line; empty if there is none.
        due: the earliest date on which any of them is due; None if none has a date.
        keys: names each thing to do, the same for as long as it waits, such as "draft.sign:12". An
            email names a task when it has a key that is new. A list that fills all the time, such
            as possible matches, has one key for all. Without a key it is never emailed.
        mail_detail: lines for the email that names the task; empty for its title alone.
        silence_counts: whether no answer has an effect once the days have passed. The days count
            from a delivered notice, so it is recorded when the person sees this task.
    """

    count: int
    title: str
    url: str
    detail: str = ""
    due: date | None = None
    minutes: int = field(kw_only=True)
    keys: tuple[str, ...] = field(kw_only=True)
    mail_detail: str = field(default="", kw_only=True)
    silence_counts: bool = field(default=False, kw_only=True)
