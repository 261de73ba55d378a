"""Compare each group with all other children, in words, from published figures.

Groups are in their usual order, never from best to worst. Schools, districts and programs are not
compared with each other: some agreements forbid rankings.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.outputs.dashboards.audiences import group_comparison
from cairn.outputs.releases import api as releases_api
from cairn.sdc.tables import DisparityMeasure, GroupOutcome, MissingMeasureReason, measure_disparity
from cairn.warehouse.exporters import ALL_GROUPS, build_group_key

_NO_DISPARITY_REASONS = {
    MissingMeasureReason.WITHHELD: gettext_lazy("suppressed"),
    MissingMeasureReason.NOBODY: gettext_lazy("no other children to compare"),
    MissingMeasureReason.FEW_OTHERS: gettext_lazy("too few other children"),
    MissingMeasureReason.NO_ONE_REACHED: gettext_lazy("no children with the outcome in one group"),
    MissingMeasureReason.BELOW_IDEA: gettext_lazy("below the minimum size of the federal rule"),
}


MEASURE_LABELS: Final = {
    "gap": gettext_lazy("Gap"),
    "ratio": gettext_lazy("Ratio"),
    "risk_ratio": gettext_lazy("Risk ratio"),
    "share_ratio": gettext_lazy("Composition ratio"),
}
"""The measures by their attribute of a line; a page shows one at a time."""


@dataclass(frozen=True, slots=True)
class DisparityText:
    """Hold one disparity measure in words: its value, and its interval if it has one."""

    value: str
    interval: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class DisparityLine:
    """Hold one group with its disparity measures.

    `clear` says in which direction it differs, if the difference is larger than chance.
    """

    label: str
    share: str
    gap: DisparityText
    ratio: DisparityText
    risk_ratio: DisparityText
    share_ratio: DisparityText
    clear: str


@dataclass(frozen=True, slots=True)
class GroupDivision:
    """Hold the groups of one way to divide all children, such as by gender."""

    id: str
    title: str
    lines: tuple[DisparityLine, ...]


def build_group_divisions(
    figures: releases_api.OutcomeFigures, minimum: int
) -> Iterator[GroupDivision]:
    """Yield each way to divide the county's children in the newest published year."""
    table = figures.tables[figures.latest]
    races = releases_api.sort_races(key.get("race_ethnicity") for key in table)
    for dimension, name, title, codes in (
        ("race_ethnicity", "race", _("By race and ethnicity"), races),
        ("gender", "gender", _("By gender"), releases_api.GENDER_CODES),
    ):
        division_lines = tuple(_build_disparity_lines(table, dimension, codes, minimum))
        if division_lines:
            yield GroupDivision(name, title, division_lines)


def _build_disparity_lines(
    table: Mapping[releases_api.FigureKey, releases_api.FigureCount],
    dimension: str,
    codes: Iterable[str],
    minimum: int,
) -> Iterator[DisparityLine]:
    everyone = table.get(releases_api.COUNTY_KEY, releases_api.FigureCount(None, None))
    for code in codes:
        count = table.get(build_group_key({dimension: code}))
        if count is None or code in (ALL_GROUPS, releases_api.NO_VALUE_ON_RECORD):
            continue
        yield compare_group(releases_api.label_value(dimension, code), count, everyone, minimum)


def _convert_count(count: releases_api.FigureCount) -> GroupOutcome:
    return GroupOutcome(count.yes, count.n)


def compare_group(
    label: str, count: releases_api.FigureCount, everyone: releases_api.FigureCount, minimum: int
) -> DisparityLine:
    """Compare one group with all other children."""
    share = releases_api.format_percent(count)
    if any(isinstance(each, releases_api.PercentBand) for each in (count, everyone)):
        return _compare_ranges(label, share, count, everyone)
    disparities = measure_disparity(_convert_count(count), _convert_count(everyone), minimum)
    return DisparityLine(
        label=label,
        share=share,
        gap=_format_points(disparities.gap),
        ratio=_format_ratio(disparities.ratio),
        risk_ratio=_format_ratio(disparities.risk_ratio),
        share_ratio=_format_ratio(disparities.share_ratio),
        clear=_describe_significance(disparities.gap),
    )


def _compare_ranges(
    label: str,
    share: str,
    count: releases_api.FigureCount,
    everyone: releases_api.FigureCount,
) -> DisparityLine:
    """Compare a range with that of all children: how many others have the outcome is not public."""
    if count.span is None or everyone.span is None:
        reason = _NO_DISPARITY_REASONS[MissingMeasureReason.WITHHELD]
        hidden = DisparityText(str(reason), hidden=True)
        return DisparityLine(label, share, *(hidden,) * 4, clear="")
    points = group_comparison.describe_difference(count, everyone)
    gap = DisparityText(_("%(points)s from all children") % {"points": points})
    missing = DisparityText(_("not calculated from ranges"), hidden=True)
    clear = _("the ranges overlap")
    if count.span[0] > everyone.span[1]:
        clear = _("higher than all children")
    elif count.span[1] < everyone.span[0]:
        clear = _("lower than all children")
    return DisparityLine(label, share, gap, *(missing,) * 3, clear=clear)


def select_shown_years(figures: releases_api.OutcomeFigures) -> releases_api.OutcomeFigures:
    """Leave out the newest years in which no group has a figure, unless no year has one."""
    for position in range(len(figures.years), 0, -1):
        selected = replace(figures, years=figures.years[:position])
        if any(not count.withheld for count in selected.groups.values()):
            return selected
    return figures


def _format_points(measure: DisparityMeasure) -> DisparityText:
    if measure.why is not None:
        return DisparityText(str(_NO_DISPARITY_REASONS[measure.why]), hidden=True)
    value_text = _("%(points)s points") % {"points": _format_signed_points(measure.value)}
    low, high = _format_signed_points(measure.low), _format_signed_points(measure.high)
    return DisparityText(value_text, _("%(low)s to %(high)s") % {"low": low, "high": high})


def _format_ratio(measure: DisparityMeasure) -> DisparityText:
    if measure.why is not None:
        return DisparityText(str(_NO_DISPARITY_REASONS[measure.why]), hidden=True)
    low, high = f"{measure.low:.2f}", f"{measure.high:.2f}"
    return DisparityText(
        f"{measure.value:.2f}", _("%(low)s to %(high)s") % {"low": low, "high": high}
    )


def _describe_significance(gap: DisparityMeasure) -> str:
    if gap.why is not None:
        return ""
    if gap.low <= 0 <= gap.high:
        return _("may be due to chance")
    return _("higher than other children") if gap.value > 0 else _("lower than other children")


def _format_signed_points(share: float) -> str:
    """Return percentage points with their sign; zero after rounding has none."""
    points = f"{100 * share:+.1f}"
    return "0.0" if points in ("+0.0", "-0.0") else points.replace("-", "\N{MINUS SIGN}")
