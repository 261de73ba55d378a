"""The least that must be coarsened so that every child in an extract is one of many.

k-anonymity by one rung for each column of the whole extract (so that a researcher reads one form of
each element), with the few rows left out that would force everybody up; l-diversity where asked.
The search is exact: a node's loss is never less than what its rungs alone cost, and that never
falls on the way up, so nodes are taken cheapest first until none can beat the best.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cairn.disclosure.microdata.ladder import Codes, Ladder

Rungs = tuple[int, ...]


class CannotBeAnonymousError(ValueError):
    """No way of coarsening the extract meets the rule; the message says what to change."""


@dataclass(frozen=True, slots=True)
class AnonymityRule:
    """What an extract must keep to.

    Args:
        k: with how many rows, itself included, each row must be alike in every ladder's column.
        l: how many different values of each sensitive column such a class must hold (1: any).
        most_left_out: the share of rows, 0 to 1, that may be left out for it.
    """

    k: int
    l: int = 1  # noqa: E741  (the field's letter)
    most_left_out: float = 0.05

    def __post_init__(self) -> None:
        if self.k < 1 or self.l < 1 or not 0 <= self.most_left_out <= 1:
            raise ValueError("k and l are at least 1, and a share is between 0 and 1.")


@dataclass(frozen=True, slots=True)
class Coarsened:
    """How an extract is made safe.

    ``rungs`` names the rung of each ladder; ``kept`` says of each row whether it stays; ``classes``
    is each row's class on these rungs; ``lost`` the bits lost, as a share of all there were.
    """

    rungs: Mapping[str, int]
    kept: npt.NDArray[np.bool_]
    classes: Codes
    lost: float


def coarsen(
    ladders: Sequence[Ladder],
    rule: AnonymityRule,
    sensitive: Sequence[Codes] = (),
    known: Codes | None = None,
) -> Coarsened:
    """The rungs that meet the rule with the least loss of information.

    Args:
        ladders: the indirectly identifying columns, each of the same rows.
        rule: what must hold.
        sensitive: the columns that must stay diverse within a class; a negative code is missing
            and makes no class more diverse.
        known: of each row, the code of what the recipient has of it already: rows are alike only
            where they were alike before.

    Raises:
        CannotBeAnonymousError: not even the coarsest form meets the rule.
    """
    search = _Search(ladders, rule, sensitive, known)
    start: Rungs = (0,) * len(ladders)
    waiting, seen = [(search.floor(start), start)], {start}
    best: tuple[float, Rungs] | None = None
    while waiting:
        floor, rungs = heapq.heappop(waiting)
        if best and floor >= best[0]:
            break
        lost = search.loss(rungs)
        if lost is not None and (best is None or (lost, rungs) < best):
            best = lost, rungs
        for above in search.above(rungs):
            if above not in seen:
                seen.add(above)
                heapq.heappush(waiting, (search.floor(above), above))
    if best is None:
        raise CannotBeAnonymousError(search.why_not())
    return search.result(best[1])


class _Search:
    """One extract: what every choice of rungs costs and leaves out."""

    def __init__(
        self,
        ladders: Sequence[Ladder],
        rule: AnonymityRule,
        sensitive: Sequence[Codes],
        known: Codes | None,
    ) -> None:
        self.ladders, self.rule, self.sensitive = ladders, rule, sensitive
        self.known = known
        self.rows = ladders[0].rows if ladders else max((len(s) for s in sensitive), default=0)
        self.everything = sum((ladder.loss[-1] for ladder in ladders), np.zeros(self.rows))
        self.costs = [[float(rung.sum()) for rung in ladder.loss] for ladder in ladders]
        self.most_left_out = int(rule.most_left_out * self.rows)

    def above(self, rungs: Rungs) -> list[Rungs]:
        """The nodes with one ladder one rung higher."""
        return [
            (*rungs[:at], rung + 1, *rungs[at + 1 :])
            for at, rung in enumerate(rungs)
            if rung + 1 < self.ladders[at].height
        ]

    def floor(self, rungs: Rungs) -> float:
        """What the rungs alone cost: no node from here upward costs less."""
        return sum(costs[rung] for costs, rung in zip(self.costs, rungs, strict=True))

    def loss(self, rungs: Rungs) -> float | None:
        """What the node costs, with a row that is left out losing everything; None: not allowed."""
        out = ~self.safe(self.classes(rungs))
        if int(out.sum()) > self.most_left_out:
            return None
        left_out = self.everything[out].sum() - sum(
            ladder.loss[rung][out].sum() for ladder, rung in zip(self.ladders, rungs, strict=True)
        )
        return self.floor(rungs) + float(left_out)

    def classes(self, rungs: Rungs) -> Codes:
        """The class of each row: rows alike in every column."""
        joined = np.zeros(self.rows, np.int64) if self.known is None else self.known
        joined = np.unique(joined, return_inverse=True)[1]
        for ladder, rung in zip(self.ladders, rungs, strict=True):
            codes = ladder.on(rung)
            wide = joined * (int(codes.max(initial=0)) + 1) + codes
            joined = np.unique(wide, return_inverse=True)[1]
        return joined

    def safe(self, classes: Codes) -> npt.NDArray[np.bool_]:
        """Of each row, whether its class is large and diverse enough."""
        many = np.bincount(classes, minlength=1) >= self.rule.k
        for column in self.sensitive:
            known = column >= 0
            pairs = np.unique(np.stack([classes[known], column[known]], axis=1), axis=0)
            kinds = np.bincount(pairs[:, 0], minlength=len(many))
            many &= kinds >= self.rule.l
        found: npt.NDArray[np.bool_] = many[classes]
        return found

    def result(self, rungs: Rungs) -> Coarsened:
        """The chosen node, spelled out."""
        classes, total = self.classes(rungs), float(self.everything.sum())
        lost = self.loss(rungs) or 0.0
        named = {ladder.name: rung for ladder, rung in zip(self.ladders, rungs, strict=True)}
        return Coarsened(named, self.safe(classes), classes, lost / total if total else 0.0)

    def why_not(self) -> str:
        """What to change when not even the coarsest form will do."""
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
