"""Protect counted outcome tables and audit them as attackers would. Uses no Django."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from cairn.outputs.releases import merged_groups
from cairn.outputs.releases.merged_groups import NO_MERGED_GROUPS, Grouping
from cairn.policy.facts import DifferencingConflict, DifferencingConflictKind
from cairn.policy.vocabulary import Attacker
from cairn.sdc import differencing
from cairn.sdc.contributors import CellContributor
from cairn.sdc.tables import (
    ALL,
    RESULT,
    SMALLEST_MINIMUM_CELL,
    AuditCertificate,
    CellCounts,
    Key,
    Nest,
    PublishedTables,
    SuppressionRule,
    TableRequest,
    count_cells,
)
from cairn.warehouse import measures
from cairn.warehouse.exporters import GroupKey, ReleasedCell, build_group_key

__all__ = ["SMALLEST_MINIMUM_CELL"]

TableDimensions = Sequence[Sequence[str]]

ATTACKERS_TRIED: Final = (
    Attacker.OUTSIDER,
    Attacker.PARTICIPANT,
    Attacker.CONTRIBUTOR,
    Attacker.COMPARER,
)
"""The attackers that audit each protected year. Policy says which attackers are required."""

DISTRICT_DIMENSION: Final = "district"
"""The dimension that identifies contributors."""

_TWO_CONTRIBUTORS: Final = 2

_SCHOOL_SEPARATOR: Final = "\x1f"
"""Separates a district from its school in one key.

Two districts may use the same school code, and each district has children with no school on record.
"""


@dataclass(frozen=True, slots=True)
class PublishedSnapshot:
    """Hold an earlier release as the public received it; readers may still have a copy.

    `is_public` is whether the public page still shows it, so that a new release may not hide it.
    `load_rows` loads the counted table of an outcome that it was made from; empty if destroyed.
    """

    name: str
    tables: TableDimensions
    cells: tuple[ReleasedCell, ...]
    is_public: bool = False
    load_rows: Callable[[str], Sequence[Mapping[str, Any]]] = field(default=lambda _: ())

    def load_outcome_rows(self, outcome: str) -> "PublishedSnapshot":
        """Return the release with the counted table of one outcome, for another process."""
        is_shown = any(cell.outcome == outcome for cell in self.cells)
        return replace(
            self, load_rows=_LoadedRows(tuple(self.load_rows(outcome)) if is_shown else ())
        )


@dataclass(frozen=True, slots=True)
class _LoadedRows:
    """Answer with the counted table of one outcome, which was loaded before."""

    rows: Sequence[Mapping[str, Any]]

    def __call__(self, outcome: str) -> Sequence[Mapping[str, Any]]:
        return self.rows


@dataclass(frozen=True, slots=True)
class ReleaseInsider:
    """Describe a partner with a release of its own: it knows its children, and its figures.

    `dimensions` are its programs, `districts` its names in the tables, in lower case.
    """

    organization: str
    dimensions: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Return its name among the contributors."""
        return f"{_INSIDER}{self.organization}"


_INSIDER: Final = "partner:"
"""Begins the name of a partner among the contributors, where no district's name has a colon."""


class ProtectedCells(Protocol):
    """Describe one protected outcome or measure in one year."""

    def cells(self) -> Iterator[ReleasedCell]:
        """Yield the cells in the form of the released zone."""


@dataclass(frozen=True, slots=True)
class ProtectedOutcomeYear:
    """Hold one protected outcome in one year. Each year counts different children.

    `request` and `rule` are what was asked for, with the true counts. `beside` is how many earlier
    releases were audited together with this one, and `programs_beside` how many more linear
    programs that took. `audits` holds the audit by each of the `contributors`, which knows its own
    numbers; it is empty if there is only one contributor. `together` are the merged groups. `hides`
    are the earlier releases with a number that is public today and withheld here.
    """

    outcome: str
    school_year: str
    published: PublishedTables
    request: TableRequest
    rule: SuppressionRule
    beside: int = 0
    programs_beside: int = 0
    contributors: tuple[CellContributor, ...] = ()
    audits: Mapping[str, AuditCertificate] = field(default_factory=dict)
    together: Grouping = NO_MERGED_GROUPS
    hides: tuple[str, ...] = ()

    @property
    def two_contributor_count(self) -> int:
        """Return how many shown numbers count children of exactly two contributors.

        Each of the two gets the other's number by subtraction.
        """
        shown_keys = {cell.key for cell in self.published.cells if cell.n}
        # An insider's children are those of its programs or district, which are listed, too.
        insiders = list_insider_names(self.contributors)
        own_counts = [
            count_cells(CellCounts(self.published.dims, contributor.own), shown_keys)
            for contributor in self.contributors
            if contributor.name not in insiders
        ]
        totals = count_cells(self.request.cells, shown_keys)
        counts_by_key = {
            key: [own_count[key] for own_count in own_counts if own_count[key]]
            for key in shown_keys
        }
        return sum(
            len(numbers) == _TWO_CONTRIBUTORS and sum(numbers) == totals[key]
            for key, numbers in counts_by_key.items()
        )

    def cells(self) -> Iterator[ReleasedCell]:
        """Yield the cells in the form of the released zone, with "All" for every unused
        dimension.
        """
        for cell in self.published.cells:
            yield ReleasedCell(
                outcome=self.outcome,
                school_year=self.school_year,
                group=build_released_key(self.published.dims, cell.key),
                result=dict(zip(self.published.dims, cell.key, strict=True)).get(RESULT, ALL),
                n=cell.n,
            )


