"""Collect the figures of the releases that are for one partner."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.governance.partners.api import Organization
from cairn.outputs.dashboards import queries
from cairn.outputs.dashboards.audiences.partner_report import (
    PartnerFigures,
    ReportLine,
    list_lines,
    list_partner_groups,
)
from cairn.outputs.dashboards.outcome_page import ComposedChart, build_group_trend
from cairn.outputs.releases import api as releases_api

FILE_COLUMNS: Final = (
    "partner", "legal_basis", "outcome", "school_year", "group", "figure", "students", "beside",
    "difference", "suppressed", "as_of", "cohort",
)  # fmt: skip
"""The columns of the figures as a file: one figure a line."""


@dataclass(frozen=True, slots=True)
class PartnerRelease(PartnerFigures):
    """Hold the figures of a partner's releases, the newest years first.

    Attributes:
        organization: the partner.
        releases: the releases, newest first.
        basis: the legal bases of the agreements.
        trends: the trend of each group of the partner that is in several years, with its title.
    """

    organization: Organization
    releases: Sequence[releases_api.Release]
    basis: str
    trends: tuple[tuple[str, ComposedChart], ...]

    @property
    def headline(self) -> ReportLine | None:
        """Return the first of the newest figures that is shown, else the first; None if none is."""
        newest = self.newest
        return next((line for line in newest if not line.is_suppressed), next(iter(newest), None))

    @property
    def cohorts(self) -> list[str]:
        """Return which students the fixed cohorts have, each once."""
        return list(dict.fromkeys(line.cohort for line in self.lines if line.cohort))


def build_partner_release(
    organization: Organization, releases: Sequence[releases_api.Release]
) -> PartnerRelease:
    """Build the figures of some releases for one partner, which policy allowed to read.

    Args:
        organization: the partner.
        releases: its releases, newest first.
    Returns:
        The figures; those of a later release replace those of an earlier one.
    """
    state = releases_api.compose_released_state(releases)
    outcomes = [
        outcome
        for definition in releases_api.load_indicator_catalogue().values()
        if (outcome := queries.build_released_outcome(definition, state))
    ]
    lines = [
        line for each in outcomes for line in list_lines(each, organization, is_for_partner=True)
    ]
    lines.sort(key=lambda line: (not line.is_newest, line.is_part))
    references = {name for row in releases for name in row.agreements}
    bases = {
        releases_api.label_legal_basis(terms.basis)
        for terms in releases_api.load_lineage(references)
    }
    trends = tuple(trend for each in outcomes for trend in _list_trends(each, organization))
    return PartnerRelease(tuple(lines), organization, releases, ", ".join(sorted(bases)), trends)


def _list_trends(
    each: queries.PublishedOutcome, organization: Organization
) -> Iterator[tuple[str, ComposedChart]]:
    """Yield the trends of all children of the partner, without those of schools and parts."""
    title = releases_api.localize_text(each.definition.title)
    groups = list_partner_groups(each.figures, organization, is_for_partner=True)
    for key, label, _other, _other_label in groups:
        is_part = "school" in key.dimensions or len(key.dimensions) > 1
        name = f"{title}: {label}"
        if not is_part and (chart := build_group_trend(each, key, name)):
            yield name, chart


def list_release_rows(found: PartnerRelease) -> Iterator[Sequence[str | date | None]]:
    """Yield the lines for a file, in the order of `FILE_COLUMNS`."""
    for line in found.lines:
        yield (
            found.organization.name, found.basis, line.title, line.year, line.group, line.share,
            line.size, line.others, line.difference, "yes" if line.is_suppressed else "no",
            line.counted_on, line.cohort,
        )  # fmt: skip
