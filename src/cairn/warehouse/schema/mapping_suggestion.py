"""Suggest a column mapping for a person to correct, from header spellings and a few cells."""

from collections.abc import Iterable, Sequence
from typing import Final

import pyarrow as pa

from cairn.warehouse.schema.column_mapping import (
    MINUTES_RULE,
    WHOLE_NAME,
    ColumnMapping,
    MappingProblem,
    WideLayout,
)
from cairn.warehouse.schema.dates import parse_date_heading
from cairn.warehouse.schema.elements import (
    ElementField,
    RecordType,
    get_record_type,
    load_code_list,
    load_element_catalogue,
    normalize_spelling,
)
from cairn.warehouse.schema.sheets import ROW_COLUMN

__all__ = ["suggest_mapping"]

_WHOLE_NAME_HEADERS: Final = frozenset(
    {"name", "studentname", "childname", "fullname", "child", "student", "participant", "youth"}
    | {"participantname", "youthname", "membername", "member", "nameofchild", "nameofstudent"}
    | {"kid", "camper", "attendee", "childsname", "studentsname", "pupil", "learner"}
)

_MINUTES_HEADERS: Final = frozenset({"minutes", "mins", "min", "minutesattended", "durationmin"})
_SAMPLE_CELLS: Final = 200
_MIN_DAY_COLUMNS: Final = 2
_DEFAULT_SCHOOL_YEAR: Final = "2025-26"

_PERSON_HEADERS: Final = frozenset(
    h
    for f in ("local_id", "given_name", "family_name")
    for h in get_record_type("student").fields[f].headers
) - {"sourcedid"}


def suggest_mapping(
    header: Sequence[str], sample: pa.Table | None = None, record: str | None = None
) -> ColumnMapping:
    """Suggest the most likely mapping of these columns.

    Args:
        header: names of the columns.
        sample: the first rows of the sheet, all text.
        record: fixes the record type; without it, the type with the best covered fields wins.

    Returns:
        A mapping to be confirmed by a person.

    Raises:
        MappingProblem: no column looks like anything in the catalogue.
    """
    types = [get_record_type(record)] if record else list(load_element_catalogue().values())
    scored_mappings = [
        (_score_mapping(header, candidate, mapping), mapping)
        for candidate in types
        if (mapping := _guess_mapping(header, sample, candidate))
    ]
    if not scored_mappings:
        raise MappingProblem(
            "Cairn did not recognize any column name. Check that the header is in the "
            "first rows of the file, or map the columns by hand."
        )
    return max(scored_mappings, key=lambda scored: scored[0])[1]


def _guess_mapping(
    header: Sequence[str], sample: pa.Table | None, record: RecordType
) -> ColumnMapping | None:
    columns: dict[str, str] = {}
    for element in record.fields.values():
        if element.flags and (flags := _match_flag_columns(header, element)):
            columns.update(flags)
    for _, column, name in sorted(_match_headers(header, record)):
        used_fields = {t for t in columns.values() if ":" not in t}
        if column not in columns and name not in used_fields:
            columns[column] = name
    _match_whole_name(header, sample, record, columns)
    _match_minutes(header, record, columns)
    wide = _detect_wide_layout([h for h in header if h not in columns], sample, record, columns)
    if not columns:
        return None
    ordered = {h: columns[h] for h in header if h in columns}
    return ColumnMapping(record=record.name, columns=ordered, wide=wide)


def _match_headers(header: Sequence[str], record: RecordType) -> Iterable[tuple[int, str, str]]:
    """Yield (distance, column, field) for each header spelling that the catalogue knows."""
    for column in header:
        full_key, last_key = (
            normalize_spelling(column),
            normalize_spelling(column.rpartition(".")[2]),
        )
        for name, element in record.fields.items():
            if full_key in element.headers:
                yield element.headers.index(full_key), column, name
            elif last_key in element.headers:
                depth = column.count(".")
                yield 100 * depth + element.headers.index(last_key), column, name


