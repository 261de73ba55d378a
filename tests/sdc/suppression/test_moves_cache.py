"""Moves found in one world, taken again in another of the same lattice."""

import numpy as np
from numpy.typing import NDArray

from cairn.sdc.suppression.moves import MoveCache, ProblemMoves
from cairn.sdc.suppression.problem import FIXED_UNKNOWN, SuppressionProblem


def world(*unknown_of: int) -> SuppressionProblem:
    size = max(unknown_of) + 1
    return SuppressionProblem(
        unknown_of=np.array(unknown_of),
        value=np.full(size, 20),
        floor=np.zeros(size, np.int64),
        cost=np.ones(size),
        public=np.ones(size, np.bool_),
        small=np.zeros(size, np.bool_),
        rows=(),
        homes=(frozenset({"All"}),) * size,
    )


def keep(
    here: SuppressionProblem,
    ways: MoveCache,
    unknowns: NDArray[np.int64],
    move: NDArray[np.float64],
) -> None:
    ProblemMoves(here, ways).add_moves([(unknowns, move)], np.ones(9, np.bool_))


def moves(
    trodden: ProblemMoves, unknown: int, free: NDArray[np.bool_] | None = None
) -> list[dict[int, float]]:
    every = np.ones(9, np.bool_) if free is None else free
    return [
        dict(zip(unknowns.tolist(), move.tolist(), strict=True))
        for unknowns, move in trodden.find_moves_of_unknown(unknown, every)
    ]


def test_a_move_is_kept_by_cells_and_taken_once() -> None:
    """In the first world cells 1 and 2 are one unknown; in the second 0 and 3 are."""
    ways = MoveCache()
    keep(world(0, 1, 1, 2), ways, np.array([0, 1]), np.array([1.0, -1.0]))
    assert ways.list_moves_by_key([("a",), ("b",), ("c",), ("d",)]) == [
        {("a",): 1, ("b",): -1, ("c",): -1}
    ]
    later = ProblemMoves(world(0, 1, 2, 0), ways)
    assert moves(later, 0) == [{0: 1, 1: -1, 2: -1}]
    assert moves(later, 1) == []


def test_a_move_is_kept_once_and_only_if_what_it_moves_is_free() -> None:
    ways = MoveCache()
    here, shown = world(0, 1), np.array([True, False])
    for free in (shown, np.array([True, True]), np.array([True, True])):
        ProblemMoves(here, ways).add_moves([(np.array([0, 1]), np.array([1.0, -1.0]))], free)
        assert len(ways) == free.all()


def test_a_move_of_what_is_known_to_be_empty_is_none() -> None:
    ways = MoveCache()
    keep(world(0, 1, 2), ways, np.array([0, 1]), np.array([1.0, -1.0]))
    assert moves(ProblemMoves(world(0, FIXED_UNKNOWN, 1), ways), 0) == []
    assert moves(ProblemMoves(world(0, FIXED_UNKNOWN, 1), ways), 1) == []


def test_a_move_of_what_is_shown_may_be_taken_once_that_is_withheld() -> None:
    ways = MoveCache()
    keep(world(0, 1), ways, np.array([0, 1]), np.array([1.0, -1.0]))
    later = ProblemMoves(world(0, 1), ways)
    assert moves(later, 0, np.array([True, False])) == []
    assert moves(later, 0, np.array([True, True])) == [{0: 1, 1: -1}]


def test_a_move_by_half_people_is_kept_twice_as_far() -> None:
    ways = MoveCache()
    keep(world(0, 1), ways, np.array([0, 1]), np.array([0.5, -0.5]))
    keep(world(0, 1), ways, np.array([0, 1]), np.array([0.3, -0.3]))
    assert len(ways) == 1
    assert moves(ProblemMoves(world(0, 1), ways), 0) == [{0: 1, 1: -1}]
