"""Compute one partner's own numbers of a published outcome, and the fact for policy.

The numbers come from the counts that the release was made from. They are computed for one answer
and never stored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cairn.governance.partners.api import Organization
from cairn.outputs.releases.figures import (
    NO_VALUE_ON_RECORD,
    OutcomeFigures,
    collect_outcome_figures,
)
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.protection import contributor_parts, counts
from cairn.outputs.releases.protection.contributor_parts import ContributorPart
from cairn.outputs.releases.protection.counts import DISTRICT_DIMENSION
from cairn.outputs.releases.queries import sources
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts import OwnFiguresFact
from cairn.sdc.contributors import OpenDims
from cairn.warehouse.exporters import ALL_GROUPS, read_release_figures
from cairn.warehouse.measures import OutcomeDefinition
from cairn.warehouse.store import FileRef, NoSuchFile

__all__ = [
    "PLACE_DIMENSIONS",
    "RACE_AND_GENDER_DIMENSIONS",
    "PartnerFigures",
    "describe_margin",
    "load_partner_figures",
]

PLACE_DIMENSIONS: Final = frozenset({"district", "school"})
RACE_AND_GENDER_DIMENSIONS: Final = frozenset({"race_ethnicity", "gender"})

_MARGIN_TITLES: Final = {
    frozenset({DISTRICT_DIMENSION}): "Whole district",
    PLACE_DIMENSIONS: "By school",
    frozenset({"race_ethnicity"}): "By race and ethnicity",
    frozenset({"gender"}): "By gender",
    RACE_AND_GENDER_DIMENSIONS: "By race and gender",
}


@dataclass(frozen=True, slots=True)
class PartnerFigures:
    """One partner's own numbers in the newest published year of an outcome.

    Attributes:
        organization: the partner.
        definition: the outcome.
        year: the newest school year that the release shows.
        name: the partner's name in the tables; empty if they do not show it.
        others: how many other organizations the tables name.
        fact: the fact for `may_compare_own_figures`.
        part: the partner's numbers; None if the partner has no rows or the counts are gone.
        schools: name of each school by its code.
    """

    organization: Organization
    definition: OutcomeDefinition
    year: str
    name: str
    others: int
    fact: OwnFiguresFact
    part: ContributorPart | None
    schools: Mapping[str, str]

    def figures(self) -> OutcomeFigures | None:
        """Return the partner's unsuppressed numbers, of the tables that hold."""
        if self.part is None:
            return None
        outcome = self.definition.id
        own_figures = collect_outcome_figures(
            self.part.cells(outcome, self.year), outcome, self.schools
        )
        return own_figures if own_figures.years else None


def load_partner_figures(
    release: Release, organization: Organization, definition: OutcomeDefinition
) -> PartnerFigures:
    """Load a partner's part of the newest year that a release shows for an outcome.

    Args:
        release: the published release.
        organization: the partner.
        definition: the outcome.
    Returns:
        The partner's numbers, and the fact for `may_compare_own_figures`.
    """
    store = open_file_store()
    released_file = read_release_figures(store, FileRef.parse(release.released))
    cells = [cell for cell in released_file.cells if cell.outcome == definition.id]
    year = max(cell.school_year for cell in cells)
    rows = _load_counted_rows(release, definition.id, year)
    named_districts = frozenset(cell.district for cell in cells) - {ALL_GROUPS, NO_VALUE_ON_RECORD}
    name = _find_table_name(organization, named_districts)
    contributor_part: ContributorPart | None = None
    if name in contributor_parts.list_contributor_names(rows):
        published_cells = [cell for cell in cells if cell.school_year == year]
        minimum = release.minimum_cell or counts.SMALLEST_MINIMUM_CELL
        contributor_part = contributor_parts.compute_contributor_part(
            name, rows, published_cells, release.tables, minimum
        )
    return PartnerFigures(
        organization=organization,
        definition=definition,
        year=year,
        name=name,
        others=len(named_districts - {name}),
        fact=_build_own_figures_fact(
            release, organization, definition, named_districts, contributor_part
        ),
        part=contributor_part,
        schools=released_file.names,
    )


def describe_margin(margin: OpenDims) -> str:
    """Describe a breakdown in words, as the decision names it.

    Args:
        margin: the dimensions of the breakdown.
    Returns:
        The words, in English.
    """
    return _MARGIN_TITLES.get(margin, ", ".join(sorted(margin)))


def _load_counted_rows(release: Release, outcome: str, year: str) -> list[dict[str, Any]]:
    """Load the counts of one year; empty if they were destroyed."""
    try:
        counted_rows = open_file_store().read(FileRef.parse(release.counted[outcome])).to_pylist()
    except NoSuchFile:
        return []
    return [row for row in counted_rows if str(row["school_year"]) == year]


def _find_table_name(organization: Organization, table_names: Iterable[str]) -> str:
    """Find an organization's name in the tables: its name or slug; empty if it has no row."""
    own_names = {organization.name.casefold(), organization.slug}
    matches = [name for name in table_names if name.casefold() in own_names]
    return matches[0] if len(matches) == 1 else ""


def _build_own_figures_fact(
    release: Release,
    organization: Organization,
    definition: OutcomeDefinition,
    table_names: frozenset[str],
    part: ContributorPart | None,
) -> OwnFiguresFact:
    record_sources = sources.find_record_sources(
        definition.records, release.agreements, pilot=release.pilot
    )
    delivered = frozenset(source_part.organization for source_part in record_sources.parts)
    senders = Organization.objects.filter(slug__in=delivered)
    return OwnFiguresFact(
        organization=organization.slug,
        name=organization.name,
        outcome=definition.title["en"],
        has_rows=part is not None,
        delivered_by=delivered,
        rows_of=frozenset(
            source_part.slug
            for source_part in senders
            if _find_table_name(source_part, table_names)
        ),
        tables=frozenset(describe_margin(margin) for margin in part.tables)
        if part
        else frozenset(),
        hold=frozenset(describe_margin(margin) for margin in part.hold) if part else frozenset(),
    )
