"""Forms for one section of an agreement: one form per table, plus a blank one if it repeats."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.forms.criterion_fields import CriterionFields, CriterionGroup
from cairn.governance.agreements.forms.format_fields import (
    FieldChoices,
    build_form_field,
    format_for_form,
    offer_choices,
    parse_form_value,
)
from cairn.governance.agreements.toml_format.fields import FieldKind, FormatField, FormatTable
from cairn.policy.vocabulary import LegalBasis

TOP_SECTION_NAME: Final = "agreement"
_REMOVE_FIELD: Final = "remove_this"

# The signature page sets the signatures, and a notice of termination sets the end.
KEYS_SET_ELSEWHERE: Final = frozenset(
    {
        "signed_by",
        "signed_capacity",
        "signed_on",
        "signed_how",
        "signed_digest",
        "terminated_on",
        "fixed_on",
        "text_digest",
    }
)


def find_section_name(table: FormatTable) -> str:
    """Find the name that a form uses for a table.

    Args:
        table: the table.

    Returns:
        The table's key; "agreement" for the top of the text.
    """
    return table.key or TOP_SECTION_NAME


class SectionForms:
    """The forms of one section, filled from a text's tables or from submitted data.

    `sent` is the submitted data; None shows what the text says. The form has the fields `keys`,
    and folded those of `more`. `choices` offers values, such as registered partners, instead of a
    field to type into. A table that repeats has a blank form at its end if `adds_rows`, and a row
    can be removed if `removes_rows`.
    `build_changed_tables()` returns the tables with this section as submitted.
    """

    def __init__(
        self,
        table: FormatTable,
        raw: Mapping[str, Any],
        sent: QueryDict | None = None,
        *,
        keys: Collection[str],
        more: Collection[str] = (),
        choices: FieldChoices | None = None,
        adds_rows: bool = True,
        removes_rows: bool = True,
    ) -> None:
        self.table = table
        self.is_folded = not keys
        self._raw = raw
        fields = [
            field
            for field in table.fields
            if field.key not in KEYS_SET_ELSEWHERE and field.key in {*keys, *more}
        ]
        rows = self._find_rows()
        if table.many:
            count = _count_rows(sent, table) if sent is not None else len(rows) + adds_rows
            rows = [*rows, *({} for _row in range(count - len(rows)))][:count]
        asked = _AskedFields(
            tuple(fields),
            folded=frozenset(more if keys else ()),
            rare=frozenset(more),
            choices=choices or {},
            is_removable=removes_rows,
        )
        self.forms = [
            _SectionRowForm(table, asked, row, number, sent, raw) for number, row in enumerate(rows)
        ]
        self.count = len(self.forms)

    def is_valid(self) -> bool:
        """Return whether every submitted value can be written to the text at all (a date is a
        date).
        """
        return not any(form.errors for form in self.forms)

    @property
    def heading(self) -> str:
        """The heading of the table; the labels of the fields for the top of the text."""
        labels = [str(field.label) for form in self.forms for field in form.term_fields]
        return self.table.heading if self.table.key else ", ".join(labels)

    @property
    def filled(self) -> int:
        """The number of rows that the text has, or 1 for a single table that it has."""
        if not self.table.key:
            return 0
        return sum(bool(row) for row in self._find_rows())

    def build_changed_tables(self) -> dict[str, Any]:
        """Build the text's tables with this section as submitted, without blank values."""
        rows = [form.row() for form in self.forms if not form.is_removed]
        raw = dict(self._raw)
        if not self.table.key:
            return {key: value for key, value in {**raw, **rows[0]}.items() if value is not None}
        filled_rows = [_without_blanks(row) for row in rows]
        filled_rows = [row for row in filled_rows if row]
        raw[self.table.key] = filled_rows if self.table.many else (filled_rows or [{}])[0]
        return {key: value for key, value in raw.items() if value or value is False}

    def _find_rows(self) -> list[Mapping[str, Any]]:
        if not self.table.key:
            return [self._raw]
        raw_table = self._raw.get(self.table.key)
        if self.table.many:
            return (
                [raw_row for raw_row in raw_table if isinstance(raw_row, dict)]
                if isinstance(raw_table, list)
                else []
            )
        return [raw_table if isinstance(raw_table, dict) else {}]


@dataclass(frozen=True, slots=True)
class _AskedFields:
    """The fields that the forms of a table have: folded ones, rare ones, and values to offer."""

    declared: tuple[FormatField, ...]
    folded: frozenset[str]
    rare: frozenset[str]
    choices: FieldChoices
    is_removable: bool


