"""Lay out the page about one student: tables by record type, and elements that are not shared."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cairn.data.records.api import EVENT_COUNT, RecordLine, StudentFile
from cairn.policy.checks import ElementOpening
from cairn.policy.vocabulary import IdentifierClass, label_code
from cairn.warehouse.schema import FieldType, RecordType, get_record_type

PAGE_RECORDS: Final = (
    "attendance_total",
    "attendance",
    "enrollment",
    "assessment",
    "course",
    "participation",
    "session_attendance",
    "service",
)
"""Record types that the page always names, in its order; others appear if they are shared."""

_PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One row of a table: its cells, and what opens them.

    Attributes:
        cells: heading and text of each cell.
        source: name of the organization that sent it.
        basis: legal basis, agreement and signed forms; that it is the viewer's own record.
        as_of: day on which the data arrived.
    """

    cells: tuple[tuple[str, str], ...]
    source: str
    basis: str
    as_of: date


@dataclass(frozen=True, slots=True)
class RecordSection:
    """The part of the page about one record type.

    Attributes:
        title: its title.
        headings: headings of the columns.
        rows: rows by school year, newest first.
        not_shared: labels of the elements without a value, never with a reason.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[ValueRow, ...]
    not_shared: tuple[str, ...]


def build_sections(
    found: StudentFile, openings: Iterable[ElementOpening], names: Mapping[str, str]
) -> tuple[RecordSection, ...]:
    """Lay out a student's record. All elements without a value read alike.

    Args:
        found: the record, with the allowed values.
        openings: what opens each element.
        names: name of each organization by its slug.

    Returns:
        One section for each record type.
    """
    lines_by_record: defaultdict[str, list[RecordLine]] = defaultdict(list)
    for line in found.lines:
        lines_by_record[line.record].append(line)
    by_agreement = {(item.agreement, item.element): item for item in openings}
    records = [*PAGE_RECORDS, *sorted(lines_by_record.keys() - set(PAGE_RECORDS))]
    return tuple(
        _build_section(get_record_type(name), lines_by_record[name], by_agreement, names)
        for name in records
    )


def find_attendance_rate(found: StudentFile) -> float | None:
    """Find the attendance rate of the newest school year with shared totals.

    Args:
        found: the record, with the allowed values.

    Returns:
        Percent of the enrolled days on which the student attended; None if it is not shared.
    """
    rates = [
        (line.year, rate)
        for line in found.lines
        if line.record == "attendance_total" and (rate := _compute_rate(line.values)) is not None
    ]
    return max(rates, key=lambda item: item[0])[1] if rates else None


def find_newest_value(found: StudentFile, record: str, field: str) -> str:
    """Find a value in the newest school year of a record type, in words.

    A value of an earlier year never replaces one that is not shared of the newest.

    Args:
        found: the record, with the allowed values.
        record: record type, such as "enrollment".
        field: field of it, such as "grade".

    Returns:
        The value; empty if it is not shared.
    """
    lines = [line for line in found.lines if line.record == record]
    year = max((line.year for line in lines), default="")
    newest = max(
        (line for line in lines if line.year == year and line.values.get(field) is not None),
        key=lambda line: (str(line.values.get("entry_date", "")), line.as_of),
        default=None,
    )
    return "" if newest is None else _format_value(get_record_type(record), field, newest)


def _compute_rate(values: Mapping[str, object]) -> float | None:
    enrolled, absent = values.get("days_enrolled"), values.get("days_absent")
    if not isinstance(enrolled, float) or not isinstance(absent, float) or enrolled <= 0:
        return None
    return max(0.0, enrolled - absent) * _PERCENT / enrolled


def _build_section(
    record: RecordType,
    lines: list[RecordLine],
    openings: Mapping[tuple[str, str], ElementOpening],
    names: Mapping[str, str],
) -> RecordSection:
    shown = {name for line in lines for name in line.values}
    labels = {name: field.label for name, field in record.fields.items() if name in shown}
    if EVENT_COUNT in shown:
        labels[EVENT_COUNT] = _("Number")
    has_rate = any(_compute_rate(line.values) is not None for line in lines)
    headings = (*labels.values(), *([_("Attendance rate")] if has_rate else []))
    newest_first = sorted(lines, key=lambda line: line.as_of, reverse=True)
    newest_first.sort(key=lambda line: line.year, reverse=True)
    return RecordSection(
        title=record.title,
        headings=headings,
        rows=tuple(
            _build_row(record, line, labels, openings, names[line.organization], has_rate=has_rate)
            for line in newest_first
        ),
        not_shared=tuple(
            field.label
            for name, field in record.fields.items()
            if name not in shown
            and name not in record.person
            and field.identifier is not IdentifierClass.DIRECT
        ),
    )


def _build_row(
    record: RecordType,
    line: RecordLine,
    labels: Mapping[str, str],
    openings: Mapping[tuple[str, str], ElementOpening],
    source: str,
    *,
    has_rate: bool,
) -> ValueRow:
    cells = [(label, _format_value(record, name, line)) for name, label in labels.items()]
    if has_rate:
        rate = _compute_rate(line.values)
        cells.append((_("Attendance rate"), "—" if rate is None else format_rate(rate)))
    found = [openings.get((line.agreement, f"{record.name}.{name}")) for name in line.values]
    used = sorted({_describe_opening(item) for item in found if item is not None})
    return ValueRow(tuple(cells), source, "; ".join(used), line.as_of)


def format_rate(rate: float) -> str:
    """Write a percentage with one decimal, cut and not rounded: 89.96 stays below 90."""
    return f"{int(rate * 10) / 10:.1f}%"


def _format_value(record: RecordType, name: str, line: RecordLine) -> str:
    value, field = line.values.get(name), record.fields.get(name)
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:g}"
    if field is not None and field.type is FieldType.CODE and value in field.codes:
        return field.codes[value].label
    if field is not None and field.type is FieldType.DATE:
        return date_format(date.fromisoformat(value))
    return value


def _describe_opening(opening: ElementOpening) -> str:
    if opening.is_own:
        return _("Own record, %(agreement)s") % {"agreement": opening.agreement}
    forms = ", ".join(opening.consents)
    basis = f"{label_code(opening.basis).capitalize()}, {opening.agreement}"
    return f"{basis} ({forms})" if forms else basis
