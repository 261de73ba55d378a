"""A measure in, figures that may leave, or nothing at all.

A mean stands beside its n, so a cell has both or neither. What may not be shown is withheld by
the same engine as counts, which withholds more until no number follows by subtraction; then the
sums themselves are attacked, by outsiders and by each contributor, and what they would tell too
closely is withheld as well.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from cairn.disclosure.lattice import build
from cairn.disclosure.magnitudes.attack import Audit, Seen, Target, attack
from cairn.disclosure.magnitudes.dominance import FEWEST_STEPS, WHOLE, Dominance, at_an_end
from cairn.disclosure.magnitudes.measure import Measured, Values
from cairn.disclosure.magnitudes.medians import steady
from cairn.disclosure.magnitudes.others import Contributor, median_tells, subtracted, without
from cairn.disclosure.magnitudes.rounding import Told, mean_unit, told, unit, whole
from cairn.disclosure.magnitudes.statistic import Statistic
from cairn.disclosure.margins import closed
from cairn.disclosure.protect import protect
from cairn.disclosure.published import Published, PublishedCell
from cairn.disclosure.rule import Rule, Sums
from cairn.disclosure.table import ALL, Cells, Key, Nest, Request

ROUNDS = 60
"""How often more is withheld before it is given up."""


class Why(StrEnum):
    """The reason for one withheld figure: for the analyst, never for the public."""

    FEW = "a small group"
    END = "nobody or everybody"
    HEAVY = "one or two people have most of it"
    COVERS = "protects another"
    UNSTEADY = "one person could change the median"
    OTHERS = "a contributor could work out what few others have"


class TooCloseError(RuntimeError):
    """What may be shown could not be found. Nothing is published."""

    def __init__(self) -> None:
        super().__init__(
            "The figures could not be made safe together. Ask for fewer or coarser tables."
        )


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for.

    Args:
        measured: what everybody has.
        dims: names of the dimensions of its keys.
        tables: the tables to publish, with all margins.
        nests: which dimension lies within which.
        statistic: what to tell.
        rule: how small is small, for the people counted. Withheld groups may never together be
            a small one, whatever it says, since their sum would be known.
        dominance: how closely anybody's value may be told.
        group: a group of fewer people is withheld, if that is more than the rule's minimum.
        contributors: who knows what its own people have.
    """

    measured: Measured
    dims: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]
    statistic: Statistic
    rule: Rule
    dominance: Dominance
    nests: tuple[Nest, ...] = ()
    group: int = 0
    contributors: tuple[Contributor, ...] = ()


