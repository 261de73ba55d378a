"""Find which values a sum of unknowns takes at whole-number points of a system of rows.

The solver proposes points and is never believed: a point counts only if exact integer arithmetic
finds that it satisfies every row. A value that was not seen at such a point counts as impossible,
so what cannot be proven within the limits below is exposed.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from cairn.sdc.audit.integer_model import (
    IntegerModel,
    IntegerPoint,
    LinearRow,
    RowSystem,
    list_bounds,
)
from cairn.sdc.audit.point_pool import draw_points

__all__ = ["InfeasibleModelError", "PointSearch"]

MOST_SWAPS = 4
"""Unknowns of a sum that are moved against others before the solver is asked."""

MOST_KNOWN_POINTS = 256
"""Points kept to answer for other sums; the oldest are dropped first."""


class InfeasibleModelError(ValueError):
    """Report that no whole numbers agree with everything published, so that nothing is proven."""


class PointSearch:
    """Search a model for points at which sums of unknowns differ.

    A point found for one sum is kept, since other sums often differ there too.

    Args:
        model: the unknowns, bounds and rows.
        start: a point to begin with; another is looked for where it does not satisfy the model.
        rows: the rows of the model, where another search has them already.

    Raises:
        InfeasibleModelError: no point satisfies the model, or none was found.
    """

    def __init__(
        self,
        model: IntegerModel,
        start: Sequence[int] = (),
        rows: RowSystem | None = None,
    ) -> None:
        self.model = model
        self.programs = 0
        self._rows = rows or RowSystem(model.rows, len(model.lower))
        self._bounds = list_bounds(model.lower), list_bounds(model.upper)
        point = np.array(start, np.int64)
        if len(start) != len(model.lower) or not self.is_feasible(point):
            point = self._solve({}, 0, None)
            if not self.is_feasible(point):
                raise InfeasibleModelError("No whole numbers agree with everything published.")
        self.start: IntegerPoint = point
        self._stacked: IntegerPoint = point[None, :]
        self._known = {point.tobytes(): None}

    @cached_property
    def _start_sums(self) -> IntegerPoint:
        return np.asarray(self._rows.compute_sums(self.start[None, :])[0], np.int64)

    def tighten(self, rows: Iterable[LinearRow]) -> "PointSearch":
        """Return a search in the same model with further rows, which the start must satisfy."""
        model = self.model.add_rows(rows)
        shared = self._rows if len(model.rows) == len(self.model.rows) else None
        tighter = PointSearch(model, self.start.tolist(), shared)
        if shared is None:
            tighter.add_points(self._stacked)
        else:  # the points satisfy the rows, so only the bounds are new
            tighter._keep(self._stacked[tighter._are_within(self._stacked)])
        return tighter

    def draw_points(self, focus: Sequence[int] = (), seed: int = 0) -> IntegerPoint:
        """Draw feasible points near the start, one a line, and keep them.

        Args:
            focus: the unknowns to change; all of them if empty.
            seed: another one draws other points.
        """
        drawn = draw_points(self._rows, self._bounds, self.start, focus, seed)
        # Checked once more as whole points, so that no verdict rests on how they were drawn.
        drawn = drawn[self._are_feasible(drawn)]
        self._keep(drawn)
        return drawn

    def add_points(self, points: Iterable[IntegerPoint]) -> None:
        """Keep further points that satisfy the model, to answer for any sum.

        Args:
            points: points; those that do not satisfy the model are left out.
        """
        proposed = np.array([*points])
        self._keep(proposed[self._are_feasible(proposed)])

    def _keep(self, points: Iterable[IntegerPoint]) -> None:
        """Keep points that satisfy the model."""
        by_content = ((point.tobytes(), point) for point in points)
        new = {content: point for content, point in by_content if content not in self._known}
        if new:
            self._known |= dict.fromkeys(new)
            self._stacked = np.concatenate([self._stacked, [*new.values()]])
        too_many = len(self._known) - MOST_KNOWN_POINTS
        if too_many > 0:
            for oldest in [*islice(self._known, 1, 1 + too_many)]:
                del self._known[oldest]
            self._stacked = np.concatenate([self._stacked[:1], self._stacked[1 + too_many :]])

    def is_feasible(self, point: IntegerPoint) -> bool:
        """Tell whether a point satisfies every bound and row, in integer arithmetic."""
        return bool(self._are_feasible(point[None, :])[0])

    def _are_feasible(self, points: IntegerPoint) -> NDArray[np.bool_]:
        satisfied = self._rows.find_satisfied_rows(points).all(axis=1)
        return np.asarray(self._are_within(points) & satisfied)

    def _are_within(self, points: IntegerPoint) -> NDArray[np.bool_]:
        """Tell which points (lines) are within the bounds of every unknown."""
        lower, upper = self._bounds
        return np.asarray(((points >= lower) & (points <= upper)).all(axis=1))

    def find_points(self, form: Mapping[int, int], enough: int) -> dict[int, IntegerPoint]:
        """Find points at which a sum of unknowns takes different values.

        Args:
            form: the coefficient of each unknown of the sum.
            enough: how many values are enough; the search stops there.

        Returns:
            A feasible point for each value seen.
        """
        found = self.find_near_points(form, enough)
        if len(found) < enough:
            self._search_ends(form, enough, found)
        return found

    def find_near_points(self, form: Mapping[int, int], enough: int) -> dict[int, IntegerPoint]:
        """Find kept points, and points near the start, at which a sum takes different values.

        The solver is not asked.

        Args:
            form: as for `find_points`.
            enough: as for `find_points`.

        Returns:
            A feasible point for each value seen; there may be more values.
        """
        unknowns = np.array(sorted(form), np.int64)
        factors = np.array([form[unknown] for unknown in unknowns.tolist()], np.int64)
        found: dict[int, IntegerPoint] = {}
        for index, value in enumerate((self._stacked[:, unknowns] @ factors).tolist()):
            if len(found) >= enough:
                break
            found.setdefault(value, self._stacked[index])
        known = len(found)
        for direction in (1, -1):
            self._walk(unknowns, factors, direction, enough, found)
        if len(found) > known:
            self._keep([*found.values()][known:])
        return found

    def _walk(
        self,
        inside: IntegerPoint,
        factors: IntegerPoint,
        direction: int,
        enough: int,
        found: dict[int, IntegerPoint],
    ) -> None:
        """Change the sum by one at a time, by one unknown of it, or against one outside of it."""
        point, sums = self.start, self._start_sums
        while len(found) < enough:
            changed = self._find_step(inside, direction, point, sums)
            if changed is None:
                return
            point = point.copy()
            for unknown, change in changed:
                point[unknown] += change
                sums = sums + change * self._rows.matrix[:, unknown]
            found.setdefault(int(point[inside] @ factors), point)

    def _find_step(
        self, inside: IntegerPoint, direction: int, point: IntegerPoint, sums: IntegerPoint
    ) -> Sequence[tuple[int, int]] | None:
        """Find the unknowns to change, each with its change by one; None if nothing can move."""
        tight = self._rows.find_tight_rows(sums)
        free = inside[self._is_within(point[inside] + direction, inside)]
        after = sums[tight, None] + direction * self._rows.matrix[tight[:, None], free]
        movable = free[self._rows.are_sums_allowed(after, tight)]
        if len(movable):
            return [(self._find_roomiest(movable, point), direction)]
        return self._find_swap(inside, free[:MOST_SWAPS], direction, point, sums, tight)

    def _find_swap(
        self,
        inside: IntegerPoint,
        candidates: IntegerPoint,
        direction: int,
        point: IntegerPoint,
        sums: IntegerPoint,
        tight: IntegerPoint,
    ) -> Sequence[tuple[int, int]] | None:
        """Find an unknown of the sum, and one outside of it that moves the other way."""
        if not len(candidates):
            return None
        lower, upper = self._bounds
        back = point - direction
        is_outside = (back >= lower) & (back <= upper)
        is_outside[inside] = False
        free = np.flatnonzero(is_outside)
        rows = self._rows.matrix[tight]
        after_free = sums[tight, None] - direction * rows[:, free]
        for unknown in candidates.tolist():
            after = after_free + direction * rows[:, [unknown]]
            fits = self._rows.are_sums_allowed(after, tight)
            if fits.any():
                partner = self._find_roomiest(free[fits], point)
                return [(unknown, direction), (partner, -direction)]
        return None

    def _is_within(self, values: IntegerPoint, unknowns: IntegerPoint) -> NDArray[np.bool_]:
        lower, upper = self._bounds
        return np.asarray((values >= lower[unknowns]) & (values <= upper[unknowns]))

    def _find_roomiest(self, unknowns: IntegerPoint, point: IntegerPoint) -> int:
        """Pick the unknown farthest from its bounds, so that most participants believe it."""
        lower, upper = self._bounds
        values = point[unknowns]
        room = np.minimum(values - lower[unknowns], upper[unknowns] - values)
        return int(unknowns[int(np.argmax(room))])

    def _search_ends(
        self, form: Mapping[int, int], enough: int, found: dict[int, IntegerPoint]
    ) -> None:
        """Look for the largest and the smallest value, then for single values between them.

        Where the linear program's end is a whole point, it is the end. Where its ends leave no more
        values than were found, there are no more.
        """
        ends = []
        for sense in (-1, 1):
            if len(found) < enough:
                end, point = self._rows.find_end(self._bounds, form, sense)
                self.programs += 1
                ends.append(end)
                self._note(form, point, found)
        if len(found) >= enough or sum(ends) + 1 <= len(found):
            return
        for sense, end in zip((-1, 1), ends, strict=True):
            if -sense * end not in found and len(found) < enough:
                self._note(form, self._solve(form, sense, None), found)
        gaps = [value for value in range(min(found), max(found)) if value not in found]
        while gaps and len(found) < enough:
            self._note(form, self._solve(form, 0, gaps.pop()), found)

    def _note(
        self, form: Mapping[int, int], proposed: IntegerPoint, found: dict[int, IntegerPoint]
    ) -> None:
        if self.is_feasible(proposed) and _evaluate(form, proposed) not in found:
            found[_evaluate(form, proposed)] = proposed
            self._keep([proposed])

    def _solve(self, form: Mapping[int, int], sense: int, value: int | None) -> IntegerPoint:
        self.programs += 1
        return self._rows.propose_point(self._bounds, form, sense, value)


def _evaluate(form: Mapping[int, int], point: IntegerPoint) -> int:
    return sum(by * int(point[unknown]) for unknown, by in form.items())
