"""An integer program made row by row."""

import numpy as np

from cairn.sdc.suppression.pattern_optimizer import PatternProgram

COST = np.array([5.0, 1.0, 1.0, 3.0])


def test_all_that_one_way_needs_is_withheld_or_another_way_is_taken() -> None:
    program = PatternProgram(COST, (0, 1, 2, 3))
    dear, two = (
        program.add_joint_column(frozenset({3})),
        program.add_joint_column(frozenset({1, 2})),
    )
    assert program.add_joint_column(frozenset({1, 2})) == two
    program.add_requirement(9, [(dear, 1.0), (two, 1.0)], 1.0)
    assert program.solve() == [1, 2]


def test_several_of_one_sort_count_once() -> None:
    program = PatternProgram(COST, (0, 1, 2, 3))
    columns = [program.add_joint_column(frozenset({unknown})) for unknown in range(4)]
    cheap = program.add_any_column(columns[1:3])
    assert program.add_any_column(columns[2:0:-1]) == cheap
    assert program.add_any_column(columns[:1]) == columns[0]
    program.add_requirement(9, [(cheap, 1.0), (columns[3], 1.0)], 2.0)
    assert program.solve() in ([1, 3], [2, 3])


def test_what_is_not_withheld_demands_nothing() -> None:
    program = PatternProgram(COST, (1, 3))
    dear = program.add_joint_column(frozenset({3}))
    program.add_requirement(1, [(dear, 1.0)], 1.0)
    program.add_requirement(1, [(dear, 1.0)], 1.0)
    assert program.solve() == []


def test_what_cannot_be_met_is_not_chosen() -> None:
    program = PatternProgram(COST, (1,))
    program.add_requirement(9, [], 1.0)
    assert program.solve() is None
