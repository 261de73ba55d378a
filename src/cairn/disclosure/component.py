"""What stays possible for the withheld cells that hang together: to outsiders and participants.

One linear program for each withheld cell and each participant would be millions. But a whole table
that somebody is in for each participant's cell tells all of them the same as an outsider, and a
short step from it leaves few of these cells empty. So the audit notes for each value seen the few
kinds of people who know better than to believe it, and looks again for these alone.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf

import numpy as np

from cairn.disclosure.certificate import Range
from cairn.disclosure.handed import Change, Handed
from cairn.disclosure.limits import limits
from cairn.disclosure.outsider import Equation, Kind, Knowledge, NotATableError
from cairn.disclosure.rule import Rule
from cairn.disclosure.steps import REST, Barred, Step, Steps
from cairn.disclosure.table import Key
from cairn.disclosure.whole_tables import TOLERANCE, Row, Whole, WholeTables

SEED = 20110603
"""The audit is repeatable: what it draws by chance always starts here."""

BASES = 40
"""Whole tables from which short steps are taken, before cells are settled singly."""

FEW = 4
"""After so many of them longer steps are taken too, for cells whose short steps split people."""

TRIES = 8
"""Values tried per value required, where the values between two extremes have gaps."""

OUTSIDER = -1
"""In the place of a kind of person: somebody who knows no record."""

EVERYONE = -2
"""In the same place: what nobody has a reason not to believe."""

TOGETHER = 8
"""Cells for which steps are looked for at once. Of more, too many would split people."""


@dataclass(slots=True)
class _Sight:
    """A value that a cell has in some whole table.

    Args:
        whole: a table.
        step: from it to the one with the value.
        unseen: kinds of people who know of every such table seen so far that it is not true.
    """

    whole: Whole
    step: Step
    unseen: set[int]


class Component:
    """Unknowns that hang together: collects, for each withheld cell, values it has in some whole
    table, and who of those with a record of their own believes them.

    Args:
        unknowns: by their numbers in what is known.
        equations: among them.
        kinds: what each kind of person knows of them.
        knowledge: of the whole.
        rule: how many values must be seen.
        start: numbers to begin from, where they are a whole table.
        targets: the withheld cells that are asked about, by the same numbers.
        changes: of that table, to look at first; true or not.

    ``taken`` are the steps that were found. Those of another attack among the same unknowns may be
    put there before, to be tried first.
    """

    def __init__(
        self,
        unknowns: list[int],
        equations: list[Equation],
        kinds: list[Kind],
        knowledge: Knowledge,
        rule: Rule,
        start: Mapping[Key, int],
        targets: Collection[int],
        changes: Sequence[Change] = (),
    ) -> None:
        self.taken: list[Step] = []
        self._rule = rule
        width = rule.width_small
        self._near = [by for size in range(width - 1, 0, -1) for by in (size, -size)]
        self._far = [*self._near, *(by for size in (width, width + 1) for by in (size, -size))]
        self._keys = {
            at: (number, knowledge.targets[number])
            for at, number in enumerate(unknowns)
            if number in targets
        }
        place = {number: at for at, number in enumerate(unknowns)}
        rows: list[Row] = [
            (
                tuple(place[u] for u in equation.plus),
                tuple(place[u] for u in equation.minus),
                equation.known,
            )
            for equation in equations
        ]
        self._kinds = [tuple(sorted(place[u] for u in kind)) for kind in kinds]
        self._known: dict[int, set[int]] = {}
        for number, kind in enumerate(self._kinds):
            for at in kind:
                self._known.setdefault(at, set()).add(number)
        self._limits = (
            rows,
            [knowledge.floors[number] for number in unknowns],
            [knowledge.ceilings[number] for number in unknowns],
        )
        self._tables = WholeTables(*self._limits)
        keys = (*knowledge.targets, *knowledge.behind)
        self._start = np.array([start.get(keys[number], 0) for number in unknowns], np.int64)
        # What a change moves of other components keeps their sums, or not, by itself.
        self._changes = [
            {place[u]: by for u, by in change.items() if u in place} for change in changes
        ]
        self._stepped = 0
        self._seen: dict[int, dict[int, _Sight]] = {at: {} for at in self._keys}

    @property
    def programs(self) -> int:
        return self._tables.programs + self._stepped

    def ranges(self) -> dict[int, Range]:
        """The range of each withheld cell, by its number."""
        self._tables.keep(self._known)
        first = self._tables.any(self._start)
        if first is None:
            raise NotATableError("No whole table agrees with what is published.")
        self._tables.keep(())
        self._walk(first)
        return {number: self._range(at) for at, (number, _) in self._keys.items()}

    def _walk(self, base: Whole) -> None:
        """Short steps from a table, each of which shows values of many cells; then from the table
        that many of them together lead to. The tables themselves are possible to everyone, and so
        is every other step; those between may empty a cell that somebody knows to be in. It ends
        where no step is left that may show more."""
        chance = np.random.default_rng(SEED)
        rows, floors, ceilings = self._limits
        peopled = [low + int(at in self._known) for at, low in enumerate(floors)]
        barred = self._barred({OUTSIDER: floors, EVERYONE: peopled})
        steps = Steps(rows, floors, ceilings, chance)
        programs = [0]
        if self.taken:
            base = self._try_again(base, steps, chance, peopled)
        for turn in range(BASES):
            self._note(base)
            steps.begin(base, floors if turn % 2 else peopled)
            if not turn:
                self.taken += self._look(base)
            if turn <= FEW:
                self.taken += self._wish(base, steps, barred)
            for at in self._seen:
                self.taken += self._step(base, at, turn, steps, barred)
            self._stepped = steps.programs
            idle = turn > FEW and steps.programs == programs[-2]
            if idle or all(self._short(at) is None for at in self._seen):
                return
            programs.append(steps.programs)
            order = chance.permutation(len(self.taken))
            base = steps.together([self.taken[at] for at in order], np.array(peopled, np.int64))

    def _try_again(
        self, base: Whole, steps: Steps, chance: np.random.Generator, peopled: Sequence[int]
    ) -> Whole:
        """Steps that led from another table to whole ones lead from this one too, where they stay
        within the limits; and together to a further one."""
        self._note(base)
        _, floors, ceilings = self._limits
        least, most = np.array(floors), np.array(ceilings)
        for step in self.taken:
            there = base[step[0]] + step[1]
            if (there >= least[step[0]]).all() and (there <= most[step[0]]).all():
                self._see(base, step)
        steps.begin(base, peopled)
        order = chance.permutation(len(self.taken))
        return steps.together([self.taken[at] for at in order], np.array(peopled, np.int64))

    def _barred(self, floors: Mapping[int, Sequence[int]]) -> Barred:
        """What can be told to be impossible without looking for it."""
        barred, (rows, _, ceilings) = Barred(), self._limits
        for kind, least in floors.items():
            low, high = limits(rows, least, ceilings)
            for at in self._seen:
                barred.bar((at, kind), low[at] - 1, -1)
                barred.bar((at, kind), high[at] + 1, 1)
        return barred

    def _look(self, base: Whole) -> Iterator[Step]:
        """Where somebody says that there are steps, for cells of which too little was seen."""
        handed = Handed(*self._limits, base, self._changes)
        for at in self._seen if self._changes else ():
            if self._short(at) is not None:
                for step in handed.steps(at, self._rule.width_small - 1):
                    self._see(base, step)
                    yield step

    def _wish(self, base: Whole, steps: Steps, barred: Barred) -> Iterator[Step]:
        """Many cells at once, by as much as is required and both ways."""
        by = self._rule.width_small - 1
        for way in (by, -by):
            short = [
                (at, way)
                for at in self._seen
                if self._short(at) is not None
                and int(base[at]) + way not in self._seen[at]
                and not barred.stops((at, OUTSIDER), int(base[at]) + way)
            ]
            for first in range(0, len(short), TOGETHER):
                for step in steps.wishes(short[first : first + TOGETHER]):
                    self._see(base, step)
                    yield step

    def _step(
        self, base: Whole, at: int, turn: int, steps: Steps, barred: Barred
    ) -> Iterator[Step]:
        """One cell, until everybody has seen enough or no step is left to try."""
        for by in self._far if turn > FEW else self._near:
            kind = self._short(at)
            if kind is None:
                return
            value, asked = int(base[at]) + by, kind if turn % 2 else EVERYONE
            bars = barred.stops((at, asked), value) or barred.stops((at, OUTSIDER), value)
            if bars or self._sees(kind, at, value):
                continue
            found = steps.steps(at, by, self._record(kind))
            if found is None:
                barred.bar((at, asked), value, by)
            for step in found or ():
                self._see(base, step)
                yield step

    def _record(self, kind: int) -> Collection[int]:
        """The cells that a record counts in; none of the outsider's, who knows none."""
        if kind == EVERYONE:
            return self._known
        return () if kind == OUTSIDER else self._kinds[kind]

    def _sees(self, kind: int, at: int, value: int) -> bool:
        """Whether somebody of a kind saw a value in a table that he thinks possible."""
        sight = self._seen[at].get(value)
        return sight is not None and self._believes(kind, sight)

    def _left(self, kind: int, at: int) -> int:
        """How many values somebody of a kind has seen."""
        return sum(self._believes(kind, sight) for sight in self._seen[at].values())

    def _believes(self, kind: int, sight: _Sight) -> bool:
        """Whether somebody of a kind saw it in a table that he thinks possible."""
        return not sight.unseen if kind == EVERYONE else kind not in sight.unseen

    def _short(self, at: int, settled: Collection[int] = ()) -> int | None:
        """A kind of person who has seen too few values of a cell; the outsider before others."""
        seen, width = self._seen[at], self._rule.width_small
        if len(seen) < width and OUTSIDER not in settled:
            return OUTSIDER
        if not self._known:
            return None
        unseen = Counter(kind for sight in seen.values() for kind in sight.unseen)
        for kind, times in unseen.items():
            if len(seen) - times < width and kind not in settled:
                return kind
        return None

    def _note(self, whole: Whole | None) -> None:
        if whole is not None:
            unseen = self._unseen(at for at in self._known if whole[at] == self._limits[1][at])
            for at in self._seen:
                self._add(at, int(whole[at]), _Sight(whole, REST, unseen))

    def _see(self, base: Whole, step: Step) -> None:
        part, values = step[0].tolist(), (base[step[0]] + step[1]).tolist()
        moved = list(zip(part, values, strict=True))
        floors = self._limits[1]
        unseen = self._unseen(at for at, n in moved if at in self._known and n == floors[at])
        for at, value in moved:
            if at in self._seen:
                self._add(at, value, _Sight(base, step, unseen))

    def _unseen(self, emptied: Iterator[int]) -> set[int]:
        """Who knows that a table is not true in which some cells are empty."""
        return set().union(*(self._known[at] for at in emptied))

    def _add(self, at: int, value: int, sight: _Sight) -> None:
        before = self._seen[at].get(value)
        if before is None:
            self._seen[at][value] = sight
        elif before.unseen:
            before.unseen = before.unseen & sight.unseen

    def _range(self, at: int) -> Range:
        """Settle one cell, for the outsider and for each kind of person who has not seen enough
        on the way, until one of them is proven to be left with too few values."""
        seen, needs = self._seen[at], {OUTSIDER: self._rule.width_small}
        if len(seen) < self._rule.width_small:
            needs[OUTSIDER] = self._settle(at, OUTSIDER)
        if self._short(at, needs) is not None:
            self._settle(at, EVERYONE)
        while all(self._left(kind, at) >= enough for kind, enough in needs.items()):
            kind = self._short(at, needs)
            if kind is None:
                break
            needs[kind] = self._settle(at, kind)
        # Of somebody else than those settled it is not known what he would still be left with.
        proven = {kind for kind, enough in needs.items() if self._left(kind, at) < enough}
        met = proven or needs.keys() | set().union(*(sight.unseen for sight in seen.values()))
        enough = {kind: needs.get(kind, self._rule.width_small) for kind in met}
        left = {kind: self._left(kind, at) for kind in sorted(met)}
        worst = min(left, key=lambda kind: (left[kind] - enough[kind], left[kind]))
        return Range(
            key=self._keys[at][1],
            low=min(seen),
            high=max(seen),
            values=len(seen),
            required=needs[OUTSIDER],
            left=left[worst],
            left_required=enough[worst],
        )

    def _settle(self, at: int, kind: int) -> int:
        """Look for further values of a cell that somebody of a kind thinks possible, until he has
        seen enough or there are no more; how many are enough."""
        self._tables.keep(self._record(kind))
        low, high = -self._bound(at, -1.0), self._bound(at, 1.0)
        least, most = ceil(low - TOLERANCE), high if high == inf else floor(high + TOLERANCE)
        required = self._rule.width(least)
        for value in range(least, int(min(most, least + TRIES * required)) + 1):
            if self._left(kind, at) < required and not self._sees(kind, at, value):
                seen = self._seen[at]
                near = seen[min(seen, key=lambda known: abs(known - value))]
                self._note(self._tables.any_with(at, value, _table(near.whole, near.step)))
        self._tables.keep(())
        return required

    def _bound(self, at: int, sign: float) -> float:
        weights = np.zeros(len(self._limits[1]))
        weights[at] = sign
        bound, found = self._tables.extreme(weights)
        self._note(found)
        return bound


def _table(base: Whole, step: Step) -> Whole:
    """The table that a step leads to."""
    table = base.copy()
    table[step[0]] += step[1]
    return table
