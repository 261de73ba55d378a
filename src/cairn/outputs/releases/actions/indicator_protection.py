"""Protect every indicator of a release beside all that is public, and beside each other.

The numbers of children behind a measure, and a count, are protected after the outcomes of the same
release: readers get all of them at once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, starmap
from typing import Any, Final

from django.utils.translation import gettext as _

from cairn.outputs.releases import facts, labels, merged_groups
from cairn.outputs.releases.catalogue import IndicatorCatalogue, load_indicator_catalogue
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.protection import (
    bands,
    certificates,
    counts,
    group_sizes,
    measures,
    public_tables,
)
from cairn.platform.second_process import run_in_two_processes
from cairn.platform.storage.api import open_file_store
from cairn.platform.tasks.api import Progress, StoppedError
from cairn.policy.checks import find_figure_conflict
from cairn.policy.facts import DifferencingConflict, DifferencingConflictKind, EarlierReleaseFact
from cairn.sdc.magnitudes import TooCloseError, UnfitMeasureError
from cairn.sdc.options import ReleaseMethod, Statistic
from cairn.warehouse.exporters import ReleasedCell
from cairn.warehouse.measures import IndicatorDefinition
from cairn.warehouse.store import FileRef


@dataclass(frozen=True, slots=True)
class CheckConflict:
    """Hold the conflicts with earlier releases that leave no safe figures."""

    met: tuple[DifferencingConflict, ...]


class UnpublishableMeasure(StoppedError):
    """Report that no figure of a measure can be published; the message says what to change."""


class UnpublishableBands(StoppedError):
    """Report that no safe percentage bands were found; the message says what to change."""


def _protect_outcome(
    outcome: str,
    method: ReleaseMethod,
    rows: list[dict[str, Any]],
    minimum: int,
    snapshots: list[counts.PublishedSnapshot],
    grouping: merged_groups.Grouping,
    tables: counts.TableDimensions,
    years: Sequence[str],
) -> Iterator[public_tables.YearResult]:
    """Protect some tables of an outcome: those of the release, or a smaller set of them."""
    rows_by_year = counts.split_rows_by_year(rows, years)
    is_long = len(rows_by_year) > 1 and sum(map(len, rows_by_year.values())) >= _LONG_WORK
    run = run_in_two_processes if is_long else starmap
    beside = [item.load_outcome_rows(outcome) for item in snapshots] if is_long else snapshots
    jobs = [
        (method, outcome, year_rows, tables, minimum, beside, grouping)
        for year_rows in rows_by_year.values()
    ]
    try:
        for year in chain.from_iterable(run(bands.protect_outcome_rows, jobs)):
            yield (
                group_sizes.audit_bands_beside_counts(year, tables, snapshots)
                if isinstance(year, bands.ProtectedBandYear)
                else year
            )
    except bands.NoSafeBandsError as error:
        raise UnpublishableBands(_explain_no_bands(error)) from None


_LONG_WORK: Final = 300
"""Rows of a counted table from which on a second process is started: it takes a second."""


def _explain_no_bands(error: bands.NoSafeBandsError) -> str:
    """Say which tables are too detailed, and what to do; no group is named."""
    return _(
        "%(outcome)s, %(year)s: no safe ranges were found for groups %(tables)s. Combine groups "
        "of race and ethnicity, or leave out a table. Or choose exact counts, which hide small "
        "groups."
    ) % {
        "outcome": labels.localize_text(load_indicator_catalogue()[error.outcome].title),
        "year": error.school_year,
        "tables": "; ".join(
            labels.label_table(public_tables.encode_table(table)) for table in error.tables
        ),
    }


def protect_definitions(
    release: Release,
    definitions: Iterable[IndicatorDefinition],
    counted: Mapping[str, FileRef],
    minimum: int,
    earlier_releases: list[Release],
    snapshots: list[counts.PublishedSnapshot],
    catalogue: IndicatorCatalogue,
    progress: Progress,
) -> list[certificates.ProtectedYear] | CheckConflict:
    """Protect every outcome and measure beside all that was published before.

    Measures and counts come after the outcomes: the release's own figures of the same children are
    published with them.
    """
    store = open_file_store()
    published_facts = facts.build_published_facts(earlier_releases)
    grouping = merged_groups.build_grouping(item["values"] for item in release.merged)
    requested_tables = release.tables or ((),)
    method = ReleaseMethod(release.method)
    measure_results: list[
        measures.ProtectedMeasureYear | group_sizes.ProtectedCountYear | DifferencingConflict
    ] = []
    rows_by_outcome = {name: store.read(ref).to_pylist() for name, ref in counted.items()}
    years_by_outcome = {
        name: counts.select_requested_years(
            {str(row["school_year"]) for row in rows}, release.years
        )
        for name, rows in rows_by_outcome.items()
    }
    version_conflicts = [
        *facts.find_version_conflicts(years_by_outcome, earlier_releases, catalogue),
        *facts.find_overlap_conflicts(
            years_by_outcome, counts.list_table_dimensions(release.tables), snapshots
        ),
    ]
    stopped_outcomes = {conflict.outcome for conflict in version_conflicts}
    year_results: list[public_tables.YearResult] = []
    blocked: list[public_tables.BlockedOutcome] = []
    for definition in sorted(definitions, key=_rank_definition):
        rows = rows_by_outcome[definition.id]
        if definition.id in stopped_outcomes:
            progress.advance()
            continue
        if not definition.has_share:
            own = _build_own_snapshots(
                release, definition, [*year_results, *measure_results], catalogue, rows_by_outcome
            )
            beside = [*own, *snapshots]
            found = (
                _protect_measure(release, definition, rows, minimum, beside, published_facts)
                if definition.measure
                else group_sizes.protect_count_years(
                    definition.id,
                    rows,
                    requested_tables,
                    minimum,
                    release.years,
                    beside,
                    grouping,
                )
            )
            measure_results += [
                year
                if isinstance(year, DifferencingConflict)
                else replace(year, beside=year.beside - _count_own_tables(own, year.school_year))
                for year in found
            ]
        else:
            protect = partial(
                _protect_outcome, definition.id, method, rows, minimum, snapshots, grouping
            )
            outcome_results = list(protect(requested_tables, release.years))
            year_results += outcome_results
            if stopped := public_tables.list_conflicts(outcome_results):
                blocked.append(public_tables.BlockedOutcome(stopped, protect))
        progress.advance()
    count_results = [
        item for item in measure_results if not isinstance(item, measures.ProtectedMeasureYear)
    ]
    measure_conflicts = [
        *(item for item in measure_results if isinstance(item, DifferencingConflict)),
        *(item for item in public_tables.list_conflicts(count_results) if item.how is _HIDES),
    ]
    if version_conflicts or measure_conflicts or blocked:
        advised = public_tables.advise_smaller_tables(requested_tables, blocked)
        return CheckConflict((*version_conflicts, *measure_conflicts, *advised))
    results = (*year_results, *measure_results)
    return [item for item in results if not isinstance(item, DifferencingConflict)]


_HIDES: Final = DifferencingConflictKind.HIDES_PUBLIC


def _rank_definition(definition: IndicatorDefinition) -> int:
    """Rank outcomes before measures, and measures before counts."""
    return 0 if definition.has_share else 1 if definition.measure else 2


def _build_own_snapshots(
    release: Release,
    definition: IndicatorDefinition,
    results: Iterable[certificates.ProtectedYear | DifferencingConflict],
    catalogue: IndicatorCatalogue,
    rows_by_outcome: Mapping[str, Sequence[Mapping[str, Any]]],
) -> list[counts.PublishedSnapshot]:
    """Build what the release itself will say of the children of a measure or count."""
    cells_by_outcome: dict[str, list[ReleasedCell]] = {}
    for year in results:
        if isinstance(year, DifferencingConflict):
            continue
        if catalogue[year.outcome].people == definition.people:
            cells_by_outcome.setdefault(year.outcome, []).extend(year.cells())
    return [
        counts.PublishedSnapshot(
            f"“{catalogue[name].title['en']}” of this release",
            release.tables or ((),),
            tuple(cells),
            load_rows=rows_by_outcome.__getitem__,
        )
        for name, cells in cells_by_outcome.items()
    ]


def _count_own_tables(own: Iterable[counts.PublishedSnapshot], school_year: str) -> int:
    """Count what the release's own figures add to the earlier releases of a year."""
    return sum(
        any(cell.school_year == school_year and not cell.is_band for cell in snapshot.cells)
        for snapshot in own
    )


def _protect_measure(
    release: Release,
    definition: IndicatorDefinition,
    rows: list[dict[str, Any]],
    minimum: int,
    snapshots: list[counts.PublishedSnapshot],
    published_facts: tuple[EarlierReleaseFact, ...],
) -> Iterator[measures.ProtectedMeasureYear | DifferencingConflict]:
    """Protect the years of one measure, or report what stops them.

    A year for which another figure of the measure is published is not begun.
    """
    years_on_record = {str(row["school_year"]) for row in rows}
    requested_years = counts.select_requested_years(years_on_record, release.years)
    conflicts = [
        item
        for year in sorted(requested_years)
        if (item := find_figure_conflict(definition.id, year, published_facts))
    ]
    if conflicts or definition.measure is None:
        yield from conflicts
        return
    measure_request = measures.MeasureRequest(
        definition.id,
        definition.measure,
        Statistic(release.statistic),
        release.tables or ((),),
        release.years,
        minimum,
        merged_groups.build_grouping(item["values"] for item in release.merged),
    )
    try:
        yield from measures.protect_measure_years(measure_request, rows, snapshots)
    except (UnfitMeasureError, TooCloseError) as error:
        raise UnpublishableMeasure(str(error)) from error
