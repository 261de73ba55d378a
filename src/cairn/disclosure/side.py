"""One contributor's side of a table: what more to withhold, so that few others stay unknown."""

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.complementary import Cover
from cairn.disclosure.lattice import build
from cairn.disclosure.others import Contributor, others
from cairn.disclosure.rule import Rule, Sums
from cairn.disclosure.table import Key, Request
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
    """

    def __init__(
        self, request: Request, rule: Rule, contributor: Contributor, known: Collection[Key] = ()
    ) -> None:
        self.name = contributor.name
        self.request = replace(request, cells=others(request.cells, contributor))
        self.known = frozenset(known)
        self._rule = rule
        lattice = build(self.request)
        world = unknowns(lattice, request.cells.dims, request.nests, rule, known=self.known)
        self._world = replace(world, kinds=())
        self.left = dict(zip(lattice.keys, lattice.counts.tolist(), strict=True))
        self._unknown = dict(zip(lattice.keys, world.unknown_of.tolist(), strict=True))
        self._public = [
            key
            for key, public in zip(lattice.keys, lattice.public.tolist(), strict=True)
            if public and self._unknown[key] != FIXED
        ]

    @property
    def somebody(self) -> bool:
        """Whether there is anybody else."""
        return any(self.request.cells.counts.values())

    @property
    def few(self) -> set[Key]:
        """Cells that would leave few others if they were shown."""
        return self._keys(self._world.small) - self.known

    @property
    def everything(self) -> set[Key]:
        """All cells that count others."""
        return set(self._public)

    def room(self, hidden: Collection[Key]) -> set[Key]:
        """What more to withhold beside ``hidden``, so that few others have room to move."""
        cover = Cover(self._world, self._rule, self._withheld(hidden))
        large = self._rule.minimum + self._rule.width_small - 1
        for unknown in cover.narrow():
            if self._world.value[unknown] < large:
                cover.widen(unknown)
        withheld = cover.withheld
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
