"""Convert between a field of the written form and a field of a web form, by its kind.

A draft may lack anything, so no form field is required. What a person leaves blank is
left out of the text.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.documents import phrases
from cairn.governance.agreements.documents.structure import capitalize_first
from cairn.governance.agreements.toml_format.fields import FieldKind, FormatField
from cairn.policy.facts import ClauseKind
from cairn.policy.vocabulary import (
    AgreementTier,
    Channel,
    LegalBasis,
    Level,
    PenaltyKind,
    Purpose,
    RenewalKind,
    RetentionEvent,
    SecurityCondition,
)

FieldChoices = Mapping[tuple[str, str], tuple[tuple[str, str], ...]]
"""Values and labels that the register offers for a key of a table, by table and key."""

_BLANK_CHOICE: Final = (("", "—"),)

# Keys that hold a partner's short name; the page offers the registered partners.
_PARTNER_KEYS: Final = frozenset(
    {"organization", "provider", "party", "collected_by", "verified_by"}
)

_PAIR: Final = 2

_LABELS_BY_WORDS: Final[Mapping[Any, Mapping[Any, str]]] = {
    AgreementTier: phrases.TIER_PHRASES,
    Purpose: phrases.PURPOSE_PHRASES,
    LegalBasis: phrases.LEGAL_BASIS_PHRASES,
    Level: phrases.LEVEL_PHRASES,
    Channel: phrases.CHANNEL_PHRASES,
    RetentionEvent: phrases.RETENTION_EVENT_PHRASES,
    ClauseKind: phrases.CLAUSE_KIND_PHRASES,
    SecurityCondition: {
        condition: phrase.format(data="data")
        for condition, phrase in phrases.SECURITY_PHRASES.items()
    },
    PenaltyKind: {
        kind: phrase.format(data="data", provider="the Provider")
        for kind, phrase in phrases.PENALTY_PHRASES.items()
    },
    RenewalKind: {
        kind: phrase.format(months="", by="") for kind, phrase in phrases.RENEWAL_PHRASES.items()
    },
}

_LABEL_BY_KEY: Final[Mapping[str, str]] = {
    "tier": "Type of document",
    "starts": "Start date",
    "ends": "End date",
    "level": "Level of detail",
    "population": "Students covered",
    "pilot": "Purpose of the pilot",
    "under": "Depends on agreements",
    "amends": "Amends agreement",
    "joins": "Joins agreement",
    "terminated_on": "Termination date",
    "retention_days": "Shorter retention (days)",
    "mode": "What each file does",
    "approved_on": "Approved by its board on",
    "days": "Time limit (days)",
    "hours": "Time limit (hours)",
    "fixed_on": "Final text date",
    "everyone": "All students",
    "born_from": "Earliest birth date",
    "born_to": "Latest birth date",
    "age_from": "Minimum age",
    "age_to": "Maximum age",
    "age_on": "Age as of",
    "enrolled_from": "Enrolled on or after",
    "enrolled_to": "Enrolled on or before",
    "data_set": "Provider's name for the data set",
    "counted_from": "Retention period starts at",
    "method": "Method of destruction",
    "certificate": "Certificate of destruction",
    "on_demand": "Destruction on request",
    "revoked_days": "Days to destroy after revocation",
    "minimum_cell": "Small-cell threshold",
    "send_back_days": "Data-owner preview (business days)",
    "no_ranking": "No ranking",
    "silence": "If the provider does not respond",
    "contacts": "People who send data",
    "receivers": "People who receive data",
    "interest": "Legitimate interest",
    "what": "Description",
    "ref": "Clause",
    "said": "Text of the clause",
    "lasts_days": "Consent valid for (days)",
    "was": "Before",
    "now": "After",
    "by": "Due date",
}


def build_form_field(field: FormatField) -> forms.Field:
    """Build the form field for a key of the text.

    Args:
        field: the key's declaration.

    Returns:
        The form field, never required; `needed` says whether a complete agreement requires
        it.
    """
    form_field = _FORM_FIELD_BUILDERS[field.kind](field)
    form_field.label = build_field_label(field.key)
    form_field.help_text = f"{field.says} {_HELP_BY_KIND.get(field.kind, '')}".strip()
    form_field.required = False
    if field.key in _PARTNER_KEYS:
        form_field.widget.attrs["list"] = "partners"
    # Only the page uses this: an agreement needs the value, a draft may lack it.
    form_field.needed = field.required  # type: ignore[attr-defined]
    return form_field


def format_for_form(field: FormatField, raw: object) -> Any:
    """Format a value of the text for its form field.

    Args:
        field: the key's declaration.
        raw: the value as `tomllib` read it; None if absent.

    Returns:
        The field's initial value.
    """
    if raw is None:
        return ""
    if isinstance(raw, list) and field.kind in _LIST_FORMATS:
        separator, format_item = _LIST_FORMATS[field.kind]
        return separator.join(format_item(item) for item in raw)
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return raw.isoformat() if isinstance(raw, date) else raw


def offer_choices(
    form: forms.Form, field: FormatField, choices: tuple[tuple[str, str], ...]
) -> None:
    """Offer values of the register for a field instead of typing them.

    What the text says already stays a choice, so that saving the form loses nothing.

    Args:
        form: the form with the field, and what the text says as its initial value.
        field: the key's declaration.
        choices: values and labels.
    """
    said = str(form.initial[field.key] or "")
    values = said.splitlines() if field.kind is FieldKind.PEOPLE else [said] if said else []
    known = {value for value, _label in choices}
    offered = (*choices, *((value, value) for value in values if value not in known))
    plain = form.fields[field.key]
    if field.kind is FieldKind.PEOPLE:
        form.initial[field.key] = values
        chosen: forms.Field = forms.MultipleChoiceField(
            choices=offered, widget=forms.CheckboxSelectMultiple
        )
        chosen.help_text = field.says
    else:
        chosen = forms.ChoiceField(choices=(*_BLANK_CHOICE, *offered))
        chosen.help_text = _("Choose a registered partner.")
    chosen.label, chosen.required = plain.label, False
    chosen.needed = field.required  # type: ignore[attr-defined]
    form.fields[field.key] = chosen


def parse_form_value(field: FormatField, form_value: Any) -> Any:
    """Convert the value of a form field to the value of the text.

    Args:
        field: the key's declaration.
        given: the cleaned value of the form field.

    Returns:
        The value for the text, or None if it is left out.
    """
    if form_value in (None, "", []):
        return None
    return _FORM_VALUE_PARSERS.get(field.kind, _keep_value)(form_value)


def _build_text_field(field: FormatField) -> forms.Field:
    return forms.CharField()


def _build_long_text_field(field: FormatField) -> forms.Field:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))


def _build_lines_field(field: FormatField) -> forms.Field:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}))


def _build_day_field(field: FormatField) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date", "class": "short"}))


def _build_whole_number_field(field: FormatField) -> forms.Field:
    return forms.IntegerField(min_value=1, widget=forms.NumberInput(attrs={"class": "short"}))


def _build_flag_field(field: FormatField) -> forms.Field:
    return forms.ChoiceField(choices=(*_BLANK_CHOICE, ("true", _("yes")), ("false", _("no"))))


def _build_word_field(field: FormatField) -> forms.Field:
    return forms.ChoiceField(choices=(*_BLANK_CHOICE, *_build_choices(field.words)))


def _build_words_field(field: FormatField) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=_build_choices(field.words), widget=forms.CheckboxSelectMultiple
    )


def _build_choices(words: type[StrEnum] | None) -> tuple[tuple[str, str], ...]:
    labels = _LABELS_BY_WORDS.get(words, {})
    return tuple(
        (word.value, capitalize_first(labels.get(word, word.value.replace("_", " "))))
        for word in words or ()
    )


def build_field_label(key: str) -> str:
    """Build the label of a key on the page.

    Args:
        key: the key of the text.

    Returns:
        The term of the field where the key is short; else the key with spaces and a capital letter.
    """
    return _LABEL_BY_KEY.get(key, key.replace("_", " ").capitalize())


def _format_person(person: object) -> str:
    if not isinstance(person, Mapping):
        return ""
    return ", ".join(str(person[key]) for key in ("name", "email") if person.get(key))


def _keep_value(form_value: Any) -> Any:
    return form_value


def _parse_texts(form_value: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in form_value.splitlines() if line.strip()))


def _parse_years(form_value: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"\bto\b|[,;]", form_value) if part.strip()]
    return parts if len(parts) == _PAIR else [form_value.strip()]


def _parse_people(form_value: str | list[str]) -> list[dict[str, str]]:
    lines = form_value.splitlines() if isinstance(form_value, str) else form_value
    rows = [line.rpartition(",") for line in lines if line.strip()]
    return [{"name": (name or email).strip(), "email": email.strip()} for name, _c, email in rows]


def _parse_last_day(form_value: str) -> Any:
    try:
        return date.fromisoformat(form_value.strip())
    except ValueError:
        return form_value.strip()


def _parse_flag(form_value: str) -> bool:
    return form_value == "true"


_LIST_FORMATS: Final[Mapping[FieldKind, tuple[str, Callable[[object], str]]]] = {
    FieldKind.TEXTS: ("\n", str),
    FieldKind.YEARS: (" to ", str),
    FieldKind.PEOPLE: ("\n", _format_person),
}

_FORM_FIELD_BUILDERS: Final[Mapping[FieldKind, Callable[[FormatField], forms.Field]]] = {
    FieldKind.TEXT: _build_text_field,
    FieldKind.LONG_TEXT: _build_long_text_field,
    FieldKind.TEXTS: _build_lines_field,
    FieldKind.DAY: _build_day_field,
    FieldKind.LAST_DAY: _build_text_field,
    FieldKind.WHOLE: _build_whole_number_field,
    FieldKind.FLAG: _build_flag_field,
    FieldKind.WORD: _build_word_field,
    FieldKind.WORDS: _build_words_field,
    FieldKind.YEARS: _build_text_field,
    FieldKind.PEOPLE: _build_lines_field,
}

_FORM_VALUE_PARSERS: Final[Mapping[FieldKind, Callable[[Any], Any]]] = {
    FieldKind.TEXTS: _parse_texts,
    FieldKind.LAST_DAY: _parse_last_day,
    FieldKind.FLAG: _parse_flag,
    FieldKind.YEARS: _parse_years,
    FieldKind.PEOPLE: _parse_people,
}

_HELP_BY_KIND: Final[Mapping[FieldKind, Any]] = {
    FieldKind.TEXTS: _("Enter one per line."),
    FieldKind.LAST_DAY: _("Enter a date such as 2031-06-30, or “until terminated”."),
    FieldKind.YEARS: _("For example, 2021-22 to 2025-26."),
    FieldKind.PEOPLE: _("Enter one person per line: name, email."),
}