def _match_flag_columns(header: Sequence[str], element: ElementField) -> dict[str, str]:
    """Find columns that say yes or no to one code each; a single such column means nothing."""
    flag_columns: dict[str, str] = {}
    for column in header:
        for code, spellings in element.flags.items():
            if (
                normalize_spelling(column) in spellings
                and f"{element.name}:{code}" not in flag_columns.values()
            ):
                flag_columns[column] = f"{element.name}:{code}"
    has_plain_column = any(normalize_spelling(c) in element.headers for c in header)
    return flag_columns if len(flag_columns) > 1 or has_plain_column else {}


def _match_whole_name(
    header: Sequence[str], sample: pa.Table | None, record: RecordType, columns: dict[str, str]
) -> None:
    if "given_name" not in record.fields or {"given_name", "family_name"} & {*columns.values()}:
        return
    for column in header:
        if normalize_spelling(column) in _WHOLE_NAME_HEADERS and column not in columns:
            cells = _sample_cells(sample, column)
            commas = sum(1 for c in cells if "," in c)
            order = "last_first" if commas * 2 > len(cells) else "first_last"
            columns[column] = f"{WHOLE_NAME}:{order}"
            for middle in [c for c, f in columns.items() if f in ("middle_name", "suffix")]:
                del columns[middle]
            return


def _match_minutes(header: Sequence[str], record: RecordType, columns: dict[str, str]) -> None:
    hour_fields = [
        n for n, e in record.fields.items() if e.unit == "hours" and n not in columns.values()
    ]
    for column in header:
        if hour_fields and column not in columns and normalize_spelling(column) in _MINUTES_HEADERS:
            columns[column] = f"{hour_fields.pop()}:{MINUTES_RULE}"


def _detect_wide_layout(
    unmapped: Sequence[str], sample: pa.Table | None, record: RecordType, columns: dict[str, str]
) -> WideLayout | None:
    """Recognize one column for each day.

    Only for record types about days, where no column has the date.
    """
    if not {"date", "present"} <= record.fields.keys() or "date" in columns.values():
        return None
    days = [h for h in unmapped if parse_date_heading(h, _DEFAULT_SCHOOL_YEAR)]
    if len(days) < _MIN_DAY_COLUMNS:
        return None
    yes_no_spellings = {s for c in load_code_list("yes_no").values() for s in c.spellings}
    cells = [c for d in days for c in _sample_cells(sample, d)]
    is_presence = all(normalize_spelling(c) in yes_no_spellings for c in cells)
    year = "" if all(parse_date_heading(d, "") for d in days) else _DEFAULT_SCHOOL_YEAR
    return WideLayout("present" if is_presence else "hours", school_year=year)


def _sample_cells(sample: pa.Table | None, column: str) -> list[str]:
    if sample is None or column not in sample.column_names or column == ROW_COLUMN:
        return []
    return [c for c in sample[column].slice(0, _SAMPLE_CELLS).to_pylist() if c and c.strip()]


def _score_mapping(header: Sequence[str], record: RecordType, mapping: ColumnMapping) -> float:
    """Score how much of the record type is there.

    A field that many types have says little, and a type without any of its typical fields is
    unlikely.
    """
    fields = {f for t in mapping.targets(mapping.columns).values() for f in t.fields(record)}
    if mapping.wide:
        fields |= {mapping.wide.field, mapping.wide.value}
    specificity = sum(
        1 / sum(f in other.fields for other in load_element_catalogue().values()) for f in fields
    )
    has_required = [n in fields for n, e in record.fields.items() if e.required]
    about_children = any(normalize_spelling(h) in _PERSON_HEADERS for h in header)
    typical = 2 * sum(1 for f in record.telling if f in fields) or -bool(record.telling)
    penalty = 3 if about_children and not record.subject else 0
    return specificity + typical + sum(1 if n else -1 for n in has_required) - penalty
