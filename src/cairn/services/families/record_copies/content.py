"""Hold the content of one copy of a record, seal it, and lay it out for its readers."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cairn.data.records.api import EVENT_COUNT, RecordLine
from cairn.governance.consents.api import describe_records_for_families
from cairn.platform.sealing.api import FieldSealer, compute_keyed_hash, derive_subkey
from cairn.services.families.record_copies.labels import COPY_FIELD_NAMES
from cairn.warehouse.schema import FieldType, RecordType, get_record_type

_SEALING_LABEL: Final = "families-copy"
_SEEN_LABEL: Final = "families-copy-seen"
SCHOOL_YEAR: Final = "school_year"


@dataclass(frozen=True, slots=True)
class CopyLine:
    """One row of a copy.

    Attributes:
        record: record type.
        year: school year; empty if unknown.
        values: values by field: text, or a number.
        as_of: day on which the data submission arrived.
    """

    record: str
    year: str
    values: Mapping[str, str | float]
    as_of: date


@dataclass(frozen=True, slots=True)
class CopyStatement:
    """A statement that a family placed in the record (34 CFR 99.21(b)(2)).

    Attributes:
        placed_on: day on which it was placed.
        text: what it says.
    """

    placed_on: date
    text: str


@dataclass(frozen=True, slots=True)
class CopyContent:
    """The content of one copy.

    Attributes:
        lines: rows by record type; the newest school year first.
        leaves_out_others: whether something about other people is left out.
        statements: statements of the family about the part of the record that is in the copy.
    """

    lines: tuple[CopyLine, ...]
    leaves_out_others: bool
    statements: tuple[CopyStatement, ...] = ()

    def list_elements(self) -> frozenset[str]:
        """List the data elements in it, as `record.field`."""
        return frozenset(
            f"{line.record}.{name}"
            for line in self.lines
            for name in line.values
            if name != EVENT_COUNT
        )

    def serialize(self) -> bytes:
        """Write it as JSON, the same bytes for the same content."""
        lines = [
            [line.record, line.year, dict(line.values), line.as_of.isoformat()]
            for line in self.lines
        ]
        plain: dict[str, object] = {"lines": lines, "others": self.leaves_out_others}
        if self.statements:
            plain["statements"] = [
                [statement.placed_on.isoformat(), statement.text] for statement in self.statements
            ]
        return json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()

    def compute_digest(self) -> str:
        """Compute the keyed hash by which the page knows that nothing changed since it was seen."""
        return compute_keyed_hash(_SEEN_LABEL, self.serialize())


def build_copy_content(lines: Iterable[RecordLine], *, leaves_out_others: bool) -> CopyContent:
    """Build the content of a copy from an organization's rows about a student."""
    rows = (
        CopyLine(
            line.record,
            line.year,
            {name: value for name, value in line.values.items() if value is not None},
            line.as_of,
        )
        for line in lines
    )
    return CopyContent(tuple(rows), leaves_out_others)


def seal_copy_content(request: int, content: CopyContent) -> bytes:
    """Encrypt the content of a copy, bound to its request."""
    sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
    return sealer.seal(f"copy {request}", content.serialize())


def unseal_copy_content(request: int, sealed: bytes | memoryview) -> CopyContent:
    """Decrypt the content of a copy."""
    sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
    plain = json.loads(sealer.unseal(f"copy {request}", sealed))
    lines = (
        CopyLine(record, year, values, date.fromisoformat(as_of))
        for record, year, values, as_of in plain["lines"]
    )
    statements = (
        CopyStatement(date.fromisoformat(placed_on), text)
        for placed_on, text in plain.get("statements", ())
    )
    return CopyContent(tuple(lines), plain["others"], tuple(statements))


@dataclass(frozen=True, slots=True)
class CopySection:
    """The rows of one record type, as a table.

    Attributes:
        record: record type.
        title: its title in the reader's language.
        headings: headings of the columns.
        rows: texts of the cells, with the day of the data last.
    """

    record: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def build_copy_sections(content: CopyContent) -> tuple[CopySection, ...]:
    """Lay out a copy in the active language: one table for each record type.

    Values are as the organization recorded them; codes and labels of rare fields are English.
    """
    records = dict.fromkeys(line.record for line in content.lines)
    return tuple(
        _build_section(
            get_record_type(name), [line for line in content.lines if line.record == name]
        )
        for name in records
    )


def _build_section(record: RecordType, lines: list[CopyLine]) -> CopySection:
    shown = {name for line in lines for name in line.values}
    names = [name for name in (*record.fields, EVENT_COUNT) if name in shown]
    has_year = SCHOOL_YEAR in names
    headings = [label_copy_field(record, name) for name in names]
    return CopySection(
        record.name,
        label_copy_record(record),
        (*([] if has_year else [_("School year")]), *headings, _("Data of")),
        tuple(
            (
                *([] if has_year else [line.year or "—"]),
                *(_format_value(record, name, line.values.get(name)) for name in names),
                date_format(line.as_of, "DATE_FORMAT"),
            )
            for line in lines
        ),
    )


def label_copy_record(record: RecordType) -> str:
    """Name a record type in plain words of the active language; a rare one by its title."""
    (words,) = describe_records_for_families([f"{record.name}.{SCHOOL_YEAR}"])
    return words[:1].upper() + words[1:]


def label_copy_field(record: RecordType, name: str) -> str:
    """Name a field of a record type, in the active language where its name is known."""
    if name in COPY_FIELD_NAMES:
        return str(COPY_FIELD_NAMES[name])
    return record.fields[name].label


def _format_value(record: RecordType, name: str, value: str | float | None) -> str:
    field = record.fields.get(name)
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:g}"
    if field is not None and field.type is FieldType.DATE:
        return date_format(date.fromisoformat(str(value)), "DATE_FORMAT")
    if field is not None and value in field.codes:
        return field.codes[str(value)].label
    return str(value)
