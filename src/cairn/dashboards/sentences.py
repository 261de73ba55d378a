"""What a chart shows, in sentences: its text alternative, and the words around a figure."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.releases import labels
from cairn.releases.figures import NOT_ON_RECORD, Change, Figures, Row
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


def never_shown(least: int | None, contributors: int | None) -> str:
    """What no number shown is, or tells: of few children, or, to whoever knows its own, of few
    others. ``contributors``: how many districts, each of which does, tried."""
    said = _(
        "Groups, and outcomes of groups, of fewer than %(least)s children are never shown, nor "
        "any number from which one could be worked out."
    ) % {"least": least}
    if not contributors:
        return said
    others = _(
        "Nor is any number from which an organization that knows its own numbers could otherwise "
        "work out few others: each of %(count)s districts tried, taking its own children away from "
        "every number."
    )
    return f"{said} {others % {'count': contributors}}"


def _trend(figures: Figures) -> str:
    said = "; ".join(f"{row.value}: {labels.percent(row.count)}" for row in figures.trend)
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
    said = _("Grid of race and ethnicity by gender, darker where the share is larger.")
    return " ".join((said, _range(rows), _("Every value is in the table.")))


def _range(rows: list[Row]) -> str:
    shown = sorted(row.count.share for row in rows if row.count.share is not None)
    hidden = sum(row.count.withheld for row in rows)
    if not shown:
        return _("All are withheld.")
    said = _("Shares shown run from %(low)s to %(high)s; %(hidden)s are withheld.")
    return said % {
        "low": f"{100 * shown[0]:.0f}%",
        "high": f"{100 * shown[-1]:.0f}%",
        "hidden": hidden,
    }
