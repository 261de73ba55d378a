"""Protect every indicator of a release beside all that is public, and beside each other.

The numbers of children behind a measure, and a count, are protected after the outcomes of the same
release: readers get all of them at once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
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
from cairn.outputs.releases.queries import offered_tables
from cairn.platform.second_process import call_in_turn, run_in_two_processes
from cairn.platform.storage.api import open_file_store
from cairn.platform.tasks.api import Progress, StoppedError
from cairn.policy.checks import find_figure_conflict
from cairn.policy.facts import DifferencingConflict, DifferencingConflictKind, EarlierReleaseFact
from cairn.policy.vocabulary import Purpose
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


@dataclass(frozen=True, slots=True)
class _OutcomeRows:
    """The counted rows of an outcome, and how they are protected."""

    outcome: str
    method: ReleaseMethod
    rows: list[dict[str, Any]]
    minimum: int
    snapshots: list[counts.PublishedSnapshot]
    grouping: merged_groups.Grouping
    insiders: Sequence[counts.ReleaseInsider]

    def protect(
        self, tables: counts.TableDimensions, years: Sequence[str]
    ) -> list[public_tables.YearResult]:
        """Protect some tables: those of the release, or a smaller set of them."""
        (results,) = _protect_outcomes([self], tables, years)
        return results

    def list_jobs(
        self, tables: counts.TableDimensions, years: Sequence[str]
    ) -> list[tuple[Any, ...]]:
        """List the arguments of `protect_outcome_rows` for each year; they can be pickled."""
        beside = [item.load_outcome_rows(self.outcome) for item in self.snapshots]
        return [
            (
                self.method,
                self.outcome,
                rows,
                tables,
                self.minimum,
                beside,
                self.grouping,
                self.insiders,
            )
            for rows in counts.split_rows_by_year(self.rows, years).values()
        ]


def _protect_outcomes(
    outcomes: Sequence[_OutcomeRows],
    tables: counts.TableDimensions,
    years: Sequence[str],
    on_end: Callable[[], None] = lambda: None,
) -> list[list[public_tables.YearResult]]:
    """Protect the years of outcomes, each by itself and two at once.

    Args:
        outcomes: the outcomes.
        tables: the dimensions of each table.
        years: the years; empty means every year.
        on_end: is called when all years of an outcome are done.
    Returns:
        The results of each outcome.
    """
    jobs_by_outcome = [outcome.list_jobs(tables, years) for outcome in outcomes]
    owners = [number for number, own in enumerate(jobs_by_outcome) for _job in own]
    waiting = Counter(owners)

    def note_end(job: int) -> None:
        waiting[owners[job]] -= 1
        if not waiting[owners[job]]:
            on_end()

    jobs = list(chain.from_iterable(jobs_by_outcome))
    is_long = sum(len(job[_ROWS]) for job in jobs) >= _LONG_WORK
    run = run_in_two_processes if is_long else call_in_turn
    results: list[list[public_tables.YearResult]] = [[] for _outcome in outcomes]
    try:
        found = run(bands.protect_outcome_rows, jobs, note_end)
    except bands.NoSafeBandsError as error:
        raise UnpublishableBands(_explain_no_bands(error)) from None
    for owner, protected in zip(owners, found, strict=True):
        results[owner] += [
            group_sizes.audit_bands_beside_counts(year, tables, outcomes[owner].snapshots)
            if isinstance(year, bands.ProtectedBandYear)
            else year
            for year in protected
        ]
    return results


_ROWS: Final = 2
"""Position of the rows among the arguments of `protect_outcome_rows`."""

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
    audiences = [row.audience for row in (release, *earlier_releases)]
    insiders = offered_tables.list_insiders(audiences, Purpose(release.purpose))
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
    ranked = [
        definition
        for definition in sorted(definitions, key=_rank_definition)
        if definition.id not in stopped_outcomes
    ]
    for _outcome in stopped_outcomes:
        progress.advance()
    outcomes = [
        _OutcomeRows(
            definition.id,
            method,
            rows_by_outcome[definition.id],
            minimum,
            snapshots,
            grouping,
            insiders,
        )
        for definition in ranked
        if definition.has_share
    ]
    results = _protect_outcomes(outcomes, requested_tables, release.years, progress.advance)
    year_results = list(chain.from_iterable(results))
    blocked = [
        public_tables.BlockedOutcome(stopped, outcome.protect)
        for outcome, years in zip(outcomes, results, strict=True)
        if (stopped := public_tables.list_conflicts(years))
    ]
    for definition in ranked[len(outcomes) :]:
        rows = rows_by_outcome[definition.id]
        own = _build_own_snapshots(
            release, definition, [*year_results, *measure_results], catalogue, rows_by_outcome
        )
        beside = [*own, *snapshots]
        found = (
            _protect_measure(release, definition, rows, minimum, beside, published_facts, insiders)
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
    protected = (*year_results, *measure_results)
    return [item for item in protected if not isinstance(item, DifferencingConflict)]


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
    insiders: Sequence[counts.ReleaseInsider],
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
        yield from measures.protect_measure_years(measure_request, rows, snapshots, insiders)
    except (UnfitMeasureError, TooCloseError) as error:
        raise UnpublishableMeasure(str(error)) from error
