"""What is out already, beside what is to be published: what follows from both together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from math import inf

from cairn.disclosure.attack import attack, told_of
from cairn.disclosure.certificate import Certificate
from cairn.disclosure.earlier import Earlier, Relation, changes, place, tables
from cairn.disclosure.handed import Start
from cairn.disclosure.hindsight import Hindsight
from cairn.disclosure.lattice import build
from cairn.disclosure.nearby import Nearby
from cairn.disclosure.others import Contributor
from cairn.disclosure.outsider import Bounds, floor
from cairn.disclosure.published import Published
from cairn.disclosure.rule import Rule, Zeros
from cairn.disclosure.shape import Shape
from cairn.disclosure.side import Side
from cairn.disclosure.subtraction import subtract, told
from cairn.disclosure.table import ALL, Key, Request

Counts = Mapping[Key, int | None]

WOULD_FOLLOW = "a number that is withheld would follow"

LET_EMPTY = (
    " Its empty groups, which are always shown, give it away: it may be enough to allow empty "
    "groups to be withheld in this release."
)


class ConflictError(ValueError):
    """What is out already makes the release impossible; the message says which, and what to do."""

    def __init__(self, message: str, releases: Sequence[str]) -> None:
        super().__init__(message)
        self.releases = tuple(releases)


class Past:
    """All earlier releases of a request, laid over its cells.

    Attributes:
        keys: the cells of the request, in order.
    """

    def __init__(self, request: Request, rule: Rule, earlier: Sequence[Earlier]) -> None:
        dims = request.cells.dims
        self._request, self._rule, self._dims = request, rule, dims
        self.keys = build(request).keys
        own = [tables(dims, release.counts) for release in earlier]
        asked = dict.fromkeys([*request.tables, *(table for made in own for table in made)])
        self._all = replace(request, tables=tuple(asked))
        self._lattice = build(self._all)
        public = {
            tuple(value != ALL for value in key)
            for key, shown in zip(self._lattice.keys, self._lattice.public, strict=True)
            if shown
        }
        self._placed = [
            place(release, self._lattice, public & _margins(release.counts)) for release in earlier
        ]
        self._same = [one for one in self._placed if one.relation is Relation.SAME]
        self._shown = {
            key: n for one in self._same for key, n in one.counts.items() if n is not None
        }
        self._nearby = Nearby(self._lattice)
        self._shape = Shape(dims, self._lattice.keys, self._all.tables, request.nests)
        self._true = dict(zip(self._lattice.keys, self._lattice.counts.tolist(), strict=True))
        self._hindsight = Hindsight(
            self._placed, dims, request.nests, rule, self._true, request.cells.people
        )
        self._alone: dict[str, set[Key]] = {}
        self._new: dict[Key, bool] = {}

    @property
    def relations(self) -> dict[str, Relation]:
        return {one.name: one.relation for one in self._placed}

    @property
    def known(self) -> set[Key]:
        """Cells of the same people whose number is out."""
        return set(self._shown)

    @property
    def hidden(self) -> list[Key]:
        """Cells of the same people whose number was withheld each time."""
        every = dict.fromkeys(key for one in self._same for key in one.counts)
        return [key for key in every if key not in self._shown]

    @property
    def because(self) -> dict[Key, str]:
        """Cells that must not be shown for the sake of one earlier release alone."""
        found: dict[Key, str] = {}
        for one in self._placed:
            if one.relation is Relation.SAME:
                hidden = {key: n for key, n in one.counts.items() if n is None}
                found |= dict.fromkeys(hidden.keys() - self._shown.keys(), one.name)
                continue
            told = changes(one, self._lattice, self._dims, self._rule.minimum)
            if everyone := told.get((ALL,) * len(self._dims)):
                raise ConflictError(
                    f"{one.name} counted everyone, and {everyone} fewer or more are counted now: "
                    "a group so small that its members would show in every figure that changed. "
                    f"Publish again when at least {self._rule.minimum} have come or left, or "
                    "publish the figures of the earlier date.",
                    [one.name],
                )
            found |= dict.fromkeys(told, one.name)
        return found

    def attack(self, counts: Counts, ways: Sequence[Mapping[Key, int]] = ()) -> Certificate:
        """The audit of a release together with all that is out of the same people, by someone
        who also knows what others counted then, and is told where other tables are said to be."""
        merged = self._merged(counts)
        return attack(
            self._dims,
            merged,
            self._all.tables,
            self._all.nests,
            self._rule,
            ranges=self._bounds(merged),
            start=Start(self._true, ways),
            people=self._request.cells.people,
        )

    def told(self, found: Certificate) -> list[Key]:
        """Cells that follow from everything together but not from the past alone."""
        narrowed = [one.key for one in found.narrowed]
        return self._told_anew([*narrowed, *found.exposed, *found.pooled])

    def stop(self, keys: Collection[Key]) -> None:
        """Stop where one of these cells would follow from the past together with no more than the
        empty groups that are always shown, whatever else is withheld.

        Raises:
            ConflictError: naming the releases beside the first such cell.
        """
        if not keys:
            return
        follow = self._told_by_empty(keys, self._rule)
        found = [key for key in keys if key in follow]
        # One is enough, and to ask the past about one is quicker than about all.
        for key in self._told_anew(found[:1]) or self._told_anew(found):
            raise self.conflict(WOULD_FOLLOW, key, LET_EMPTY if self._empty_may_help(keys) else "")

    def _told_by_empty(self, keys: Collection[Key], rule: Rule) -> set[Key]:
        """Those of some cells that follow from the past and the empty groups that a rule always
        shows."""
        always = {
            key: 0 for key, n in self._true.items() if not n and floor(self._shape, key, rule)
        }
        merged = self._merged(always)
        return told_of(
            keys,
            self._shape,
            merged,
            rule,
            ranges=self._bounds(merged),
            start=Start(self._true),
            people=self._request.cells.people,
        )

    def _empty_may_help(self, keys: Collection[Key]) -> bool:
        """Whether cells stay open where empty groups may be withheld. Not where a group that was
        withheld is known to have members by the policy of then, which nobody asks about now."""
        covering = replace(self._rule, zeros=Zeros.COVER)
        alike = all(
            floor(self._shape, hidden, covering) == floor(self._shape, hidden, self._rule)
            for hidden in self.hidden
        )
        return alike and not self._told_anew(sorted(self._told_by_empty(keys, covering)))

    def sides(self, contributors: Sequence[Contributor]) -> list[Side]:
        """Each contributor that is not alone, with everything that is out before it."""
        found = [
            Side(self._all, self._rule, one, self.known, self._lattice) for one in contributors
        ]
        return [side for side in found if side.somebody]

    def told_of_others(
        self, side: Side, counts: Counts, ways: Sequence[Mapping[Key, int]]
    ) -> list[Key]:
        """Cells in which a contributor singles out few others by everything together, but not by
        the past alone."""
        merged = self._merged(counts)
        bounds = self._bounds(merged)
        keys = told(self._subtracted(side, merged, self._all.tables, bounds, ways))
        if keys and side.name not in self._alone:
            counts, alone = self._same_people()
            found = self._subtracted(side, counts, alone) if counts else None
            self._alone[side.name] = set(told(found)) if found else set()
        return [key for key in keys if key not in self._alone[side.name]]

    def told_in_hindsight(self, counts: Counts) -> list[Key]:
        """Cells that follow from what is published and earlier releases of other people, whichever
        of them withheld them."""
        return self._hindsight.told(self._merged(counts), self._all.tables, self._same_people()[0])

    def more(self, follows: Sequence[Key], published: Published) -> dict[Key, str]:
        """Further cells to withhold: each that would follow then, where it is shown now, or else
        the cheapest near it."""
        shown = {
            cell.key: cell.n for cell in published.cells if cell.n and cell.key not in self._shown
        }
        chosen: dict[Key, str] = {}
        merged = self._merged({cell.key: cell.n for cell in published.cells})
        for key in follows:
            near = key if key in shown else self._nearby.cheapest(key, shown, merged)
            if near is None:
                raise self.conflict(WOULD_FOLLOW, key)
            chosen[near] = self.name(key)
        return chosen

    def name(self, key: Key) -> str:
        """The release that tells most near a cell, for a message."""
        for one in self._placed:
            if one.counts.get(key, 0) is None:
                return one.name
        met = [one.name for one in self._placed if key in one.counts]
        return met[0] if met else self._placed[0].name

    def conflict(self, why: str, key: Key | None = None, more: str = "") -> ConflictError:
        names = self._beside(key) if key else [self._placed[0].name]
        return ConflictError(
            f"Together with {' and '.join(names)}, {why}. What is out cannot be taken back: ask "
            f"for fewer or coarser tables, or for the same tables as then.{more}",
            names,
        )

    def _beside(self, key: Key) -> list[str]:
        """The releases that say something in an equation with a cell; the one that tells most
        near it where none does."""
        tied = self._nearby.tied(key)
        met = [one.name for one in self._placed if not tied.isdisjoint(one.counts)]
        return met or [self.name(key)]

    def _merged(self, counts: Counts) -> dict[Key, int | None]:
        keys = (
            key
            for key, public in zip(self._lattice.keys, self._lattice.public, strict=True)
            if public
        )
        return {key: self._shown.get(key, counts.get(key)) for key in keys}

    def _bounds(self, merged: Counts) -> dict[Key, tuple[float, float]]:
        """What others counted then bounds what is withheld now."""
        bounds: dict[Key, tuple[float, float]] = {}
        for one in self._placed:
            if one.relation not in (Relation.GREW, Relation.SHRANK):
                continue
            for key, then in one.counts.items():
                if then is not None and key in merged and merged[key] is None:
                    low, high = bounds.get(key, (0, inf))
                    grew = one.relation is Relation.GREW
                    bounds[key] = (max(low, then), high) if grew else (low, min(high, then))
        return bounds

    def _same_people(self) -> tuple[Counts, tuple[tuple[str, ...], ...]]:
        """What is out of the same people, and the tables that it makes up."""
        keys = dict.fromkeys(key for one in self._same for key in one.counts)
        return {key: self._shown.get(key) for key in keys}, tables(self._dims, keys)

    def _told_anew(self, keys: Sequence[Key]) -> list[Key]:
        """Those of some cells that do not follow from the past alone, whatever is published."""
        unasked = [key for key in keys if key not in self._new]
        if unasked:
            alone = self._told_alone(unasked)
            self._new |= {key: key not in alone for key in unasked}
        return [key for key in keys if self._new[key]]

    def _told_alone(self, keys: Collection[Key]) -> set[Key]:
        counts, alone = self._same_people()
        if not counts:
            return set()
        lattice = build(replace(self._all, tables=alone))
        return told_of(
            keys,
            Shape(self._dims, counts, alone, self._all.nests),
            counts,
            self._rule,
            start=Start(dict(zip(lattice.keys, lattice.counts.tolist(), strict=True))),
            people=self._request.cells.people,
        )

    def _subtracted(
        self,
        side: Side,
        counts: Counts,
        asked: Sequence[Sequence[str]],
        bounds: Bounds | None = None,
        ways: Sequence[Mapping[Key, int]] = (),
    ) -> Certificate:
        """What a contributor works out of others. How many there were at least, or at most, when
        others were counted, is less its own part of now: of then it is not known here."""
        own = {key: n - side.left[key] for key, n in self._true.items()}
        less = {
            key: (max(low - own[key], 0), high - own[key])
            for key, (low, high) in (bounds or {}).items()
        }
        return subtract(
            self._dims,
            counts,
            side.left,
            asked,
            self._all.nests,
            self._rule,
            ranges=less,
            ways=ways,
        )


def _margins(keys: Collection[Key]) -> set[tuple[bool, ...]]:
    return {tuple(value != ALL for value in key) for key in keys}
