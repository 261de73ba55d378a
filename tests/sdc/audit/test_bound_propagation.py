"""Limits told from one equation at a time."""

from math import inf

from cairn.sdc.audit.feasible_tables import propagate_bounds

FREE = [inf] * 3


def test_each_is_held_within_what_the_others_leave() -> None:
    low, high = propagate_bounds([((0, 1), (), 7)], [1, 2, 0], FREE)
    assert low.tolist() == [1, 2, 0]
    assert high.tolist() == [5, 6, inf]


def test_a_total_is_held_by_its_parts_and_they_by_it() -> None:
    low, high = propagate_bounds([((0, 1), (2,), 4)], [1, 2, 0], [3, inf, 6])
    assert low.tolist() == [1, 2, 0]
    assert high.tolist() == [3, 9, 6]
    low, high = propagate_bounds([((0, 1), (2,), 0)], [1, 2, 0], [3, 5, inf])
    assert (low[2], high[2]) == (3, 8)


def test_limits_are_passed_on() -> None:
    low, high = propagate_bounds([((0, 1), (), 4), ((1, 2), (), 9)], [1, 1, 0], FREE)
    assert low.tolist() == [1, 1, 6]
    assert high.tolist() == [3, 3, 8]


def test_where_two_have_no_end_neither_is_held() -> None:
    assert propagate_bounds([((0,), (1, 2), 3)], [0, 0, 0], FREE)[1].tolist() == [inf] * 3


def test_what_goes_on_and_on_comes_to_an_end() -> None:
    """Each the other less one: no numbers at all, and the limits go up for ever."""
    low, _ = propagate_bounds([((0,), (1,), 1), ((1,), (0,), 1)], [0, 0, 0], FREE)
    assert low[0] > 10


def test_without_equations_nothing_is_added() -> None:
    low, high = propagate_bounds([], [0, 1, 2], FREE)
    assert low.tolist() == [0, 1, 2]
    assert high.tolist() == FREE
