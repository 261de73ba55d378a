"""A first guess at a mapping, for a person to correct: from header spellings and a few cells."""

from collections.abc import Iterable, Sequence
from typing import Final

import pyarrow as pa

from cairn.warehouse.dates import heading
from cairn.warehouse.elements import Field, RecordType, catalogue, code_list, key, record_type
from cairn.warehouse.mapping import MINUTES, NAME, Mapping, MappingProblem, Wide
from cairn.warehouse.read.sheet import ROW

_WHOLE_NAMES: Final = frozenset(
    {"name", "studentname", "childname", "fullname", "child", "student", "participant", "youth"}
    | {"participantname", "youthname", "membername", "member", "nameofchild", "nameofstudent"}
    | {"kid", "camper", "attendee", "childsname", "studentsname", "pupil", "learner"}
)
_MINUTES: Final = frozenset({"minutes", "mins", "min", "minutesattended", "durationmin"})
_LOOKED_AT: Final = 200
_ENOUGH_DAYS: Final = 2
_ANY_YEAR: Final = "2025-26"
_PERSON_HEADERS: Final = frozenset(
    h
    for f in ("local_id", "given_name", "family_name")
    for h in record_type("student").fields[f].headers
) - {"sourcedid"}


def suggest(
    header: Sequence[str], sample: pa.Table | None = None, record: str | None = None
) -> Mapping:
    """The likeliest mapping of these columns. ``sample`` is (the start of) the sheet's table.

    ``record`` fixes the record type; else the one whose own fields are best covered is taken.
    ``MappingProblem`` when no column looks like anything in the catalogue.
    """
    types = [record_type(record)] if record else list(catalogue().values())
    guesses = [(_score(header, t, m), m) for t in types if (m := _guess(header, sample, t))]
    if not guesses:
        raise MappingProblem(
            "No column name was recognized. Is the header in the first rows of the file? "
            "Map the columns by hand."
        )
    return max(guesses, key=lambda g: g[0])[1]


def _guess(header: Sequence[str], sample: pa.Table | None, record: RecordType) -> Mapping | None:
    columns: dict[str, str] = {}
    for element in record.fields.values():
        if element.flags and (flags := _flags(header, element)):
            columns.update(flags)
    for _, column, name in sorted(_matches(header, record)):
        taken = {t for t in columns.values() if ":" not in t}
        if column not in columns and name not in taken:
            columns[column] = name
    _whole_name(header, sample, record, columns)
    _minutes(header, record, columns)
    wide = _wide([h for h in header if h not in columns], sample, record, columns)
    if not columns:
        return None
    in_order = {h: columns[h] for h in header if h in columns}
    return Mapping(record=record.name, columns=in_order, wide=wide)


def _matches(header: Sequence[str], record: RecordType) -> Iterable[tuple[int, str, str]]:
    """(how far fetched, column, field) for each spelling that the catalogue knows."""
    for column in header:
        whole, last = key(column), key(column.rpartition(".")[2])
        for name, element in record.fields.items():
            if whole in element.headers:
                yield element.headers.index(whole), column, name
            elif last in element.headers:
                depth = column.count(".")
                yield 100 * depth + element.headers.index(last), column, name


def _flags(header: Sequence[str], element: Field) -> dict[str, str]:
    """Columns that say yes or no to one code each; a single one of them means nothing."""
    found: dict[str, str] = {}
    for column in header:
        for code, spellings in element.flags.items():
            if key(column) in spellings and f"{element.name}:{code}" not in found.values():
                found[column] = f"{element.name}:{code}"
    plain = any(key(c) in element.headers for c in header)
    return found if len(found) > 1 or plain else {}


def _whole_name(
    header: Sequence[str], sample: pa.Table | None, record: RecordType, columns: dict[str, str]
) -> None:
    if "given_name" not in record.fields or {"given_name", "family_name"} & {*columns.values()}:
        return
    for column in header:
        if key(column) in _WHOLE_NAMES and column not in columns:
            cells = _cells(sample, column)
            commas = sum(1 for c in cells if "," in c)
            order = "last_first" if commas * 2 > len(cells) else "first_last"
            columns[column] = f"{NAME}:{order}"
            for middle in [c for c, f in columns.items() if f in ("middle_name", "suffix")]:
                del columns[middle]
            return


def _minutes(header: Sequence[str], record: RecordType, columns: dict[str, str]) -> None:
    timed = [n for n, e in record.fields.items() if e.unit == "hours" and n not in columns.values()]
    for column in header:
        if timed and column not in columns and key(column) in _MINUTES:
            columns[column] = f"{timed.pop()}:{MINUTES}"


def _wide(
    rest: Sequence[str], sample: pa.Table | None, record: RecordType, columns: dict[str, str]
) -> Wide | None:
    """A column a day, where the record type is about days and no column holds the date."""
    if not {"date", "present"} <= record.fields.keys() or "date" in columns.values():
        return None
    days = [h for h in rest if heading(h, _ANY_YEAR)]
    if len(days) < _ENOUGH_DAYS:
        return None
    marks = {s for c in code_list("yes_no").values() for s in c.spellings}
    cells = [c for d in days for c in _cells(sample, d)]
    present = all(key(c) in marks for c in cells)
    year = "" if all(heading(d, "") for d in days) else _ANY_YEAR
    return Wide("present" if present else "hours", school_year=year)


def _cells(sample: pa.Table | None, column: str) -> list[str]:
    if sample is None or column not in sample.column_names or column == ROW:
        return []
    return [c for c in sample[column].slice(0, _LOOKED_AT).to_pylist() if c and c.strip()]


def _score(header: Sequence[str], record: RecordType, guess: Mapping) -> float:
    """How much of the record type is there; a field that many types have says little, and a type
    without any of its telling fields is hardly meant.
    """
    fed = {f for t in guess.targets(guess.columns).values() for f in t.fields(record)}
    if guess.wide:
        fed |= {guess.wide.field, guess.wide.value}
    telling = sum(1 / sum(f in other.fields for other in catalogue().values()) for f in fed)
    needed = [n in fed for n, e in record.fields.items() if e.required]
    about_children = any(key(h) in _PERSON_HEADERS for h in header)
    own = 2 * sum(1 for f in record.telling if f in fed) or -bool(record.telling)
    misses = 3 if about_children and not record.subject else 0
    return telling + own + sum(1 if n else -1 for n in needed) - misses
