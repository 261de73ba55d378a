"""What an earlier release gives away once a later one is read, and the later one beside it.

A release was protected when it was published, of fewer people than are counted now, or of more.
Read together, each bounds what the other withheld: where people only came since, no number then
was larger than it is now; where they only left, none was smaller. Somebody who knows one record
knows more: whether it is in both, or came or left in between.
"""

from collections.abc import Collection, Mapping, Sequence
from math import inf

from cairn.disclosure.earlier import Placed, Relation, tables
from cairn.disclosure.order import Order
from cairn.disclosure.outsider import Bounds, Counts, NotATableError, read
from cairn.disclosure.reading import People, Release
from cairn.disclosure.rule import Rule
from cairn.disclosure.shape import Shape, open_places, project
from cairn.disclosure.table import Key, Nest
from cairn.disclosure.then import NOW, Then

Tables = Sequence[Sequence[str]]

IN_FULL = 700
"""Withheld cells, of now and then together, that are read in full at once. Beside more of them it
matters only what is shown, since seconds become minutes otherwise."""


class Hindsight:
    """Earlier releases of fewer people, or of more, beside what is published now.

    Args:
        placed: laid over the cells of now.
        dims: names of the dimensions of each key.
        nests: which dimension lies within which.
        rule: what all must withstand.
        true: the numbers of now, of every cell.
        people: the finest keys with somebody in them now.
    """

    def __init__(
        self,
        placed: Sequence[Placed],
        dims: tuple[str, ...],
        nests: Sequence[Nest],
        rule: Rule,
        true: Mapping[Key, int],
        people: Collection[Key],
    ) -> None:
        self._dims, self._nests, self._rule, self._true = dims, nests, rule, true
        self._order = Order(
            [one for one in placed if one.relation in (Relation.GREW, Relation.SHRANK)]
        )
        self._everyone = People(_distinct(people, true))
        self._nearest = [at for at in range(len(self._order.releases)) if self._order.nearest(at)]
        self._looked = dict[tuple[int, ...], Then | None]()
        self._limited = dict[int, Then | None]()

    def told(self, now: Counts, asked: Tables, same: Counts) -> list[Key]:
        """Cells that one of them withheld and that follow now, but did not before.

        Args:
            now: every cell of what is published now; None where withheld.
            asked: the tables that they make up.
            same: what was out of the same people before.
        """
        told = dict[Key, None]()
        for at in range(len(self._order.releases)):
            chain = self._in_full(at, now) if at in self._nearest else ()
            if chain:
                told |= dict.fromkeys(self._beside(chain, now, asked, same))
            elif new := self._order.new(at, now):
                told |= dict.fromkeys(self._after(at, new))
        return list(told)

    def _in_full(self, at: int, now: Counts) -> tuple[int, ...]:
        """A release nearest to now, and one next to it: as much as is not too large beside now."""
        farther = self._order.farther(at)
        chain = (at,) if farther is None else (farther, at)
        hidden = [list(self._order.releases[one].counts.values()).count(None) for one in chain]
        left = IN_FULL - list(now.values()).count(None)
        return chain if sum(hidden) <= left else chain[-1:] if hidden[-1] <= left else ()

    def _beside(
        self, chain: tuple[int, ...], now: Counts, asked: Tables, same: Counts
    ) -> list[Key]:
        """What follows from releases and from what is published now, read in full."""
        if chain not in self._looked:
            read = [self._read(at, {}, *self._order.limits(at)) for at in chain]
            self._looked[chain] = self._then([one for one in read if one], chain[-1])
        then = self._looked[chain]
        before = self._now(same, tables(self._dims, same)) if same else None
        return then.beside(self._now(now, asked), before) if then else []

    def _after(self, at: int, new: Mapping[Key, int]) -> list[Key]:
        """What follows from a release and what is new since then. What other releases tell of it
        bounds it, for everybody alike."""
        if at not in self._limited:
            most, least = self._order.limits(at)
            bounds = {key: (least.get(key, 0), most.get(key, inf)) for key in {*least, *most}}
            release = self._read(at, bounds)
            self._limited[at] = self._then([release] if release else [], at)
        then = self._limited[at]
        return then.after(new) if then else []

    def _now(self, counts: Counts, asked: Tables) -> Release:
        shape = Shape(self._dims, counts, asked, self._nests)
        known = read(shape, counts, self._rule, {})
        return Release(NOW, shape, counts, known, *self._order.limits_of_now(counts))

    def _read(self, at: int, bounds: Bounds, *limits: Mapping[Key, int]) -> Release | None:
        """A release as an outsider reads it; None where its numbers contradict each other, so that
        nothing can be worked out from sums."""
        counts = self._order.releases[at].counts
        shape = Shape(self._dims, counts, tables(self._dims, counts), self._nests)
        try:
            known = read(shape, counts, self._rule, bounds)
        except NotATableError:
            return None
        return Release(f"then {at}", shape, counts, known, *limits)

    def _then(self, releases: list[Release], at: int) -> Then | None:
        if not releases:
            return None
        if self._order.releases[at].relation is Relation.GREW:
            return Then(releases, self._rule, self._true, self._everyone, grew=True)
        # Of somebody like whom nobody is left each table is asked by itself.
        gone = [
            key
            for one in releases
            for key in one.counts
            if open_places(key) in set(one.shape.tables)
        ]
        people = People(dict.fromkeys([*self._everyone.keys, *gone]))
        return Then(releases[::-1], self._rule, self._true, people, grew=False)


def _distinct(people: Collection[Key], cells: Collection[Key]) -> list[Key]:
    """Kinds of people as far as some cells tell them apart."""
    opened = frozenset[int]().union(*{open_places(key) for key in cells})
    return list(dict.fromkeys(project(key, opened) for key in people))