Counting: TypeAlias = Callable[[Request, Rule, Collection[Key]], Published]
"""Protects the numbers of people behind the figures: what is asked for, the rule, and the cells
that must be withheld whatever their number."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell as it is printed. ``n`` and ``told`` are None where withheld; an empty group has
    an n and nothing to tell."""

    key: Key
    n: int | None
    told: Told | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What may leave, and what is known about it.

    Args:
        figures: every cell of every margin, once.
        counts: the numbers of people behind them, with the certificate of their audit.
        audit: the audit of the sums; None for medians, which do not add up.
        why: the reason for each withheld figure; not part of what is published.
        others: the same audit by each contributor, of everyone else as it sees them; none for
            medians.
    """

    figures: tuple[Figure, ...]
    counts: Published
    audit: Audit | None
    why: Mapping[Key, Why]
    others: Mapping[str, Audit] = field(default_factory=dict)


def alone(request: Request, rule: Rule, sealed: Collection[Key]) -> Published:
    """The numbers of people, protected as if nothing else were out."""
    return protect(request, rule, sealed=sealed)


def figures(
    order: Order, progress: Callable[[int], None] | None = None, counting: Counting = alone
) -> Figures:
    """Withhold what would tell of a few people or of one, prove it by attack, and print the rest.

    Args:
        order: what is asked for.
        progress: called with the number of each round of withholding more.
        counting: how the numbers of people are protected. Its cells are those of the request.

    Raises:
        TooCloseError: no safe set of figures was found.
        ProtectionFailedError: the audit of the counts objects.
    """
    table = _Table(order)
    sealed = table.sealed
    for round_ in range(ROUNDS):
        if progress:
            progress(round_)
        counts = counting(table.request, table.rule, sealed)
        shown = tuple(table.figure(cell) for cell in counts.cells)
        why = table.reasons(shown)
        if order.statistic is Statistic.MEDIAN:
            return Figures(shown, counts, None, why)
        seen = [table.seen(one.key, one.told) for one in shown if one.told]
        audit = attack(table.measured, seen, table.targets(shown), order.dominance)
        others = {side.name: side.audit(table, seen, shown) for side in table.sides}
        audits = (audit, *others.values())
        if all(one.safe for one in audits):
            return Figures(shown, counts, audit, why, others)
        for close in (close for one in audits for close in one.close):
            if sealed.isdisjoint(close.because):
                sealed.add(min(close.because, key=table.cost))
    raise TooCloseError


class _Table:
    """All cells of all margins, what they would tell, and what must not be told."""

    def __init__(self, order: Order) -> None:
        self._order = order
        parents = {nest.child: nest.parent for nest in order.nests}
        named = set[str]().union(*(closed(frozenset(table), parents) for table in order.tables))
        self.measured = order.measured.merged([dim in named for dim in order.dims])
        counts = {key: len(values) for key, values in self.measured.people.items()}
        nests = tuple(nest for nest in order.nests if nest.child in named)
        self.request = Request(Cells(order.dims, counts), order.tables, nests)
        self.rule = replace(order.rule, sums=Sums.PROTECTED)
        lattice = build(self.request)
        public = [key for key, out in zip(lattice.keys, lattice.public, strict=True) if out]
        self._parts = self.measured.within(public)
        self._values = {key: self.measured.group(parts) for key, parts in self._parts.items()}
        self._closeness = _closeness(order)
        self.why = {key: why for key, some in self._values.items() if (why := _unsafe(order, some))}
        kept = [dim in named for dim in order.dims]
        self.sides = tuple(
            _Side(order, one, without(order.measured, one).merged(kept), self._parts, self._values)
            for one in order.contributors
        )

    @property
    def sealed(self) -> set[Key]:
        """Cells that must be withheld whatever the number of people in them."""
        of_others = set[Key]().union(*(side.unsafe for side in self.sides))
        unsafe = {key for key, reason in self.why.items() if reason is not Why.FEW}
        return unsafe | self.groups | of_others

    @property
    def groups(self) -> set[Key]:
        """Groups that the rule withholds although they are not small by its minimum."""
        least = self.rule.minimum
        return {
            key
            for key, why in self.why.items()
            if why is Why.FEW and len(self._values[key]) >= least
        }

    def figure(self, cell: PublishedCell) -> Figure:
        """A cell as it is printed."""
        if not cell.n:
            return Figure(cell.key, cell.n, None)
        said = self._told(self._values[cell.key])
        if said and self._tells_of_others(cell.key, said):
            return Figure(cell.key, cell.n, None)
        return Figure(cell.key, cell.n, said)

    def _told(self, values: Values) -> Told | None:
        measured, n = self.measured, len(values)
        if self._order.statistic is Statistic.SUM:
            return told(measured.natural(sum(values), n), unit(self._closeness))
        fine = mean_unit(self._closeness, n, measured.step)
        if self._order.statistic is Statistic.MEAN:
            return told(measured.natural(Fraction(sum(values), n)), fine)
        return steady([measured.natural(one) for one in values], fine, unit(self._closeness))

    def _tells_of_others(self, key: Key, said: Told) -> bool:
        """Whether a median, of which no sum can be made, tells a contributor of all others."""
        return self._order.statistic is Statistic.MEDIAN and any(
            side.median_tells(key, said) for side in self.sides
        )

    def seen(self, key: Key, said: Told) -> Seen:
        """What a figure says of the sum behind it, in whole steps."""
        measured, n = self.measured, len(self._values[key])
        each = n if self._order.statistic is Statistic.MEAN else 1
        low, high = whole(
            *((one * each - n * measured.floor) / measured.step for one in (said.least, said.most))
        )
        return Seen(key, self._parts[key], low, high)

    def targets(self, shown: Iterable[Figure]) -> Iterator[Target]:
        """Withheld cells whose sum must stay unknown by itself."""
        return _targets(self._order, shown, self.why, self._parts, self._values)

    def reasons(self, shown: Iterable[Figure]) -> dict[Key, Why]:
        """Why each figure is withheld."""
        of_others = set[Key]().union(*(side.unsafe for side in self.sides))
        found = {}
        for one in shown:
            if one.n is None:
                covers = Why.OTHERS if one.key in of_others else Why.COVERS
                found[one.key] = self.why.get(one.key, covers)
            elif one.n and one.told is None:
                steady_ = self._told(self._values[one.key])
                found[one.key] = Why.OTHERS if steady_ else Why.UNSTEADY
        return found

    def cost(self, key: Key) -> tuple[float, Key]:
        """Totals are read most."""
        return len(self._values[key]) * 4.0 ** sum(value == ALL for value in key), key


class _Side:
    """The same cells as one contributor sees them: what all others have."""

    def __init__(
        self,
        order: Order,
        contributor: Contributor,
        left: Measured,
        parts: Mapping[Key, tuple[Key, ...]],
        everyone: Mapping[Key, Values],
    ) -> None:
        self.name = contributor.name
        self._order, self._left, self._parts, self._everyone = order, left, parts, everyone
        self._values = {key: left.group(mine) for key, mine in parts.items()}
        # Where none of its own are, it sees what everybody sees.
        self._unsafe = {
            key: why
            for key, values in self._values.items()
            if len(values) < len(everyone[key]) and (why := _unsafe(order, values))
        }

    @property
    def unsafe(self) -> set[Key]:
        """Cells that would tell it of few others, or of one, if they were shown."""
        return set(self._unsafe)

    def audit(self, table: "_Table", seen: Sequence[Seen], shown: Iterable[Figure]) -> Audit:
        """What it can tell of any of them from everything that is shown."""
        targets = _targets(self._order, shown, self._unsafe, self._parts, self._values)
        less = subtracted(seen, table.measured, self._left)
        return attack(self._left, less, targets, self._order.dominance)

    def median_tells(self, key: Key, said: Told) -> bool:
        """Whether a median tells it on which side of it nearly all others are."""
        others, everyone = self._values[key], self._everyone[key]
        own = [self._left.natural(one) for one in (Counter(everyone) - Counter(others)).elements()]
        fewest = self._order.rule.minimum // 2
        return bool(own and others) and median_tells(said, own, len(others), fewest)


def _targets(
    order: Order,
    shown: Iterable[Figure],
    why: Mapping[Key, Why],
    parts: Mapping[Key, tuple[Key, ...]],
    values: Mapping[Key, Values],
) -> Iterator[Target]:
    """Withheld cells of few people whose sum must stay unknown by itself."""
    for one in shown:
        if one.n is None and one.key in why:
            up, down = _room(order, why[one.key], values[one.key])
            if up or down:
                yield Target(one.key, parts[one.key], up, down)


def _room(order: Order, why: Why, values: Values) -> tuple[int, int]:
    """By how many steps the sum of a withheld group must be able to be larger, and smaller."""
    span, total, dominance = order.measured.span, sum(values), order.dominance
    if why is Why.HEAVY:
        up, down = max(dominance.heavy(values) - total, 0), 0
    else:
        up = down = max(dominance.room(total), FEWEST_STEPS)
    most = up if span is None else len(values) * span - total
    return min(up, most), min(down, total)


def _unsafe(order: Order, values: Values) -> Why | None:
    """Why a group's own figure may not be shown."""
    span = order.measured.span
    if not values:
        return None
    if len(values) < max(order.rule.minimum, order.group):
        return Why.FEW
    if order.statistic is Statistic.MEDIAN:
        return Why.END if values[0] == 0 or values[-1] == span else None
    if at_an_end(values, span, order.rule.minimum):
        return Why.END
    return Why.HEAVY if order.dominance.dominated(values, span) else None


def _closeness(order: Order) -> Fraction:
    """How closely, at most, one person's value may follow from two groups that differ by him: so
    many percent of what anyone can have, or of what those with most of it have where nothing
    limits it."""
    measured, few = order.measured, order.rule.minimum
    most = measured.span
    top = measured.group(measured.people)[:few]
    scale = Fraction(sum(top), len(top)) if most is None else Fraction(most)
    return max(scale * order.dominance.percent / WHOLE, Fraction(1)) * measured.step
