"""Protect counted outcome tables as percentage bands, beside earlier releases. Uses no Django.

Earlier releases may show numbers or bands. All of them are attacked together (`sdc.audit`), as
if every reader knew the size of every group. Unlike the audit of numbers, this attack needs to know
exactly who an earlier release counted. So its counted table is compared with the current one:
children who came since, and those who left, are attacked, too. If the table was destroyed, nothing
is proven and the new release is stopped.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any, Final, Self

from cairn.outputs.releases.merged_groups import NO_MERGED_GROUPS, Grouping
from cairn.outputs.releases.protection import counts
from cairn.outputs.releases.protection.counts import (
    ProtectedOutcomeYear,
    PublishedSnapshot,
    ReleaseInsider,
    TableDimensions,
    YearRequest,
)
from cairn.outputs.releases.protection.public_figures import (
    PublicFigureKey,
    build_figure_key,
    collect_public_figures,
)
from cairn.policy.facts import DifferencingConflict, DifferencingConflictKind
from cairn.sdc import perturbation
from cairn.sdc.audit import BandRelease, InfeasibleModelError
from cairn.sdc.contributors import CellContributor
from cairn.sdc.options import ReleaseMethod, Zeros
from cairn.sdc.tables import (
    ALL,
    ANY_PERCENT,
    RESULT,
    BandPopulation,
    BandTables,
    CellCounts,
    Key,
    PublishedGroup,
    SuppressionRule,
    TableRequest,
)
from cairn.warehouse.exporters import ReleasedCell

MAX_BANDS_TRIED: Final = 1_500
"""The most wider bands that are tried for one year: counted, not timed, so that the same tables
always get the same answer."""

ResultCounts = Mapping[str, int | None]
"""The published number of a group by result: all, yes and no; None where suppressed."""


class NoSafeBandsError(Exception):
    """Report that no safe bands were found for an outcome and year.

    Args:
        outcome: id of the outcome.
        school_year: the year.
        tables: the dimensions of the groups that remained exposed, never the groups themselves.
    """

    def __init__(self, outcome: str, school_year: str, tables: tuple[tuple[str, ...], ...]) -> None:
        super().__init__(f"No safe percentage bands were found: {outcome}, {school_year}.")
        self.outcome, self.school_year, self.tables = outcome, school_year, tables

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Say how another process hands it over."""
        return type(self), (self.outcome, self.school_year, self.tables)


@dataclass(frozen=True, slots=True)
class ProtectedBandYear:
    """Hold one outcome in one year in percentage bands.

    `sizes` are the numbers of children that are public already, by group. `kept` are the groups
    with a public number of outcomes: that number stays public, and the band of the release is read
    only after a withdrawal of the number. The other fields are as in `ProtectedOutcomeYear`.
    """

    outcome: str
    school_year: str
    bands: BandTables
    request: TableRequest
    rule: SuppressionRule
    contributors: tuple[CellContributor, ...]
    together: Grouping = NO_MERGED_GROUPS
    beside: int = 0
    sizes: Mapping[Key, int] = field(default_factory=dict)
    kept: frozenset[Key] = frozenset()
    hides: tuple[str, ...] = ()

    def cells(self) -> Iterator[ReleasedCell]:
        """Yield one cell for each group, in the form of the released zone."""
        for group in self.bands.groups:
            yield self._build_cell(group)

    def list_kept_figures(self) -> frozenset[PublicFigureKey]:
        """List the figures with a public number that remains, though the release has a band."""
        return frozenset(
            build_figure_key(self._build_cell(group))
            for group in self.bands.groups
            if group.key in self.kept
        )

    def _build_cell(self, group: PublishedGroup) -> ReleasedCell:
        # A blank does not tell whether the group is small or protects another.
        low, high = group.percents if group.tells else (None, None)
        least, most = group.size if group.tells else (0, inf)
        return ReleasedCell(
            outcome=self.outcome,
            school_year=self.school_year,
            group=counts.build_released_key(self.bands.dims, group.key),
            result=ALL,
            n=self.sizes.get(group.key),
            percent_low=low,
            percent_high=high,
            size_low=least,
            size_high=None if most == inf else int(most),
        )


