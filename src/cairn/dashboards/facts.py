"""Published figures and a wording → what `rules` asks of a target."""

from cairn.dashboards.wording import Wording
from cairn.releases.figures import COUNTY, Figures
from cairn.rules.target import TargetFact
from cairn.warehouse.outcomes import catalogue


def target(outcome: str, wording: Wording, figures: Figures | None) -> TargetFact:
    """A target as it would stand beside what is published of its outcome today."""
    definition = catalogue()[outcome]
    return TargetFact(
        outcome=definition.title["en"],
        higher_is_better=definition.direction == "higher",
        year=wording.baseline_year,
        begins=begins(figures, wording.baseline_year),
        until=wording.target_year,
        share=int(wording.percent * 10),
        agreed_by=wording.agreed_by,
        context=wording.context,
    )


def begins(figures: Figures | None, year: str) -> int | None:
    """What is published of everyone in a year, in thousandths; None where nothing is."""
    if figures is None or year not in figures.tables:
        return None
    share = figures.tables[year][COUNTY].share
    return None if share is None else round(1000 * share)
