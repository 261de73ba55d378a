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
)
from cairn.outputs.releases import api as releases_api

FILE_COLUMNS: Final = (
    "partner", "legal_basis", "outcome", "school_year", "group", "figure", "students", "beside",
    "difference", "suppressed", "as_of",
)  # fmt: skip
"""The columns of the figures as a file: one figure a line."""


@dataclass(frozen=True, slots=True)
class PartnerRelease(PartnerFigures):
    """Hold the figures of a partner's releases, the newest years first.

    Attributes:
        organization: the partner.
        releases: the releases, newest first.
        basis: the legal bases of the agreements.
    """

    organization: Organization
    releases: Sequence[releases_api.Release]
    basis: str

    @property
    def headline(self) -> ReportLine | None:
        """Return the first of the newest figures that is shown, else the first; None if none is."""
        newest = self.newest
        return next((line for line in newest if not line.is_suppressed), next(iter(newest), None))


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
    outcomes = (
        queries.build_released_outcome(definition, state)
        for definition in releases_api.load_indicator_catalogue().values()
    )
    lines = [
        line
        for each in outcomes
        if each
        for line in list_lines(each, organization, is_for_partner=True)
    ]
    lines.sort(key=lambda line: (not line.is_newest, line.is_part))
    references = {name for row in releases for name in row.agreements}
    bases = {
        releases_api.label_legal_basis(terms.basis)
        for terms in releases_api.load_lineage(references)
    }
    return PartnerRelease(tuple(lines), organization, releases, ", ".join(sorted(bases)))


def list_release_rows(found: PartnerRelease) -> Iterator[Sequence[str | date | None]]:
    """Yield the lines for a file, in the order of `FILE_COLUMNS`."""
    for line in found.lines:
        yield (
            found.organization.name, found.basis, line.title, line.year, line.group, line.share,
            line.size, line.others, line.difference, "yes" if line.is_suppressed else "no",
            line.counted_on,
        )  # fmt: skip
