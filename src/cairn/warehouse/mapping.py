"""How one partner's file becomes our record type: which column is which field, how spelled.

A mapping is saved per organization and feed, as TOML that a person can read and edit.
"""

import hashlib
import tomllib
from collections import abc
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from cairn.warehouse.elements import Field, RecordType, Type, UnknownElement, key, record_type
from cairn.warehouse.failures import Failure
from cairn.warehouse.toml_text import dump
from cairn.warehouse.values import school_year

NAME: Final = "name"
"""The pseudo-field of a column that holds a whole name."""

NAME_ORDERS: Final = ("last_first", "first_last")
NAME_FIELDS: Final = ("given_name", "middle_name", "family_name", "suffix")
MINUTES: Final = "minutes"


class MappingProblem(Exception):
    """A mapping that cannot be used. The message names the entry and says what to change."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column goes: a field, and the rule by which its text becomes that field."""

    field: str
    rule: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        name, _, rule = text.partition(":")
        return cls(name.strip(), rule.strip())

    def fields(self, record: RecordType) -> tuple[str, ...]:
        """The fields this column feeds; a whole name feeds several."""
        if self.field == NAME:
            return tuple(f for f in NAME_FIELDS if f in record.fields)
        return (self.field,)


@dataclass(frozen=True, slots=True)
class Wide:
    """A sheet with a column a day: the heading goes to ``field``, the cell to ``value``.

    ``school_year`` ("2025-26") gives the year to headings that leave it out, like 9/8.
    """

    value: str
    field: str = "date"
    school_year: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """See the room's README for the file format. Checked when made: ``MappingProblem``."""

    record: str
    columns: abc.Mapping[str, str]
    sheet: str | None = None
    skip_rows: int | None = None
    fill_down: tuple[str, ...] = ()
    constants: abc.Mapping[str, str] = field(default_factory=dict)
    codes: abc.Mapping[str, abc.Mapping[str, str]] = field(default_factory=dict)
    date_formats: abc.Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wide: Wide | None = None

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise MappingProblem(problem)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From TOML."""
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise MappingProblem(f"The mapping is not valid TOML: {error}.") from error
        return cls._from(data)

    @classmethod
    def load(cls, path: Path) -> Self:
        """From a TOML file."""
        return cls.parse(path.read_text("utf-8"))

    @classmethod
    def _from(cls, data: dict[str, Any]) -> Self:
        if unknown := sorted(data.keys() - cls.__dataclass_fields__.keys()):
            raise MappingProblem(f"The mapping's entry “{unknown[0]}” means nothing here.")
        if missing := sorted({"record", "columns"} - data.keys()):
            raise MappingProblem(f"The mapping lacks “{missing[0]}”.")
        data["constants"] = {k: str(v) for k, v in data.get("constants", {}).items()}
        data["fill_down"] = tuple(data.get("fill_down", ()))
        data["date_formats"] = {k: _tuple(v) for k, v in data.get("date_formats", {}).items()}
        try:
            data["wide"] = Wide(**data["wide"]) if "wide" in data else None
        except TypeError as error:
            raise MappingProblem("[wide] takes “value”, “field” and “school_year” only.") from error
        return cls(**data)

    def dump(self) -> str:
        """As TOML; ``parse`` gives the same mapping back."""
        wide = {k: v for k, v in asdict(self.wide).items() if v} if self.wide else {}
        return dump(
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
        """Names this mapping, so that the same file mapped otherwise is made anew."""
        return hashlib.sha256(self.dump().encode()).hexdigest()

    @property
    def type(self) -> RecordType:
        """The record type its rows become."""
        return record_type(self.record)

    def targets(self, header: abc.Iterable[str]) -> dict[str, Target]:
        """Of these columns, the mapped ones. Case and repeated spaces do not matter."""
        wanted = {_plain(c): Target.parse(t) for c, t in self.columns.items()}
        return {h: wanted[_plain(h)] for h in header if _plain(h) in wanted}

    def absent(self, header: abc.Iterable[str]) -> list[str]:
        """The mapped columns that are not among these."""
        here = {_plain(h) for h in header}
        return [c for c in self.columns if _plain(c) not in here]


def _plain(header: str) -> str:
    return " ".join(header.casefold().split())


def _tuple(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _problems(mapping: Mapping) -> abc.Iterator[str]:
    try:
        record = mapping.type
    except UnknownElement as error:
        yield str(error)
        return
    targets = {c: Target.parse(t) for c, t in mapping.columns.items()}
    if mapping.wide:
        targets["[wide] field"] = Target(mapping.wide.field)
        targets["[wide] value"] = Target.parse(mapping.wide.value)
    for column, target in targets.items():
        yield from _target_problems(record, column, target)
    year = mapping.wide.school_year if mapping.wide else ""
    if year and isinstance(school_year(year), Failure):
        yield f"[wide] school_year: {Failure.NOT_A_SCHOOL_YEAR.message}"
    yield from _repeated(record, targets)
    for name in (*mapping.constants, *mapping.codes, *mapping.date_formats):
        if name not in record.fields:
            yield _no_field(record, name)
    for name, spellings in mapping.codes.items():
        for code in spellings.values():
            if code not in record.fields[name].codes and code != "":
                allowed = ", ".join(record.fields[name].codes) or "none"
                yield f"{name} has no code “{code}”. Its codes are: {allowed}."


def _target_problems(record: RecordType, column: str, target: Target) -> abc.Iterator[str]:
    if target.field == NAME:
        if not {"given_name", "family_name"} <= record.fields.keys():
            yield f"“{column}”: the record type {record.name} holds no names."
        elif target.rule not in NAME_ORDERS:
            yield f"“{column}”: write name:last_first or name:first_last."
    elif target.field not in record.fields:
        yield _no_field(record, target.field)
    elif target.rule and not _knows(record.fields[target.field], target.rule):
        yield f"“{column}”: the field {target.field} has no rule “{target.rule}”."


def _knows(element: Field, rule: str) -> bool:
    if element.unit == "hours":
        return rule == MINUTES
    return element.type is Type.CODE and rule in element.flags


def _repeated(record: RecordType, targets: abc.Mapping[str, Target]) -> abc.Iterator[str]:
    by_field: dict[str, str] = {}
    for column, target in targets.items():
        if target.field in record.fields and record.fields[target.field].flags and target.rule:
            continue
        for name in target.fields(record):
            if name in by_field:
                yield f"“{by_field[name]}” and “{column}” both go to {name}. Leave one of them out."
            by_field[name] = column


def _no_field(record: RecordType, name: str) -> str:
    near = [f for f in record.fields if key(f)[:3] == key(name)[:3]] or record.fields
    return f"A {record.name} has no field “{name}”. Did you mean: {', '.join(near)}?"