def list_table_dimensions(tables: TableDimensions) -> tuple[str, ...]:
    """Return every dimension that a table names, in the order of the catalogue."""
    return measures.sort_dimensions({dim for table in tables for dim in table})


def protect_outcome_years(  # noqa: PLR0913, PLR0917 - tests give few of them
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    tables: TableDimensions,
    minimum: int,
    requested_years: Sequence[str],
    snapshots: Sequence[PublishedSnapshot] = (),
    grouping: Grouping = NO_MERGED_GROUPS,
    insiders: Sequence[ReleaseInsider] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[ProtectedOutcomeYear | DifferencingConflict]:
    """Protect each requested year of an outcome, or report its conflict with a release.

    If groups of a year are already published, the year keeps that grouping. Merging groups now
    would hide nothing, and two nested groupings would reveal the difference; so no year is ever
    published with two groupings.

    Args:
        outcome: id of the outcome.
        rows: the counted table: school_year, the dimensions that `list_counted_dimensions` names,
            result, n.
        tables: the dimensions of each table.
        minimum: the strictest minimum cell size of the agreements, in children.
        requested_years: school years such as "2025-26"; empty means every year. A cohort or
            calendar year belongs to the school year that ends in it.
        snapshots: earlier releases that may count the same children. The rows are counted by the
            dimensions of these, too.
        grouping: groups to be merged in years with no published groups.
        insiders: the partners with a release of their own, this one or an earlier one.
        progress: called with (cells known to be safe, cells withheld) during the work.
    Returns:
        The protected year, or the conflict, for each year in order.
    """
    for year_request in iterate_year_requests(
        outcome, rows, tables, minimum, requested_years, snapshots, grouping, insiders
    ):
        if isinstance(year_request, DifferencingConflict):
            yield year_request
            continue
        year, request = year_request.school_year, year_request.request
        earlier_tables = list(find_earlier_tables(snapshots, outcome, year, request.cells))
        # The messages of these errors contain counts of children, so only the names are passed on.
        try:
            protection = differencing.protect_with_history(
                request,
                year_request.rule,
                earlier_tables,
                year_request.contributors,
                progress=progress,
            )
        except differencing.ReleaseConflictError as conflict:
            yield DifferencingConflict(
                outcome, year, DifferencingConflictKind.TELLS_OF_FEW, conflict.releases
            )
        except differencing.OtherPeopleError as mismatch:
            yield DifferencingConflict(
                outcome, year, DifferencingConflictKind.OTHER_CHILDREN, (mismatch.name,)
            )
        else:
            extra_programs = protection.together.programs if protection.together else 0
            earlier_counts = (len(earlier_tables), extra_programs)
            audits = protection.contributors
            published = protection.published
            yield ProtectedOutcomeYear(
                outcome,
                year,
                published,
                request,
                year_request.rule,
                *earlier_counts,
                year_request.contributors,
                audits,
                year_request.grouping,
                tuple(sorted(set(protection.hides.values()))),
            )


@dataclass(frozen=True, slots=True)
class YearRequest:
    """Hold the tables to protect of one outcome in one year, by any method."""

    outcome: str
    school_year: str
    request: TableRequest
    rule: SuppressionRule
    contributors: tuple[CellContributor, ...]
    grouping: Grouping


def iterate_year_requests(
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    tables: TableDimensions,
    minimum: int,
    requested_years: Sequence[str],
    snapshots: Sequence[PublishedSnapshot],
    grouping: Grouping,
    insiders: Sequence[ReleaseInsider] = (),
) -> Iterator[YearRequest | DifferencingConflict]:
    """Yield the request of each year, in order; the arguments are as for `protect_outcome_years`.

    A year that is published with two groupings is a conflict.
    """
    all_tables = [*tables, *(table for snapshot in snapshots for table in snapshot.tables)]
    shown_dimensions, rows = list_table_dimensions(all_tables), list(rows)
    counted_dimensions = list_counted_dimensions(all_tables, rows)
    requested_tables = tuple(tuple(table) for table in tables)
    for year, counted_rows in split_rows_by_year(rows, requested_years).items():
        year_grouping = resolve_year_grouping(snapshots, outcome, year, grouping)
        if isinstance(year_grouping, DifferencingConflict):
            yield year_grouping
            continue
        cells = count_rows_by_key(counted_rows, counted_dimensions, year_grouping)
        request = TableRequest(
            CellCounts((*counted_dimensions, RESULT), cells),
            requested_tables,
            list_nested_dimensions(shown_dimensions),
        )
        cell_rule = build_cell_rule(cells, minimum)
        contributors = find_contributors(request.cells, cell_rule, insiders)
        yield YearRequest(outcome, year, request, cell_rule, contributors, year_grouping)


def split_rows_by_year(
    rows: Iterable[Mapping[str, Any]], requested_years: Sequence[str]
) -> dict[str, list[Mapping[str, Any]]]:
    """Split a counted table into its requested years, in order; empty years mean every year."""
    rows_by_year: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        rows_by_year.setdefault(str(row["school_year"]), []).append(row)
    asked_years = select_requested_years(rows_by_year.keys(), requested_years)
    return {year: rows_by_year[year] for year in sorted(asked_years)}


def count_rows_by_key(
    rows: Iterable[Mapping[str, Any]], dims: Sequence[str], grouping: Grouping
) -> Counter[Key]:
    """Count children by the key of some dimensions and the result, with groups merged."""
    cells: Counter[Key] = Counter()
    for row in merged_groups.merge_group_rows(rows, grouping):
        cells[build_row_key(row, dims)] += row["n"]
    return cells


def select_requested_years(
    years: Collection[str], requested_years: Sequence[str]
) -> frozenset[str]:
    """Return the requested years among those on record; all of them if none is requested.

    A cohort or calendar year belongs to the school year that ends in it. So do both half years,
    such as "2025-26 S1", unless one is requested by its name.
    """
    half_years = {year for year in requested_years if _is_half_year(year)}
    ends = {_find_year_end(year) for year in requested_years if year not in half_years}
    return frozenset(
        year
        for year in years
        if not requested_years
        or year in half_years
        or (_find_year_end(year) in ends and not (half_years and _is_half_year(year)))
    )


def _find_year_end(year: str) -> str:
    """Return the last two digits of the year in which a period ends."""
    return year.partition(" ")[0][-2:]


def _is_half_year(year: str) -> bool:
    return " " in year


def list_counted_dimensions(
    tables: TableDimensions, rows: Sequence[Mapping[str, Any]] = ()
) -> tuple[str, ...]:
    """Return the dimensions to count children by: of the tables, the district, and contributors.

    Args:
        tables: the dimensions of each table.
        rows: the counted rows. What is about children in programs is counted by membership in every
            program, published or not: each knows its own children.
    Returns:
        The dimensions, in the order of the catalogue.
    """
    programs = [(dim,) for dim in next(iter(rows), ()) if measures.get_member_name(dim)]
    return list_table_dimensions([*tables, (DISTRICT_DIMENSION,), *programs])


def find_contributors(
    cells: CellCounts, rule: SuppressionRule, insiders: Sequence[ReleaseInsider] = ()
) -> tuple[CellContributor, ...]:
    """Return the districts, the programs and insiders as contributors, each with its own counts.

    A program is one only where children are counted by membership in it: it knows its members, and
    so it could subtract them.

    Children without a district on record belong to no district. If only one district has children,
    it has no others to work out, so no district is a contributor.

    An insider is always a contributor. It knows the children of all of its programs together; if it
    sent no record, it knows the published figures.
    """
    return (
        *_find_districts(cells, rule),
        *_find_programs(cells),
        *(_find_insider(cells, insider) for insider in insiders),
    )


def list_insider_names(contributors: Iterable[CellContributor]) -> frozenset[str]:
    """Return the names of the contributors who are insiders."""
    return frozenset(one.name for one in contributors if one.name.startswith(_INSIDER))


def list_insider_organizations(contributors: Iterable[CellContributor]) -> list[str]:
    """Return the slugs of the partners among the contributors who are insiders."""
    return sorted(name.removeprefix(_INSIDER) for name in list_insider_names(contributors))


def _find_insider(cells: CellCounts, insider: ReleaseInsider) -> CellContributor:
    # It knows who was enrolled on the day of a fixed cohort, too.
    own_programs = set(map(_fold_program, insider.dimensions))
    programs = [index for index, dim in enumerate(cells.dims) if _fold_program(dim) in own_programs]
    district = cells.dims.index(DISTRICT_DIMENSION)
    own = {
        key: n
        for key, n in cells.counts.items()
        if key[district].casefold() in insider.districts
        or any(key[index] == measures.MEMBER for index in programs)
    }
    return CellContributor(insider.name, own)


def _fold_program(dimension: str) -> str:
    return measures.fold_program_name(measures.get_member_name(dimension))


def count_districts(names: Iterable[str]) -> int:
    """Count the districts among the names of contributors; the others are programs."""
    return sum(not measures.get_member_name(name) for name in names)


def _find_programs(cells: CellCounts) -> Iterator[CellContributor]:
    for index, dim in enumerate(cells.dims):
        if measures.get_member_name(dim):
            members = {key: n for key, n in cells.counts.items() if key[index] == measures.MEMBER}
            yield CellContributor(dim, members)


def _find_districts(cells: CellCounts, rule: SuppressionRule) -> tuple[CellContributor, ...]:
    district_index = cells.dims.index(DISTRICT_DIMENSION)
    counts_by_district: dict[str, dict[Key, int]] = {}
    for key, n in cells.counts.items():
        if key[district_index] not in rule.unnamed:
            counts_by_district.setdefault(key[district_index], {})[key] = n
    present_districts = {
        name: counts for name, counts in counts_by_district.items() if any(counts.values())
    }
    if len(present_districts) < _TWO_CONTRIBUTORS:
        return ()
    return tuple(
        CellContributor(name, counts) for name, counts in sorted(present_districts.items())
    )


def list_nested_dimensions(dims: Sequence[str]) -> tuple[Nest, ...]:
    """Return the nesting of dimensions: a school lies in a district."""
    return (Nest("school", "district"),) if {"school", "district"} <= set(dims) else ()


def build_cell_rule(keys: Iterable[tuple[str, ...]], minimum: int) -> SuppressionRule:
    """Return the suppression rule for tables with these keys."""
    return SuppressionRule(
        minimum=max(minimum, SMALLEST_MINIMUM_CELL), unnamed=_find_unnamed_values(keys)
    )


def build_row_key(row: Mapping[str, Any], dims: Sequence[str]) -> tuple[str, ...]:
    """Return the key of a counted row, with its result last."""
    return (*(_read_key_value(row, dim) for dim in dims), row[RESULT])


def build_released_key(dims: Sequence[str], key: Key) -> GroupKey:
    """Build the key of a group as files name it: a school by its own code, without its district."""
    values = dict(zip(dims, key, strict=True))
    values.pop(RESULT, None)
    if "school" in values:
        values["school"] = extract_school_code(values["school"])
    return build_group_key(values)


def extract_school_code(value: str) -> str:
    """Return a school's own code, without its district."""
    return value.partition(_SCHOOL_SEPARATOR)[2] or ALL


def key_released_cells(
    cells: Iterable[ReleasedCell], rows: Iterable[Mapping[str, Any]], dims: Sequence[str]
) -> dict[tuple[str, ...], int | None]:
    """Return released cells of one outcome and year, by the keys that the protector uses."""
    key_dimensions = (*dims, RESULT)
    schools_by_code = index_schools_by_code(
        (build_row_key(row, dims) for row in rows), key_dimensions
    )
    return {build_cell_key(cell, key_dimensions, schools_by_code): cell.n for cell in cells}


def resolve_year_grouping(
    snapshots: Iterable[PublishedSnapshot], outcome: str, year: str, requested_grouping: Grouping
) -> Grouping | DifferencingConflict:
    """Return the grouping of a year: the published one, or else the requested one.

    No year is ever published with two groupings; if one were, a conflict would name the releases.
    """
    releases_by_grouping: dict[Grouping, list[str]] = {}
    for snapshot in snapshots:
        published_groups = {
            cell.group.get(merged_groups.RACE_DIMENSION)
            for cell in snapshot.cells
            if measures.get_counted_outcome(cell.outcome) == measures.get_counted_outcome(outcome)
            and cell.school_year == year
        }
        if published_groups - {ALL}:
            releases_by_grouping.setdefault(
                merged_groups.detect_grouping(published_groups), []
            ).append(snapshot.name)
    if len(releases_by_grouping) > 1:
        names = tuple(
            name for release_names in releases_by_grouping.values() for name in release_names
        )
        return DifferencingConflict(outcome, year, DifferencingConflictKind.TELLS_OF_FEW, names)
    return next(iter(releases_by_grouping), requested_grouping)


def index_schools_by_code(
    keys: Iterable[tuple[str, ...]], dims: Sequence[str]
) -> dict[str, set[str]]:
    """Index the schools of districts by their code."""
    schools_by_code: dict[str, set[str]] = {}
    if "school" in dims:
        school_index = dims.index("school")
        for key in keys:
            schools_by_code.setdefault(extract_school_code(key[school_index]), set()).add(
                key[school_index]
            )
    return schools_by_code


def find_earlier_tables(
    snapshots: Iterable[PublishedSnapshot], outcome: str, year: str, cells: CellCounts
) -> Iterator[differencing.EarlierRelease]:
    """Yield earlier tables that count the people of an outcome and year, by current keys.

    One release may count them twice, as an outcome and as a measure.
    """
    schools_by_code = index_schools_by_code(cells.counts, cells.dims)
    for snapshot in snapshots:
        counts: dict[str, dict[tuple[str, ...], int | None]] = {}
        for cell in snapshot.cells:
            # The audit of bands beside numbers is `protection.bands`.
            if (
                measures.get_counted_outcome(cell.outcome) == measures.get_counted_outcome(outcome)
                and cell.school_year == year
                and not cell.is_band
            ):
                counts.setdefault(cell.outcome, {})[
                    build_cell_key(cell, cells.dims, schools_by_code)
                ] = cell.n
        yield from (
            differencing.EarlierRelease(
                snapshot.name, table, is_public=snapshot.is_public and name == outcome
            )
            for name, table in sorted(counts.items())
        )


def build_cell_key(
    cell: ReleasedCell, dims: Sequence[str], schools_by_code: Mapping[str, set[str]]
) -> tuple[str, ...]:
    """Return the key of a released cell. A file names a school by its code only.

    If a cell names a school without its district and two districts use the code, the key matches no
    cell. Then the two releases do not match, and the new one is stopped.
    """
    values = {dim: cell.result if dim == RESULT else cell.group.get(dim) for dim in dims}
    school = cell.group.get("school")
    if school != ALL and "school" in values:
        district, schools = cell.group.get("district"), schools_by_code.get(school, set())
        if district == ALL and len(schools) == 1:
            district = next(iter(schools)).partition(_SCHOOL_SEPARATOR)[0]
        values["school"] = f"{district}{_SCHOOL_SEPARATOR}{school}"
        if "district" in values:
            values["district"] = district
    return tuple(values.values())


def find_missing_groups(
    years: Iterable[ProtectedCells], all_groups: Sequence[str]
) -> tuple[str, ...]:
    """Return the groups for which tables by race and ethnicity count no child in any year.

    Empty if there is no such table. `all_groups` holds all group codes, with "All" and "not on
    record".
    """
    cells = [cell for year in years for cell in year.cells()]
    shown_groups = {
        group
        for cell in cells
        for group in merged_groups.split_merged_group(cell.group.get(merged_groups.RACE_DIMENSION))
    }
    if shown_groups <= {ALL}:
        return ()
    return tuple(
        group_code
        for group_code in all_groups
        if group_code not in shown_groups | {ALL, measures.NOT_ON_RECORD}
    )


def _find_unnamed_values(cells: Iterable[tuple[str, ...]]) -> frozenset[str]:
    """Return the values that mean "not on record", for a school within a district too."""
    values = {value for key in cells for value in key}
    return frozenset(
        key_value
        for key_value in values
        if key_value.rpartition(_SCHOOL_SEPARATOR)[2] == measures.NOT_ON_RECORD
    )


def _read_key_value(row: Mapping[str, Any], dim: str) -> str:
    """Return the value of a dimension; a school comes together with its district."""
    return f"{row['district']}{_SCHOOL_SEPARATOR}{row[dim]}" if dim == "school" else str(row[dim])
