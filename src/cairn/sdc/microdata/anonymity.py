"""Coarsen an extract as little as possible so that it is k-anonymous.

A generalization hierarchy holds one column in ever coarser forms, with the loss of information on
each level. One level is chosen for each column of the whole extract (so that a researcher reads one
form of each element), and the few rows are left out that would force all others up; l-diversity
holds where it is required. The search is exact: a node's loss is never less than what its levels
alone cost, and that never falls on the way up, so nodes are taken cheapest first until none can
beat the best.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

__all__ = ["AnonymityRule", "CannotBeAnonymousError"]

ValueCodes = npt.NDArray[np.int64]
BitLoss = npt.NDArray[np.float64]


class HierarchyError(ValueError):
    """Reject levels that are no generalization hierarchy; the message says where."""


@dataclass(frozen=True)
class GeneralizationHierarchy:
    """Hold one indirectly identifying column (grade, birth date) from finest to coarsest.

    Args:
        name: the data element, as the dictionary names it.
        levels: the values of every row on each level, as codes from 0; shape (levels, rows). Two
            rows that are alike on one level are alike on every higher one. A missing value is a
            value.

    The level above the last always exists: the column left out, all rows alike.

    Raises:
        HierarchyError: there is no level, levels differ in length, or a coarser level
            distinguishes rows that a finer one does not.
    """

    name: str
    levels: tuple[ValueCodes, ...]

    def __post_init__(self) -> None:
        if not self.levels:
            raise HierarchyError(f"“{self.name}” has no values at all.")
        for index, (fine, coarse) in enumerate(zip(self.levels, self.levels[1:], strict=False)):
            if len(fine) != len(coarse):
                raise HierarchyError(f"The rungs of “{self.name}” differ in length.")
            pairs = np.unique(np.stack([fine, coarse], axis=1), axis=0)
            if len(pairs) != len(np.unique(fine)):
                raise HierarchyError(
                    f"Rung {index + 2} of “{self.name}” tells rows apart that rung {index + 1} "
                    f"does not: "
                    "a coarser form may only join values."
                )

    @property
    def height(self) -> int:
        """Count the levels, including the one on which the column is left out."""
        return len(self.levels) + 1

    @property
    def rows(self) -> int:
        """Count the rows."""
        return len(self.levels[0])

    def codes_on_level(self, level: int) -> ValueCodes:
        """Return the values of every row on one level."""
        return self.levels[level] if level < len(self.levels) else np.zeros(self.rows, np.int64)

    @cached_property
    def bit_loss(self) -> BitLoss:
        """Compute the bits that each row loses on each level; float64 of shape (height, rows).

        The uncertainty about a row's finest value among the rows that share its coarser one
        (non-uniform entropy): zero on the first level, never less on a higher one.
        """
        finest = _compute_shares(self.levels[0])
        return np.stack(
            [
                np.log2(_compute_shares(self.codes_on_level(index)) / finest)
                for index in range(self.height)
            ]
        )


def build_hierarchy(name: str, values: Sequence[Sequence[object]]) -> GeneralizationHierarchy:
    """Build a hierarchy from plain values.

    Args:
        name: the data element.
        values: one sequence for each level, finest first; None is missing.

    Returns:
        The hierarchy.

    Raises:
        HierarchyError: the values are no generalization hierarchy.
    """
    return GeneralizationHierarchy(name, tuple(_encode_values(level) for level in values))


def _encode_values(values: Sequence[object]) -> ValueCodes:
    seen: dict[object, int] = {}
    return np.fromiter((seen.setdefault(v, len(seen)) for v in values), np.int64, len(values))


def _compute_shares(codes: ValueCodes) -> BitLoss:
    """Compute the share of all rows that have the same value as each row."""
    _values, code, counts = np.unique(codes, return_inverse=True, return_counts=True)
    shares: BitLoss = counts[code] / max(len(codes), 1)
    return shares


LevelChoice = tuple[int, ...]


class CannotBeAnonymousError(ValueError):
    """Report that no coarsening of the extract meets the rule; the message says what to change."""


@dataclass(frozen=True, slots=True)
class AnonymityRule:
    """State what an extract must keep to.

    Args:
        k: with how many rows, itself included, each row must be alike in every hierarchy's column.
        l: how many different values of each sensitive column such a class must hold (1: any).
        most_left_out: the share of rows, 0 to 1, that may be left out for it.

    Raises:
        ValueError: a number is out of its range.
    """

    k: int
    l: int = 1  # noqa: E741  (the field's letter)
    most_left_out: float = 0.05

    def __post_init__(self) -> None:
        if self.k < 1 or self.l < 1 or not 0 <= self.most_left_out <= 1:
            raise ValueError("k and l are at least 1, and a share is between 0 and 1.")


@dataclass(frozen=True, slots=True)
class CoarsenedExtract:
    """Hold the result of coarsening.

    Args:
        levels: the level of each hierarchy, by name.
        kept: whether each row stays, bool[row].
        classes: each row's equivalence class on these levels, int64[row].
        lost: the bits lost, as a share of all there were.
    """

    levels: Mapping[str, int]
    kept: npt.NDArray[np.bool_]
    classes: ValueCodes
    lost: float


def coarsen_columns(
    hierarchies: Sequence[GeneralizationHierarchy],
    rule: AnonymityRule,
    sensitive: Sequence[ValueCodes] = (),
    known: ValueCodes | None = None,
) -> CoarsenedExtract:
    """Find the levels that meet the rule with the least loss of information.

    Args:
        hierarchies: the indirectly identifying columns, each of the same rows.
        rule: what must hold.
        sensitive: the columns that must stay diverse within a class; a negative code is missing
            and makes no class more diverse.
        known: for each row, the code of what the recipient has of it already: rows are alike only
            where they were alike before.

    Returns:
        The chosen levels, and which rows stay.

    Raises:
        CannotBeAnonymousError: not even the coarsest form meets the rule.
    """
    search = _LevelSearch(hierarchies, rule, sensitive, known)
    start: LevelChoice = (0,) * len(hierarchies)
    queue, seen = [(search.compute_lower_bound(start), start)], {start}
    best: tuple[float, LevelChoice] | None = None
    while queue:
        floor, levels = heapq.heappop(queue)
        if best and floor >= best[0]:
            break
        lost = search.compute_loss(levels)
        if lost is not None and (best is None or (lost, levels) < best):
            best = lost, levels
        for above in search.list_higher(levels):
            if above not in seen:
                seen.add(above)
                heapq.heappush(queue, (search.compute_lower_bound(above), above))
    if best is None:
        raise CannotBeAnonymousError(search.explain_failure())
    return search.build_result(best[1])


class _LevelSearch:
    """Hold one extract: what every choice of levels costs and leaves out."""

    def __init__(
        self,
        hierarchies: Sequence[GeneralizationHierarchy],
        rule: AnonymityRule,
        sensitive: Sequence[ValueCodes],
        known: ValueCodes | None,
    ) -> None:
        self.hierarchies, self.rule, self.sensitive = hierarchies, rule, sensitive
        self.known = known
        self.rows = (
            hierarchies[0].rows if hierarchies else max((len(s) for s in sensitive), default=0)
        )
        self.everything = sum(
            (hierarchy.bit_loss[-1] for hierarchy in hierarchies), np.zeros(self.rows)
        )
        self.costs = [
            [float(level.sum()) for level in hierarchy.bit_loss] for hierarchy in hierarchies
        ]
        self.most_left_out = int(rule.most_left_out * self.rows)

    def list_higher(self, levels: LevelChoice) -> list[LevelChoice]:
        """List the nodes with one hierarchy one level higher."""
        return [
            (*levels[:index], level + 1, *levels[index + 1 :])
            for index, level in enumerate(levels)
            if level + 1 < self.hierarchies[index].height
        ]

    def compute_lower_bound(self, levels: LevelChoice) -> float:
        """Compute what the levels alone cost: no node from here upward costs less."""
        return sum(costs[level] for costs, level in zip(self.costs, levels, strict=True))

    def compute_loss(self, levels: LevelChoice) -> float | None:
        """Compute what the node costs; a left-out row loses everything. None if not allowed."""
        out = ~self.find_safe_rows(self.find_classes(levels))
        if int(out.sum()) > self.most_left_out:
            return None
        left_out = self.everything[out].sum() - sum(
            hierarchy.bit_loss[level][out].sum()
            for hierarchy, level in zip(self.hierarchies, levels, strict=True)
        )
        return self.compute_lower_bound(levels) + float(left_out)

    def find_classes(self, levels: LevelChoice) -> ValueCodes:
        """Find the equivalence class of each row: rows alike in every column."""
        row_classes = np.zeros(self.rows, np.int64) if self.known is None else self.known
        row_classes = np.unique(row_classes, return_inverse=True)[1]
        for hierarchy, level in zip(self.hierarchies, levels, strict=True):
            codes = hierarchy.codes_on_level(level)
            combined = row_classes * (int(codes.max(initial=0)) + 1) + codes
            row_classes = np.unique(combined, return_inverse=True)[1]
        return row_classes

    def find_safe_rows(self, classes: ValueCodes) -> npt.NDArray[np.bool_]:
        """Find the rows in classes that are large and diverse enough."""
        is_large = np.bincount(classes, minlength=1) >= self.rule.k
        for column in self.sensitive:
            known = column >= 0
            pairs = np.unique(np.stack([classes[known], column[known]], axis=1), axis=0)
            kinds = np.bincount(pairs[:, 0], minlength=len(is_large))
            is_large &= kinds >= self.rule.l
        is_safe: npt.NDArray[np.bool_] = is_large[classes]
        return is_safe

    def build_result(self, levels: LevelChoice) -> CoarsenedExtract:
        """Build the result of the chosen node."""
        classes, total = self.find_classes(levels), float(self.everything.sum())
        lost = self.compute_loss(levels) or 0.0
        level_by_name = {
            hierarchy.name: level for hierarchy, level in zip(self.hierarchies, levels, strict=True)
        }
        return CoarsenedExtract(
            level_by_name, self.find_safe_rows(classes), classes, lost / total if total else 0.0
        )

    def explain_failure(self) -> str:
        """Say what to change when not even the coarsest form meets the rule."""
        if self.rows < self.rule.k:
            return (
                f"The extract has {self.rows} rows, fewer than the {self.rule.k} that each child "
                "must be one of. Ask for more years or more schools."
            )
        if self.known is not None:
            return (
                "Together with what its recipient has already, too few children would be alike. "
                "Ask for the same children and elements as then."
            )
        return (
            f"A sensitive element does not have {self.rule.l} different values in all. Leave it "
            "out, or ask for less diversity."
        )
