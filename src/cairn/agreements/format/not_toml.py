"""A text that is no TOML at all: its line, the key that stands there, and the usual cause."""

import re
import tomllib
from typing import Final

_WHERE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_KEY: Final = re.compile(r"\s*([\w.-]+)\s*=\s*(.*)")
_DAY: Final = re.compile(
    r"(?:\d{1,4}[-/.]){1,2}\d{1,4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)


def told(text: str, error: tomllib.TOMLDecodeError) -> str:
    """One sentence for a person who wrote the text."""
    lines = text.splitlines() or [""]
    where = _WHERE.search(str(error))
    line = int(where[1]) if where and where[1] else len(lines)
    what = _WHERE.sub("", str(error))
    # What is missing at the end of a line is noticed at the beginning of the next.
    written = _KEY.match(lines[min(line, len(lines)) - 1])
    key = f", “{written[1]}”" if written else ""
    return (
        f"Line {line}{key}: this is not TOML ({what}). {_mend(what, written[2] if written else '')}"
    )


def _mend(what: str, value: str) -> str:
    if "overwrite" in what or "twice" in what:
        return "It stands in the text already: take one of the two out."
    if _DAY.match(value):
        return "A date is written with its year: 2026-07-01."
    if value[:1].isalpha():
        return 'Text stands in quotation marks: "…".'
    return "Look at the quotation marks and brackets on this line and the one before."
