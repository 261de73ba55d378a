"""Read the records of single students with a permit; only here do names and attributes meet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from django.utils import timezone

from cairn.data.intake.api import Delivery
from cairn.data.records import student_rows
from cairn.data.records.models import StudentRecord
from cairn.data.records.record_store import compute_record_lookups, unseal_rows
from cairn.data.records.student_rows import EVENT_COUNT, SCHOOL_YEAR, AttributeRow, Value
from cairn.governance.consents.api import Child, ChildLabel, unseal_child_label
from cairn.policy.checks import ElementOpening
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action, DeliveryState
from cairn.warehouse.schema import FieldType, get_record_type
from cairn.warehouse.store import WrongPermit

__all__ = [
    "RecordInventory",
    "RecordLine",
    "StudentFile",
    "list_own_records",
    "read_own_records",
    "read_shared_values",
    "read_student",
    "read_students",
]

Openings = Mapping[str, tuple[ElementOpening, ...]]
"""What opens each element, by student key."""

_FEWEST_WORDS_OF_A_TEXT: Final = 3
"""A text of three words can name a person."""
NO_LINKED_KEYS: Final[Mapping[str, str]] = MappingProxyType({})

_READING_ACTIONS: Final = frozenset({Action.VIEW, Action.LIST})


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One row about a student, with the allowed values alone.

    Attributes:
        record: record type, such as "attendance_total".
        year: its school year; empty if it is unknown or not shared.
        values: values by field; a field without a value is absent.
        agreement: reference of the agreement that the row came under.
        organization: slug of the organization that sent it.
        as_of: the day on which the data submission arrived.
    """

    record: str
    year: str
    values: Mapping[str, Value]
    agreement: str
    organization: str
    as_of: date


@dataclass(frozen=True, slots=True)
class StudentFile:
    """One student's name, and the rows that a permit opens.

    Attributes:
        label: who the student is.
        lines: rows with the allowed values.
    """

    label: ChildLabel
    lines: tuple[RecordLine, ...]


def read_student(permit: Permit, openings: Openings) -> StudentFile | None:
    """Read the record of the one student of a permit.

    Args:
        permit: permit for the page about one student.
        openings: what opens each element, from `list_student_openings`; it narrows further.

    Returns:
        The record; None if the student has no entry.

    Raises:
        WrongPermit: it is not for the page of exactly one student.
    """
    students = _list_students(permit)
    if permit.action is not Action.VIEW or len(students) != 1:
        raise WrongPermit("Reading a student's record needs a permit for that one student.")
    return read_students(permit, openings).get(students[0])


def read_students(
    permit: Permit, openings: Openings, linked: Mapping[str, str] = NO_LINKED_KEYS
) -> Mapping[str, StudentFile]:
    """Read the records of the students of a permit, in three queries for any number of them.

    Rows count while their data submission does, under the agreement that opens the element and for
    the school years that the agreements name.

    Args:
        permit: permit for a page about students.
        openings: what opens each element of each student.
        linked: student of the permit by the key that the same student has at another
            organization. Of its rows only those count that an opening of their provider opens.

    Returns:
        Records by student key.

    Raises:
        WrongPermit: it is for another action.
    """
    if permit.action not in _READING_ACTIONS:
        raise WrongPermit("Reading students' records needs a permit to view or to list them.")
    lines = _read_lines(permit, openings, linked)
    return {
        child.key: StudentFile(unseal_child_label(child.key, child.sealed), tuple(lines[child.key]))
        for child in Child.objects.filter(key__in=_list_students(permit))
    }


def read_shared_values(permit: Permit, openings: Openings) -> Mapping[str, tuple[RecordLine, ...]]:
    """Read the shared values of the students of a permit, without their names, to count them.

    Args:
        permit: permit to calculate figures.
        openings: what opens each element of each student.

    Returns:
        Rows by student key; a student without a shared value is absent.

    Raises:
        WrongPermit: it is for another action.
    """
    if permit.action is not Action.AGGREGATE:
        raise WrongPermit("Counting students' records needs a permit to calculate figures.")
    lines = _read_lines(permit, openings, NO_LINKED_KEYS)
    return {key: tuple(found) for key, found in lines.items()}


def _read_lines(
    permit: Permit, openings: Openings, linked: Mapping[str, str]
) -> defaultdict[str, list[RecordLine]]:
    keys = _list_students(permit)
    of_permit = frozenset(keys)
    others = {other: key for other, key in linked.items() if key in of_permit}
    known_by_lookup = compute_record_lookups([*keys, *(others.keys() - of_permit)])
    found = list(
        StudentRecord.objects.filter(
            lookup__in=list(known_by_lookup), agreement__in=permit.agreements
        ).order_by("delivery")
    )
    current = _load_current_deliveries(found)
    counting = _select_counting(found, current)
    lines: defaultdict[str, list[RecordLine]] = defaultdict(list)
    for row, values in unseal_rows(counting):
        known_as, delivery = known_by_lookup[row.lookup], current[row.delivery]
        key = others.get(known_as, known_as)
        opened = openings.get(key, ())
        if key != known_as:
            sender = delivery.organization.slug
            opened = tuple(item for item in opened if sender in item.providers)
        allowed = _list_opened_fields(permit, opened, key, row)
        if shown := list(_build_lines(permit, row, values, allowed, delivery)):
            lines[key] += shown
    return lines