def protect_outcome_rows(
    method: ReleaseMethod,
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    tables: TableDimensions,
    minimum: int,
    snapshots: Sequence[PublishedSnapshot],
    grouping: Grouping,
    insiders: Sequence[ReleaseInsider] = (),
) -> list[ProtectedOutcomeYear | ProtectedBandYear | DifferencingConflict]:
    """Protect every year of some counted rows by a method.

    Args:
        method: percentage bands, or exact counts that hide small groups.
        outcome: id of the outcome.
        rows: as for `protect_outcome_years`.
        tables: the dimensions of each table.
        minimum: the strictest minimum group of the agreements, in children.
        snapshots: earlier releases that may count the same children, newest first.
        grouping: groups to be merged in years with no published groups.
        insiders: the partners with a release of their own, this one or an earlier one.
    Returns:
        The protected year, or the conflict with an earlier release, for each year in order.
    Raises:
        NoSafeBandsError: no safe bands were found within the limit of the search.
    """
    asked = (outcome, rows, tables, minimum, (), snapshots, grouping, insiders)
    if method is ReleaseMethod.BANDS:
        return list(protect_outcome_bands(*asked))
    return [
        audit_numbers_beside_bands(year, snapshots, insiders)
        if isinstance(year, ProtectedOutcomeYear)
        else year
        for year in counts.protect_outcome_years(*asked)
    ]


def protect_outcome_bands(
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    tables: TableDimensions,
    minimum: int,
    requested_years: Sequence[str],
    snapshots: Sequence[PublishedSnapshot] = (),
    grouping: Grouping = NO_MERGED_GROUPS,
    insiders: Sequence[ReleaseInsider] = (),
) -> Iterator[ProtectedBandYear | DifferencingConflict]:
    """Protect each requested year of an outcome in percentage bands.

    Args:
        outcome: id of the outcome.
        rows: as for `protect_outcome_years`.
        tables: the dimensions of each table.
        minimum: the strictest minimum group of the agreements, in children.
        requested_years: school years; empty means every year.
        snapshots: earlier releases that may count the same children, newest first.
        grouping: groups to be merged in years with no published groups.
        insiders: the partners with a release of their own, this one or an earlier one.
    Returns:
        The protected year, or the conflict with an earlier release, for each year in order.
    Raises:
        NoSafeBandsError: no safe bands were found within the limit of the search.
    """
    for year_request in counts.iterate_year_requests(
        outcome, rows, tables, minimum, requested_years, snapshots, grouping, insiders
    ):
        yield (
            year_request
            if isinstance(year_request, DifferencingConflict)
            else _protect_year(year_request, snapshots, insiders)
        )


def _protect_year(
    year_request: YearRequest,
    snapshots: Sequence[PublishedSnapshot],
    insiders: Sequence[ReleaseInsider],
) -> ProtectedBandYear | DifferencingConflict:
    history = _read_history(year_request, snapshots, insiders)
    if isinstance(history, DifferencingConflict):
        return history
    try:
        bands = _publish_bands(year_request, history.releases)
    except NoSafeBandsError:
        if history.releases:
            # The earlier releases are to blame only if the tables alone have safe bands.
            _publish_bands(year_request, ())
            return history.build_conflict()
        raise
    except InfeasibleModelError:
        return history.build_conflict()
    sizes, kept = history.list_public_numbers()
    year = ProtectedBandYear(
        year_request.outcome,
        year_request.school_year,
        bands,
        year_request.request,
        year_request.rule,
        year_request.contributors,
        year_request.grouping,
        len(history.releases),
        sizes,
        kept,
    )
    return replace(year, hides=_list_hidden_releases(year, snapshots))


def _publish_bands(year_request: YearRequest, earlier: tuple[BandRelease, ...]) -> BandTables:
    try:
        return perturbation.publish_bands(
            year_request.request,
            year_request.rule,
            contributors=year_request.contributors,
            insiders=counts.list_insider_names(year_request.contributors),
            earlier=earlier,
            most_tried=MAX_BANDS_TRIED,
        )
    except perturbation.BandsExposedError as error:
        dims = year_request.request.cells.dims
        tables = {
            tuple(dim for dim, value in zip(dims, exposure.key, strict=False) if value != ALL)
            for exposure in error.certificate.exposures
        }
        raise NoSafeBandsError(
            year_request.outcome, year_request.school_year, tuple(sorted(tables))
        ) from None


def _list_hidden_releases(
    year: ProtectedOutcomeYear | ProtectedBandYear, snapshots: Iterable[PublishedSnapshot]
) -> tuple[str, ...]:
    """List the public releases with a figure that would be hidden, by name.

    A public number beside which the release has a band stays public, so it is not hidden, unless
    it counts fewer children than the minimum of now.
    """
    proposed = collect_public_figures(year.cells())
    stays = year.list_kept_figures() if isinstance(year, ProtectedBandYear) else frozenset()
    hides = {
        snapshot.name
        for snapshot in snapshots
        if snapshot.is_public
        and any(
            key in proposed
            and proposed[key].hides(figure)
            and not (key in stays and figure.has_minimum(year.rule.minimum))
            for key, figure in collect_public_figures(snapshot.cells).items()
        )
    }
    return tuple(sorted(hides | set(year.hides)))


