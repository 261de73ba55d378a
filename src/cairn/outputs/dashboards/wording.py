"""Put figures, charts and suppression into sentences for the public."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cairn.outputs.releases import api as releases_api
from cairn.warehouse.exporters import ALL_GROUPS
from cairn.warehouse.measures import IndicatorDefinition

__all__ = ["describe_age"]

_STAGE_LABELS = {
    "kindergarten_readiness": gettext_lazy("Early childhood"),
    "early_grade_reading": gettext_lazy("Elementary school"),
    "middle_grade_math": gettext_lazy("Middle school"),
    "chronic_absence": gettext_lazy("All grades"),
    "days_absent": gettext_lazy("All grades"),
    "program_reach": gettext_lazy("All grades"),
    "program_participation": gettext_lazy("All ages"),
    "program_children": gettext_lazy("All ages"),
    "family_welcome": gettext_lazy("All grades"),
    "high_school_graduation": gettext_lazy("High school"),
    "postsecondary_enrollment": gettext_lazy("After high school"),
    "postsecondary_success": gettext_lazy("College and training"),
    "workforce_success": gettext_lazy("Career"),
}


DOWNLOAD_FORMATS = {
    "csv": gettext_lazy("CSV"),
    "xlsx": gettext_lazy("Excel"),
    "json": gettext_lazy("JSON, with a data dictionary"),
    "zip": gettext_lazy("Data package (ZIP): table, data dictionary and sources"),
    "dta": gettext_lazy("Stata"),
    "sav": gettext_lazy("SPSS"),
    "pdf": gettext_lazy("PDF"),
}
"""The file formats for download, by file name extension."""

_VINTAGE_LABELS = {
    "school year": gettext_lazy("each school year"),
    "graduation cohort": gettext_lazy("each graduation cohort, by the year it finishes"),
    "calendar year": gettext_lazy("each calendar year"),
}


_WIDEST_CHANGE = 50
"""Percentage points. A change that may be greater has a direction only: from “at most 49” to “at
least 50” is 1 to 100."""


def label_stage(outcome: str) -> str:
    """Label the stage of life, from cradle to career, that an outcome belongs to."""
    return str(_STAGE_LABELS.get(outcome, ""))


def label_vintage(word: str) -> str:
    """Label the kind of year in the figures."""
    return str(_VINTAGE_LABELS.get(word, word))


def label_numerator(definition: IndicatorDefinition) -> str:
    """Label the numerator of a definition: children reached, or a quantity measured."""
    return _("What is measured") if definition.measure else _("Counted")


def describe_denominator(definition: IndicatorDefinition) -> str:
    """Describe the denominator of a definition; empty for a count, which has none."""
    return "" if definition.is_count else releases_api.localize_text(definition.denominator_text)


def explain_withheld(statistic: str) -> str:
    """Explain the word "withheld" in a table, without saying which reason applies."""
    if statistic and statistic != releases_api.COUNT_STATISTIC:
        return _(
            "“Suppressed” means that the group is small, that its figure would reveal one "
            "child's value, or that it could be used to calculate such a figure. We do not show "
            "which reason applies."
        )
    return _(
        "“Suppressed” means that the group is small, or that its number could be used to "
        "calculate the number of a small group. We do not show which reason applies."
    )


def describe_chart(code: str, figures: releases_api.OutcomeFigures) -> str:
    """Describe a chart in a text alternative for readers who cannot see it.

    `code` names its table (`BreakdownTable.code`).
    """
    descriptions: dict[str, Callable[[releases_api.OutcomeFigures], str]] = {
        releases_api.BreakdownKind.TREND: _describe_trend,
        releases_api.BreakdownKind.SCHOOLS: _describe_schools,
        releases_api.BreakdownKind.GROUPS: _describe_groups,
    }
    if code in descriptions:
        return descriptions[code](figures)
    return _describe_breakdown(code, figures)


def _describe_breakdown(breakdown: str, figures: releases_api.OutcomeFigures) -> str:
    rows = releases_api.list_breakdown_rows(figures, breakdown)
    intro = _("Chart of %(count)s groups by %(breakdown)s.") % {
        "count": len(rows),
        "breakdown": releases_api.label_breakdown(breakdown).lower(),
    }
    return " ".join((intro, _describe_range(rows), _("Every value is in the table.")))


def describe_change(yearly_change: releases_api.YearlyChange | None) -> str:
    """Describe the change of the newest year against the last one before it that is public."""
    if yearly_change is None:
        return ""
    if yearly_change.children is not None:
        return _describe_count_change(yearly_change.children, yearly_change.since)
    if yearly_change.most is not None:
        return _describe_range_change(yearly_change)
    size = abs(yearly_change.points)
    points = (
        _("about %(points)s percentage points") % {"points": f"{size:.0f}"}
        if yearly_change.is_rounded
        else _("%(points)s percentage points") % {"points": f"{size:.1f}"}
    )
    if yearly_change.better is None:
        return _("About the same as in %(year)s") % {"year": yearly_change.since}
    template = (
        _("Up %(points)s from %(year)s")
        if yearly_change.points > 0
        else _("Down %(points)s from %(year)s")
    )
    return template % {"points": points, "year": yearly_change.since}


def _describe_count_change(children: int, since: str) -> str:
    """Describe how many more or fewer children there are."""
    words = {"n": releases_api.format_child_count(abs(children)), "year": since}
    if not children:
        return _("The same number as in %(year)s") % words
    if children > 0:
        template = ngettext(
            "%(n)s child more than in %(year)s", "%(n)s children more than in %(year)s", children
        )
    else:
        template = ngettext(
            "%(n)s child fewer than in %(year)s",
            "%(n)s children fewer than in %(year)s",
            -children,
        )
    return template % words


def _describe_range_change(yearly_change: releases_api.YearlyChange) -> str:
    """Describe the change that two ranges allow."""
    if yearly_change.better is None:
        return _("No clear change from %(year)s") % {"year": yearly_change.since}
    least, most = abs(yearly_change.points), abs(yearly_change.most or 0)
    is_up = yearly_change.points > 0
    if most > _WIDEST_CHANGE:
        template = _("Higher than in %(year)s") if is_up else _("Lower than in %(year)s")
        return template % {"year": yearly_change.since}
    template = (
        _("Up %(least)s to %(most)s percentage points from %(year)s")
        if is_up
        else _("Down %(least)s to %(most)s percentage points from %(year)s")
    )
    return template % {
        "least": f"{least:.0f}",
        "most": f"{most:.0f}",
        "year": yearly_change.since,
    }


def label_change(yearly_change: releases_api.YearlyChange | None) -> str:
    """Label a change as better or worse, so that color is never the only sign."""
    if yearly_change is None or yearly_change.better is None:
        return ""
    return _("getting better") if yearly_change.better else _("getting worse")


def describe_last_published(figures: releases_api.OutcomeFigures) -> str:
    """Say the newest published figure, where the figure of the latest year is suppressed."""
    if figures.county.height is not None:
        return ""
    shown = [row for row in figures.trend if row.count.height is not None]
    if not shown:
        return ""
    newest = max(shown, key=lambda row: row.value)
    return _("Last published: %(share)s in %(year)s.") % {
        "share": releases_api.format_figure(newest.count),
        "year": newest.value,
    }


def format_days(days: Iterable[date]) -> str:
    """Format the days on which figures were counted."""
    return "; ".join(date_format(day) for day in days) or "-"


def describe_age(days: Iterable[date], today: date) -> str:
    """Say on which day the oldest of some figures was counted, and how long ago that is.

    Args:
        days: the days of the counts.
        today: the day of the request.
    Returns:
        The day with its age; a dash without any count.
    """
    oldest = min(days, default=None)
    if oldest is None:
        return "-"
    count = (today - oldest).days
    age = ngettext("%(days)s day ago", "%(days)s days ago", count) % {"days": count}
    if not count:
        age = _("today")
    return f"{date_format(oldest)} ({age})"


def describe_populations(days: Sequence[date]) -> str:
    """Say in one sentence that figures of one page do not all count the same children."""
    if len(days) > 1:
        return _(
            "These figures were counted on different days (%(days)s), so numbers in different "
            "tables or years may not add up."
        ) % {"days": format_days(days)}
    return _(
        "These figures come from different releases, which may not include the same children, so "
        "numbers in different tables or years may not add up."
    )


def describe_withheld_groups(cells: int) -> str:
    """Say how many groups are withheld, but not for which reason."""
    if not cells:
        return ""
    return ngettext("%(count)s group is suppressed.", "%(count)s groups are suppressed.", cells) % {
        "count": cells
    }


def describe_suppression_rules(
    minimum_cell: int | None, contributors: int | None, figures: releases_api.OutcomeFigures
) -> str:
    """Say which numbers are never shown.

    Args:
        minimum_cell: the minimum cell size, in children.
        contributors: how many districts audited the tables, knowing their own children.
        figures: the figures, which show numbers, bands or the statistic of a measure.
    Returns:
        The sentences.
    """
    rule_texts = [
        _describe_measure_rule(minimum_cell)
        if figures.statistic and not figures.is_count
        else _describe_outcome_rule(minimum_cell)
    ]
    if figures.bands:
        rule_texts = [_describe_band_rule(minimum_cell), *(rule_texts if figures.is_mixed else [])]
    rule_text = " ".join(rule_texts)
    if releases_api.list_breakdown_rows(figures, "program"):
        program_text = _(
            "A number is also suppressed if a program could subtract its own children from it and "
            "learn about a small group of other children. This was tested for each program shown."
        )
        rule_text = f"{rule_text} {program_text}"
    if not contributors:
        return rule_text
    contributor_text = _(
        "A number is also suppressed if a district could subtract its own children from it and "
        "learn about a small group of other children. This was tested for each of %(count)s "
        "districts."
    )
    return f"{rule_text} {contributor_text % {'count': contributors}}"


def _describe_outcome_rule(minimum_cell: int | None) -> str:
    return _(
        "We do not show a number that counts fewer than %(least)s children, or any number that "
        "could be used to calculate one."
    ) % {"least": minimum_cell}


def _describe_band_rule(minimum_cell: int | None) -> str:
    return _(
        "We show the percentage of a group as a range, which is wider for smaller groups, and we "
        "do not show how many children have the outcome. Nothing is shown for a group of fewer "
        "than %(least)s children. No ranges are shown that together could be used to calculate "
        "how many children in a small group have the outcome."
    ) % {"least": minimum_cell}


def describe_bands(figures: releases_api.OutcomeFigures) -> str:
    """Say how to read ranges of percentages; empty if there are none."""
    if not figures.bands:
        return ""
    text = _(
        "Percentages are shown as ranges. Smaller groups have wider ranges, to protect the privacy "
        "of each child. “%(example)s” means at least 40 and at most 49 percent."
    ) % {"example": "40\N{EN DASH}49%"}
    if not figures.is_mixed:
        return text
    mixed_text = _(
        "Some groups have a range and others have numbers of children, because they come from "
        "releases that were protected in different ways."
    )
    return f"{text} {mixed_text}"


def _describe_measure_rule(minimum_cell: int | None) -> str:
    return _(
        "We do not show figures for groups of fewer than %(least)s children, figures that would "
        "reveal one child's value, or figures that could be used to calculate either. Figures "
        "for smaller groups are rounded more."
    ) % {"least": minimum_cell}


def _describe_trend(figures: releases_api.OutcomeFigures) -> str:
    values_text = "; ".join(
        f"{row.value}: {releases_api.format_figure(row.count)}" for row in figures.trend
    )
    return _("Line chart of the whole county by school year. %(values)s.") % {"values": values_text}


def _describe_schools(figures: releases_api.OutcomeFigures) -> str:
    rows = [row for row in figures.schools if row.value != releases_api.NO_VALUE_ON_RECORD]
    intro = _("Chart of %(count)s schools in alphabetical order within their district.") % {
        "count": len(rows)
    }
    return " ".join((intro, _describe_range(rows), _("Every value is in the table.")))


def _describe_groups(figures: releases_api.OutcomeFigures) -> str:
    rows = [
        releases_api.FigureRow(
            "", f"{releases_api.label_race(race)}, {releases_api.label_gender(gender)}", count
        )
        for (race, gender), count in figures.groups.items()
        if ALL_GROUPS not in (race, gender)
    ]
    intro = (
        _("Grid of race and ethnicity by gender. Darker cells have a larger figure.")
        if figures.statistic
        else _("Grid of race and ethnicity by gender. Darker cells have a higher percentage.")
    )
    return " ".join((intro, _describe_range(rows), _("Every value is in the table.")))


def _describe_range(rows: list[releases_api.FigureRow]) -> str:
    """Give the smallest and largest figure shown. Amounts keep their own decimals."""
    shown_counts = sorted(
        (figure_row.count for figure_row in rows if figure_row.count.height is not None),
        key=_get_chart_value,
    )
    hidden = sum(row.count.withheld for row in rows)
    if not shown_counts:
        return _("All are suppressed.")
    if isinstance(shown_counts[0], releases_api.MeasureAmount):
        template = _("Figures range from %(low)s to %(high)s; %(hidden)s are suppressed.")
        low, high = (
            releases_api.format_figure(shown_counts[0]),
            releases_api.format_figure(shown_counts[-1]),
        )
    else:
        template = _("Percentages range from %(low)s to %(high)s; %(hidden)s are suppressed.")
        low, high = (
            f"{100 * min(count.span[0] for count in shown_counts if count.span):.0f}%",
            f"{100 * max(count.span[1] for count in shown_counts if count.span):.0f}%",
        )
    return template % {"low": low, "high": high, "hidden": hidden}


def _get_chart_value(count: releases_api.FigureCount) -> float:
    return count.height or 0.0
