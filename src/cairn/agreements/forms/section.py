"""One section of an agreement as forms: a single table, or a form for each of many, and a blank."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cairn.agreements.format.declaration import SECTIONS
from cairn.agreements.format.fields import Field, Kind, Table
from cairn.agreements.forms.cells import cell, said, shown
from cairn.rules.criteria import CRITERIA, criteria_keys
from cairn.rules.vocabulary import LegalBasis

TOP: Final = "agreement"
_REMOVE: Final = "remove_this"
_CRITERION: Final = "criterion_"
# Signatures are made on the page for signing, and an end by giving notice.
MADE_ELSEWHERE: Final = frozenset(
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


def section_named(name: str) -> Table | None:
    """The table of the written form that a page's address names; None for an unknown name."""
    return next((table for table in SECTIONS if name_of(table) == name), None)


def name_of(table: Table) -> str:
    """What a page's address calls a table."""
    return table.key or TOP


class SectionForms:
    """The forms of one section, filled from a text's tables or from what a person sent.

    `sent` is what they sent, None to show what the text says. `changed()` gives the tables with
    this section as it was sent.
    """

    def __init__(self, table: Table, raw: Mapping[str, Any], sent: QueryDict | None = None) -> None:
        self.table = table
        self._raw = raw
        rows = self._rows()
        if table.many:
            count = _count(sent, table) if sent is not None else len(rows) + 1
            rows = [*rows, *({} for _row in range(count - len(rows)))][:count]
        self.forms = [_Row(table, row, number, sent) for number, row in enumerate(rows)]
        self.count = len(self.forms)

    def is_valid(self) -> bool:
        """Whether every value sent can be written down at all (a date is a date)."""
        return not any(form.errors for form in self.forms)

    def changed(self) -> dict[str, Any]:
        """The tables of the text with this section as sent; what is blank is left out."""
        rows = [form.row() for form in self.forms if not form.removed]
        raw = dict(self._raw)
        if not self.table.key:
            return {k: v for k, v in {**raw, **rows[0]}.items() if v is not None}
        kept = [_without_blanks(row) for row in rows]
        kept = [row for row in kept if row]
        raw[self.table.key] = kept if self.table.many else (kept or [{}])[0]
        return {k: v for k, v in raw.items() if v or v is False}

    def _rows(self) -> list[Mapping[str, Any]]:
        if not self.table.key:
            return [self._raw]
        given = self._raw.get(self.table.key)
        if self.table.many:
            return [r for r in given if isinstance(r, dict)] if isinstance(given, list) else []
        return [given if isinstance(given, dict) else {}]


class _Row(forms.Form):
    """One table of the text. Its cells are made from the declaration of the written form."""

    def __init__(
        self, table: Table, row: Mapping[str, Any], number: int, sent: QueryDict | None
    ) -> None:
        self.table, self.number, self._row = table, number, row
        self.blank = table.many and not row
        super().__init__(sent, prefix=f"{table.key or TOP}-{number}")
        self._declared = [f for f in table.fields if f.key not in MADE_ELSEWHERE]
        for field in self._declared:
            if field.kind is Kind.CRITERIA:
                self._add_criteria(row)
                continue
            self.fields[field.key] = cell(field)
            self.initial[field.key] = shown(field, row.get(field.key))
        if table.many and row:
            self.fields[_REMOVE] = forms.BooleanField(label=_("Remove this one"), required=False)

    @property
    def removed(self) -> bool:
        """Whether the person took it out."""
        return bool(self.cleaned_data.get(_REMOVE))

    def row(self) -> dict[str, Any]:
        """The table as it was sent; keys that this page does not show stay as they were."""
        row: dict[str, Any] = dict(self._row) if self.table.key else {}
        for field in self._declared:
            if field.kind is Kind.CRITERIA:
                row[field.key] = self._criteria()
            else:
                row[field.key] = said(field, self.cleaned_data.get(field.key))
        return row

    def _add_criteria(self, row: Mapping[str, Any]) -> None:
        """A cell for each criterion of the basis, which says what the law asks."""
        given = row.get("criteria")
        told = given if isinstance(given, dict) else {}
        # Another basis asks for other criteria, from the moment it is chosen.
        basis = self.data.get(self.add_prefix("basis"), row.get("basis", ""))
        known = LegalBasis(basis) if basis in list(LegalBasis) else None
        for key in _criteria_of(known, told):
            card = CRITERIA[known].get(key) if known else None
            law = f"{card.statement} ({card.citation})" if card else ""
            field = Field(
                key, Kind.LONG_TEXT, law or str(_("The clause or sentence that says it."))
            )
            made = cell(field)
            made.needed = card is not None  # type: ignore[attr-defined]
            self.fields[_CRITERION + key] = made
            self.initial[_CRITERION + key] = told.get(key, "")

    def _criteria(self) -> dict[str, str] | None:
        found = {
            name.removeprefix(_CRITERION): str(value).strip()
            for name, value in self.cleaned_data.items()
            if name.startswith(_CRITERION) and value
        }
        return found or None


def _criteria_of(basis: LegalBasis | None, told: Mapping[str, Any]) -> list[str]:
    """The criteria that a basis needs first, then what else stands in the text or may."""
    needed = list(CRITERIA[basis]) if basis else []
    special = ("_authority", "_condition")
    more = sorted(k for k in criteria_keys(basis) if not k.endswith(special)) if basis else []
    kept = (key for key in told if basis is None or key in criteria_keys(basis))
    return list(dict.fromkeys((*needed, *more, *kept)))


def _count(sent: QueryDict, table: Table) -> int:
    """How many rows were on the page; no more than a page has room for."""
    given = str(sent.get("rows", "0"))
    return min(int(given) if given.isdigit() else 0, _MOST_ROWS)


def _without_blanks(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


_MOST_ROWS: Final = 200
