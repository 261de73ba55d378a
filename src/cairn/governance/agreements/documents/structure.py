"""The parts of an agreement document: numbered clauses, tables, exhibits and signature blocks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase
from typing import Final

__all__ = ["DocumentPart"]

_BARE_NUMBER: Final = re.compile(r"\d[\w.()]*")
_LAW: Final = re.compile(r"\d+ (CFR|USC)\b")
_DAYS_IN_YEAR: Final = 365

NOT_ADVICE_NOTICE: Final = (
    "General guidance, not legal advice. Cairn generates this document from the recorded terms of "
    "the agreement. Ask your own counsel to review it."
)

UNSIGNED_NOTICE: Final = "This document has no effect until every Party has signed it."

RECORDED_CLAUSE_NOTICE: Final = (
    "The note after a clause is the law behind it, or the label under which Cairn recorded the "
    "clause and by which Cairn cites it."
)


@dataclass(frozen=True, slots=True)
class DocumentClause:
    """One or two binding sentences; `source` is the label of the recorded clause, or the law."""

    text: str
    source: str = ""

    @property
    def citation(self) -> str:
        """The source as a reader looks it up.

        A label other than a law is not a number of this document, so the text names its document.
        """
        if not self.source or self.is_law:
            return self.source
        is_number = _BARE_NUMBER.fullmatch(self.source)
        return f"recorded as clause {self.source}" if is_number else f"recorded as {self.source}"

    @property
    def is_law(self) -> bool:
        """Whether the source is a law."""
        return bool(_LAW.match(self.source))


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """Rows of text under a header row, with a caption."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def labeled_rows(self) -> Iterator[Sequence[tuple[str, str]]]:
        """Each row with the header of each of its cells."""
        return (tuple(zip(self.head, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A heading with its clauses and tables."""

    heading: str
    clauses: tuple[DocumentClause, ...] = ()
    tables: tuple[DocumentTable, ...] = ()

    @property
    def has_content(self) -> bool:
        """Whether there is anything under the heading."""
        return bool(self.clauses or self.tables)


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Where one party signs, and the details of its signature (empty: not signed yet)."""

    party: str
    role: str
    name: str = ""
    capacity: str = ""
    on: date | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class AgreementDocument:
    """The complete document that the parties read and sign, in plain language.

    `taken_letters` are the letters of exhibits that the text itself names.
    """

    kind: str
    reference: str
    title: str
    parts: tuple[DocumentPart, ...]
    exhibits: tuple[DocumentPart, ...]
    signatures: tuple[SignatureBlock, ...]
    digest: str = ""
    status: str = ""
    taken_letters: frozenset[str] = frozenset()
    notices: tuple[str, ...] = (NOT_ADVICE_NOTICE,)

    def number_parts(
        self,
    ) -> Iterator[tuple[str, DocumentPart, tuple[tuple[str, DocumentClause], ...]]]:
        """Yield each part with its number, and its clauses with theirs: 3, 3.1, 3.2."""
        for part_number, part in enumerate(self.parts, start=1):
            clauses = (
                (f"{part_number}.{clause_number}", clause)
                for clause_number, clause in enumerate(part.clauses, start=1)
            )
            yield str(part_number), part, tuple(clauses)

    def letter_exhibits(
        self,
    ) -> Iterator[tuple[str, DocumentPart, tuple[tuple[str, DocumentClause], ...]]]:
        """Yield each exhibit with its letter, and its clauses with theirs: A, A.1, A.2."""
        letters = (letter for letter in ascii_uppercase if letter not in self.taken_letters)
        for letter, part in zip(letters, self.exhibits, strict=False):
            clauses = (
                (f"{letter}.{clause_number}", clause)
                for clause_number, clause in enumerate(part.clauses, start=1)
            )
            yield letter, part, tuple(clauses)


def join_words(words: Iterator[str] | tuple[str, ...] | list[str], last: str = "and") -> str:
    """Join words for a sentence: "a", "a and b", "a, b and c".

    Args:
        words: the words.
        last: the word before the last item, such as "or".

    Returns:
        The joined words.
    """
    word_list = list(words)
    if len(word_list) < 2:  # noqa: PLR2004 - a list of two is the first with an "and"
        return "".join(word_list)
    return f"{', '.join(word_list[:-1])} {last} {word_list[-1]}"


def format_day(value: date) -> str:
    """Format a date in words, independent of the machine's language setting: July 1, 2026.

    Args:
        value: the date.

    Returns:
        The date in English.
    """
    return f"{_MONTHS[value.month - 1]} {value.day}, {value.year}"


def capitalize_first(text: str) -> str:
    """Begin a sentence with a capital letter.

    Args:
        text: the sentence.

    Returns:
        The text, with the rest of it unchanged.
    """
    return text[:1].upper() + text[1:]


def format_day_count(count: int) -> str:
    """Format a number of days: "1 day", "30 days", "1,095 days (3 years)".

    Args:
        count: the number of days.

    Returns:
        The number with its unit.
    """
    years, rest = divmod(count, _DAYS_IN_YEAR)
    in_years = "" if rest or not years else f" ({years} {'year' if years == 1 else 'years'})"
    return "1 day" if count == 1 else f"{count:,} days{in_years}"


def fill_blank(text: str, what: str) -> str:
    """Return the text, or a marked blank for what a draft does not state yet.

    Args:
        text: the text, which may be empty.
        what: what belongs there, such as "start date".

    Returns:
        The text, or "[start date]".
    """
    return text or f"[{what}]"


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
