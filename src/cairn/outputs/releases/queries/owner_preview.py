"""Count each data owner's rows alone, for the owner's preview of a release.

The owner compares these figures with its own records. They are counted together with the release,
under the same permit, and nothing in them is withheld: the sender of the rows could count them
too. So only that owner may read them (`may_view_own_figures`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from statistics import mean, median
from typing import Any

from cairn.outputs.releases import figures, merged_groups
from cairn.outputs.releases.json_fields import OwnerCounts
from cairn.outputs.releases.merged_groups import NO_MERGED_GROUPS, Grouping
from cairn.outputs.releases.queries.sources import LinkedSources
from cairn.policy.engine import Permit
from cairn.sdc.options import Statistic
from cairn.warehouse.engines import SqlEngine
from cairn.warehouse.exporters import build_group_key
from cairn.warehouse.measures import IndicatorDefinition, LoadedMart, count_outcome, get_breakdown

_OWNER_ROUNDING = Decimal("0.01")


def count_owner_rows(
    sources: LinkedSources,
    mart: LoadedMart,
    definitions: Iterable[IndicatorDefinition],
    dims: Sequence[str],
    *,
    permit: Permit,
    engine: SqlEngine,
) -> dict[str, OwnerCounts]:
    """Count, for each data owner (slug), the rows it sent and the tables that they come to.

    A breakdown that an owner's records do not say, such as programs to a district, is left out.
    """
    rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for part in sources.parts:
        rows[part.organization][part.record] += mart.store.manifest(part.ref).rows
    given = {
        owner: [dim for dim in dims if get_breakdown(dim).record in {"", *row_counts}]
        for owner, row_counts in rows.items()
    }
    counts_by_owner = {
        owner: OwnerCounts(rows=dict(row_counts), counted={})
        for owner, row_counts in sorted(rows.items())
    }
    for definition in definitions:
        for owner, owner_counts in counts_by_owner.items():
            if can_count_denominator(definition, owner_counts["rows"]):
                table = count_outcome(
                    mart, definition, given[owner], permit=permit, engine=engine, of=owner
                )
                owner_counts["counted"][definition.id] = str(table)
    return counts_by_owner


def can_count_denominator(definition: IndicatorDefinition, records: Collection[str]) -> bool:
    """Return whether rows of these record types determine the denominator of an outcome.

    Rows of a college alone, for example, do not determine how many children could have graduated.
    """
    on_record, numerator_record = set(records), definition.numerator_record
    # Without a row of the record that is looked up in the same year, no year is counted.
    needed = [definition.denominator_record.needs_any]
    if numerator_record is not None and definition.numerator.follow_up is None:
        needed.append(numerator_record.needs_any)
    return all(needs_any & on_record for needs_any in needed)


def can_count_numerator(definition: IndicatorDefinition, records: Collection[str]) -> bool:
    """Return whether rows of these record types also determine the numerator of an outcome.

    A school's own rows, for example, do not show who went to college.
    """
    numerator_record = definition.numerator_record
    return can_count_denominator(definition, records) and (
        numerator_record is None or bool(numerator_record.needs_any & set(records))
    )


def build_owner_figures(
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    tables: Iterable[Sequence[str]],
    years: Collection[str],
    names: Mapping[str, str],
    *,
    reached: bool,
    groupings: Mapping[str, Grouping],
) -> figures.OutcomeFigures:
    """Build the figures of a release, with all margins, from an owner's counted table.

    Args:
        outcome: id of the outcome.
        rows: the counted table.
        tables: the dimensions of each table.
        years: school years of the release; empty means every year.
        names: names of schools by code.
        reached: whether the rows determine the numerator. If not, it is None in every cell.
        groupings: the grouping of the release, by school year.
    """
    sums_by_year: dict[str, dict[figures.FigureKey, list[int]]] = defaultdict(
        lambda: defaultdict(lambda: [0, 0])
    )
    for year, key, row in _expand_to_margins(rows, tables, years, names, groupings):
        sums = sums_by_year[year][key]
        sums[0] += row["n"] if row["result"] == "yes" else 0
        sums[1] += row["n"]
    return figures.OutcomeFigures(
        outcome=outcome,
        years=tuple(sorted(sums_by_year)),
        tables={
            year: {
                key: figures.FigureCount(yes if reached else None, n)
                for key, (yes, n) in sorted(cells.items())
            }
            for year, cells in sums_by_year.items()
        },
    )


def build_owner_count_figures(
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    tables: Iterable[Sequence[str]],
    years: Collection[str],
    names: Mapping[str, str],
    *,
    groupings: Mapping[str, Grouping],
) -> figures.OutcomeFigures:
    """Build the figures of a count from an owner's counted table: the numbers of its children."""
    children = build_owner_figures(
        outcome, rows, tables, years, names, reached=False, groupings=groupings
    )
    return replace(
        children,
        statistic=figures.COUNT_STATISTIC,
        tables={
            year: {
                key: figures.MeasureAmount(
                    None, count.n, Decimal(count.n or 0), Decimal(1), figures.COUNT_STATISTIC
                )
                for key, count in cells.items()
            }
            for year, cells in children.tables.items()
        },
    )


