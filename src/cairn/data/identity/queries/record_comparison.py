"""Prepare a question for a reviewer: records side by side, where they differ, and why.

Identifying fields only: this database holds no other information about a child.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.data.identity.comparison import fitted_model
from cairn.data.identity.comparison.fitted_model import ExplainedPair
from cairn.data.identity.models.clerical_review import Question
from cairn.data.identity.models.person_index import Link, Record, Statement
from cairn.data.identity.storage.statements import IdentitySealer, read_statement_table
from cairn.governance.disclosure_log.api import load_organization_names
from cairn.matching.standardize import explain_standardization
from cairn.platform.storage.api import open_key_ring

FIELD_LABELS: Final[Mapping[str, str | Promise]] = {
    "given_name": _("First name"),
    "middle_name": _("Middle name"),
    "family_name": _("Last name"),
    "suffix": _("Suffix"),
    "preferred_name": _("Preferred name"),
    "birth_date": _("Birth date"),
    "death_date": _("Date of death"),
    "gender": _("Sex"),
    "street": _("Address"),
    "postal_code": _("ZIP code"),
    "phone": _("Phone"),
    "email": _("Email"),
    "guardian_name": _("Guardian"),
    "state_id": _("State student ID"),
    "local_id": _("Local student ID"),
}

_SAME, _DIFFER, _SILENT = "same", "differ", "silent"


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """One record: its side of the question, its source, and since when it exists."""

    side: str
    source: str
    since: date | None


@dataclass(frozen=True, slots=True)
class FieldCell:
    """What one record states in one field; `odd` if another record states something different."""

    label: str
    value: str
    odd: bool


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of all records. `state`: same, differ, or silent if hardly any record states it."""

    field: str | Promise
    cells: tuple[FieldCell, ...]
    state: str


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """How one value of a record is compared, and why differently from how it was written."""

    record: str
    field: str | Promise
    written: str
    compared: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordComparison:
    """A question as a reviewer sees it."""

    columns: tuple[RecordColumn, ...]
    lines: tuple[FieldLine, ...]
    why: tuple[ExplainedPair, ...]
    read: tuple[ComparedValue, ...] = ()

    @property
    def sources(self) -> list[str]:
        """List the sources of the values shown."""
        return sorted({column.source for column in self.columns})

    @property
    def as_of(self) -> date | None:
        """Return since when the newest of these records exists."""
        return max((column.since for column in self.columns if column.since), default=None)


def compare_question_records(question: Question) -> RecordComparison:
    """Compare the records of a question side by side, with the strongest evidence both ways.

    Args:
        question: the question.
    Returns:
        The comparison.
    """
    rows = question.records.order_by("side", "record_id").values_list("record_id", "side")
    sealer = IdentitySealer(open_key_ring())
    side_of = dict(rows)
    statement_table, key_of = _read_statements(list(side_of), sealer)
    stored_model = fitted_model.load_fitted_model(sealer)
    sides = tuple(
        {key_of[record_number] for record_number, side in side_of.items() if side == side_index}
        for side_index in (0, 1)
    )
    why = (
        fitted_model.explain_groups(statement_table, sides[0], sides[1], stored_model.model)
        if stored_model
        else ()
    )
    letters = {record_number: "AB"[side] for record_number, side in side_of.items()}
    shared_values = stored_model.model.shared if stored_model else frozenset()
    return _build_comparison(letters, statement_table.to_pylist(), key_of, why, shared_values)


def compare_records(numbers: Collection[int]) -> RecordComparison:
    """Compare records side by side, without a question.

    Args:
        numbers: record numbers.
    Returns:
        The comparison.
    """
    return _compare_lettered_records(dict.fromkeys(sorted(numbers), ""))


def compare_two_people(left: Collection[int], right: Collection[int]) -> RecordComparison:
    """Compare the records of two people, A and B.

    Args:
        left: record numbers of A.
        right: record numbers of B.
    Returns:
        The comparison.
    """
    return _compare_lettered_records(
        {**dict.fromkeys(sorted(left), "A"), **dict.fromkeys(right, "B")}
    )


def _compare_lettered_records(letters: dict[int, str]) -> RecordComparison:
    sealer = IdentitySealer(open_key_ring())
    statement_table, key_of = _read_statements(sorted(letters), sealer)
    stored_model = fitted_model.load_fitted_model(sealer)
    shared_values = stored_model.model.shared if stored_model else frozenset()
    return _build_comparison(letters, statement_table.to_pylist(), key_of, (), shared_values)


def _read_statements(numbers: Sequence[int], sealer: IdentitySealer) -> tuple[Any, dict[int, str]]:
    keys = dict(Record.objects.filter(pk__in=numbers).values_list("pk", "key"))
    return read_statement_table(numbers, sealer), keys


def _build_comparison(
    letters: Mapping[int, str],
    statements: Sequence[Mapping[str, Any]],
    key_of: Mapping[int, str],
    why: tuple[ExplainedPair, ...],
    shared_values: Collection[str],
) -> RecordComparison:
    name_of, since_of = load_organization_names(), _find_first_dates(letters)
    source = dict(Record.objects.filter(pk__in=letters).values_list("pk", "source"))
    columns = tuple(
        RecordColumn(letter, name_of.get(source[number], source[number]), since_of.get(number))
        for number, letter in letters.items()
    )
    values = {
        number: {
            name: " / ".join(
                sorted(
                    {
                        _format_value(row[name])
                        for row in statements
                        if row["record_key"] == key_of[number]
                    }
                    - {""}
                )
            )
            for name in FIELD_LABELS
        }
        for number in letters
    }
    lines = [
        _build_field_line(title, [values[number][name] for number in letters], columns)
        for name, title in FIELD_LABELS.items()
        if any(values[number][name] for number in letters)
    ]
    label = {
        key_of[number]: f"{record_column.side} {record_column.source}".strip()
        for number, record_column in zip(letters, columns, strict=True)
    }
    compared_values = [
        ComparedValue(
            label[row["record_key"]],
            FIELD_LABELS[explanation.field],
            explanation.written,
            explanation.compared,
            explanation.why,
        )
        for row in statements
        if row["record_key"] in label
        for explanation in explain_standardization(row, shared_values)
    ]
    return RecordComparison(columns, tuple(lines), why, tuple(dict.fromkeys(compared_values)))


def _build_field_line(
    title: str | Promise, values: Sequence[str], columns: Sequence[RecordColumn]
) -> FieldLine:
    stated = [value.casefold() for value in values if value]
    common = max(sorted(set(stated)), key=stated.count)
    odd = [bool(value) and value.casefold() != common for value in values]
    state = _SILENT if len(stated) == 1 else _DIFFER if any(odd) else _SAME
    cells = tuple(
        FieldCell(f"{column.side} {column.source}".strip(), value, differs)
        for column, value, differs in zip(columns, values, odd, strict=True)
    )
    return FieldLine(title, cells, state)


def _find_first_dates(numbers: Collection[int]) -> dict[int, date]:
    since_of: dict[int, date] = {}
    rows = Statement.objects.filter(record__in=numbers).order_by("-since")
    for record, since in rows.values_list("record_id", "since"):
        since_of[record] = timezone.localdate(since)
    return since_of


def _format_value(value: object) -> str:
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return "" if value is None else str(value)


def list_current_records(person: str) -> list[int]:
    """List the records that belong to a person today.

    Args:
        person: person ID.
    Returns:
        Record numbers.
    """
    return list(
        Link.objects.filter(person=person, until__isnull=True)
        .order_by("record_id")
        .values_list("record_id", flat=True)
    )
