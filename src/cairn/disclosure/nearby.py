"""Which cell to withhold so that another one stays open: one of the equations near it."""

from collections import defaultdict
from collections.abc import Mapping

from cairn.disclosure.lattice import Lattice
from cairn.disclosure.outsider import Counts
from cairn.disclosure.table import ALL, Key


class Nearby:
    """The equations of some tables, to walk through from a cell."""

    def __init__(self, lattice: Lattice) -> None:
        self._rows: defaultdict[Key, list[list[Key]]] = defaultdict(list)
        for equation in lattice.sums:
            cells = [lattice.keys[cell] for cell in (equation.total, *equation.parts)]
            for cell in cells:
                self._rows[cell].append(cells)

    def tied(self, key: Key) -> set[Key]:
        """All cells in an equation with this one."""
        return {cell for row in self._rows[key] for cell in row}

    def cheapest(self, key: Key, shown: Mapping[Key, int], merged: Counts) -> Key | None:
        """The cheapest cell that can still be withheld in the equations nearest to a cell; None
        where there is none.

        Args:
            key: the cell to be kept open.
            shown: what can still be withheld, with its number.
            merged: everything that is out; None where it is withheld, through which the way goes.
        """
        reached, edge = {key}, [key]
        while edge:
            met = {cell for at in edge for cell in self.tied(at)}
            if open_still := met & shown.keys():
                return min(open_still, key=lambda cell: (_cost(cell, shown[cell]), cell))
            edge = [cell for cell in met - reached if merged.get(cell, 0) is None]
            reached.update(edge)
        return None


def _cost(key: Key, n: int) -> float:
    """Totals are read most."""
    return n * 4.0 ** sum(value == ALL for value in key)
