"""An integer program made row by row."""

import numpy as np

from cairn.disclosure.program import Program

COST = np.array([5.0, 1.0, 1.0, 3.0])


def test_all_that_one_way_needs_is_withheld_or_another_way_is_taken() -> None:
    program = Program(COST, (0, 1, 2, 3))
    dear, two = program.together(frozenset({3})), program.together(frozenset({1, 2}))
    assert program.together(frozenset({1, 2})) == two
    program.demand(9, [(dear, 1.0), (two, 1.0)], 1.0)
    assert program.cheapest() == [1, 2]


def test_several_of_one_sort_count_once() -> None:
    program = Program(COST, (0, 1, 2, 3))
    columns = [program.together(frozenset({unknown})) for unknown in range(4)]
    cheap = program.any(columns[1:3])
    assert program.any(columns[2:0:-1]) == cheap
    assert program.any(columns[:1]) == columns[0]
    program.demand(9, [(cheap, 1.0), (columns[3], 1.0)], 2.0)
    assert program.cheapest() in ([1, 3], [2, 3])


def test_what_is_not_withheld_demands_nothing() -> None:
    program = Program(COST, (1, 3))
    dear = program.together(frozenset({3}))
    program.demand(1, [(dear, 1.0)], 1.0)
    program.demand(1, [(dear, 1.0)], 1.0)
    assert program.cheapest() == []


def test_what_cannot_be_met_is_not_chosen() -> None:
    program = Program(COST, (1,))
    program.demand(9, [], 1.0)
    assert program.cheapest() is None
