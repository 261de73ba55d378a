"""Turn published figures and the terms of a target into the fact that policy decides about."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cairn.outputs.releases import api as releases_api
from cairn.policy.facts import TargetFact

__all__ = ["TargetTerms", "build_target_fact"]


@dataclass(frozen=True, slots=True)
class TargetTerms:
    """The terms of a target, as partners agreed on them.

    Attributes:
        baseline_year: the published year from which progress counts.
        target_year: the year in which the target is to be reached.
        percent: share of all children to reach, 0 to 100.
        agreed_by: the body that agreed on it.
        agreed_on: the day of that decision.
        context: what a reader must know about the number.
        group: the children that it is for; all children if nothing is named.
    """

    baseline_year: str
    target_year: str
    percent: Decimal
    agreed_by: str
    agreed_on: date
    context: str
    group: releases_api.FigureKey = releases_api.COUNTY_KEY


def build_target_fact(
    outcome: str, terms: TargetTerms, figures: releases_api.OutcomeFigures | None
) -> TargetFact:
    """Build the fact of a target, compared with the figures published today.

    Args:
        outcome: id of the outcome.
        terms: the terms of the target.
        figures: the published figures; None if there are none.
    Returns:
        The fact.
    """
    definition = releases_api.load_indicator_catalogue()[outcome]
    span = find_published_span(figures, terms.baseline_year, terms.group)
    low, high = span or (None, None)
    return TargetFact(
        outcome=definition.title["en"],
        higher_is_better=definition.direction == "higher",
        year=terms.baseline_year,
        begins=low,
        rounding=_find_rounding(figures, terms),
        until=terms.target_year,
        share=int(terms.percent * 10),
        agreed_by=terms.agreed_by,
        context=terms.context,
        begins_high=None if low == high else high,
        group=releases_api.describe_group(terms.group),
    )


def find_published_span(
    figures: releases_api.OutcomeFigures | None, year: str, group: releases_api.FigureKey
) -> tuple[int, int] | None:
    """Return the lowest and highest published share of a group in a year, in thousandths.

    They are equal unless a range was published. None if the share is suppressed.
    """
    if figures is None or year not in figures.tables:
        return None
    span = figures.get_figure(year, group).span
    return None if span is None else (round(1000 * span[0]), round(1000 * span[1]))


def _find_rounding(figures: releases_api.OutcomeFigures | None, terms: TargetTerms) -> int:
    """Find the most by which a published share is rounded, in thousandths."""
    if figures is None or terms.baseline_year not in figures.tables:
        return 0
    count = figures.get_figure(terms.baseline_year, terms.group)
    shown, possible = count.span or (0.0, 1.0), count.possible_span or (0.0, 1.0)
    return round(1000 * max(shown[0] - possible[0], possible[1] - shown[1]))