class _SectionRowForm(forms.Form):
    """One table of the text; its fields are built from the declaration of the written form."""

    def __init__(
        self,
        table: FormatTable,
        asked: _AskedFields,
        row: Mapping[str, Any],
        number: int,
        sent: QueryDict | None,
        raw: Mapping[str, Any],
    ) -> None:
        self._asked = asked
        self.table, self.number, self._row, self._raw = table, number, row, raw
        self._criterion_fields: CriterionFields | None = None
        self.blank = table.many and not row
        super().__init__(sent, prefix=f"{table.key or TOP_SECTION_NAME}-{number}")
        self._declared = asked.declared
        for field in self._declared:
            if field.kind is FieldKind.CRITERIA:
                self._criterion_fields = self._build_criterion_fields(row)
                self._criterion_fields.add_to(self)
                continue
            self.fields[field.key] = build_form_field(field)
            self.initial[field.key] = format_for_form(field, row.get(field.key))
            if (table.key, field.key) in asked.choices:
                offer_choices(self, field, asked.choices[table.key, field.key])
        if table.many and row and asked.is_removable:
            self.fields[_REMOVE_FIELD] = forms.BooleanField(
                label=_("Remove this entry"), required=False
            )

    @property
    def is_removed(self) -> bool:
        """Whether the person removed this row."""
        return self.is_bound and bool(self.cleaned_data.get(_REMOVE_FIELD))

    @property
    def part(self) -> str:
        """The letter of the part that the row is, or that its data belong to; empty without."""
        return str(self._row.get("id" if self.table.key == "part" else "part", ""))

    @property
    def record(self) -> str:
        """The record type of a table of data; empty for another table."""
        return str(self._row.get("record", ""))

    def row(self) -> dict[str, Any]:
        """Build the table as submitted; keys that the form does not show keep their value."""
        new_row: dict[str, Any] = dict(self._row) if self.table.key else {}
        for field in self._declared:
            if self._is_left_out(field):
                continue
            if field.kind is FieldKind.CRITERIA:
                fields = self._criterion_fields
                new_row[field.key] = fields.collect(self.cleaned_data) if fields else None
            else:
                new_row[field.key] = parse_form_value(field, self.cleaned_data.get(field.key))
        return new_row

    def _is_left_out(self, field: FormatField) -> bool:
        """Return whether a rarely asked field was not sent at all, which says nothing about it.

        Checkboxes are sent only where they are checked.
        """
        is_checkboxes = field.kind in (FieldKind.WORDS, FieldKind.PEOPLE)
        is_sent = is_checkboxes or self.add_prefix(field.key) in self.data
        return field.key in self._asked.rare and not is_sent

    @property
    def term_fields(self) -> Iterator[BoundField]:
        """The fields of the table itself, without those of the criteria and the folded ones."""
        grouped = {field.name for group in self.criterion_groups for field in group.fields}
        return (field for field in self if field.name not in grouped | self._asked.folded)

    @property
    def folded_fields(self) -> list[BoundField]:
        """The fields that are asked rarely."""
        return [field for field in self if field.name in self._asked.folded]

    @property
    def has_folded_errors(self) -> bool:
        """Whether a folded field has an error, so that the fold must be open."""
        return any(name in self._asked.folded for name in self.errors)

    @property
    def criterion_groups(self) -> tuple[CriterionGroup, ...]:
        """The criteria of the legal basis, each with its fields."""
        fields = self._criterion_fields
        return tuple(fields.group(self)) if fields is not None else ()

    def _build_criterion_fields(self, row: Mapping[str, Any]) -> CriterionFields:
        criteria = row.get("criteria")
        # A newly chosen basis has other criteria; use the submitted one.
        basis = self.data.get(self.add_prefix("basis"), row.get("basis", ""))
        return CriterionFields(
            LegalBasis(basis) if basis in list(LegalBasis) else None,
            criteria if isinstance(criteria, dict) else {},
            self._raw,
        )


def _count_rows(sent: QueryDict, table: FormatTable) -> int:
    """Count the rows on the submitted page, up to the maximum."""
    submitted_count = str(sent.get(f"{table.key}-rows", "0"))
    return min(int(submitted_count) if submitted_count.isdigit() else 0, _MAX_ROWS)


def _without_blanks(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


_MAX_ROWS: Final = 200
