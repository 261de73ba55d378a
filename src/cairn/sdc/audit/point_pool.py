"""Draw many feasible whole-number points at once, near a point that is known.

A table of many programs has thousands of finest groups, most of one student. To ask the solver
about each would take hours, although nearly all of them can change: one student more here, one less
there. So a few hundred copies of the known point are changed at once, each in other unknowns. Every
change is checked against every row in integer arithmetic, so each point that is drawn is feasible.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cairn.sdc.audit.integer_model import IntegerPoint, RowSystem

__all__ = ["count_values_by_record", "draw_points"]

POINTS_DRAWN: Final = 256
"""Copies that are changed at once."""

CHANGES_TRIED: Final = 24
"""How many copies try to change each unknown."""

CHANGED_TWICE: Final = 0.75
"""Share of the copies that try it twice in one direction."""

LOOSENED: Final = 2
"""How often each row at one of its ends is moved inward before that."""

PARTNERS_LOOKED_AT: Final = 32
"""Unknowns among which another is looked for that moves the other way."""

FARTHEST: Final = 2
"""How far from the known point a value of a sum may lie to be counted beside a record."""


def draw_points(
    rows: RowSystem,
    bounds: tuple[IntegerPoint, IntegerPoint],
    start: IntegerPoint,
    focus: Sequence[int] = (),
    seed: int = 0,
) -> IntegerPoint:
    """Draw feasible points near a feasible point; the same arguments always draw the same.

    Args:
        rows: the rows that each point satisfies.
        bounds: the least and the most of each unknown.
        start: a feasible point.
        focus: the unknowns to change; all of them if empty. Others move only to make room.
        seed: another one draws other points.

    Returns:
        The points, one a line; the first is the start.
    """
    movable = np.flatnonzero(bounds[0] < bounds[1])
    changed = np.intersect1d(movable, np.array(focus, np.int64)) if focus else movable
    if not len(changed):
        return start[None, :]
    # No secret depends on the seed: the same tables must get the same verdict.
    rng = np.random.default_rng(seed)
    walk = _PointWalk(rows, bounds, start, rng)
    sums = rows.matrix @ start
    at_low, at_high = sums == rows.low, sums == rows.high
    ends = np.flatnonzero((at_low ^ at_high) & (rows.matrix[:, movable] != 0).any(axis=1))
    if len(ends):
        # Rows at an end are loosened first: then an unknown of several of them can move.
        row_index, member = np.nonzero(rows.matrix[np.ix_(ends, movable)])
        counts = np.bincount(row_index)
        firsts = np.cumsum(counts) - counts
        for step in range(LOOSENED * len(ends)):
            nth = (walk.every * 7 + step) % len(ends)
            chosen = (rng.random(POINTS_DRAWN) * counts[nth]).astype(np.int64)
            unknowns = movable[member[firsts[nth] + chosen]]
            inward = np.where(at_low[ends[nth]], 1, -1)
            walk.change(unknowns, inward * np.sign(rows.matrix[ends[nth], unknowns]))
    order = rng.permutation(changed)
    # Each copy begins at another place of the same order, so every unknown is tried as often.
    offsets = walk.every * len(order) // POINTS_DRAWN
    for step in range(max(CHANGES_TRIED * len(order) // POINTS_DRAWN, CHANGES_TRIED)):
        unknowns = order[(offsets + step) % len(order)]
        change = walk.choose_directions(unknowns)
        walk.change(unknowns, change)
        walk.change(unknowns, change * (rng.random(POINTS_DRAWN) < CHANGED_TWICE))
    points = walk.points
    points[0] = start
    return points


class _PointWalk:
    """Change copies of a point, each in its own unknown, where all rows allow it."""

    def __init__(
        self,
        rows: RowSystem,
        bounds: tuple[IntegerPoint, IntegerPoint],
        start: IntegerPoint,
        rng: np.random.Generator,
    ) -> None:
        self.every = np.arange(POINTS_DRAWN)
        self.points = np.repeat(start[None, :], POINTS_DRAWN, axis=0)
        self._low, self._high = rows.low, rows.high
        self._lower, self._upper = bounds
        self._rng = rng
        self._columns = np.ascontiguousarray(rows.matrix.T)
        self._sums = np.repeat((rows.matrix @ start)[None, :], POINTS_DRAWN, axis=0)
        # Partners are looked for only where each row is a plain sum.
        self._candidates = rng.permutation(np.flatnonzero(self._lower < self._upper))
        self._looked_at = min(PARTNERS_LOOKED_AT, len(self._candidates))
        self._has_partners = bool(((rows.matrix == 0) | (rows.matrix == 1)).all())
        self._stands_in = rows.matrix.astype(np.float32)

    def choose_directions(self, unknowns: IntegerPoint) -> IntegerPoint:
        """Choose up or down for one unknown of each copy; at a bound, the other way."""
        values = self.points[self.every, unknowns]
        up = self._rng.random(len(unknowns)) < 1 / 2
        up = (up | (values <= self._lower[unknowns])) & (values < self._upper[unknowns])
        return np.where(up, 1, -1)

    def change(self, unknowns: IntegerPoint, change: IntegerPoint) -> None:
        """Change one unknown of each copy by one, alone or against another unknown."""
        moved = self.points[self.every, unknowns] + change
        is_within = (moved >= self._lower[unknowns]) & (moved <= self._upper[unknowns])
        sums = self._sums + change[:, None] * self._columns[unknowns]
        is_broken = (sums < self._low) | (sums > self._high)
        fits = is_within & ~is_broken.any(axis=1)
        self._move(self.every[fits], unknowns[fits], change[fits])
        left = self.every[is_within & ~fits]
        if len(left) and self._has_partners:
            partners, has_partner = self._find_partners(
                left, unknowns[left], change[left], is_broken[left]
            )
            left, partners = left[has_partner], partners[has_partner]
            self._move(left, unknowns[left], change[left])
            self._move(left, partners, -change[left])

    def _move(self, copies: IntegerPoint, unknowns: IntegerPoint, change: IntegerPoint) -> None:
        self.points[copies, unknowns] += change
        self._sums[copies] += change[:, None] * self._columns[unknowns]

    def _find_partners(
        self,
        copies: IntegerPoint,
        unknowns: IntegerPoint,
        change: IntegerPoint,
        is_broken: NDArray[np.bool_],
    ) -> tuple[IntegerPoint, NDArray[np.bool_]]:
        """Find an unknown for each copy that can move the other way, and tell where there is one.

        It is part of every row that the change alone would break, and in no other row that has no
        room the other way.
        """
        first = int(self._rng.integers(len(self._candidates)))
        some = np.take(self._candidates, np.arange(first, first + self._looked_at), mode="wrap")
        back = self._sums[copies] - change[:, None]
        has_no_room = ((back < self._low) | (back > self._high)) & (self._columns[unknowns] == 0)
        values = self.points[copies[:, None], some] - change[:, None]
        fits = (values >= self._lower[some]) & (values <= self._upper[some])
        fits &= some != unknowns[:, None]
        wrong = is_broken.sum(axis=1, dtype=np.float32)[:, None] + (
            has_no_room.astype(np.float32) - is_broken
        ) @ np.ascontiguousarray(self._stands_in[:, some])
        fits &= wrong == 0
        chosen = np.argmax(fits, axis=1)
        return some[chosen], fits[np.arange(len(copies)), chosen]


def count_values_by_record(
    points: IntegerPoint, agrees: NDArray[np.bool_], forms: Sequence[Mapping[int, int]]
) -> tuple[IntegerPoint, NDArray[np.int8]]:
    """Count the values of sums that were seen, over all points and beside each known record.

    Args:
        points: feasible points, one a line.
        agrees: which records (columns) each point (line) agrees with.
        forms: the coefficient of each unknown of each sum.

    Returns:
        The values of each sum at all points, counted; and those at the points that agree with each
        record (line), as far as they lie near the value at the first point.
    """
    values = np.stack(
        [points[:, list(form)] @ np.array([*form.values()], np.int64) for form in forms], axis=1
    )
    ordered = np.sort(values, axis=0)
    distinct = 1 + (np.diff(ordered, axis=0) != 0).sum(axis=0)
    by_record = np.zeros((agrees.shape[1], len(forms)), np.int8)
    beside = np.ascontiguousarray(agrees.T, dtype=np.float32)
    for offset in range(-FARTHEST, FARTHEST + 1):
        is_seen = values - values[0] == offset
        sums = np.flatnonzero(is_seen.any(axis=0))
        by_record[:, sums] += beside @ is_seen[:, sums].astype(np.float32) > 0
    return distinct, by_record