def audit_numbers_beside_bands(
    year: ProtectedOutcomeYear,
    snapshots: Sequence[PublishedSnapshot],
    insiders: Sequence[ReleaseInsider] = (),
) -> ProtectedOutcomeYear | DifferencingConflict:
    """Attack protected numbers together with earlier releases, if one of these has bands.

    Args:
        year: the protected numbers, which were audited beside earlier numbers already.
        snapshots: the earlier releases, newest first.
        insiders: the partners with a release of their own.
    Returns:
        The year; or the conflict, where an attacker learns more than from the earlier releases.
    """
    year_request = YearRequest(
        year.outcome, year.school_year, year.request, year.rule, year.contributors, year.together
    )
    with_bands = [
        snapshot
        for snapshot in snapshots
        if any(cell.is_band for cell in _list_cells(snapshot, year_request))
    ]
    if not with_bands:
        return year
    year = replace(year, hides=_list_hidden_releases(year, snapshots))
    history = _read_history(year_request, snapshots, insiders)
    if isinstance(history, DifferencingConflict):
        return history
    current = history.population
    results_by_group: dict[Key, dict[str, int | None]] = {}
    position = year.published.dims.index(RESULT)
    for cell in year.published.cells:
        group = (*cell.key[:position], *cell.key[position + 1 :])
        results_by_group.setdefault(group, {})[cell.key[position]] = cell.n
    release = BandRelease(
        "this release",
        current,
        tuple(
            _build_group(key, results, _Sums(current), year.rule)
            for key, results in results_by_group.items()
        ),
        _list_own_people(year.request.cells, year.contributors),
        insiders=counts.list_insider_names(year.contributors),
    )
    try:
        certificate = perturbation.attack_beside_earlier(release, history.releases, year.rule)
    except InfeasibleModelError:
        return history.build_conflict()
    return year if certificate.safe else history.build_conflict()


@dataclass(frozen=True, slots=True)
class _History:
    """Hold the earlier releases of one outcome and year, oldest first."""

    outcome: str
    school_year: str
    population: BandPopulation
    releases: tuple[BandRelease, ...]
    names: tuple[str, ...]
    sizes: Mapping[Key, int]

    def build_conflict(self) -> DifferencingConflict:
        """Build the conflict with the earlier releases."""
        return DifferencingConflict(
            self.outcome, self.school_year, DifferencingConflictKind.TELLS_OF_FEW, self.names
        )

    def list_public_numbers(self) -> tuple[dict[Key, int], frozenset[Key]]:
        """List public sizes of the same children, and groups with a public number of outcomes."""
        kept = frozenset(
            group.key
            for release in self.releases
            if release.is_public and release.population is self.population
            for group in release.groups
            if group.yes[0] == group.yes[1]
        )
        return {key: n for key, n in self.sizes.items() if key not in kept}, kept


def _read_history(
    year_request: YearRequest,
    snapshots: Sequence[PublishedSnapshot],
    insiders: Sequence[ReleaseInsider],
) -> _History | DifferencingConflict:
    """Read the earlier releases of an outcome and year, with the children that each counted."""
    cells = year_request.request.cells
    current = perturbation.build_band_population(cells)
    releases: list[BandRelease] = []
    names: list[str] = []
    sizes: dict[Key, int] = {}
    for snapshot in reversed(snapshots):
        if not (shown := _list_cells(snapshot, year_request)):
            continue
        then = _find_population(snapshot, year_request, current, insiders)
        if then is None:
            return DifferencingConflict(
                year_request.outcome,
                year_request.school_year,
                DifferencingConflictKind.OTHER_CHILDREN,
                (snapshot.name,),
            )
        population, own = then
        groups = tuple(_read_groups(shown, year_request, _Sums(population)))
        names.append(snapshot.name)
        # Two releases of one day may have the same title; the attack tells them apart by name.
        name = f"{len(names)}. {snapshot.name}"
        releases.append(BandRelease(name, population, groups, own, is_public=snapshot.is_public))
        if snapshot.is_public and population is current:
            sizes |= _read_sizes(shown, year_request)
    return _History(
        year_request.outcome,
        year_request.school_year,
        current,
        tuple(releases),
        tuple(names),
        sizes,
    )


def _list_cells(snapshot: PublishedSnapshot, year_request: YearRequest) -> list[ReleasedCell]:
    return [
        cell
        for cell in snapshot.cells
        if cell.outcome == year_request.outcome and cell.school_year == year_request.school_year
    ]


