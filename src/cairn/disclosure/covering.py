"""What to withhold, as a problem of covering: so many of these where that one is withheld.

Each demand follows from the equations and is necessary: no pattern that fails it is safe. A
pattern that meets all demands made so far may still be unsafe, so what it costs is the least that
any safe one costs.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.quiet import QuietSolver
from cairn.disclosure.rule import Rule, Sums
from cairn.disclosure.world import World

NODES = 50
"""Branches of the search for one choice. It is counted in branches and never in seconds, so that
a slower machine withholds the same."""

SLIGHT = 1e-9


@dataclass(frozen=True, slots=True)
class Demand:
    """Where ``target`` is withheld, those withheld of ``others`` weigh ``least`` together."""

    target: int
    others: NDArray[np.int64]
    weights: NDArray[np.float64]
    least: float


class Covering:
    """The demands so far, and the cheapest pattern that meets them.

    Args:
        world: all unknowns. Small ones and those that are never published are always withheld.
        rule: the widths.
        gap: how far from the cheapest a choice may be, as a share of it.
    """

    def __init__(self, world: World, rule: Rule, gap: float) -> None:
        self._world, self._rule = world, rule
        self._always = world.small | ~world.public
        self._solver = QuietSolver(mip_rel_gap=gap, mip_max_nodes=NODES)
        self._said = set[tuple[bytes, bytes]]()
        size = len(world.value)
        program = highspy.HighsLp()
        program.num_col_ = size
        program.col_cost_ = np.where(self._always, 0.0, world.cost)
        program.col_lower_ = self._always.astype(np.float64)
        program.col_upper_ = np.ones(size)
        program.integrality_ = [highspy.HighsVarType.kInteger] * size
        self._solver.passModel(program)
        self._begin()

    def demand(self, demand: Demand) -> bool:
        """Make a demand. False if it was made before, or is met by what is always withheld."""
        always = self._always[demand.others]
        least = demand.least - float(demand.weights[always].sum())
        if least <= SLIGHT:
            return False
        others, weights = demand.others[~always], np.minimum(demand.weights[~always], least)
        if not self._always[demand.target]:
            others, weights = np.append(others, demand.target), np.append(weights, -least)
            least = 0.0
        said = (others.tobytes(), np.round(weights, 6).tobytes())
        if said in self._said:
            return False
        self._said.add(said)
        self._solver.addRow(least, highspy.kHighsInf, len(others), others.astype(np.int32), weights)
        return True

    def choose(self) -> tuple[NDArray[np.bool_], float]:
        """A cheap pattern that meets all demands, and what the cheapest costs at least."""
        everything = highspy.HighsSolution()
        everything.col_value = [1.0] * len(self._always)
        self._solver.setSolution(everything)
        self._solver.run()
        chosen = np.asarray(self._solver.getSolution().col_value) > 1 / 2
        return chosen, float(self._solver.getInfo().mip_dual_bound)

    def exclude(self, chosen: NDArray[np.bool_]) -> None:
        """Never again this pattern, nor a part of it."""
        others = np.flatnonzero(~chosen)
        always = int(np.flatnonzero(self._always)[0])
        self.demand(Demand(always, others, np.ones(len(others)), 1.0))

    def _begin(self) -> None:
        """What single equations demand."""
        world = self._world
        room = (world.value - world.floor).astype(np.float64)
        for total, parts in world.rows:
            row = np.array([total, *parts])
            with_total = np.arange(len(row)) == 0
            together = pooled(world, self._rule, total, parts)
            for at, target in enumerate(row.tolist()):
                need = float(required(world, self._rule, target) - 1)
                others, totals = np.delete(row, at), np.delete(with_total, at)
                # Up as far as its row lets it, down by its own room; where that is enough by
                # itself, it is still needed that anything moves along.
                least = need - min(need, room[target])
                held = np.where(totals == with_total[at], room[others], need)
                weights = held if least else np.full(len(others), need)
                self.demand(Demand(target, others, weights, least or need))
                if target in together:
                    self.demand(together[target])


def pooled(world: World, rule: Rule, total: int, parts: tuple[int, ...]) -> dict[int, Demand]:
    """By part of a shown total: those withheld must together be no small group."""
    row = np.array([total, *parts])
    if rule.sums is Sums.FREE or not world.public[row].all():
        return {}
    found: dict[int, Demand] = {}
    for at, target in enumerate(parts, start=1):
        others = np.delete(row, at)
        weights = np.where(others == total, rule.minimum, world.value[others])
        least = float(rule.minimum - world.value[target])
        found[target] = Demand(target, others, weights.astype(np.float64), least)
    return found


def required(world: World, rule: Rule, unknown: int) -> int:
    """Whole values that an unknown must keep: a cell that may be small as many as one that is."""
    may_be_small = world.value[unknown] < rule.minimum + rule.width_small - 1
    return rule.width_small if may_be_small else rule.width_complementary
