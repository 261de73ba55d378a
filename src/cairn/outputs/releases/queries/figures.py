"""Read the figures of one release: as to be published, an owner's own, and disputed ones.

Also compute one partner's own numbers of a published outcome, and the fact for policy. These come
from the counts that the release was made from. They are computed for one answer and never stored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cairn.data.identity.api import LinkedFile
from cairn.governance.disclosure_log.api import SnapshotVault
from cairn.governance.partners.api import Organization
from cairn.outputs.releases import facts, tables
from cairn.outputs.releases import figures as release_figures
from cairn.outputs.releases.catalogue import load_indicator_catalogue
from cairn.outputs.releases.models import Release, SendBack, WrongFigure
from cairn.outputs.releases.protection import contributor_parts, counts
from cairn.outputs.releases.protection.contributor_parts import ContributorPart
from cairn.outputs.releases.protection.counts import DISTRICT_DIMENSION
from cairn.outputs.releases.queries import owner_preview, sources
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts import Actor, OwnFiguresFact
from cairn.policy.questions import may_view_disputed_figures
from cairn.sdc.contributors import OpenDims
from cairn.sdc.options import Statistic
from cairn.warehouse.exporters import ALL_GROUPS, read_release_figures
from cairn.warehouse.measures import IndicatorDefinition
from cairn.warehouse.store import FileRef, NoSuchFile

__all__ = [
    "PLACE_DIMENSIONS",
    "RACE_AND_GENDER_DIMENSIONS",
    "PartnerFigures",
    "describe_margin",
    "load_partner_figures",
]

OWN_SCOPE, PUBLISHED_SCOPE = "own", "published"
"""Whether a named figure is one of an owner's own numbers, or one of the draft to be published."""


def list_send_backs(release: Release) -> list[SendBack]:
    """List the owners asked in this round, with their answers."""
    return list(release.send_backs.filter(round=release.round).select_related("organization"))


def load_protected_figures(release: Release) -> list[release_figures.OutcomeFigures]:
    """Load each outcome as it would be published; empty before the check."""
    if not release.protected:
        return []
    protected_cells = read_release_figures(open_file_store(), FileRef.parse(release.protected))
    outcome_figures = (
        release_figures.collect_outcome_figures(
            protected_cells.cells, outcome, protected_cells.names
        )
        for outcome in release.outcomes
    )
    return [
        figures_of_outcome for figures_of_outcome in outcome_figures if figures_of_outcome.years
    ]


def load_owner_figures(release: Release, owner: str) -> list[release_figures.OutcomeFigures]:
    """Load what an owner's rows alone come to, for each outcome that they can count.

    The caller must ask `may_view_own_figures` first. Empty for a release checked before owners' own
    figures were counted.
    """
    owner_counts = release.own.get(owner)
    if owner_counts is None or not release.protected:
        return []
    store = open_file_store()
    names = read_release_figures(store, FileRef.parse(release.protected)).names
    outcome_figures = []
    for outcome, file_ref in owner_counts["counted"].items():
        rows, definition = (
            store.read(FileRef.parse(file_ref)).to_pylist(),
            load_indicator_catalogue()[outcome],
        )
        count_arguments = (outcome, rows, release.tables, release.years, names)
        groupings = release.get_merged_groups(outcome)
        if definition.measure:
            statistic = Statistic(release.statistic)
            outcome_figures.append(
                owner_preview.build_owner_measure_figures(
                    *count_arguments, statistic, groupings=groupings
                )
            )
        elif definition.is_count:
            outcome_figures.append(
                owner_preview.build_owner_count_figures(*count_arguments, groupings=groupings)
            )
        else:
            counts_numerator = owner_preview.can_count_numerator(definition, owner_counts["rows"])
            outcome_figures.append(
                owner_preview.build_owner_figures(
                    *count_arguments, reached=counts_numerator, groupings=groupings
                )
            )
    return [
        figures_of_outcome for figures_of_outcome in outcome_figures if figures_of_outcome.years
    ]


@dataclass(frozen=True, slots=True)
class DisputedFigure:
    """Hold one figure that an owner disputes, and the number that the owner says is right."""

    row: WrongFigure
    owner: str
    figure: str
    own: bool
    reached: int | None
    children: int | None
    why: str
    amount: str = ""


def list_disputed_figures(send_back: SendBack) -> list[DisputedFigure]:
    """List the figures that one owner disputes; the caller must ask policy first."""
    seals = SnapshotVault.for_installation()
    return [
        DisputedFigure(
            row=row,
            owner=send_back.organization.name,
            figure=tables.describe_figure(
                row.figure[1], row.figure[2], release_figures.parse_figure_group(row.figure[3:])
            ),
            own=row.figure[0] == OWN_SCOPE,
            **seals.open(row.said),
        )
        for row in send_back.wrong_figures.order_by("pk")
    ]


def list_readable_disputes(release: Release, actor: Actor, on: date) -> list[DisputedFigure]:
    """List the figures that owners dispute in this round and that the user may read."""
    fact = facts.load_release_fact(release)
    return [
        disputed_figure
        for send_back in list_send_backs(release)
        if may_view_disputed_figures(fact, send_back.organization.slug, actor, on).allowed
        for disputed_figure in list_disputed_figures(send_back)
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
    definition: IndicatorDefinition
    year: str
    name: str
    others: int
    fact: OwnFiguresFact
    part: ContributorPart | None
    schools: Mapping[str, str]

    def figures(self) -> release_figures.OutcomeFigures | None:
        """Return the partner's unsuppressed numbers, of the tables that hold."""
        if self.part is None:
            return None
        outcome = self.definition.id
        own_figures = release_figures.collect_outcome_figures(
            self.part.cells(outcome, self.year), outcome, self.schools
        )
        return own_figures if own_figures.years else None


def load_partner_figures(
    release: Release, organization: Organization, definition: IndicatorDefinition
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
    named_districts = frozenset(cell.group.get(DISTRICT_DIMENSION) for cell in cells)
    named_districts -= {ALL_GROUPS, release_figures.NO_VALUE_ON_RECORD}
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


def _may_add_children(release: Release, definition: IndicatorDefinition, part: LinkedFile) -> bool:
    """Return whether the rows of a file may add a child to the figures of a release.

    An agency that tests kindergarten sends assessments too, and none of them counts for grade 3. A
    denominator that is computed may join rows of several organizations, so all of them may.
    """
    record = definition.denominator_record
    if record.sql or definition.numerator_record or part.record != record.name:
        return True
    owner_counts = release.own.get(part.organization)
    counted = owner_counts["counted"].get(definition.id) if owner_counts else None
    try:
        return (
            not counted or open_file_store().manifest(FileRef.parse(counted)).counts["students"] > 0
        )
    except NoSuchFile:
        return True


def _build_own_figures_fact(
    release: Release,
    organization: Organization,
    definition: IndicatorDefinition,
    table_names: frozenset[str],
    part: ContributorPart | None,
) -> OwnFiguresFact:
    record_sources = sources.find_record_sources(
        definition.records, release.agreements, pilot=release.pilot
    )
    delivered = frozenset(
        source_part.organization
        for source_part in record_sources.parts
        if _may_add_children(release, definition, source_part)
    )
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
