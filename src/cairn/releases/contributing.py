"""One contributor's part of a published outcome: its own numbers, and the tables in which they may
stand beside the published ones. Nothing here knows Django."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cairn.disclosure.contributor import Margin, margins_that_hold, opened
from cairn.disclosure.table import ALL, RESULT, Key
from cairn.releases import groups, protecting
from cairn.releases.protecting import DISTRICT
from cairn.warehouse.released import DIMS, Cell


@dataclass(frozen=True, slots=True)
class Part:
    """What one contributor has in one outcome and year.

    `counts` are its own numbers by the keys of the protector, margins included; `tables` every
    breakdown that is published, `hold` those in which these numbers may be shown.
    """

    dims: tuple[str, ...]
    counts: Mapping[Key, int]
    tables: frozenset[Margin]
    hold: frozenset[Margin]

    def cells(self, outcome: str, year: str) -> list[Cell]:
        """Its own numbers of the tables that hold, as the released zone would keep them. Where
        the district's own row may be shown it stands for everyone of its own, too."""
        found = []
        for key, n in self.counts.items():
            margin = opened((*self.dims, RESULT), key)
            if margin in self.hold or (not margin and frozenset({DISTRICT}) in self.hold):
                words = dict(zip((*self.dims, RESULT), key, strict=True))
                words["school"] = protecting.school_code(words.get("school", ALL))
                words = {dim: words.get(dim, ALL) for dim in (*DIMS, RESULT)}
                found.append(Cell(outcome=outcome, school_year=year, **words, n=n))
        return found


def contributors(rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Everyone whose children the counted rows hold, by the name that stands in them."""
    return frozenset(str(row[DISTRICT]) for row in rows if DISTRICT in row and row["n"])


def part(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    cells: Iterable[Cell],
    tables: protecting.Tables,
    minimum: int,
) -> Part:
    """One contributor's part of one year.

    Args:
        name: the contributor's value of the district dimension.
        rows: the counted rows of the year.
        cells: what is published of the year.
        tables: the dimensions of each table.
        minimum: the smallest number that the release shows.
    """
    cells = tuple(cells)
    # Its own numbers stand beside published ones, so they are of the same groups.
    rows = list(groups.merged_rows(rows, groups.found_in(cell.race_ethnicity for cell in cells)))
    dims = protecting.counted_by(tables)
    published = protecting.keyed(cells, rows, dims)
    shapes = {tuple(value != ALL for value in key) for key in published}
    counts, left = Counter[Key](), Counter[Key]()
    for row in rows:
        finest = protecting.key_of(row, dims)
        for shape in shapes:
            (counts if row[DISTRICT] == name else left)[_summed(finest, shape)] += row["n"]
    whole = (*dims, RESULT)
    every = frozenset(opened(whole, key) for key in published) - {frozenset()}
    rule = protecting.rule([protecting.key_of(row, dims) for row in rows], minimum)
    hold = margins_that_hold(
        whole,
        published,
        left,
        by=DISTRICT,
        others=len(contributors(rows) - rule.unnamed - {name}),
        nests=protecting.nests(protecting.dimensions(tables)),
        rule=rule,
    )
    return Part(dims, counts, every, hold)


def _summed(key: Key, kept: Sequence[bool]) -> Key:
    return tuple(value if keep else ALL for value, keep in zip(key, kept, strict=True))
