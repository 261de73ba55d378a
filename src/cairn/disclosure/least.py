"""The cheapest pattern, where it can be found: choose, look what is missing, choose again.

The method of Fischetti and Salazar (2001): what to withhold is chosen by integer programming from
the demands known so far, and each target that a choice leaves too narrow adds the demand that it
fails. It ends with proof, or when its work is done: counted in choices and never in seconds, so
that a slower machine withholds the same.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.covering import Covering
from cairn.disclosure.reach import Reach
from cairn.disclosure.rule import Rule
from cairn.disclosure.world import World

Pattern = NDArray[np.bool_]

SMALL = 300
"""Up to so many unknowns the cheapest is looked for. Above, the first choice has to do: it is
made from what single equations demand, and already costs less than one made step by step."""

CHOICES = 12

GAP = 0.01
"""Within one in a hundred of the cheapest is good enough."""

COARSE = 0.03
"""The same for a single choice: what it lacks costs more than what the solver would still find."""


def least(world: World, rule: Rule, settle: Callable[[Pattern], Pattern]) -> Pattern:
    """A safe pattern that costs as little as can be found.

    Args:
        world: all unknowns, some of them small.
        rule: the widths.
        settle: makes a pattern safe by withholding more where that is needed.
    """
    few = len(world.value) <= SMALL
    covering, reach = Covering(world, rule, GAP if few else COARSE), Reach(world, rule)
    chosen, bound = covering.choose()
    best = settle(chosen & world.public)
    for _ in range(CHOICES if few else 0):
        if bound >= (1 - GAP) * _cost(world, best) or chosen.all():
            break
        made = [covering.demand(demand) for demand in reach.demands(chosen)]
        if not any(made):
            covering.exclude(chosen)
        chosen, bound = covering.choose()
        best = min(best, settle(chosen & world.public), key=lambda found: _cost(world, found))
    return best


def _cost(world: World, withheld: Pattern) -> float:
    return float(world.cost[withheld & ~world.small].sum())
