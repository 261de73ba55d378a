"""What a reader of an agreement would object to: a finding, and the check that makes it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.rules.agreement import Agreement
from cairn.rules.citations import Severity
from cairn.rules.counting import filled
from cairn.rules.dictionary import DataDictionary

NOT_FOUND: Final = "not found"


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection: where the text says it (or that it is not found), and what to write instead.

    ``about`` tells apart several findings of one id: an element, a party, a purpose. ``key`` is
    what the word of a data owner's counsel names.
    """

    id: str
    severity: Severity
    citation: str
    clause: str
    message: str
    instead: str
    about: str = ""

    @property
    def key(self) -> str:
        """The finding's own name in this text."""
        return f"{self.id} {self.about}" if self.about else self.id


@dataclass(frozen=True, slots=True)
class Objection:
    """A kind of finding: its id, where it comes from, and templates of what it says."""

    id: str
    severity: Severity
    citation: str
    message: str
    instead: str

    def finding(self, clause: str = "", about: str = "", **facts: object) -> Finding:
        """This objection about one place of one text."""
        told = {"about": about, **facts}
        return Finding(
            self.id,
            self.severity,
            self.citation,
            clause or NOT_FOUND,
            filled(self.message, told),
            filled(self.instead, told),
            about,
        )


@dataclass(frozen=True, slots=True)
class Text:
    """What is read: an agreement, what its providers' dictionaries hold, and the day.

    ``dictionaries`` is ``None`` where nobody has looked: then nothing is said about them.
    """

    agreement: Agreement
    dictionaries: tuple[DataDictionary, ...] | None
    on: date


Check = Callable[[Text], Iterable[Finding]]


def run(checks: Iterable[Check], text: Text) -> Iterator[Finding]:
    """The findings of several checks, in their order."""
    for check in checks:
        yield from check(text)
