"""Whose rows are whose in a file of counts or of people: the contributors of `cairn protect`."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Final

from cairn.cli.cell_files import Columns, read_cells
from cairn.cli.voice import Unusable
from cairn.disclosure.others import Contributor
from cairn.disclosure.table import Cells, Key

MOST: Final = 200
"""Contributors, each of which attacks by itself."""


def contributors(path: Path, column: str, which: Columns, cells: Cells) -> tuple[Contributor, ...]:
    """By each value of a column, its own part of the finest cells.

    Args:
        path: the file.
        column: says whose each row is; a dimension of the table or not.
        which: what the other columns are.
        cells: what the file counts in all.

    Raises:
        Unusable: some number is nobody's, or not said.
    """
    own = _own(path, column, which, cells)
    if len(own) > MOST:
        raise Unusable(
            f"--contributor: {column} has {len(own):,} values, and at most {MOST} contributors "
            "are thought of. Name the column of organizations."
        )
    return tuple(Contributor(name, counts) for name, counts in sorted(own.items()))


def _own(path: Path, column: str, which: Columns, cells: Cells) -> dict[str, dict[Key, int]]:
    own: dict[str, dict[Key, int]] = defaultdict(dict)
    if column in which.dims:
        at = which.dims.index(column)
        for key, n in cells.counts.items():
            own[key[at]][key] = n
        return own
    at = len(which.dims)
    said = read_cells(path, replace(which, dims=(*which.dims, column)))
    for key, n in said.finest.items():
        own[key[at]][(*key[:at], *key[at + 1 :])] = n
    left = dict(cells.counts)
    for counts in own.values():
        for key, n in counts.items():
            left[key] -= n
    if any(left.values()):
        raise Unusable(
            f"{path.name}, column {column}: some rows name everyone instead of one contributor. "
            "Give the finest counts of each contributor."
        )
    return own
