"""One outcome as its page shows it: each table with its chart and the words beside them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cairn.dashboards import queries, sentences, target_chart, words
from cairn.dashboards.models import Target
from cairn.dashboards.palette import Size, Theme
from cairn.dashboards.queries import Shown
from cairn.dashboards.standing import Standing
from cairn.releases import labels, tables
from cairn.releases.figures import Amount, Count, Figures
from cairn.releases.tables import Kind, Table


@dataclass(frozen=True, slots=True)
class Chart:
    """A table and the addresses of its drawings, for light and dark, wide and phone."""

    table: Table
    alternative: str
    note: str
    missing: str
    light: str
    dark: str
    light_phone: str
    dark_phone: str


def charts(figures: Figures, version: str) -> Iterator[Chart]:
    """The charts of these figures; one year alone makes no trend. Finer groups of a place are in
    the file."""
    for table in tables.of_figures(figures):
        if table.kind is Kind.OTHERS or (table.kind is Kind.TREND and len(figures.years) == 1):
            continue
        yield Chart(
            table=table,
            alternative=sentences.alternative(table.kind, figures),
            note=_note(table.kind, figures),
            missing=words.why_withheld(figures.statistic),
            light=_url(table.kind, figures, version, Theme.LIGHT, Size.WIDE),
            dark=_url(table.kind, figures, version, Theme.DARK, Size.WIDE),
            light_phone=_url(table.kind, figures, version, Theme.LIGHT, Size.PHONE),
            dark_phone=_url(table.kind, figures, version, Theme.DARK, Size.PHONE),
        )


@dataclass(frozen=True, slots=True)
class Aim:
    """A target as its page shows it: where it stands, and the addresses of its drawings."""

    standing: Standing
    alternative: str
    light: str
    dark: str
    light_phone: str
    dark_phone: str


def targets(one: Shown) -> Iterator[Aim]:
    """The targets of one outcome, each with its picture."""
    for found in queries.standings(one):
        yield Aim(
            standing=found,
            alternative=target_chart.alternative(found.target, one.figures),
            light=_target_url(found.target, one, Theme.LIGHT, Size.WIDE),
            dark=_target_url(found.target, one, Theme.DARK, Size.WIDE),
            light_phone=_target_url(found.target, one, Theme.LIGHT, Size.PHONE),
            dark_phone=_target_url(found.target, one, Theme.DARK, Size.PHONE),
        )


def share_line(count: Count, statistic: str = "") -> str:
    """The words under a headline figure: how many of how many, or whose mean it is."""
    if count.n is None:
        return _("The number of children is withheld")
    if isinstance(count, Amount):
        return _whose(count, statistic)
    if count.yes is None:
        return _("of %(n)s children") % {"n": labels.people(count.n)}
    return _("%(yes)s of %(n)s children") % {
        "yes": labels.people(count.yes),
        "n": labels.people(count.n),
    }


def _whose(count: Amount, statistic: str) -> str:
    n = {"n": labels.people(count.n)}
    if count.value is None:
        return _("of %(n)s children") % n
    said = _("median of %(n)s children") if statistic == "median" else _("mean of %(n)s children")
    if count.unit is None or count.unit == count.unit.to_integral_value() == 1:
        return said % n
    rounded = _("rounded to %(unit)s") % {"unit": labels.amount(count.unit)}
    return f"{said % n}, {rounded}"


def _note(kind: Kind, figures: Figures) -> str:
    if kind is Kind.GROUPS:
        return " ".join(labels.together(race for race, _gender in figures.groups))
    if kind is not Kind.SCHOOLS:
        return ""
    note = _("Alphabetical, never ranked: schools serve different children.")
    if figures.county.height is None:
        return note
    county = _("The dashed line is the whole county, %(share)s.")
    return f"{county % {'share': labels.figure(figures.county)}} {note}"


def _url(kind: Kind, figures: Figures, version: str, theme: Theme, size: Size) -> str:
    language = get_language() or "en"
    return reverse(
        "dashboards:chart",
        args=[figures.outcome, version, language, kind.value, theme.value, size.value],
    )


def _target_url(target: Target, one: Shown, theme: Theme, size: Size) -> str:
    language = get_language() or "en"
    named = [one.definition.id, one.version, language, target.pk, target.edition]
    return reverse("dashboards:target_chart", args=[*named, theme.value, size.value])