def build_owner_measure_figures(
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    tables: Iterable[Sequence[str]],
    years: Collection[str],
    names: Mapping[str, str],
    statistic: Statistic,
    *,
    groupings: Mapping[str, Grouping],
) -> figures.OutcomeFigures:
    """Build the figures of a measure from an owner's counted table, rounded to a hundredth."""
    values_by_year: dict[str, dict[figures.FigureKey, list[Decimal]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for year, key, row in _expand_to_margins(rows, tables, years, names, groupings):
        values_by_year[year][key].extend([Decimal(row["value"])] * row["n"])
    average = median if statistic is Statistic.MEDIAN else mean
    return figures.OutcomeFigures(
        outcome=outcome,
        years=tuple(sorted(values_by_year)),
        tables={
            year: {
                key: figures.MeasureAmount(
                    None, len(values), average(values).quantize(_OWNER_ROUNDING), _OWNER_ROUNDING
                )
                for key, values in sorted(cells.items())
            }
            for year, cells in values_by_year.items()
        },
        statistic=statistic.value,
    )


def _expand_to_margins(
    rows: Iterable[Mapping[str, Any]],
    tables: Iterable[Sequence[str]],
    years: Collection[str],
    names: Mapping[str, str],
    groupings: Mapping[str, Grouping],
) -> Iterator[tuple[str, figures.FigureKey, Mapping[str, Any]]]:
    """Yield each row once for every group that counts it, with the year and the group's key."""
    ends = {year[-2:] for year in years}
    all_rows = tuple(rows)
    counted_dimensions = set(all_rows[0]) if all_rows else set()
    wanted_margins = {
        frozenset[str](),
        *(
            kept_dimensions
            for table in tables
            if set(table) <= counted_dimensions
            for kept_dimensions in _list_margins(table)
        ),
    }
    for counted_row in all_rows:
        if not ends or counted_row["school_year"][-2:] in ends:
            (row,) = merged_groups.merge_group_rows(
                [counted_row], groupings.get(counted_row["school_year"], NO_MERGED_GROUPS)
            )
            for kept_dimensions in wanted_margins:
                yield row["school_year"], _build_figure_key(row, kept_dimensions, names), row


def _list_margins(table: Sequence[str]) -> Iterable[frozenset[str]]:
    """Return each set of dimensions of a table or its sums. A school stays in its district."""
    for size in range(1, len(table) + 1):
        for kept_dimensions in combinations(table, size):
            nested = "school" in kept_dimensions and "district" in table
            yield frozenset({*kept_dimensions, "district"} if nested else kept_dimensions)


def _build_figure_key(
    row: Mapping[str, Any], kept_dimensions: frozenset[str], names: Mapping[str, str]
) -> figures.FigureKey:
    return figures.name_school(
        build_group_key({dim: str(row[dim]) for dim in kept_dimensions}), names
    )
