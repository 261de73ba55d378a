"""Find the column that says which class period a row of attendance is about, and read its cells.

A file with a row for each student, day and class period has several rows of one day, which become
one event (`pipeline/row_consistency/class_periods.py`).
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import pyarrow as pa

from cairn.warehouse.schema.elements import normalize_spelling

__all__ = [
    "are_class_periods",
    "count_class_periods",
    "find_class_period_column",
    "is_period_heading",
    "read_class_periods",
]

_TOKEN: Final = re.compile(
    r"(?:(?:periods?|per|pd|prd|hour|hr|block|blk|p)\W*)?(?:0*(?P<number>\d{1,2})|(?P<letter>[a-h]))"
    r"(?:st|nd|rd|th)?(?:\s*(?:period|hour|block))?"
)
_RANGE: Final = re.compile(r"(?:(?:periods?|per|pd|p)\W*)?0*(\d{1,2})\s*[-\u2013]\s*0*(\d{1,2})")
_CYCLE_DAYS: Final = re.compile(r"\s*\([^)]*\)\s*$")
"""The days of a cycle behind a period, as in 3(A-B): they say when the class meets.

Brackets behind the name of a course are part of it: Algebra (Lab) is not Algebra (Lecture).
"""
_SEPARATOR: Final = re.compile(r"[,;&+]")
_MOST: Final = 20
_SAMPLE_ROWS: Final = 5_000
_CLEAR_SHARE: Final = 0.8
_STUDENT_DAY: Final = frozenset({"local_id", "state_id", "school_id", "date"})


@lru_cache(maxsize=1 << 12)
def read_class_periods(text: str) -> tuple[str, ...]:
    """Read which class periods a cell names.

    Args:
        text: such as "3", "Period 03", "3(A)", "1-4", "2, 3" or "Algebra I".

    Returns:
        One name for each period, the same for each spelling of it; none if the cell is empty or
        says that the row is about the whole day.
    """
    folded = " ".join(text.casefold().split())
    period = _CYCLE_DAYS.sub("", folded) or folded
    spelling = normalize_spelling(period)
    if not spelling or spelling in _load_spellings("whole_day"):
        return ()
    if periods := _list_numbers(period):
        return periods
    return (period if spelling in _load_spellings("name") else folded,)


def _list_numbers(text: str) -> tuple[str, ...]:
    """List the periods that a text names by number or letter; none if it is a name.

    In a name, a comma or a sign says nothing.
    """
    periods: list[str] = []
    for part in map(str.strip, _SEPARATOR.split(text)):
        if match := _RANGE.fullmatch(part):
            first, last = int(match[1]), int(match[2])
            if not first < last <= _MOST:
                return (text,)
            periods += [str(number) for number in range(first, last + 1)]
        elif match := _TOKEN.fullmatch(part):
            periods.append(str(int(match["number"])) if match["number"] else match["letter"])
        else:
            return ()
    return tuple(dict.fromkeys(periods))


def count_class_periods(cells: pa.Array | pa.ChunkedArray) -> int:
    """Count the different class periods that a column names.

    Args:
        cells: the column, as text.

    Returns:
        Their number.
    """
    return len(
        {name for cell in cells.unique().to_pylist() for name in read_class_periods(cell or "")}
    )


def find_class_period_column(columns: Mapping[str, str], sample: pa.Table | None) -> str:
    """Find the column that says which class period a row is about.

    Args:
        columns: heading → target of the columns that are mapped, and every other heading of the
            file with an empty target.
        sample: the first rows of the sheet, all text.

    Returns:
        The heading; empty if each row is about a day.
    """
    free = [name for name, target in columns.items() if not target]
    for kind in ("period", "class"):
        for name in free:
            if not _is_heading(name, kind):
                continue
            has_shape = kind == "period" and _look_like_periods(_list_cells(sample, name))
            if has_shape or _tells_rows_apart(name, columns, sample):
                return name
    return ""


def is_period_heading(name: str) -> bool:
    """Return whether a heading is a usual one of class periods, such as "Period" or "Block".

    Args:
        name: the heading.

    Returns:
        False for headings of courses and sections.
    """
    return _is_heading(name, "period")


def are_class_periods(name: str, sample: pa.Table | None) -> bool:
    """Return whether a column such as "Session" holds class periods or halves of a day.

    Args:
        name: its heading.
        sample: the first rows of the sheet, all text.

    Returns:
        False for the names of classes or programs.
    """
    is_either = is_period_heading(name) or _is_heading(name, "class")
    return is_either and _look_like_periods(_list_cells(sample, name))


@cache
def _load_spellings(kind: str) -> frozenset[str]:
    path = files("cairn.warehouse.schema.headings") / "class_periods.toml"
    spellings = tomllib.loads(path.read_text("utf-8"))[kind]
    return frozenset(normalize_spelling(text) for text in spellings)


def _is_heading(name: str, kind: str) -> bool:
    spellings = {normalize_spelling(name), normalize_spelling(name.rpartition(".")[2])}
    return bool(spellings & _load_spellings(kind))


def _look_like_periods(cells: Sequence[str]) -> bool:
    """Return whether most filled cells are numbers or names of class periods, and no terms."""
    filled = [cell for cell in cells if cell.strip()]
    named = [cell for cell in filled if all(map(_is_period, read_class_periods(cell)))]
    return bool(filled) and len(named) >= _CLEAR_SHARE * len(filled)


def _is_period(name: str) -> bool:
    is_number = name.isdigit() and int(name) <= _MOST
    is_name = normalize_spelling(name) in _load_spellings("name")
    return is_number or is_name or (len(name) == 1 and name.isalpha())


def _tells_rows_apart(name: str, columns: Mapping[str, str], sample: pa.Table | None) -> bool:
    """Return whether rows of one student and day mostly have different cells in a column."""
    key = [heading for heading, target in columns.items() if target in _STUDENT_DAY]
    if not ({"local_id", "state_id"} & {columns[heading] for heading in key}):
        return False
    days: dict[tuple[str, ...], list[str]] = defaultdict(list)
    cells = [_list_cells(sample, heading) for heading in (*key, name)]
    for *student_day, cell in zip(*cells, strict=True):
        if cell.strip():
            days[tuple(student_day)].append(cell)
    repeated = [found for found in days.values() if len(found) > 1]
    rows, different = (sum(map(len, found)) for found in (repeated, [{*f} for f in repeated]))
    return bool(rows) and different >= _CLEAR_SHARE * rows


def _list_cells(sample: pa.Table | None, name: str) -> list[str]:
    if sample is None or name not in sample.column_names:
        return []
    return [cell or "" for cell in sample[name].slice(0, _SAMPLE_ROWS).to_pylist()]
