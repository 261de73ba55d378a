"""Compute one contributor's part of a published outcome. Uses no Django.

The part is the contributor's own numbers, and the tables in which they may be shown beside the
published ones.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cairn.outputs.releases import merged_groups
from cairn.outputs.releases.protection import counts as protection_counts
from cairn.outputs.releases.protection.counts import DISTRICT_DIMENSION
from cairn.sdc.contributors import (
    FEWEST_OTHER_CONTRIBUTORS,
    OpenDims,
    find_safe_margins,
    list_open_dims,
)
from cairn.sdc.tables import ALL, RESULT, Key
from cairn.warehouse.exporters import ReleasedCell


@dataclass(frozen=True, slots=True)
class ContributorPart:
    """Hold one contributor's numbers in one outcome and year.

    `counts` are its own numbers by the protector's keys, margins included. `tables` is every
    published breakdown; `hold` are those in which the contributor's numbers may be shown.
    """

    dims: tuple[str, ...]
    counts: Mapping[Key, int]
    tables: frozenset[OpenDims]
    hold: frozenset[OpenDims]

    def cells(self, outcome: str, year: str) -> list[ReleasedCell]:
        """Return the contributor's numbers of the tables that hold, as the released zone has them.

        If the district's own row may be shown, it also gives the total of the district.
        """
        shown_cells = []
        for key, n in self.counts.items():
            margin = list_open_dims((*self.dims, RESULT), key)
            if margin in self.hold or (not margin and frozenset({DISTRICT_DIMENSION}) in self.hold):
                group = protection_counts.build_released_key(self.dims, key[:-1])
                shown_cells.append(ReleasedCell(outcome, year, group, key[-1], n))
        return shown_cells


def list_contributor_names(rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the names of all contributors with children in the counted rows."""
    return frozenset(
        str(row[DISTRICT_DIMENSION]) for row in rows if DISTRICT_DIMENSION in row and row["n"]
    )


def compute_contributor_part(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    cells: Iterable[ReleasedCell],
    tables: protection_counts.TableDimensions,
    minimum: int,
) -> ContributorPart:
    """Compute one contributor's part of one year.

    Args:
        name: the contributor's value of the district dimension.
        rows: the counted rows of the year.
        cells: the cells published for the year.
        tables: the dimensions of each table.
        minimum: the smallest number of children that the release shows.
    Returns:
        The contributor's own numbers, and the tables in which they may be shown.
    """
    cells = tuple(cells)
    # The contributor's numbers appear next to published ones, so both use the same groups.
    rows = list(
        merged_groups.merge_group_rows(
            rows,
            merged_groups.detect_grouping(
                cell.group.get(merged_groups.RACE_DIMENSION) for cell in cells
            ),
        )
    )
    counted_dimensions = protection_counts.list_counted_dimensions(tables)
    published = protection_counts.key_released_cells(cells, rows, counted_dimensions)
    shapes = {tuple(value != ALL for value in key) for key in published}
    in_bands = any(cell.is_band for cell in cells)
    if in_bands:
        shapes |= {(*shape[:-1], True) for shape in shapes}
    counts, other_counts = Counter[Key](), Counter[Key]()
    for row in rows:
        row_key = protection_counts.build_row_key(row, counted_dimensions)
        for shape in shapes:
            (counts if row[DISTRICT_DIMENSION] == name else other_counts)[
                _sum_key_over(row_key, shape)
            ] += row["n"]
    key_dimensions = (*counted_dimensions, RESULT)
    published_margins = frozenset(list_open_dims(key_dimensions, key) for key in published) - {
        frozenset()
    }
    rule = protection_counts.build_cell_rule(
        [protection_counts.build_row_key(row, counted_dimensions) for row in rows], minimum
    )
    others = len(list_contributor_names(rows) - rule.unnamed - {name})
    if in_bands:
        # The audit of bands assumed that each contributor knows all of its own numbers.
        safe_bands = frozenset(
            margin
            for margin in published_margins
            if others >= (1 if DISTRICT_DIMENSION in margin else FEWEST_OTHER_CONTRIBUTORS)
        )
        return ContributorPart(counted_dimensions, counts, published_margins, safe_bands)
    safe_margins = find_safe_margins(
        key_dimensions,
        published,
        other_counts,
        by=DISTRICT_DIMENSION,
        others=others,
        nests=protection_counts.list_nested_dimensions(
            protection_counts.list_table_dimensions(tables)
        ),
        rule=rule,
    )
    return ContributorPart(counted_dimensions, counts, published_margins, safe_margins)


def _sum_key_over(key: Key, kept_dimensions: Sequence[bool]) -> Key:
    """Replace the dimensions that are not kept with "All"."""
    return tuple(value if keep else ALL for value, keep in zip(key, kept_dimensions, strict=True))
