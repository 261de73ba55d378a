"""One contributor's side of a table: what more to withhold, so that few others stay unknown."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.complementary import Cover
from cairn.disclosure.lattice import Lattice, build
from cairn.disclosure.others import Contributor, others
from cairn.disclosure.rule import Rule, Sums
from cairn.disclosure.table import ALL, Key, Request
from cairn.disclosure.ways import Trodden, Ways
from cairn.disclosure.world import FIXED, unknowns


class Side:
    """The table of everyone but one contributor, laid over what is published.

    The contributor knows every number that is shown, and of withheld ones in which groups there
    is nobody else. It knows no single record of others.

    Args:
        request: what is to be published.
        rule: what the table of all others must withstand.
        contributor: who subtracts.
        known: cells whose number is public already.
        everyone: the request's cells laid out, if they are already.

    Attributes:
        somebody: whether there is anybody else.
        left: how many others there are, by the key of each cell.
    """

    def __init__(
        self,
        request: Request,
        rule: Rule,
        contributor: Contributor,
        known: Collection[Key] = (),
        everyone: Lattice | None = None,
    ) -> None:
        self.name, self.request = contributor.name, request
        self.somebody = bool(others(request.cells, contributor).people)
        self.known = frozenset(known)
        self._rule = rule
        everyone = everyone or build(request)
        left = everyone.counts - _own(everyone.keys, contributor)
        lattice = replace(everyone, counts=left, kinds=())
        self._world = unknowns(lattice, request.cells.dims, request.nests, rule, known=self.known)
        self.left = dict(zip(lattice.keys, lattice.counts.tolist(), strict=True))
        self._unknown = dict(zip(lattice.keys, self._world.unknown_of.tolist(), strict=True))
        self._public = [
            key
            for key, public in zip(lattice.keys, lattice.public.tolist(), strict=True)
            if public and self._unknown[key] != FIXED
        ]

    @property
    def few(self) -> set[Key]:
        """Cells that would leave few others if they were shown."""
        return self._keys(self._world.small) - self.known

    @property
    def everything(self) -> set[Key]:
        """All cells that count others."""
        return set(self._public)

    def room(self, hidden: Collection[Key], ways: Ways) -> set[Key]:
        """What more to withhold beside ``hidden``, so that few others have room to move.

        Moves found before (``ways``, by the cells of everyone) need not be looked for again; those
        found here are added.
        """
        cover = Cover(self._world, self._rule, self._withheld(hidden), ways)
        large = self._rule.minimum + self._rule.width_small - 1
        for unknown in cover.narrow():
            if self._world.value[unknown] < large:
                cover.widen(unknown)
        withheld = cover.withheld
        Trodden(self._world, ways).add(cover.moves, withheld | ~self._world.public)
        for unknown in self._pooled(withheld):
            withheld[unknown] = True
        return self._keys(withheld) - set(hidden)

    def _withheld(self, hidden: Collection[Key]) -> NDArray[np.bool_]:
        """Unknowns no cell of which is shown."""
        withheld = self._world.public.copy()
        for key in self._public:
            if key not in hidden:
                withheld[self._unknown[key]] = False
        return withheld

    def _keys(self, unknown: NDArray[np.bool_]) -> set[Key]:
        """The cells that are published of these unknowns."""
        return {key for key in self._public if unknown[self._unknown[key]]}

    def _pooled(self, withheld: NDArray[np.bool_]) -> Iterator[int]:
        """One more part of each shown total whose withheld parts come to few others; the total
        where all parts are withheld."""
        world = self._world
        for total, parts in world.rows if self._rule.sums is Sums.PROTECTED else ():
            hidden = [part for part in parts if withheld[part]]
            summed = hidden and not withheld[total] and world.public[[total, *parts]].all()
            if summed and world.value[hidden].sum() < self._rule.minimum:
                shown = [part for part in parts if not withheld[part] and world.value[part]]
                yield min(shown or [total], key=lambda at: (world.cost[at], at))


def _own(keys: Sequence[Key], contributor: Contributor) -> NDArray[np.int64]:
    """A contributor's own people in each of some cells."""
    number = {key: at for at, key in enumerate(keys)}
    margins = {tuple([value != ALL for value in key]) for key in keys}
    widest = [any(opened) for opened in zip(*margins, strict=True)]
    own = Counter[Key]()
    for finest, n in contributor.own.items():
        own[_summed(finest, widest)] += n
    found = np.zeros(len(keys), np.int64)
    for margin in margins:
        for cell, n in own.items():
            if n:
                found[number[_summed(cell, margin)]] += n
    return found


def _summed(key: Key, opened: Sequence[bool]) -> Key:
    """The cell that a finer one falls in."""
    return tuple([value if kept else ALL for value, kept in zip(key, opened, strict=True)])
