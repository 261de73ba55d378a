"""One field of the written form ↔ one field of a page, by its kind.

A draft may lack anything: no cell insists. What a person leaves blank is left out of the text.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.agreements.format.fields import Field, Kind

_BLANK: Final = (("", "—"),)
# Keys that hold the short name of a partner; the page offers those that are registered.
_PARTNERS: Final = frozenset({"organization", "provider", "party", "collected_by", "verified_by"})
_PAIR: Final = 2


def cell(field: Field) -> forms.Field:
    """The form field for a key of the text."""
    made = _CELLS[field.kind](field)
    made.label = label(field.key)
    made.help_text = f"{field.says} {_HOW.get(field.kind, '')}".strip()
    made.required = False
    if field.key in _PARTNERS:
        made.widget.attrs["list"] = "partners"
    # For the page alone: an agreement needs it, a draft may still lack it.
    made.needed = field.required  # type: ignore[attr-defined]
    return made


def shown(field: Field, raw: object) -> Any:
    """What stands in the cell for a value of the text."""
    if raw is None:
        return ""
    if isinstance(raw, list) and field.kind in _LISTS_SHOWN:
        between, one_shown = _LISTS_SHOWN[field.kind]
        return between.join(one_shown(one) for one in raw)
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return raw.isoformat() if isinstance(raw, date) else raw


def said(field: Field, given: Any) -> Any:
    """What the text says for what stands in the cell; None where it is left out."""
    if given in (None, "", []):
        return None
    return _SAID.get(field.kind, _as_it_is)(given)


def _text(field: Field) -> forms.Field:
    return forms.CharField()


def _long(field: Field) -> forms.Field:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))


def _lines(field: Field) -> forms.Field:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}))


def _day(field: Field) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date", "class": "short"}))


def _whole(field: Field) -> forms.Field:
    return forms.IntegerField(min_value=1, widget=forms.NumberInput(attrs={"class": "short"}))


def _flag(field: Field) -> forms.Field:
    return forms.ChoiceField(choices=(*_BLANK, ("true", _("yes")), ("false", _("no"))))


def _word(field: Field) -> forms.Field:
    return forms.ChoiceField(choices=(*_BLANK, *_choices(field.words)))


def _words(field: Field) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=_choices(field.words), widget=forms.CheckboxSelectMultiple
    )


def _choices(words: type[StrEnum] | None) -> tuple[tuple[str, str], ...]:
    return tuple((word.value, word.value.replace("_", " ")) for word in words or ())


def label(key: str) -> str:
    """What a key of the text is called on the page."""
    return key.replace("_", " ").capitalize()


def _person_shown(one: object) -> str:
    if not isinstance(one, Mapping):
        return ""
    return ", ".join(str(one[key]) for key in ("name", "email") if one.get(key))


def _as_it_is(given: Any) -> Any:
    return given


def _texts_said(given: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in given.splitlines() if line.strip()))


def _years_said(given: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"\bto\b|[,;]", given) if part.strip()]
    return parts if len(parts) == _PAIR else [given.strip()]


def _people_said(given: str) -> list[dict[str, str]]:
    rows = [line.rpartition(",") for line in given.splitlines() if line.strip()]
    return [{"name": (name or email).strip(), "email": email.strip()} for name, _c, email in rows]


def _last_day_said(given: str) -> Any:
    try:
        return date.fromisoformat(given.strip())
    except ValueError:
        return given.strip()


def _flag_said(given: str) -> bool:
    return given == "true"


_LISTS_SHOWN: Final[Mapping[Kind, tuple[str, Callable[[object], str]]]] = {
    Kind.TEXTS: ("\n", str),
    Kind.YEARS: (" to ", str),
    Kind.PEOPLE: ("\n", _person_shown),
}
_CELLS: Final[Mapping[Kind, Callable[[Field], forms.Field]]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _long,
    Kind.TEXTS: _lines,
    Kind.DAY: _day,
    Kind.LAST_DAY: _text,
    Kind.WHOLE: _whole,
    Kind.FLAG: _flag,
    Kind.WORD: _word,
    Kind.WORDS: _words,
    Kind.YEARS: _text,
    Kind.PEOPLE: _lines,
}
_SAID: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.TEXTS: _texts_said,
    Kind.LAST_DAY: _last_day_said,
    Kind.FLAG: _flag_said,
    Kind.YEARS: _years_said,
    Kind.PEOPLE: _people_said,
}
_HOW: Final[Mapping[Kind, Any]] = {
    Kind.TEXTS: _("One a line."),
    Kind.LAST_DAY: _("A date such as 2031-06-30, or: until terminated."),
    Kind.YEARS: _("Such as 2021-22 to 2025-26."),
    Kind.PEOPLE: _("One person a line: name, e-mail."),
}
