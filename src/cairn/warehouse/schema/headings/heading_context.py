"""Read headings that could mean several things by the other columns of the file."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import pyarrow as pa

from cairn.warehouse.schema.elements import ElementField, normalize_spelling
from cairn.warehouse.schema.headings.class_periods import is_period_heading
from cairn.warehouse.schema.mapping_rules import DerivedColumn

__all__ = [
    "find_course_title",
    "find_name_part_order",
    "is_application_list",
    "is_household_list",
    "join_attendance_marks",
    "list_child_headings",
    "split_term_names",
]

_SAMPLE_CELLS: Final = 2_000
_CLEAR_SHARE: Final = 0.8
_MIN_COUNTS: Final = 2
_POSSESSIVE: Final = re.compile(r"['\u2019]s\b")
_TERM_NAME: Final = re.compile(
    r"(?:fall|autumn|winter|spring|summer)(?: [a-z]+)?[ ,-]+\d{4} ?[-/\u2013] ?\d{2,4}",
    re.IGNORECASE,
)
_TERM_PARTS: Final = {
    "season": r"(?i)^(fall|autumn|winter|spring|summer)",
    "school_year": r"(\d{4} ?[-/\x{2013}] ?\d{2,4})$",
}
_NAME_ORDER: Final = re.compile(
    r"(?:full)?(?:name)?(last|first)(?:name)?(?:and)?(?!\1)(?:last|first)(?:name)?"
    r"(?:middle(?:name|initial)?|mi)?"
)
_NAME_SIGN: Final = re.compile(r"name|[,/]|last_?first|first_?last", re.IGNORECASE)
"""What a heading about a name has: “First and last” may be days as well."""
_LOCAL_ID: Final = "studentid"
_WHOLE_NAME: Final = "studentname"


@cache
def _load_spellings(name: str) -> frozenset[str]:
    path = files("cairn.warehouse.schema.headings") / "heading_context.toml"
    spellings = tomllib.loads(path.read_text("utf-8"))[name]
    return frozenset(normalize_spelling(text) for text in spellings)


def list_child_headings(heading: str) -> tuple[str, ...]:
    """List what a heading says without its word for the child, and what each side of a slash says.

    Args:
        heading: such as "Camper's DOB", "Mentee ID" or "Badge/Student ID".

    Returns:
        Spellings that may be known, such as "dob" and "studentid"; none for any other heading.
    """
    parts = heading.split("/") if "/" in heading else [heading]
    found = [normalize_spelling(part) for part in parts] if len(parts) > 1 else []
    for part in parts:
        child, _space, rest = _POSSESSIVE.sub("", part.strip()).partition(" ")
        if normalize_spelling(child) not in _load_spellings("child") or not rest:
            continue
        spelling = normalize_spelling(rest)
        known = {"number": _LOCAL_ID, "name": _WHOLE_NAME}
        found += [text for kind, text in known.items() if spelling in _load_spellings(kind)]
        found.append(spelling)
    return tuple(dict.fromkeys(found))


def is_household_list(header: Sequence[str]) -> bool:
    """Return whether columns count the people of a household, so that no row is about one child.

    Args:
        header: names of the columns.

    Returns:
        True for such a table.
    """
    counts = {normalize_spelling(name) for name in header} & _load_spellings("household")
    return len(counts) >= _MIN_COUNTS


def is_application_list(header: Sequence[str]) -> bool:
    """Return whether columns say where students applied to college, which no record type holds.

    Args:
        header: names of the columns.

    Returns:
        True for such a list.
    """
    names = {normalize_spelling(name) for name in header}
    return bool(names & _load_spellings("college") and names & _load_spellings("application"))


def find_name_part_order(heading: str) -> str:
    """Find in which order a heading says that the parts of a name are written.

    Args:
        heading: such as "LastFirst", "Student (Last, First)" or "First and last name".

    Returns:
        "last_first", "first_last", or empty if it does not say.
    """
    children = list_child_headings(heading)
    spellings = (normalize_spelling(heading),) if _NAME_SIGN.search(heading) else ()
    for spelling in (*spellings, *children):
        if found := _NAME_ORDER.fullmatch(spelling):
            return "last_first" if found[1] == "last" else "first_last"
    return ""


def find_course_title(columns: Mapping[str, str]) -> str:
    """Find the column with the title of a course, in a file that has marks or codes of courses.

    Args:
        columns: heading → target of every column; empty for one that has none yet.

    Returns:
        The heading; empty if there is none.
    """
    targets = {*columns.values()}
    if "course_title" in targets or not targets & {"mark", "points", "course_code"}:
        return ""
    free = (name for name, target in columns.items() if not target)
    return next((n for n in free if normalize_spelling(n) in _load_spellings("course")), "")


def split_term_names(columns: dict[str, str], sample: pa.Table | None) -> dict[str, DerivedColumn]:
    """Split a column of terms such as “Fall 2025-2026” into the season and the school year.

    Args:
        columns: column → target, empty for none; the made columns are added.
        sample: rows of the sheet, all text.

    Returns:
        The made columns; none if no column has such terms, or others say both already.
    """
    if sample is None:
        return {}
    for name in [name for name, target in columns.items() if target in ("", "season")]:
        others = {target for column, target in columns.items() if column != name}
        missing = _TERM_PARTS.keys() - others
        cells = (
            sample[name].slice(0, _SAMPLE_CELLS).to_pylist() if name in sample.schema.names else []
        )
        filled = [cell.strip() for cell in cells if cell and cell.strip()]
        if missing and filled and all(_TERM_NAME.fullmatch(cell) for cell in filled):
            columns[name] = ""
            made = {f"{name} ({field.replace('_', ' ')})": field for field in sorted(missing)}
            columns |= made
            return {
                title: DerivedColumn((name,), pattern=_TERM_PARTS[field])
                for title, field in made.items()
            }
    return {}


def join_attendance_marks(
    columns: dict[str, str], sample: pa.Table | None, event: ElementField
) -> dict[str, DerivedColumn]:
    """Find the mark of each class period, and join it with the column that says if it is excused.

    Args:
        columns: heading → target of every column of an attendance file, empty for one that has
            none yet; columns that are found are set.
        sample: the first rows of the sheet, all text.
        event: the element of the attendance event.

    Returns:
        The column that joins the two; its entry is in ``columns`` too.
    """
    known = {*event.list_code_spellings()}
    free = [name for name, target in columns.items() if not target]
    if "event" not in columns.values() and any(map(is_period_heading, free)):
        marks = _find_columns(free, "mark", known, sample)
        columns.update(dict.fromkeys(marks[:1], "event"))
    mark = next((name for name, target in columns.items() if target == "event"), "")
    excuses = _find_columns(free, "excuse", _load_spellings("excuse_cells"), sample)
    if not mark or not excuses or excuses[0] == mark:
        return {}
    name = f"{mark}, {excuses[0]}"
    columns[mark] = ""
    columns[name] = "event"
    return {name: DerivedColumn((mark, excuses[0]))}


def _find_columns(
    free: Sequence[str], kind: str, known: frozenset[str] | set[str], sample: pa.Table | None
) -> list[str]:
    """Find the columns of a kind of heading with cells that are mostly known."""
    headings = [name for name in free if normalize_spelling(name) in _load_spellings(kind)]
    return [name for name in headings if _are_mostly_known(name, known, sample)]


def _are_mostly_known(name: str, known: frozenset[str] | set[str], sample: pa.Table | None) -> bool:
    if sample is None or name not in sample.column_names:
        return False
    cells = [c for c in sample[name].slice(0, _SAMPLE_CELLS).to_pylist() if c and c.strip()]
    return bool(cells) and (
        sum(normalize_spelling(cell) in known for cell in cells) >= _CLEAR_SHARE * len(cells)
    )