def _find_population(
    snapshot: PublishedSnapshot,
    year_request: YearRequest,
    current: BandPopulation,
    insiders: Sequence[ReleaseInsider],
) -> tuple[BandPopulation, Mapping[str, BandPopulation]] | None:
    """Find the children that a release counted, in all and by contributor.

    None if the counted table was destroyed, or lacks a dimension of today and counts other
    children: then no one knows to which groups those belong who came or left.
    """
    rows = [
        row
        for row in snapshot.load_rows(year_request.outcome)
        if str(row["school_year"]) == year_request.school_year
    ]
    cells = year_request.request.cells
    dims = tuple(dim for dim in cells.dims[:-1] if rows and dim in rows[0])
    then = counts.count_rows_by_key(rows, dims, year_request.grouping)
    positions = [cells.dims.index(dim) for dim in (*dims, RESULT)]
    now: dict[Key, int] = {}
    for key, n in cells.counts.items():
        part = tuple(key[position] for position in positions)
        now[part] = now.get(part, 0) + n
    if {key: n for key, n in then.items() if n} == {key: n for key, n in now.items() if n}:
        return current, _list_own_people(cells, year_request.contributors)
    if not rows or dims != cells.dims[:-1]:
        return None
    earlier = CellCounts(cells.dims, then)
    own = counts.find_contributors(earlier, year_request.rule, insiders)
    return perturbation.build_band_population(earlier), _list_own_people(earlier, own)


def _list_own_people(
    cells: CellCounts, contributors: Iterable[CellContributor]
) -> dict[str, BandPopulation]:
    return {
        contributor.name: perturbation.build_band_population(
            CellCounts(cells.dims, {key: contributor.own.get(key, 0) for key in cells.counts})
        )
        for contributor in contributors
    }


class _Sums:
    """Count the children of any group, and those of them with the outcome."""

    def __init__(self, population: BandPopulation) -> None:
        self._population = population

    def count(self, key: Key) -> tuple[int, int]:
        """Return both numbers of one group."""
        inside = [
            finest
            for finest in self._population.sizes
            if all(a in (ALL, b) for a, b in zip(key, finest, strict=True))
        ]
        return (
            sum(self._population.yes.get(finest, 0) for finest in inside),
            sum(self._population.sizes[finest] for finest in inside),
        )


def _iterate_groups(
    cells: Iterable[ReleasedCell], year_request: YearRequest
) -> Iterator[tuple[Key, ReleasedCell]]:
    """Yield each cell with the key of its group, which has no result."""
    dims = year_request.request.cells.dims
    schools_by_code = counts.index_schools_by_code(year_request.request.cells.counts, dims)
    position = dims.index(RESULT)
    for cell in cells:
        key = counts.build_cell_key(cell, dims, schools_by_code)
        yield (*key[:position], *key[position + 1 :]), cell


def _read_sizes(cells: Iterable[ReleasedCell], year_request: YearRequest) -> dict[Key, int]:
    """Read the numbers of children that one release states. A size class is none."""
    return {
        group: cell.n
        for group, cell in _iterate_groups(cells, year_request)
        if cell.result == ALL and cell.n is not None
    }


def _read_groups(
    cells: Iterable[ReleasedCell], year_request: YearRequest, sums: _Sums
) -> Iterator[PublishedGroup]:
    """Read what one release states of each group."""
    results_by_group: dict[Key, dict[str, int | None]] = {}
    for group, cell in _iterate_groups(cells, year_request):
        if cell.is_band:
            yield _build_band_group(group, cell)
        else:
            results_by_group.setdefault(group, {})[cell.result] = cell.n
    for group, results in results_by_group.items():
        yield _build_group(group, results, sums, year_request.rule)


def _build_band_group(key: Key, cell: ReleasedCell) -> PublishedGroup:
    low, high = cell.percent_low, cell.percent_high
    most = inf if cell.size_high is None else cell.size_high
    return PublishedGroup(
        key,
        ANY_PERCENT if low is None or high is None else (low, high),
        (cell.size_low or 0, most) if cell.n is None else (cell.n, cell.n),
    )


def _build_group(
    key: Key, results: ResultCounts, sums: _Sums, rule: SuppressionRule
) -> PublishedGroup:
    """State what the numbers of a group say of how many have the outcome.

    Where empty groups are always shown, a suppressed number is at least one.
    """
    yes, size = sums.count(key)
    bounds: tuple[int, float] = (0, inf)
    if results.get("yes") is not None or results.get("no") is not None:
        bounds = (yes, yes)
    elif rule.zeros is Zeros.SHOWN and 0 < yes < size:
        bounds = (1, size - 1)
    everyone = results.get(ALL)
    return PublishedGroup(
        key, size=(0, inf) if everyone is None else (everyone, everyone), yes=bounds
    )