@dataclass(frozen=True, slots=True)
class RecordInventory:
    """Which elements an organization has on record about one student, without a value.

    Attributes:
        elements: elements with a value, as `record.field`.
        texts: those among them with text that people wrote.
    """

    elements: frozenset[str]
    texts: frozenset[str]


def list_own_records(organization: str, key: str) -> RecordInventory:
    """List the elements that an organization has on record about one of its students.

    A question about them needs the list; it holds no value.

    Args:
        organization: slug of the organization.
        key: key of its student.

    Returns:
        The elements; empty if there are none.
    """
    elements: set[str] = set()
    texts: set[str] = set()
    for row, attributes, _delivery in _read_own_rows(organization, key):
        fields = get_record_type(row.record).fields
        for name, value in attributes.items():
            if value is None or value == "" or name not in fields:
                continue
            elements.add(f"{row.record}.{name}")
            is_text = fields[name].type is FieldType.TEXT and not fields[name].codes
            if is_text and len(str(value).split()) >= _FEWEST_WORDS_OF_A_TEXT:
                texts.add(f"{row.record}.{name}")
    return RecordInventory(frozenset(elements), frozenset(texts))


def read_own_records(permit: Permit, organization: str) -> tuple[RecordLine, ...]:
    """Read what an organization itself has on record about the one student of a permit.

    The same row in two data submissions is read once.

    Args:
        permit: permit to release a copy of that student's record.
        organization: slug of the organization that keeps the record.

    Returns:
        Rows with the allowed values, by record type; the newest school year first.

    Raises:
        WrongPermit: it is for another action, or not for exactly one student.
    """
    students = _list_students(permit)
    if permit.action is not Action.RELEASE_COPY or len(students) != 1:
        raise WrongPermit("A copy of a record needs a permit for that one student.")
    lines: dict[tuple[object, ...], RecordLine] = {}
    for row, attributes, delivery in _read_own_rows(organization, students[0]):
        shown = {
            name: value
            for name, value in attributes.items()
            if value is not None
            and value != ""
            and (name == EVENT_COUNT or f"{row.record}.{name}" in permit.elements)
        }
        if shown.keys() - {SCHOOL_YEAR, EVENT_COUNT}:
            as_of = timezone.localdate(delivery.received_at)
            year = str(shown.get(SCHOOL_YEAR, "")) or student_rows.find_row_year(attributes)
            line = RecordLine(row.record, year, shown, row.agreement, organization, as_of)
            lines[row.record, year, *sorted(shown.items())] = line
    in_order = sorted(lines.values(), key=lambda line: line.year, reverse=True)
    return tuple(sorted(in_order, key=lambda line: line.record))


def _read_own_rows(
    organization: str, key: str
) -> Iterator[tuple[StudentRecord, AttributeRow, Delivery]]:
    lookups = list(compute_record_lookups([key]))
    found = list(StudentRecord.objects.filter(lookup__in=lookups).order_by("delivery"))
    current = _load_current_deliveries(found)
    for row, values in unseal_rows(_select_counting(found, current)):
        if current[row.delivery].organization.slug == organization:
            for attributes in values:
                yield row, attributes, current[row.delivery]


def _load_current_deliveries(found: Iterable[StudentRecord]) -> Mapping[int, Delivery]:
    """Load the data submissions of records that count now."""
    rows = Delivery.objects.filter(
        pk__in={row.delivery for row in found}, state=DeliveryState.CONFORMED.value
    )
    return {row.pk: row for row in rows.select_related("organization")}


def _select_counting(
    found: Iterable[StudentRecord], current: Mapping[int, Delivery]
) -> Iterator[StudentRecord]:
    return (
        row
        for row in found
        if row.delivery in current and current[row.delivery].conformed == row.source
    )


def _list_students(permit: Permit) -> list[str]:
    return sorted({*(permit.only_people or ()), *permit.partly})


def _list_opened_fields(
    permit: Permit, openings: Iterable[ElementOpening], key: str, row: StudentRecord
) -> frozenset[str]:
    """List the fields that the agreement of a row opens of the student."""
    allowed = permit.list_elements_of(key)
    prefix = f"{row.record}."
    return frozenset(
        item.element.removeprefix(prefix)
        for item in openings
        if item.agreement == row.agreement
        and item.element in allowed
        and item.element.startswith(prefix)
    )


def _build_lines(
    permit: Permit,
    row: StudentRecord,
    values: Iterable[AttributeRow],
    allowed: frozenset[str],
    delivery: Delivery,
) -> Iterator[RecordLine]:
    first, last = permit.years.get(row.record, ("", ""))
    total = student_rows.EVENT_TOTALS.get(row.record)
    for attributes in values:
        year = student_rows.find_row_year(attributes)
        is_outside = (first and year < first) or (last and (not year or year > last))
        fields = allowed
        if total and allowed.issuperset(total.group):
            fields |= {EVENT_COUNT}
        shown = {
            name: value
            for name, value in attributes.items()
            if name in fields and value is not None and value != ""
        }
        if shown.keys() - {SCHOOL_YEAR} and not is_outside:
            # A day says its school year as well.
            is_year_shared = bool(allowed & {SCHOOL_YEAR, *student_rows.YEAR_DAYS})
            yield RecordLine(
                row.record,
                year if is_year_shared else "",
                shown,
                row.agreement,
                delivery.organization.slug,
                timezone.localdate(delivery.received_at),
            )
