"""The cheapest pattern that the moves found so far allow: all targets are weighed together.

Step by step each target took what was cheapest for itself, and did not know what later ones would
need. Afterwards it is a problem of covering: a whole table proves something only where all that
moves in it is withheld, and everybody must see enough values of everything that is withheld. The
moves are columns made as they are needed; integer programming chooses among them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.covering import pooled, required
from cairn.disclosure.program import Program
from cairn.disclosure.rule import Rule
from cairn.disclosure.world import World

Pattern = NDArray[np.bool_]

Needs = frozenset[int]
"""What must be withheld besides the small ones for a move to prove anything."""

Sight = tuple[int, Needs, frozenset[int]]
"""How far a target is from its true value, for what else, and which kinds of people doubt it."""

WAYS = 10
"""So many moves are weighed for each value of a target; of more, the cheapest."""


class Thrift:
    """All moves found so far, whatever they were found for, and the patterns made of them.

    Args:
        world: all unknowns.
        rule: how many values must be seen.
    """

    def __init__(self, world: World, rule: Rule) -> None:
        self._world, self._rule = world, rule
        self._optional = world.public & ~world.small
        self._open = np.zeros(len(world.value), np.bool_)
        self._best = world.public.copy()
        self._needs: list[Needs] = []
        self._numbers: dict[Needs, int] = {}
        # By target: a distance and the number of what must be withheld to see it; who doubts it.
        self._seen = defaultdict[int, dict[tuple[int, int], frozenset[int]]](dict)

    def note(
        self,
        unknowns: NDArray[np.int64],
        tables: Iterable[tuple[NDArray[np.int64], frozenset[int]]],
    ) -> None:
        """Note a move: how far its whole tables shift the unknowns, and which kinds of people
        know better than to believe them."""
        needs = frozenset(unknowns[self._optional[unknowns]].tolist())
        number = self._numbers.setdefault(needs, len(self._needs))
        if number == len(self._needs):
            self._needs.append(needs)
        for shift, kinds in tables:
            for unknown, by in zip(unknowns.tolist(), shift.tolist(), strict=True):
                seen = self._seen[unknown]
                seen[by, number] = seen.get((by, number), kinds) & kinds

    def cheapest(self, settled: Pattern) -> Pattern:
        """The cheapest pattern so far, made of what any settled one withholds.

        Args:
            settled: one more pattern in which everyone sees enough.
        """
        self._open |= settled & self._optional
        self._best = min(self._best, settled, key=self._cost)
        found = self._chosen(np.flatnonzero(self._open).tolist())
        self._best = min(self._best, found, key=self._cost)
        return self._best.copy()

    def _cost(self, withheld: Pattern) -> float:
        return float(self._world.cost[withheld & self._optional].sum())

    def _chosen(self, open_: list[int]) -> Pattern:
        """What to withhold of those open to choice; everything where there is no choice."""
        program = Program(self._world.cost, open_)
        prices = self._prices(open_)
        for target in [*np.flatnonzero(self._world.small).tolist(), *open_]:
            sights = list(self._sights(target, prices))
            for doubted in _doubts(sights):
                self._demand(program, target, sights, doubted)
        self._pool(program)
        chosen = program.cheapest()
        if chosen is None:
            return self._world.public
        found = self._world.small.copy()
        found[chosen] = True
        return found

    def _prices(self, open_: Collection[int]) -> dict[int, tuple[float, float, int]]:
        """The moves that may be made, by the number of what they need, and their order: by what
        they need more than the best pattern withholds, then by all that they need."""
        allowed, cost = frozenset(open_), self._world.cost
        return {
            number: (
                float(sum(cost[unknown] for unknown in needs if not self._best[unknown])),
                float(sum(cost[unknown] for unknown in needs)),
                number,
            )
            for number, needs in enumerate(self._needs)
            if needs <= allowed
        }

    def _sights(self, target: int, prices: dict[int, tuple[float, float, int]]) -> Iterator[Sight]:
        """Where a target is seen, the cheapest first; without those that need more than another,
        and are doubted no less."""
        better = defaultdict[int, list[tuple[Needs, frozenset[int]]]](list)
        seen = [sight for sight in self._seen[target] if sight[1] in prices]
        for by, number in sorted(seen, key=lambda sight: (prices[sight[1]], sight[0])):
            needs, doubt = self._needs[number] - {target}, self._seen[target][by, number]
            if not any(fewer <= needs and less <= doubt for fewer, less in better[by]):
                better[by].append((needs, doubt))
                yield by, needs, doubt

    def _demand(
        self, program: Program, target: int, sights: Sequence[Sight], doubted: Collection[int]
    ) -> None:
        """Who doubts some of the sights must see enough values in others."""
        by_distance = defaultdict[int, list[Needs]](list)
        for number, (by, needs, _) in enumerate(sights):
            if number not in doubted and len(by_distance[by]) < WAYS:
                by_distance[by].append(needs)
        free = sum(not ways[0] for ways in by_distance.values())
        least = required(self._world, self._rule, target) - 1 - free
        if least > 0:
            itself = {target} & program.open
            columns = [
                [program.together(needs | itself) for needs in ways]
                for ways in by_distance.values()
                if ways[0]
            ]
            every = Counter({*chain(*columns)} if least == 1 else map(program.any, columns))
            terms = [(column, float(times)) for column, times in every.items()]
            program.demand(target, terms, float(least))

    def _pool(self, program: Program) -> None:
        """What is withheld of a shown total is no small group."""
        rows = (pooled(self._world, self._rule, *row).values() for row in self._world.rows)
        for demand in chain.from_iterable(rows):
            target, least = demand.target, demand.least
            least -= float(demand.weights[self._world.small[demand.others]].sum())
            if least > 0 and (target in program.open or self._world.small[target]):
                weights = np.minimum(demand.weights, least).tolist()
                others = zip(demand.others.tolist(), weights, strict=True)
                terms = [(frozenset({o}), w) for o, w in others if o in program.open]
                program.demand(target, [(program.together(o), w) for o, w in terms], least)


def _doubts(sights: Sequence[Sight]) -> Iterator[frozenset[int]]:
    """Which sights somebody doubts: of the kinds of people those who doubt most, or else nobody."""
    doubts = defaultdict[int, set[int]](set)
    for number, (_, _, doubt) in enumerate(sights):
        for kind in doubt:
            doubts[kind].add(number)
    different = {frozenset(doubted) for doubted in doubts.values()} or {frozenset[int]()}
    for doubted in sorted(different, key=sorted):
        if not any(doubted < more for more in different):
            yield doubted
