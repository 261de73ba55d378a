"""One outcome as its page shows it: words, tables and charts, ready to print."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cairn.dashboards import labels, sentences
from cairn.dashboards.charts import Kind
from cairn.dashboards.figures import Count, Figures, Row
from cairn.dashboards.palette import Size, Theme


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table."""

    group: str
    label: str
    share: str
    yes: str
    n: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart with everything that stands beside it."""

    kind: str
    title: str
    alternative: str
    note: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    light: str
    dark: str
    light_phone: str
    dark_phone: str


def charts(figures: Figures, version: str) -> Iterator[Chart]:
    """The charts that these figures have something to show in."""
    if len(figures.years) > 1:
        lines = tuple(_line(row, row.value) for row in figures.trend)
        yield _chart(Kind.TREND, _("Over the years"), "", (_("School year"),), lines, figures, version)
    if figures.schools:
        rows = (*figures.schools,)
        lines = tuple(_line(row, labels.school(row.value)) for row in rows)
        note = _("Alphabetical, never ranked: schools serve different children.")
        if figures.county.share is not None:
            county = _("The dashed line is the whole county, %(share)s.") % {
                "share": labels.percent(figures.county)
            }
            note = f"{county} {note}"
        columns = (_("District"), _("School"))
        yield _chart(Kind.SCHOOLS, _("By school"), note, columns, lines, figures, version)
    if figures.groups:
        lines = tuple(_group_lines(figures))
        columns = (_("Race and ethnicity"), _("Gender"))
        title = _("By race and gender")
        yield _chart(Kind.GROUPS, title, "", columns, lines, figures, version)


def share_line(count: Count) -> str:
    """The words under a headline figure: how many of how many."""
    if count.n is None:
        return _("The number of children is withheld.")
    if count.yes is None:
        return _("of %(n)s children") % {"n": labels.people(count.n)}
    return _("%(yes)s of %(n)s children") % {
        "yes": labels.people(count.yes),
        "n": labels.people(count.n),
    }


def _chart(
    kind: Kind,
    title: str,
    note: str,
    columns: tuple[str, ...],
    lines: tuple[Line, ...],
    figures: Figures,
    version: str,
) -> Chart:
    def url(theme: Theme, size: Size) -> str:
        parts = (figures.outcome, version, get_language() or "en", kind, theme, size)
        return reverse("dashboards:chart", args=[str(part) for part in parts])

    return Chart(
        kind=kind.value,
        title=title,
        alternative=sentences.alternative(kind, figures),
        note=note,
        columns=columns,
        lines=lines,
        light=url(Theme.LIGHT, Size.WIDE),
        dark=url(Theme.DARK, Size.WIDE),
        light_phone=url(Theme.LIGHT, Size.PHONE),
        dark_phone=url(Theme.DARK, Size.PHONE),
    )


def _group_lines(figures: Figures) -> Iterator[Line]:
    for race in labels.RACES:
        for gender in labels.GENDERS:
            count = figures.groups.get((race, gender))
            if count is not None:
                yield _line(Row(labels.race(race), "", count), labels.gender(gender))


def _line(row: Row, label: str) -> Line:
    return Line(
        group=row.group,
        label=label,
        share=labels.percent(row.count),
        yes=labels.people(row.count.yes),
        n=labels.people(row.count.n),
        withheld=row.count.yes is None or row.count.n is None,
    )
