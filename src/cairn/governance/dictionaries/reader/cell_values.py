"""Parse the cells of a dictionary: its headers, column types and school years."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from cairn.policy.facts import STILL_COLLECTED

NAME_COLUMN, DEFINITION_COLUMN, TYPE_COLUMN, VALUES_COLUMN = "name", "definition", "kind", "values"
YEARS_COLUMN, FIRST_YEAR_COLUMN, LAST_YEAR_COLUMN, DATA_SET_COLUMN = (
    "years",
    "first",
    "last",
    "data_set",
)
AGENCY_COLUMN, PROGRAM_COLUMN, CATEGORY_COLUMN = "agency", "program", "category"

GROUP_COLUMNS: Final = (AGENCY_COLUMN, PROGRAM_COLUMN, CATEGORY_COLUMN)
"""Parts that say which of several elements with one name an entry is, broadest first."""

# In order of preference: a dictionary may have both a short and a full name.
_HEADER_SPELLINGS: Final = {
    NAME_COLUMN: (
        "element name|data element name|field name|variable name|column name|variable|field"
        "|element|data element|column|name|item name|item|label"
    ),
    DEFINITION_COLUMN: (
        "definition|element definition|description|field description|data element definition"
        "|variable description|meaning|notes|comments"
    ),
    TYPE_COLUMN: "data type|type|field type|datatype|element type|format|variable type",
    VALUES_COLUMN: (
        "values|valid values|permitted values|allowable values|option set|options|codes|code set"
        "|value labels|domain|possible values"
    ),
    YEARS_COLUMN: (
        "years available|years|school years|availability|available years|data years|year"
        "|years collected|collection years|time period|date range|data availability"
    ),
    FIRST_YEAR_COLUMN: (
        "first year|start year|from year|begin year|year from|start|from|first available"
    ),
    LAST_YEAR_COLUMN: "last year|end year|to year|year to|end|to|through|last available",
    DATA_SET_COLUMN: (
        "data set|dataset|table|table name|file|file name|collection|source table|entity"
    ),
    AGENCY_COLUMN: (
        "agency|agency name|source agency|contributing agency|data owner|organization|department"
        "|division|institution"
    ),
    PROGRAM_COLUMN: (
        "program|program name|program area|source program|source|data source|source system|system"
    ),
    CATEGORY_COLUMN: (
        "data category|category|element category|subject area|subject|domain|topic|section"
        "|module|component|group"
    ),
}

_PUNCTUATION: Final = re.compile(r"[^a-z0-9]+")


def find_dictionary_columns(header: Iterable[str]) -> dict[str, str]:
    """Find the column of each part of an entry, from headers as providers write them.

    Args:
        header: the header cells.

    Returns:
        The header of each part that the file has, such as {"name": "Field Name"}.
    """
    header_by_words = {_PUNCTUATION.sub(" ", cell.casefold()).strip(): cell for cell in header}
    column_by_part: dict[str, str] = {}
    for part, spellings in _HEADER_SPELLINGS.items():
        assigned_columns = set(column_by_part.values())
        for spelling in spellings.split("|"):
            if spelling in header_by_words and header_by_words[spelling] not in assigned_columns:
                column_by_part[part] = header_by_words[spelling]
                break
    return column_by_part


_WORDS_BY_TYPE: Final = {
    "text": "varchar char nvarchar nchar string text character alphanumeric alpha memo clob uuid",
    "integer": "integer int bigint smallint tinyint long whole count",
    "decimal": "decimal numeric number float double real money currency percent",
    "date": "date datetime timestamp time datetime2 smalldatetime",
    "yes or no": "boolean bool bit flag yesno logical indicator binary",
    "code": "code lookup enumeration enum category categorical list picklist dropdown",
}

_TYPE_BY_WORD: Final = {
    word: kind for kind, words in _WORDS_BY_TYPE.items() for word in words.split()
}
_TYPE_WORD: Final = re.compile(r"[a-z]+")
_SIMILARITY_CUTOFF: Final = 0.72
_MIN_LETTERS: Final = 3


@dataclass(frozen=True, slots=True)
class ColumnType:
    """The plain type of a column (empty if unknown), and whether its word was misspelled."""

    kind: str
    misspelt: bool = False


def parse_column_type(text: str) -> ColumnType:
    """Parse a column's type, such as "VARCHAR(50)", "Interger" or "yes/no".

    Args:
        text: the type as written.

    Returns:
        The plain type; empty for an unknown word.
    """
    words = _TYPE_WORD.findall(text.casefold().replace("/", "").replace("yes or no", "yesno"))
    for word in words:
        if word in _TYPE_BY_WORD:
            return ColumnType(_TYPE_BY_WORD[word])
    for word in words:
        if len(word) >= _MIN_LETTERS and (
            close := get_close_matches(word, _TYPE_BY_WORD, n=1, cutoff=_SIMILARITY_CUTOFF)
        ):
            return ColumnType(_TYPE_BY_WORD[close[0]], misspelt=True)
    return ColumnType("")


_PRESENT_WORD: Final = re.compile(r"\b(present|current|currently|now|ongoing|today|date)\b")
_SCHOOL_YEAR_TEXT: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/–—]\s*((?:19|20)?\d\d)(?!\d)")  # noqa: RUF001 - dashes as people type them
_YEAR_TEXT: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_OPEN_END: Final = re.compile(r"(?:[-–—+]|\bon|\bonwards?|\bforward)\s*$")  # noqa: RUF001
_FULL_YEAR_DIGITS: Final = 4
_SINCE_WORD: Final = re.compile(r"^\s*(since|from|starting|beginning|as of)\b")


@dataclass(frozen=True, slots=True)
class SchoolYearSpan:
    """First and last school year; ``None`` where the text does not say or cannot be read."""

    first: str | None = None
    last: str | None = None
    readable: bool = True


def parse_school_year_span(text: str) -> SchoolYearSpan:
    """Parse the years for which an element is held, as people write them.

    Understands "2016-", "2006-07 To Present", "2006-2012" and "SY 2014/15". A year that can
    be read in two ways is read in the narrower one, so that no user relies on a year that is
    not there.

    Args:
        text: the cell; an empty cell is readable and says nothing.

    Returns:
        The first and last school year.
    """
    plain = text.strip().casefold()
    if not plain or plain in ("n/a", "na", "none", "unknown", "-", "?", "tbd"):
        return SchoolYearSpan()
    spans = _find_spans(plain)
    if not spans:
        return SchoolYearSpan(readable=False)
    first = min(first for first, _last in spans)
    open_end = _PRESENT_WORD.search(plain) or _OPEN_END.search(plain) or _SINCE_WORD.search(plain)
    if open_end:
        return SchoolYearSpan(_name_school_year(first), STILL_COLLECTED)
    return SchoolYearSpan(
        _name_school_year(first), _name_school_year(max(last for _first, last in spans))
    )


def _find_spans(plain: str) -> list[tuple[int, int]]:
    """Return each year or pair of years in the text as school years, by their first calendar
    year.
    """
    spans: list[tuple[int, int]] = []

    def take_pair(match: re.Match[str]) -> str:
        begins, second = int(match[1]), match[2]
        ends = (
            int(second) if len(second) == _FULL_YEAR_DIGITS else begins // 100 * 100 + int(second)
        )
        if ends < begins and len(second) < _FULL_YEAR_DIGITS:
            ends += 100  # 1999-00
        if ends > begins:
            spans.append((begins, ends - 1))
        return " "

    rest = _SCHOOL_YEAR_TEXT.sub(take_pair, plain)
    single_years = [int(match[1]) for match in _YEAR_TEXT.finditer(rest)]
    if single_years != sorted(single_years):
        return []
    # A single year starts no earlier than its fall and ends no later than its spring.
    for position, year in enumerate(single_years):
        ending = position > 0 or bool(spans)
        spans.append((year - 1, year - 1) if ending else (year, year))
    return spans


def _name_school_year(first_year: int) -> str:
    return f"{first_year}-{(first_year + 1) % 100:02}"
