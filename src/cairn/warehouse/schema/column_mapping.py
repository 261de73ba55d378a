"""Describe how one partner's file becomes a record type: which column is which field.

A mapping is saved for each organization and feed, as TOML that a person can read and edit.
"""

import hashlib
import json
import re
import tomllib
from collections import abc
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from cairn.warehouse.schema.elements import (
    ElementField,
    FieldType,
    RecordType,
    UnknownElement,
    get_record_type,
    normalize_spelling,
)
from cairn.warehouse.schema.failures import Failure
from cairn.warehouse.schema.school_years import parse_school_year

__all__ = ["WHOLE_NAME", "ColumnMapping", "ColumnTarget", "MappingProblem"]

WHOLE_NAME: Final = "name"
"""The pseudo-field of a column that holds a whole name."""

NAME_ORDERS: Final = ("last_first", "first_last")
NAME_FIELDS: Final = ("given_name", "middle_name", "family_name", "suffix")
MINUTES_RULE: Final = "minutes"


class MappingProblem(Exception):
    """A mapping that cannot be used. The message names the entry and says what to change."""


@dataclass(frozen=True, slots=True)
class ColumnTarget:
    """Where a column goes: a field, and the rule by which its text becomes that field."""

    field: str
    rule: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse ``field`` or ``field:rule``."""
        name, _, rule = text.partition(":")
        return cls(name.strip(), rule.strip())

    def fields(self, record: RecordType) -> tuple[str, ...]:
        """Return the fields that this column feeds; a whole name feeds several."""
        if self.field == WHOLE_NAME:
            return tuple(f for f in NAME_FIELDS if f in record.fields)
        return (self.field,)


@dataclass(frozen=True, slots=True)
class WideLayout:
    """A sheet with a column for each day: the heading goes to ``field``, the cell to ``value``.

    ``school_year`` ("2025-26") gives the year to headings that leave it out, such as 9/8.
    """

    value: str
    field: str = "date"
    school_year: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """Map the columns of a feed to fields of one record type; checked when it is made.

    README.md describes the file format.

    Attributes:
        record: name of the record type.
        columns: heading → ``field`` or ``field:rule``.
        sheet: name of the sheet, with wildcards; None for the sheets with most of the columns.
        skip_rows: number of lines above the header; None to find it.
        fill_down: headings of columns in which an empty cell takes the value above.
        constants: field → value for every row.
        codes: field → spelling → code; "" leaves the cell empty.
        date_formats: field → formats for ``strptime``; a field without an entry is read by
            evidence.
        wide: layout of a sheet with a column for each day; None for any other.

    Raises:
        MappingProblem: an entry cannot be used.
    """

    record: str
    columns: abc.Mapping[str, str]
    sheet: str | None = None
    skip_rows: int | None = None
    fill_down: tuple[str, ...] = ()
    constants: abc.Mapping[str, str] = field(default_factory=dict)
    codes: abc.Mapping[str, abc.Mapping[str, str]] = field(default_factory=dict)
    date_formats: abc.Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wide: WideLayout | None = None

    def __post_init__(self) -> None:
        for problem in _find_problems(self):
            raise MappingProblem(problem)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a mapping from TOML."""
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise MappingProblem(f"The mapping is not valid TOML: {error}.") from error
        return cls._from_toml(data)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Load a mapping from a TOML file."""
        return cls.parse(path.read_text("utf-8"))

    @classmethod
    def _from_toml(cls, data: dict[str, Any]) -> Self:
        if unknown_entries := sorted(data.keys() - cls.__dataclass_fields__.keys()):
            raise MappingProblem(f"The column mapping has an unknown entry “{unknown_entries[0]}”.")
        if missing_entries := sorted({"record", "columns"} - data.keys()):
            raise MappingProblem(f"The column mapping is missing “{missing_entries[0]}”.")
        data["constants"] = {k: str(v) for k, v in data.get("constants", {}).items()}
        data["fill_down"] = tuple(data.get("fill_down", ()))
        data["date_formats"] = {k: _to_tuple(v) for k, v in data.get("date_formats", {}).items()}
        try:
            data["wide"] = WideLayout(**data["wide"]) if "wide" in data else None
        except TypeError as error:
            raise MappingProblem("[wide] takes “value”, “field” and “school_year” only.") from error
        return cls(**data)

    def dump(self) -> str:
        """Write the mapping as TOML; ``parse`` returns the same mapping."""
        wide = {k: v for k, v in asdict(self.wide).items() if v} if self.wide else {}
        return format_toml(
            {
                "record": self.record,
                "sheet": self.sheet,
                "skip_rows": self.skip_rows,
                "fill_down": list(self.fill_down),
                "columns": self.columns,
                "constants": self.constants,
                "codes": self.codes,
                "date_formats": {k: list(v) for k, v in self.date_formats.items()},
                "wide": wide,
            }
        )

    @property
    def digest(self) -> str:
        """The sha256 (hex) of the mapping; the same file under another mapping is made again."""
        return hashlib.sha256(self.dump().encode()).hexdigest()

    @property
    def type(self) -> RecordType:
        """The record type of its rows."""
        return get_record_type(self.record)

    def targets(self, header: abc.Iterable[str]) -> dict[str, ColumnTarget]:
        """Return the mapped columns among these, with their targets.

        Case and repeated spaces are ignored.
        """
        targets_by_header = {
            _fold_header(c): ColumnTarget.parse(t) for c, t in self.columns.items()
        }
        return {
            h: targets_by_header[_fold_header(h)]
            for h in header
            if _fold_header(h) in targets_by_header
        }

    def find_missing_columns(self, header: abc.Iterable[str]) -> list[str]:
        """Return the mapped columns that are not among these."""
        present = {_fold_header(h) for h in header}
        return [c for c in self.columns if _fold_header(c) not in present]


def _fold_header(header: str) -> str:
    return " ".join(header.casefold().split())


def _to_tuple(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _find_problems(mapping: ColumnMapping) -> abc.Iterator[str]:
    try:
        record = mapping.type
    except UnknownElement as error:
        yield str(error)
        return
    targets = {c: ColumnTarget.parse(t) for c, t in mapping.columns.items()}
    if mapping.wide:
        targets["[wide] field"] = ColumnTarget(mapping.wide.field)
        targets["[wide] value"] = ColumnTarget.parse(mapping.wide.value)
    for column, target in targets.items():
        yield from _find_target_problems(record, column, target)
    year = mapping.wide.school_year if mapping.wide else ""
    if year and isinstance(parse_school_year(year), Failure):
        yield f"[wide] school_year: {Failure.NOT_A_SCHOOL_YEAR.message}"
    yield from _find_repeated_fields(record, targets)
    for name in (*mapping.constants, *mapping.codes, *mapping.date_formats):
        if name not in record.fields:
            yield _describe_unknown_field(record, name)
    for name, spellings in mapping.codes.items():
        for code in spellings.values():
            if code not in record.fields[name].codes and code != "":
                allowed = ", ".join(record.fields[name].codes) or "none"
                yield f"{name} has no code “{code}”. Its codes are: {allowed}."


def _find_target_problems(
    record: RecordType, column: str, target: ColumnTarget
) -> abc.Iterator[str]:
    if target.field == WHOLE_NAME:
        if not {"given_name", "family_name"} <= record.fields.keys():
            yield f"“{column}”: the record type {record.name} holds no names."
        elif target.rule not in NAME_ORDERS:
            yield f"“{column}”: write name:last_first or name:first_last."
    elif target.field not in record.fields:
        yield _describe_unknown_field(record, target.field)
    elif target.rule and not _has_rule(record.fields[target.field], target.rule):
        yield f"“{column}”: the field {target.field} has no rule “{target.rule}”."


def _has_rule(element: ElementField, rule: str) -> bool:
    if element.unit == "hours":
        return rule == MINUTES_RULE
    return element.type is FieldType.CODE and rule in element.flags


def _find_repeated_fields(
    record: RecordType, targets: abc.Mapping[str, ColumnTarget]
) -> abc.Iterator[str]:
    by_field: dict[str, str] = {}
    for column, target in targets.items():
        if target.field in record.fields and record.fields[target.field].flags and target.rule:
            continue
        for name in target.fields(record):
            if name in by_field:
                yield (
                    f"“{by_field[name]}” and “{column}” both map to {name}. Leave one of them out."
                )
            by_field[name] = column


def _describe_unknown_field(record: RecordType, name: str) -> str:
    similar = [
        f for f in record.fields if normalize_spelling(f)[:3] == normalize_spelling(name)[:3]
    ] or record.fields
    return f"A {record.name} has no field “{name}”. Did you mean: {', '.join(similar)}?"


_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


def format_toml(data: Mapping[str, Any]) -> str:
    """Write plain settings as TOML; the standard library reads TOML but does not write it.

    Takes text, whole numbers, lists of text, and tables of those. Empty entries are left out.
    """
    return "\n".join(_format_table(data, ())) + "\n"


def _format_table(data: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    plain_entries = {
        k: v for k, v in data.items() if not isinstance(v, Mapping) and v not in (None, [])
    }
    if path and (plain_entries or not data):
        yield f"\n[{'.'.join(_format_key(p) for p in path)}]"
    for name, value in plain_entries.items():
        yield f"{_format_key(name)} = {_format_value(value)}"
    for name, value in data.items():
        if isinstance(value, Mapping) and value:
            yield from _format_table(value, (*path, name))


def _format_key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _format_value(name)


def _format_value(value: str | int | list[str]) -> str:
    # JSON's strings, lists and whole numbers are TOML's too, but for one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
