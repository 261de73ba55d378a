"""The cheapest pattern that the moves found so far allow."""

from dataclasses import replace

import numpy as np
import pytest

from cairn.sdc.options import Sums
from cairn.sdc.suppression import pattern_optimizer as module
from cairn.sdc.suppression.pattern_optimizer import PatternOptimizer
from cairn.sdc.suppression.problem import SuppressionProblem
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule(minimum=10, sums=Sums.FREE)


def row() -> SuppressionProblem:
    """0 is the total of 1 to 4; of these 1 is small."""
    return SuppressionProblem(
        unknown_of=np.arange(5),
        value=np.array([135, 5, 30, 40, 60]),
        floor=np.zeros(5, np.int64),
        cost=np.array([9.0, 1.0, 2.0, 3.0, 4.0]),
        public=np.ones(5, np.bool_),
        small=np.array([False, True, False, False, False]),
        rows=((0, (1, 2, 3, 4)),),
        homes=(frozenset({"All"}),) * 5,
    )


def optimize_moves(
    world: SuppressionProblem, *moves: dict[int, int], rule: SuppressionRule = RULE, doubt: int = -1
) -> PatternOptimizer:
    """Each move is seen forth and back; who is in the cell ``doubt`` believes only half of one
    that moves it."""
    thrift = PatternOptimizer(world, rule)
    for move in moves:
        shift, doubts = np.array([*move.values()]), frozenset({7} if doubt in move else ())
        thrift.record_move(np.array([*move]), [(shift, frozenset()), (-shift, doubts)])
    return thrift


def chosen(thrift: PatternOptimizer, *withheld: int) -> list[int]:
    return np.flatnonzero(thrift.find_cheapest_pattern(np.isin(np.arange(5), withheld))).tolist()


def test_the_dearest_cell_is_shown_where_another_does() -> None:
    thrift = optimize_moves(row(), {1: 2, 2: -2}, {1: 2, 3: -2})
    assert chosen(thrift, 1, 2, 3) == [1, 2]


def test_one_cell_for_all_is_cheaper_than_one_for_each() -> None:
    """1 and 4 are small: 2 covers one, 3 the other, and 0 both for less than 2 and 3 together."""
    world = replace(row(), small=np.isin(np.arange(5), (1, 4)), cost=np.array([4.0, 1, 3, 3, 1]))
    thrift = optimize_moves(world, {1: 2, 2: -2}, {4: 2, 3: -2}, {1: 2, 0: 2}, {4: 2, 0: 2})
    assert chosen(thrift, 1, 2, 3, 4) == [1, 2, 3, 4]
    assert chosen(thrift, 0, 1, 4) == [0, 1, 4]


def test_what_covers_and_may_be_small_needs_a_second_value() -> None:
    """2 alone covers 1. As many as 12 cannot be small; 11 see only one more value in that, and
    another together with 4."""
    world, moves = row(), [{1: 2, 2: -2}, {1: 2, 3: -2}, {2: 1, 4: -1}]
    assert chosen(optimize_moves(world, *moves), 1, 2, 3, 4) == [1, 2]
    thrift = PatternOptimizer(world, RULE)
    world.value[2] = 11
    everyone = frozenset[int]()
    thrift.record_move(
        np.array([1, 2]), [(np.array([2, -2]), everyone), (np.array([-2, -2]), everyone)]
    )
    thrift.record_move(
        np.array([1, 3]), [(np.array([2, -2]), everyone), (np.array([-2, 2]), everyone)]
    )
    assert chosen(thrift, 1, 2, 3) == [1, 3]


def test_values_of_one_distance_count_once() -> None:
    """1 needs two values, and what shows it by 2 in two ways shows it only once by each."""
    nobody, thrift = frozenset[int](), PatternOptimizer(row(), RULE)
    for other, by in ((2, 2), (3, 2), (4, 1)):
        thrift.record_move(np.array([1, other]), [(np.array([by, -by]), nobody)])
    assert chosen(thrift, 1, 2, 3, 4) == [1, 2, 4]


def test_who_doubts_a_table_needs_another() -> None:
    """Someone in 2 believes it to fall and not to be empty, and so sees 1 only once by it."""
    moves = ({1: 2, 2: -2}, {1: 1, 3: -1})
    assert chosen(optimize_moves(row(), *moves), 1, 2, 3) == [1, 2]
    assert chosen(optimize_moves(row(), *moves, doubt=2), 1, 2, 3) == [1, 3]


def test_no_small_group_is_known_as_a_sum() -> None:
    """1 and 2 are 8 people together: they cover each other, but 3 must be withheld as well, and
    not 0, which is dearer. Were the total withheld, nothing would be known of their sum."""
    world = replace(row(), small=np.isin(np.arange(5), (1, 2)))
    world.value[2] = 3
    moves = ({1: 2, 2: -2}, {1: 2, 3: -2}, {1: 2, 0: 2}, {3: 1, 0: 1})
    assert chosen(optimize_moves(world, *moves), 0, 1, 2, 3) == [1, 2]
    protected = SuppressionRule(minimum=10, sums=Sums.PROTECTED)
    assert chosen(optimize_moves(world, *moves, rule=protected), 0, 1, 2, 3) == [1, 2, 3]
    world.cost[0] = 2.5
    assert chosen(optimize_moves(world, *moves, rule=protected), 0, 1, 2, 3) == [0, 1, 2]


def test_where_nothing_can_be_chosen_the_cheapest_settled_pattern_stays() -> None:
    thrift = optimize_moves(row())
    assert chosen(thrift, 0, 1, 2, 3, 4) == [0, 1, 2, 3, 4]
    assert chosen(thrift, 1, 2) == [1, 2]
    assert chosen(thrift, 1, 3) == [1, 2]


def test_of_many_ways_the_cheapest_are_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    """First those that the best pattern withholds anyway."""
    monkeypatch.setattr(module, "MOST_MOVES_PER_VALUE", 1)
    thrift = optimize_moves(row(), {1: 2, 2: -2}, {1: 2, 3: -2})
    assert chosen(thrift, 1, 3) == [1, 3]
    assert chosen(thrift, 1, 2, 3) == [1, 3]


def test_who_doubts_more_needs_what_others_need_too() -> None:
    """One kind of person doubts what needs 2 once, another twice."""
    thrift = PatternOptimizer(row(), RULE)
    for other in (2, 3):
        doubts = (frozenset({7}), frozenset({7, 8})) if other == 2 else (frozenset(), frozenset())
        shifts = (np.array([2, -2]), np.array([-2, 2]))
        thrift.record_move(np.array([1, other]), zip(shifts, doubts, strict=True))
    assert chosen(thrift, 1, 2, 3) == [1, 3]
