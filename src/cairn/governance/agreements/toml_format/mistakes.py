"""Collect the mistakes that keep a text from being an agreement, each with its line."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cairn.governance.agreements.toml_format.line_numbers import TomlPath, find_nearest_line


@dataclass(frozen=True, slots=True)
class FormatMistake:
    """One mistake: its line, and a sentence that names the place and what to write there.

    ``table`` and ``key`` give the place for a page that shows a form instead of lines.
    """

    line: int
    told: str
    table: TomlPath = ()
    key: str = ""

    def __str__(self) -> str:
        return f"Line {self.line}: {self.told}"


class BadAgreement(Exception):
    """A text that cannot be read as an agreement; `mistakes` says where and what to write."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


@dataclass(slots=True)
class MistakeLog:
    """The mistakes found so far; parsing continues after each, so that the writer sees all at
    once.
    """

    where: Mapping[TomlPath, int]
    found: list[FormatMistake] = field(default_factory=list)

    def add_mistake(self, table: TomlPath, key: str, what: str) -> None:
        """Add a mistake at a key of a table.

        Args:
            table: the table's path, such as ``("parties", 0)``.
            key: the key.
            what: the rest of the sentence after the place, without a period.
        """
        place = _format_table_path(table)
        message = f"“{key}”{f' in {place}' if place else ''} {what}."
        self.found.append(
            FormatMistake(find_nearest_line(self.where, (*table, key)), message, table, key)
        )


def _format_table_path(table: TomlPath) -> str:
    """Format a table's path for a person: ``parties, number 1``."""
    words = ""
    for part in table:
        if isinstance(part, int):
            words += f", number {part + 1}"
        else:
            words += f".{part}" if words else part
    return words


_DECODER_POSITION: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_KEY_LINE: Final = re.compile(r"\s*([\w.-]+)\s*=\s*(.*)")

_DAY_LIKE: Final = re.compile(
    r"(?:\d{1,4}[-/.]){1,2}\d{1,4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)


def describe_toml_error(text: str, error: tomllib.TOMLDecodeError) -> str:
    """Describe in one sentence why a text is not TOML: the line, its key and the usual cause.

    Args:
        text: the text.
        error: the decoder's error.

    Returns:
        A sentence for the person who wrote the text.
    """
    lines = text.splitlines() or [""]
    where = _DECODER_POSITION.search(str(error))
    line = int(where[1]) if where and where[1] else len(lines)
    what = _DECODER_POSITION.sub("", str(error))
    # The decoder reports a value that is cut off at the beginning of the next line.
    written = _KEY_LINE.match(lines[min(line, len(lines)) - 1])
    key = f", “{written[1]}”" if written else ""
    return (
        f"Line {line}{key}: this is not TOML ({what}). "
        f"{_suggest_correction(what, written[2] if written else '')}"
    )


def _suggest_correction(what: str, value: str) -> str:
    if "overwrite" in what or "twice" in what:
        return "It stands in the text already: take one of the two out."
    if _DAY_LIKE.match(value):
        return "A date is written with its year: 2026-07-01."
    if value[:1].isalpha():
        return 'Text stands in quotation marks: "…".'
    return "Look at the quotation marks and brackets on this line and the one before."
