"""Form fields for the criteria of a legal basis: answer by type, clause and quotation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.documents.criteria_table import label_criterion
from cairn.governance.agreements.documents.structure import capitalize_first
from cairn.policy.law import CriterionSpec, list_criteria_keys, list_criterion_specs
from cairn.policy.vocabulary import CriterionType, LegalBasis

_PREFIX: Final = "criterion_"
_PARTS: Final = ("value", "clause", "quotation")
_LONGEST_LABEL: Final = 90
_BLANK_CHOICE: Final = (("", "—"),)
_CLASS_KEY_ENDS: Final = ("_authority", "_condition")


@dataclass(frozen=True, slots=True)
class CriterionGroup:
    """The fields of one criterion on the page, with its question and the law that asks it."""

    label: str
    spec: CriterionSpec
    fields: tuple[BoundField, ...]

    @property
    def is_required(self) -> bool:
        """Whether the law of the basis requires it."""
        return self.spec.card is not None and not self.spec.key.endswith(_CLASS_KEY_ENDS)

    @property
    def citation(self) -> str:
        """The law that requires it; empty for a further key."""
        return self.spec.card.citation if self.spec.card is not None else ""

    @property
    def statement(self) -> str:
        """What that law requires, in plain words."""
        return self.spec.card.statement if self.spec.card is not None else ""


class CriterionFields:
    """Adds the fields of the criteria to the form of the legal basis, and reads them back.

    ``criteria`` are those of the text: a table, or plain text, which is shown as the quotation.
    ``raw`` are the text's tables; the page offers their clauses.
    """

    def __init__(
        self, basis: LegalBasis | None, criteria: Mapping[str, Any], raw: Mapping[str, Any]
    ) -> None:
        self._criteria = criteria
        self._references = list_clause_references(raw)
        self._clause_texts = {
            str(row.get("ref", "")): str(row.get("said", "")) for row in _iterate_rows(raw)
        }
        specs = list_criterion_specs(basis) if basis is not None else {}
        keys = _order_keys(basis, criteria) if basis is not None else ()
        self.specs = {key: specs[key] for key in keys}

    def add_to(self, form: forms.Form) -> None:
        """Add the fields of each criterion to a form, with what the text says as initial values."""
        for key, spec in self.specs.items():
            said = self._criteria.get(key, "")
            values = said if isinstance(said, Mapping) else _read_plain_text(spec, str(said))
            for part, field in self._build_fields(spec, str(values.get("clause", ""))):
                name = f"{_PREFIX}{key}_{part}"
                form.fields[name] = field
                form.initial[name] = values.get(part, "")

    def group(self, form: forms.Form) -> Iterator[CriterionGroup]:
        """Yield the bound fields of each criterion together."""
        for key, spec in self.specs.items():
            names = (f"{_PREFIX}{key}_{part}" for part in _PARTS)
            bound = tuple(form[name] for name in names if name in form.fields)
            yield CriterionGroup(label_criterion(key), spec, bound)

    def collect(self, cleaned: Mapping[str, Any]) -> dict[str, Any] | None:
        """Build the criteria of the text from the submitted values; None where all are blank."""
        tables = {
            key: {
                part: said
                for part in _PARTS
                if (said := str(cleaned.get(f"{_PREFIX}{key}_{part}") or "").strip())
            }
            for key in self.specs
        }
        for key, table in tables.items():
            words = self._clause_texts.get(table.get("clause", ""), "")
            if words and self.specs[key].needs_quotation:
                table.setdefault("quotation", words)
        return {key: table for key, table in tables.items() if table} or None

    def _build_fields(self, spec: CriterionSpec, clause: str) -> Iterator[tuple[str, forms.Field]]:
        if spec.has_value:
            yield "value", _build_answer_field(spec)
        yield "clause", self._build_clause_field(clause)
        if spec.needs_quotation:
            quotation = forms.CharField(
                label=_("Quotation of the clause"),
                help_text=_("Leave blank to quote the whole clause."),
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            yield "quotation", quotation

    def _build_clause_field(self, clause: str) -> forms.Field:
        choices = dict(self._references)
        if clause and clause not in choices:
            choices[clause] = f"{clause} ({_('not in this text')})"
        return forms.ChoiceField(
            label=_("Clause"), required=False, choices=(*_BLANK_CHOICE, *choices.items())
        )


def list_clause_references(raw: Mapping[str, Any]) -> Mapping[str, str]:
    """List the clauses that a text refers to, for the picker.

    Args:
        raw: the text's tables.

    Returns:
        Reference and label; the label of a clause with its own text shows how it begins.
    """
    labels: dict[str, str] = {}
    for row in _iterate_rows(raw):
        if reference := str(row.get("ref") or ""):
            said = str(row.get("said") or "")
            label = f"{reference}: {said}"
            labels[reference] = (
                label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
            )
        for key, value in row.items():
            if key.endswith("clause") and isinstance(value, str) and value:
                labels.setdefault(value, value)
    return labels


def _iterate_rows(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield raw
    for value in raw.values():
        rows: Iterable[Any] = value if isinstance(value, list) else (value,)
        yield from (row for row in rows if isinstance(row, dict))


def _read_plain_text(spec: CriterionSpec, text: str) -> Mapping[str, str]:
    """Read plain text as the part of the answer that it is: a code or names, or the quotation."""
    is_value = spec.type is CriterionType.ORGANIZATION or text in spec.answers
    return {"value" if is_value else "quotation": text}


def _build_answer_field(spec: CriterionSpec) -> forms.Field:
    if spec.type is CriterionType.CHOICE:
        choices = tuple((code, capitalize_first(words)) for code, words in spec.answers.items())
        return forms.ChoiceField(
            label=_("Answer"), required=False, choices=(*_BLANK_CHOICE, *choices)
        )
    if spec.type is CriterionType.PERIOD:
        return forms.CharField(
            label=_("Answer"),
            required=False,
            help_text=_("A number of days, months or years, such as 90 days or 3 years."),
            widget=forms.TextInput(attrs={"class": "short"}),
        )
    return forms.CharField(
        label=_("Answer"),
        required=False,
        help_text=_("Short name of the organization in Cairn. Separate several with commas."),
        widget=forms.TextInput(attrs={"list": "partners"}),
    )


def _order_keys(basis: LegalBasis, criteria: Mapping[str, Any]) -> tuple[str, ...]:
    """List the criteria that a basis needs first, then the others that the text has or may have."""
    specs = list_criterion_specs(basis)
    own = [key for key in specs if not key.endswith(_CLASS_KEY_ENDS)]
    present = [key for key in criteria if key in list_criteria_keys(basis)]
    return tuple(dict.fromkeys((*own, *present)))
