"""Large worlds by blocks: what is found in a district holds in the state."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.sdc.options import Sums, Zeros
from cairn.sdc.protect import protect_tables
from cairn.sdc.suppression import problem as worlds
from cairn.sdc.suppression.complementary import choose_withheld_unknowns
from cairn.sdc.suppression.moves import ProblemBlock, split_into_blocks
from cairn.sdc.suppression.problem import SuppressionProblem, build_suppression_problem
from cairn.sdc.tables.margins import build_lattice
from cairn.sdc.tables.request import CellCounts, Nest, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

NESTS = (Nest("school", "district"),)


def state(counts: list[int]) -> TableRequest:
    """Two districts of two schools each, by race and grade."""
    keys = [
        (f"d{at // 2}", f"s{at}", race, grade)
        for at in range(4)
        for race in ("r", "s")
        for grade in ("1", "2", "3")
    ]
    cells = CellCounts(
        ("district", "school", "race", "grade"), dict(zip(keys, counts, strict=True))
    )
    return TableRequest(cells, (("school", "race", "grade"),), NESTS)


def world_of(request: TableRequest, rule: SuppressionRule) -> SuppressionProblem:
    return build_suppression_problem(
        build_lattice(request), request.cells.dims, request.nests, rule
    )


def test_a_small_world_is_one_block() -> None:
    (whole,) = split_into_blocks(world_of(state([20] * 24), SuppressionRule()))
    assert len(whole.members) == len(world_of(state([20] * 24), SuppressionRule()).value)


def test_a_large_world_is_taken_by_district(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "BLOCKS_FROM", 0)
    world = world_of(state([20] * 24), SuppressionRule())
    first, second = split_into_blocks(world)
    shared = [u for u in range(len(world.value)) if u in first and u in second]
    assert {frozenset({"All"})} == {world.homes[u] for u in shared}
    assert set(first.members.tolist()) | set(second.members.tolist()) == set(
        range(len(world.value))
    )


def test_without_nests_there_are_no_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "BLOCKS_FROM", 0)
    asked = TableRequest(CellCounts(("race",), {("a",): 5, ("b",): 30}), (("race",),))
    assert len(split_into_blocks(world_of(asked, SuppressionRule()))) == 1


def test_what_lies_outside_a_block_stays_at_rest() -> None:
    """Four unknowns: 0 = 1 + 2 and 3 = 1 + 2; the block has neither 3 nor 2."""
    world = SuppressionProblem(
        unknown_of=np.arange(4),
        value=np.full(4, 20),
        floor=np.zeros(4, np.int64),
        cost=np.ones(4),
        public=np.ones(4, np.bool_),
        small=np.zeros(4, np.bool_),
        rows=((0, (1, 2)), (3, (1, 2))),
        homes=(frozenset({"All"}),) * 4,
    )
    block = ProblemBlock(world, np.array([0, 1]))
    nothing, _ = block.find_cheapest_move(0, 1)
    assert not nothing.any()
    move, _ = ProblemBlock(world, np.arange(4)).find_cheapest_move(0, 1)
    assert move[0] == move[3] == 1


def test_parts_of_a_move_that_nothing_ties_are_moves_of_their_own() -> None:
    world = SuppressionProblem(
        unknown_of=np.arange(6),
        value=np.full(6, 20),
        floor=np.zeros(6, np.int64),
        cost=np.ones(6),
        public=np.ones(6, np.bool_),
        small=np.zeros(6, np.bool_),
        rows=((0, (1, 2)), (3, (4, 5))),
        homes=(frozenset({"All"}),) * 6,
    )
    block = ProblemBlock(world, np.arange(6))
    move = np.array([1.0, 1.0, 0.0, 0.5, 0.5, 0.0])
    assert sorted(piece.tolist() for piece in block.split_move(move)) == [[0, 1], [3, 4]]


rules = st.builds(
    SuppressionRule,
    minimum=st.integers(5, 12),
    zeros=st.sampled_from(Zeros),
    sums=st.sampled_from(Sums),
)
slow = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@slow
@given(st.lists(st.one_of(st.just(0), st.integers(1, 60)), min_size=24, max_size=24), rules)
def test_by_blocks_nothing_can_be_narrowed_either(
    monkeypatch: pytest.MonkeyPatch, counts: list[int], rule: SuppressionRule
) -> None:
    monkeypatch.setattr(worlds, "BLOCKS_FROM", 0)
    assert protect_tables(state(counts), rule).certificate.safe


def test_a_cell_that_is_not_needed_is_shown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the search withheld on its way and does not need at its end is spared."""
    monkeypatch.setattr(worlds, "BLOCKS_FROM", 0)
    counts = [
        3,
        30,
        4,
        40,
        9,
        31,
        32,
        2,
        33,
        34,
        35,
        36,
        5,
        37,
        38,
        39,
        41,
        1,
        42,
        43,
        44,
        45,
        8,
        46,
    ]
    world = world_of(state(counts), SuppressionRule())
    withheld = choose_withheld_unknowns(world, SuppressionRule(), None)
    assert withheld[world.small].all()
    assert not withheld.all()
