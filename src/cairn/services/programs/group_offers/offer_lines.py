"""What a group offers a family: ages, fee, languages, and the outcome that it aims at, in words."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import models
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cairn.warehouse.measures import load_outcome_catalogue


class FeePeriod(models.TextChoices):
    """What a group's fee is for."""

    SESSION = "session", gettext_lazy("per session")
    WEEK = "week", gettext_lazy("per week")
    MONTH = "month", gettext_lazy("per month")
    TERM = "term", gettext_lazy("per term")
    YEAR = "year", gettext_lazy("per school year")


LANGUAGES: Final = (
    ("en", gettext_lazy("English")),
    ("es", gettext_lazy("Spanish")),
    ("ar", gettext_lazy("Arabic")),
    ("zh", gettext_lazy("Chinese")),
    ("fr", gettext_lazy("French")),
    ("ht", gettext_lazy("Haitian Creole")),
    ("hmn", gettext_lazy("Hmong")),
    ("nv", gettext_lazy("Navajo")),
    ("pt", gettext_lazy("Portuguese")),
    ("ru", gettext_lazy("Russian")),
    ("so", gettext_lazy("Somali")),
    ("tl", gettext_lazy("Tagalog")),
    ("uk", gettext_lazy("Ukrainian")),
    ("vi", gettext_lazy("Vietnamese")),
    ("ase", gettext_lazy("American Sign Language")),
)
"""Codes of ISO 639 of the languages that a group is held in."""


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One line about what a group offers: its heading and its text."""

    heading: str
    text: str


def list_offer_lines(
    ages: str, fee: Decimal | None, period: str, languages: list[str], outcome: str
) -> tuple[OfferLine, ...]:
    """Describe what a group offers, in the language of the page, without lines that are not stated.

    Args:
        ages: ages or grades, in words.
        fee: the fee in dollars; 0 for none, None where it is not stated.
        period: what the fee is for, as in `FeePeriod`.
        languages: codes of the languages that the group is held in.
        outcome: ID of the outcome of the catalogue that the group aims at.

    Returns:
        The lines.
    """
    lines = {
        _("Ages or grades"): ages,
        _("Fee"): _describe_fee(fee, period),
        _("Languages"): ", ".join(str(dict(LANGUAGES).get(code, code)) for code in languages),
        _("Aims at"): dict(list_outcome_choices()).get(outcome, ""),
    }
    return tuple(OfferLine(heading, text) for heading, text in lines.items() if text)


def list_outcome_choices() -> list[tuple[str, str]]:
    """List the outcomes of the catalogue that a group can aim at, titled in the page's language."""
    language = "es" if (get_language() or "").startswith("es") else "en"
    return [
        (name, outcome.title[language])
        for name, outcome in load_outcome_catalogue().items()
        if not outcome.is_count
    ]


def _describe_fee(fee: Decimal | None, period: str) -> str:
    if fee is None:
        return ""
    if not fee:
        return _("Free of charge")
    amount = f"${fee:,.2f}".removesuffix(".00")
    return f"{amount} {FeePeriod(period).label}" if period else amount
