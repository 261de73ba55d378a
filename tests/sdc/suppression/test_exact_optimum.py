"""The cheapest pattern: against every pattern there is, on tables small enough to try them all."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from cairn.sdc.audit.table_audit import audit_tables
from cairn.sdc.options import Sums, Zeros
from cairn.sdc.suppression import exact_optimum as module
from cairn.sdc.suppression.complementary import SuppressionPattern, choose_withheld_unknowns
from cairn.sdc.suppression.exact_optimum import (
    OPTIMALITY_GAP,
    CoverConstraint,
    CutGenerator,
    SetCoverProgram,
    count_required_values,
    find_cheapest_pattern,
)
from cairn.sdc.suppression.moves import MoveCache
from cairn.sdc.suppression.problem import SuppressionProblem, build_suppression_problem
from cairn.sdc.tables.margins import CellLattice, build_lattice
from cairn.sdc.tables.request import CellCounts, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

KEYS = tuple(product("ab", "xyz"))


def table(counts: tuple[int, ...]) -> TableRequest:
    cells = CellCounts(("place", "race"), dict(zip(KEYS, counts, strict=True)))
    return TableRequest(cells, (("place", "race"),))


def laid_out(
    counts: tuple[int, ...], rule: SuppressionRule
) -> tuple[CellLattice, SuppressionProblem]:
    request = table(counts)
    lattice = build_lattice(request)
    return lattice, build_suppression_problem(lattice, request.cells.dims, request.nests, rule)


def cost(world: SuppressionProblem, withheld: np.ndarray) -> float:
    return float(world.cost[withheld & ~world.small].sum())


def safe_ones(counts: tuple[int, ...], rule: SuppressionRule, below: float) -> Iterator[float]:
    """What every safe pattern costs that is cheaper than some price, by the word of the audit,
    which shares no code with the protector."""
    request = table(counts)
    lattice, world = laid_out(counts, rule)
    for choice in product((False, True), repeat=int((~world.small).sum())):
        withheld = world.small.copy()
        withheld[~world.small] = choice
        if cost(world, withheld) < below:
            by_cell = np.append(withheld, False)[world.unknown_of]
            said = {
                key: None if hidden else int(n)
                for key, n, hidden in zip(lattice.keys, lattice.counts, by_cell, strict=True)
            }
            if audit_tables(request.cells.dims, said, request.tables, (), rule).safe:
                yield cost(world, withheld)


@pytest.mark.parametrize(
    ("counts", "rule"),
    [
        ((3, 30, 40, 5, 60, 70), SuppressionRule()),
        ((1, 2, 40, 1, 60, 70), SuppressionRule(sums=Sums.FREE)),
        ((3, 0, 40, 4, 60, 5), SuppressionRule(zeros=Zeros.COVER)),
    ],
)
def test_no_safe_pattern_is_cheaper(counts: tuple[int, ...], rule: SuppressionRule) -> None:
    _, world = laid_out(counts, rule)
    found = cost(world, choose_withheld_unknowns(world, rule, None))
    assert list(safe_ones(counts, rule, found * (1 - OPTIMALITY_GAP))) == []


def test_a_row_demands_another_that_moves_along() -> None:
    """0 is the total of 1 (small) and 2, 3; nothing else is known."""
    world = row((75, 5, 30, 40))
    covering = SetCoverProgram(world, SuppressionRule(), 0.0)
    chosen, bound = covering.choose_pattern()
    assert chosen.tolist() == [False, True, True, False]
    assert bound == pytest.approx(2.0)
    covering.exclude_pattern(chosen)
    again, _ = covering.choose_pattern()
    assert again.tolist() == [False, True, False, True]


def test_what_can_hardly_move_does_not_cover() -> None:
    """Of a total that stays, the other parts fall when the small one rises: one of 12 that cannot
    fall below 11 is not enough for one that cannot fall itself."""
    world = row((72, 1, 12, 59), floor=(0, 1, 11, 0))
    chosen, _ = SetCoverProgram(world, SuppressionRule(), 0.0).choose_pattern()
    assert chosen.tolist() == [False, True, False, True]


def test_a_part_of_a_shown_total_is_no_small_group() -> None:
    world = row((75, 5, 3, 67), small=(1, 2))
    free, _ = SetCoverProgram(world, SuppressionRule(sums=Sums.FREE), 0.0).choose_pattern()
    assert free.tolist() == [False, True, True, False]
    protected, _ = SetCoverProgram(
        world, SuppressionRule(sums=Sums.PROTECTED), 0.0
    ).choose_pattern()
    assert protected.tolist() == [False, True, True, True]


def test_a_demand_is_made_once() -> None:
    covering = SetCoverProgram(row((75, 5, 30, 40)), SuppressionRule(), 0.0)
    more = CoverConstraint(2, np.array([0, 3]), np.array([1.0, 2.0]), 2.0)
    assert covering.add_constraint(more)
    assert not covering.add_constraint(more)
    assert not covering.add_constraint(CoverConstraint(2, np.array([1]), np.array([2.0]), 2.0))


def test_what_a_pattern_leaves_too_narrow_says_what_it_needs() -> None:
    """0 = 1 + 2 and 0 = 3 + 4: with 1 small and 2 withheld nothing is missing."""
    world = row((75, 5, 30, 40))
    reach = CutGenerator(world, SuppressionRule())
    assert list(reach.find_violated_constraints(np.array([False, True, True, False]))) == []
    (demand,) = reach.find_violated_constraints(np.array([False, True, False, False]))
    assert (demand.target, demand.others.tolist(), demand.least) == (1, [0, 2, 3], 2.0)
    assert reach.programs == 4


def test_cells_that_may_be_small_must_keep_as_much_as_small_ones() -> None:
    world = row((75, 5, 11, 59))
    assert [count_required_values(world, SuppressionRule(), unknown) for unknown in range(4)] == [
        2,
        3,
        3,
        2,
    ]


def test_where_no_demand_is_left_the_pattern_itself_is_refused() -> None:
    """Should a pattern not be made safe as it is, although nothing speaks against it, another is
    chosen; everything is the last."""
    world = row((75, 5, 30, 40))
    asked: list[list[int]] = []

    def settle(chosen: np.ndarray) -> np.ndarray:
        asked.append(np.flatnonzero(chosen).tolist())
        return world.public.copy()

    assert find_cheapest_pattern(world, SuppressionRule(), settle).all()
    assert asked == [[1, 2], [1, 3], [1, 2, 3], [0, 1], [0, 1, 2], [0, 1, 3], [0, 1, 2, 3]]


def test_when_its_work_is_done_the_best_so_far_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CHOICES", 1)
    world = row((75, 5, 30, 40))
    dear, cheap = np.array([True, True, False, False]), np.array([False, True, False, True])
    settled = iter([cheap, dear])
    assert (
        find_cheapest_pattern(world, SuppressionRule(), lambda _: next(settled)).tolist()
        == cheap.tolist()
    )


def test_step_by_step_too_no_small_group_is_known_as_a_sum() -> None:
    world = row((75, 5, 3, 67), small=(1, 2))
    found = SuppressionPattern(world, SuppressionRule(), world.small, MoveCache())
    found.withhold_pooled_parts()
    assert found.withheld.tolist() == [False, True, True, True]


def row(
    value: tuple[int, ...],
    floor: tuple[int, ...] = (0, 0, 0, 0),
    small: tuple[int, ...] = (1,),
) -> SuppressionProblem:
    """0 is the total of 1, 2 and 3."""
    return SuppressionProblem(
        unknown_of=np.arange(4),
        value=np.array(value),
        floor=np.array(floor),
        cost=np.array([9.0, 1.0, 2.0, 3.0]),
        public=np.ones(4, np.bool_),
        small=np.isin(np.arange(4), small),
        rows=((0, (1, 2, 3)),),
        homes=(frozenset({"All"}),) * 4,
    )
