"""An agreement as a document: numbered parts and clauses, tables, exhibits, signature blocks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

_BARE: Final = re.compile(r"\d[\w.()]*")
NOT_ADVICE: Final = (
    "General guidance, not legal advice. This wording was made from the terms on record; it "
    "replaces nobody's counsel."
)
COUNSEL: Final = (
    "Counsel of every party reads this document before it is signed. Nobody may rely on it before "
    "every party has signed."
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence or two that bind; `source` is the paper's own clause, or the law behind it."""

    text: str
    source: str = ""

    @property
    def cited(self) -> str:
        """The source as a reader looks for it: a bare number is a clause of the paper."""
        return f"clause {self.source}" if _BARE.fullmatch(self.source) else self.source


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a head, with a caption that says what they are."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def labelled(self) -> Iterator[Sequence[tuple[str, str]]]:
        """Each row with the head of each of its cells."""
        return (tuple(zip(self.head, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its clauses, and the tables that belong to them."""

    heading: str
    clauses: tuple[Clause, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def said(self) -> bool:
        """Whether there is anything under the heading."""
        return bool(self.clauses or self.tables)


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Where one party signs, and what is known of its signature (empty: nobody has signed)."""

    party: str
    role: str
    name: str = ""
    capacity: str = ""
    on: date | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The whole of what the parties read and sign, in our own plain words."""

    kind: str
    reference: str
    title: str
    parts: tuple[Part, ...]
    exhibits: tuple[Part, ...]
    signatures: tuple[SignatureBlock, ...]
    digest: str = ""
    status: str = ""
    notices: tuple[str, ...] = field(default=(NOT_ADVICE, COUNSEL))

    def numbered(self) -> Iterator[tuple[str, Part, tuple[tuple[str, Clause], ...]]]:
        """Each part with its number and its clauses with theirs: 3, 3.1, 3.2."""
        for n, part in enumerate(self.parts, start=1):
            clauses = ((f"{n}.{m}", clause) for m, clause in enumerate(part.clauses, start=1))
            yield str(n), part, tuple(clauses)

    def lettered(self) -> Iterator[tuple[str, Part, tuple[tuple[str, Clause], ...]]]:
        """Each exhibit with its letter and its clauses with theirs: A, A.1, A.2."""
        for n, part in enumerate(self.exhibits):
            letter = chr(ord("A") + n)
            clauses = ((f"{letter}.{m}", clause) for m, clause in enumerate(part.clauses, start=1))
            yield letter, part, tuple(clauses)


def listed(words: Iterator[str] | tuple[str, ...] | list[str], last: str = "and") -> str:
    """Words in a sentence: "a", "a and b", "a, b and c"."""
    several = list(words)
    if len(several) < 2:  # noqa: PLR2004 - a list of two is the first with an "and"
        return "".join(several)
    return f"{', '.join(several[:-1])} {last} {several[-1]}"


def day(value: date) -> str:
    """A date in words, the same in every language setting of the machine: July 1, 2026."""
    return f"{_MONTHS[value.month - 1]} {value.day}, {value.year}"


def days(count: int) -> str:
    """A number of days: "1 day", "30 days"."""
    return "1 day" if count == 1 else f"{count} days"


_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
