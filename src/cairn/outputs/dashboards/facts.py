"""Turn published figures and the terms of a target into the fact that policy decides about."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cairn.outputs.releases.api import OutcomeFigures, load_indicator_catalogue
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
    """

    baseline_year: str
    target_year: str
    percent: Decimal
    agreed_by: str
    agreed_on: date
    context: str


def build_target_fact(
    outcome: str, terms: TargetTerms, figures: OutcomeFigures | None
) -> TargetFact:
    """Build the fact of a target, compared with the figures published today.

    Args:
        outcome: id of the outcome.
        terms: the terms of the target.
        figures: the published figures; None if there are none.
    Returns:
        The fact.
    """
    definition = load_indicator_catalogue()[outcome]
    return TargetFact(
        outcome=definition.title["en"],
        higher_is_better=definition.direction == "higher",
        year=terms.baseline_year,
        begins=get_published_share(figures, terms.baseline_year),
        rounding=_find_rounding(figures, terms.baseline_year),
        until=terms.target_year,
        share=int(terms.percent * 10),
        agreed_by=terms.agreed_by,
        context=terms.context,
    )


def get_published_share(figures: OutcomeFigures | None, year: str) -> int | None:
    """Return the published share of all children in a year, in thousandths.

    None if it is suppressed, and if a band leaves several whole percents open.
    """
    if figures is None or year not in figures.tables:
        return None
    low, high = figures.get_county(year).span or (0.0, 1.0)
    return round(1000 * low) if low == high else None


def _find_rounding(figures: OutcomeFigures | None, year: str) -> int:
    """Find the most by which a published share is rounded, in thousandths."""
    if figures is None or year not in figures.tables:
        return 0
    county = figures.get_county(year)
    (low, _), (least, _) = county.span or (0.0, 1.0), county.possible_span or (0.0, 1.0)
    return round(1000 * (low - least))
