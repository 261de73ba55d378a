"""What an outsider knows: the published tables, read with the eyes of someone who wants more.

The equations are found again from the published keys, downward from the grand total.

A *participant* knows one record besides, as a rule his own: that somebody is in each cell that
counts it. He can write down no more than that. Take him out of all cells that count him: what is
left are again whole tables of whole people, of which he knows as little as an outsider. (Where
the tables form no circle, any whole tables that agree on what they share belong to some people;
where they do, the table behind them is written down too, with him in one of its cells.) So he
gains something only where a cell with him in it could be empty as far as an outsider can tell. A
withheld group under a rule that always shows empty groups could not: there both know the same.
An outcome always could, and any group of three dimensions where empty groups may cover.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from cairn.disclosure.behind import cells_behind
from cairn.disclosure.rule import FREELY_CROSSED, Rule, Sums, Zeros
from cairn.disclosure.shape import Shape, open_places, project
from cairn.disclosure.table import ALL, Key

Counts = Mapping[Key, int | None]
Bounds = Mapping[Key, tuple[float, float]]
"""For withheld cells: the least and the most that was said beside them; both may be reached."""


Kind = frozenset[int]
"""Unknowns that somebody's record counts in, and that could be zero for all an outsider knows."""

ANY = (0, inf)
"""Where nothing is said beside a withheld cell."""


class NotATableError(ValueError):
    """What was published is incomplete or contradicts itself, so it proves nothing."""


@dataclass(frozen=True, slots=True)
class Equation:
    """The unknowns in ``plus``, less those in ``minus``, come to ``known``."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    known: int

    @property
    def unknowns(self) -> tuple[int, ...]:
        """All that it ties together."""
        return (*self.plus, *self.minus)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """An outsider's position, and what participants add to it.

    Args:
        targets: the withheld cells; unknown number i is ``targets[i]``.
        behind: further unknowns: cells of the table behind a circle of tables.
        floors: the least each unknown can be.
        ceilings: the most; infinite where nothing says so.
        equations: all that ties unknowns together.
        exposed: cells shown although the rule calls them small.
        pooled: shown totals whose withheld parts come to a number that the rule calls small.
        kinds: for each kind of person there is, what a participant of that kind knows to be more
            than the least. Kinds that know no more than an outsider are left out.
    """

    targets: tuple[Key, ...]
    behind: tuple[Key, ...]
    floors: tuple[int, ...]
    ceilings: tuple[float, ...]
    equations: tuple[Equation, ...]
    exposed: tuple[Key, ...]
    pooled: tuple[Key, ...]
    kinds: tuple[Kind, ...]


def read(
    shape: Shape, counts: Counts, rule: Rule, bounds: Bounds, people: Collection[Key] = ()
) -> Knowledge:
    """Everything an outsider can write down, and what each kind of participant adds.

    Raises:
        NotATableError: a cell is missing, belongs to no table, or shown numbers do not add up.
    """
    targets = tuple(key for key, count in counts.items() if count is None)
    number = {key: at for at, key in enumerate(targets)}
    sums = {
        (total, place): _equation(total, parts, counts, number)
        for total, place, parts in _divisions(shape, counts)
    }
    circle = cells_behind(shape, counts)
    behind = tuple(dict.fromkeys(cell for cells in circle.values() for cell in cells))
    place = {cell: at for at, cell in enumerate(behind, len(targets))}
    ties = [
        Equation(
            tuple(place[cell] for cell in cells),
            (number[key],) if key in number else (),
            counts[key] or 0,
        )
        for key, cells in circle.items()
    ]
    floors = (
        *(max(floor(shape, key, rule), int(bounds.get(key, ANY)[0])) for key in targets),
        *[0] * len(behind),
    )
    return Knowledge(
        targets=targets,
        behind=behind,
        floors=floors,
        ceilings=(*(bounds.get(key, ANY)[1] for key in targets), *[inf] * len(behind)),
        equations=tuple(tie for tie in (*sums.values(), *ties) if tie.unknowns),
        exposed=tuple(key for key in counts if _exposed(shape, key, counts, rule)),
        pooled=tuple(total for (total, _), tie in sums.items() if _pooled(tie, rule)),
        kinds=_kinds(shape, counts, {**number, **place}, people, floors),
    )


def _kinds(
    shape: Shape,
    counts: Counts,
    number: Mapping[Key, int],
    people: Collection[Key],
    floors: Sequence[int],
) -> tuple[Kind, ...]:
    """What each kind of participant knows to be no zero. Of each table its finest cells are
    enough, and where tables form a circle the one behind it: all others that count him are sums
    of these."""
    unpublished = [open_places(key) for key in number if key not in counts][:1]
    found = set[Kind]()
    for key in people:
        cells = [project(key, table) for table in shape.tables]
        if any(counts.get(cell, 0) == 0 for cell in cells):
            raise NotATableError("Somebody is in a cell that is missing or shown to be empty.")
        cells += [project(key, places) for places in unpublished]
        counted = [number[cell] for cell in cells if cell in number]
        found.add(frozenset(at for at in counted if not floors[at]))
    return tuple(sorted((kind for kind in found if kind), key=sorted))


def _divisions(shape: Shape, counts: Counts) -> Iterator[tuple[Key, int, list[Key]]]:
    """Each cell with the published cells into which it divides along one dimension, once every
    cell of every margin is known to be there and no other."""
    if (ALL,) * shape.size not in counts:
        raise NotATableError("The grand total is missing.")
    for total in counts:
        places = open_places(total)
        if not shape.is_margin(places):
            raise NotATableError("A cell belongs to no margin of the tables.")
        for place in set(range(shape.size)) - places:
            if shape.is_margin(places | {place}):
                parts = shape.split(total, place)
                if any(part not in counts for part in parts):
                    raise NotATableError("A cell of a published margin is missing.")
                yield total, place, parts


def _equation(total: Key, parts: list[Key], counts: Counts, number: Mapping[Key, int]) -> Equation:
    equation = Equation(
        plus=tuple(number[part] for part in parts if part in number),
        minus=(number[total],) if total in number else (),
        known=(counts[total] or 0) - sum(counts[part] or 0 for part in parts),
    )
    if equation.known and not equation.unknowns:
        raise NotATableError("Shown cells do not add up to their total.")
    return equation


def _pooled(tie: Equation, rule: Rule) -> bool:
    """Whether withheld cells are together a small group whose size is known."""
    known = bool(tie.plus) and not tie.minus
    return known and rule.sums is Sums.PROTECTED and tie.known < rule.minimum


def floor(shape: Shape, key: Key, rule: Rule) -> int:
    """The least that a withheld cell can be: one where an empty group would have been shown."""
    if shape.group(key) != key:
        return 0
    return int(rule.zeros is Zeros.SHOWN or shape.crossed(key) <= FREELY_CROSSED)


def _exposed(shape: Shape, key: Key, counts: Counts, rule: Rule) -> bool:
    count = counts[key]
    if count is None or count >= rule.minimum:
        return False
    return count > 0 or (counts[shape.group(key)] != 0 and not rule.unnamed & set(key))
