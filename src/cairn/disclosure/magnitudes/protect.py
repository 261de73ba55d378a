"""A measure in, figures that may leave, or nothing at all.

A mean stands beside its n, so a cell has both or neither. What may not be shown is withheld by
the same engine as counts, which withholds more until no number follows by subtraction; then the
sums themselves are attacked, and what they would tell too closely is withheld as well.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from cairn.disclosure.lattice import build
from cairn.disclosure.magnitudes.attack import Audit, Seen, Target, attack
from cairn.disclosure.magnitudes.dominance import FEWEST_STEPS, WHOLE, Dominance, at_an_end
from cairn.disclosure.magnitudes.measure import Measured, Values
from cairn.disclosure.magnitudes.medians import steady
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
    """

    measured: Measured
    dims: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]
    statistic: Statistic
    rule: Rule
    dominance: Dominance
    nests: tuple[Nest, ...] = ()
    group: int = 0


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
    """

    figures: tuple[Figure, ...]
    counts: Published
    audit: Audit | None
    why: Mapping[Key, Why]


def figures(order: Order, progress: Callable[[int], None] | None = None) -> Figures:
    """Withhold what would tell of a few people or of one, prove it by attack, and print the rest.

    Args:
        order: what is asked for.
        progress: called with the number of each round of withholding more.

    Raises:
        TooCloseError: no safe set of figures was found.
        ProtectionFailedError: the audit of the counts objects.
    """
    table = _Table(order)
    sealed = {key for key, reason in table.why.items() if reason is not Why.FEW} | table.groups
    for round_ in range(ROUNDS):
        if progress:
            progress(round_)
        counts = protect(table.request, table.rule, sealed=sealed)
        shown = tuple(table.figure(cell) for cell in counts.cells)
        why = table.reasons(shown)
        if order.statistic is Statistic.MEDIAN:
            return Figures(shown, counts, None, why)
        seen = [table.seen(one.key, one.told) for one in shown if one.told]
        audit = attack(table.measured, seen, table.targets(shown), order.dominance)
        if audit.safe:
            return Figures(shown, counts, audit, why)
        for close in audit.close:
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
        return Figure(cell.key, cell.n, self._told(self._values[cell.key]))

    def _told(self, values: Values) -> Told | None:
        measured, n = self.measured, len(values)
        if self._order.statistic is Statistic.SUM:
            return told(measured.natural(sum(values), n), unit(self._closeness))
        fine = mean_unit(self._closeness, n, measured.step)
        if self._order.statistic is Statistic.MEAN:
            return told(measured.natural(Fraction(sum(values), n)), fine)
        return steady([measured.natural(one) for one in values], fine, unit(self._closeness))

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
        for one in shown:
            if one.n is None and one.key in self.why:
                up, down = self._room(one.key)
                if up or down:
                    yield Target(one.key, self._parts[one.key], up, down)

    def _room(self, key: Key) -> tuple[int, int]:
        values, span = self._values[key], self.measured.span
        total, dominance = sum(values), self._order.dominance
        if self.why[key] is Why.HEAVY:
            up, down = max(dominance.heavy(values) - total, 0), 0
        else:
            up = down = max(dominance.room(total), FEWEST_STEPS)
        most = up if span is None else len(values) * span - total
        return min(up, most), min(down, total)

    def reasons(self, shown: Iterable[Figure]) -> dict[Key, Why]:
        """Why each figure is withheld."""
        found = {}
        for one in shown:
            if one.n is None:
                found[one.key] = self.why.get(one.key, Why.COVERS)
            elif one.n and one.told is None:
                found[one.key] = Why.UNSTEADY
        return found

    def cost(self, key: Key) -> tuple[float, Key]:
        """Totals are read most."""
        return len(self._values[key]) * 4.0 ** sum(value == ALL for value in key), key


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
