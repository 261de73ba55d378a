"""What a chart shows, in sentences: its text alternative, and the words around a figure."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.releases import labels
from cairn.releases.figures import NOT_ON_RECORD, Amount, Change, Count, Figures, Row
from cairn.releases.tables import Kind
from cairn.warehouse.released import ALL


def alternative(kind: Kind, figures: Figures) -> str:
    """What someone who cannot see the chart needs to know of it."""
    return {Kind.TREND: _trend, Kind.SCHOOLS: _schools, Kind.GROUPS: _groups}[kind](figures)


def change(found: Change | None) -> str:
    """How the latest year compares with the one before."""
    if found is None:
        return ""
    points = _("%(points)s percentage points") % {"points": f"{abs(found.points):.1f}"}
    if found.better is None:
        return _("About the same as in %(year)s") % {"year": found.since}
    said = (
        _("Up %(points)s from %(year)s") if found.points > 0 else _("Down %(points)s from %(year)s")
    )
    return said % {"points": points, "year": found.since}


def verdict(found: Change | None) -> str:
    """Whether that is good news, so that an arrow's color is never the only sign."""
    if found is None or found.better is None:
        return ""
    return _("getting better") if found.better else _("getting worse")


def withheld(cells: int) -> str:
    """How much is withheld; never which of the two reasons hides a number."""
    if not cells:
        return ""
    return ngettext("%(count)s group is withheld.", "%(count)s groups are withheld.", cells) % {
        "count": cells
    }


def never_shown(least: int | None, contributors: int | None, statistic: str) -> str:
    """What no number shown is, or tells: of few children, or, to whoever knows its own, of few
    others; and of a measure, of which a ``statistic`` is told, what one child has.
    ``contributors``: how many districts, each of which does, tried."""
    said = _of_a_measure(least) if statistic else _of_an_outcome(least)
    if not contributors:
        return said
    others = _(
        "Nor is any number from which an organization that knows its own numbers could otherwise "
        "work out few others: each of %(count)s districts tried, taking its own children away from "
        "every number."
    )
    return f"{said} {others % {'count': contributors}}"


def _of_an_outcome(least: int | None) -> str:
    return _(
        "Groups, and outcomes of groups, of fewer than %(least)s children are never shown, nor "
        "any number from which one could be worked out."
    ) % {"least": least}


def _of_a_measure(least: int | None) -> str:
    return _(
        "Figures of groups of fewer than %(least)s children are never shown, nor any that would "
        "tell what one child has, nor any from which such a figure could be worked out. The "
        "smaller the group, the coarser its figure is rounded."
    ) % {"least": least}


def _trend(figures: Figures) -> str:
    said = "; ".join(f"{row.value}: {labels.figure(row.count)}" for row in figures.trend)
    return _("Line chart of the whole county by school year. %(values)s.") % {"values": said}


def _schools(figures: Figures) -> str:
    rows = [row for row in figures.schools if row.value != NOT_ON_RECORD]
    said = _("Chart of %(count)s schools in alphabetical order within their district.") % {
        "count": len(rows)
    }
    return " ".join((said, _range(rows), _("Every value is in the table.")))


def _groups(figures: Figures) -> str:
    rows = [
        Row("", f"{labels.race(race)}, {labels.gender(gender)}", count)
        for (race, gender), count in figures.groups.items()
        if ALL not in (race, gender)
    ]
    said = (
        _("Grid of race and ethnicity by gender, darker where the figure is larger.")
        if figures.statistic
        else _("Grid of race and ethnicity by gender, darker where the share is larger.")
    )
    return " ".join((said, _range(rows), _("Every value is in the table.")))


def _range(rows: list[Row]) -> str:
    """The smallest and the largest that is shown. Amounts keep their own decimals."""
    shown = sorted((r.count for r in rows if r.count.height is not None), key=_height)
    hidden = sum(row.count.withheld for row in rows)
    if not shown:
        return _("All are withheld.")
    if isinstance(shown[0], Amount):
        said = _("Figures shown run from %(low)s to %(high)s; %(hidden)s are withheld.")
        low, high = labels.figure(shown[0]), labels.figure(shown[-1])
    else:
        said = _("Shares shown run from %(low)s to %(high)s; %(hidden)s are withheld.")
        low, high = f"{100 * _height(shown[0]):.0f}%", f"{100 * _height(shown[-1]):.0f}%"
    return said % {"low": low, "high": high, "hidden": hidden}


def _height(count: Count) -> float:
    return count.height or 0.0
