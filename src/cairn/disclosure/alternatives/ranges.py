"""Ranges in place of blanks: what any reader with patience could work out anyway.

The range of a withheld cell is taken from what is published and from nothing else: the smallest
and the largest number that agree with it, widened to round ends. So it says nothing that was not
said already, and above all not whether the cell is small or only covers one that is.
"""

from collections.abc import Mapping, Sequence
from math import ceil, floor, inf

import numpy as np

from cairn.disclosure.attack import attack, components
from cairn.disclosure.certificate import Certificate
from cairn.disclosure.outsider import Counts, NotATableError, read
from cairn.disclosure.rule import Rule
from cairn.disclosure.shape import Shape
from cairn.disclosure.table import Key, Nest, Request
from cairn.disclosure.whole_tables import TOLERANCE, WholeTables

Span = tuple[int, int]
"""The least and the most."""


def ranges(
    dims: tuple[str, ...],
    counts: Counts,
    tables: Sequence[Sequence[str]],
    nests: Sequence[Nest],
    rule: Rule,
) -> dict[Key, Span]:
    """The range of each withheld cell that has one; what nothing bounds from above has none.

    Args:
        dims: names of the dimensions of each key.
        counts: every published cell; None where withheld.
        tables: the dimensions of each table, as they were asked for.
        nests: which dimension lies within which.
        rule: what an outsider is assumed to know.
    """
    knowledge = read(Shape(dims, counts, tables, nests), counts, rule, {})
    found = dict[Key, Span]()
    for unknowns, equations, _ in components(knowledge):
        place = {number: at for at, number in enumerate(unknowns)}
        possible = WholeTables(
            [
                (tuple(place[u] for u in e.plus), tuple(place[u] for u in e.minus), e.known)
                for e in equations
            ],
            [knowledge.floors[number] for number in unknowns],
        )
        for number in unknowns:
            if number < len(knowledge.targets):
                span = _span(possible, place[number], len(unknowns), rule)
                if span:
                    found[knowledge.targets[number]] = span
    return found


def audit(request: Request, rule: Rule, counts: Counts, spans: Mapping[Key, Span]) -> Certificate:
    """The attacker's audit by somebody who reads the ranges too, and by participants who do."""
    return attack(
        request.cells.dims,
        counts,
        request.tables,
        request.nests,
        rule,
        ranges=spans,
        people=request.cells.people,
    )


def _span(possible: WholeTables, at: int, size: int, rule: Rule) -> Span | None:
    weights = np.zeros(size)
    weights[at] = 1.0
    most, _ = possible.extreme(weights)
    least, _ = possible.extreme(-weights)
    if np.isnan(most):
        raise NotATableError("No whole table agrees with what is published.")
    if most == inf:
        return None
    return wider(ceil(-least - TOLERANCE), floor(most + TOLERANCE), rule.minimum)


def wider(low: int, high: int, minimum: int) -> Span:
    """The range with round ends around another: ``1-9``, ``0-9``, ``10-29`` for a minimum of 10.
    Never narrower."""
    least = low // minimum * minimum or min(low, 1)
    return least, high // minimum * minimum + minimum - 1
