"""The search for points is exact: what it sees is feasible, and it misses nothing small."""

from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.sdc.audit import integer_points
from cairn.sdc.audit.integer_model import IntegerModel, LinearRow, RowSystem
from cairn.sdc.audit.integer_points import InfeasibleModelError, PointSearch

UNKNOWNS, MOST = 3, 3

rows = st.builds(
    lambda terms, low, extra: LinearRow({k: v for k, v in terms.items() if v}, low, low + extra),
    st.dictionaries(st.integers(0, UNKNOWNS - 1), st.integers(-2, 2), min_size=1),
    st.integers(-2, 3),
    st.integers(0, 3),
)


@settings(deadline=None, max_examples=80)
@given(st.lists(rows, max_size=4), st.sets(st.integers(0, UNKNOWNS - 1), min_size=1))
def test_every_value_of_a_sum_is_found(drawn: list[LinearRow], unknowns: set[int]) -> None:
    model = IntegerModel((0,) * UNKNOWNS, (MOST,) * UNKNOWNS, tuple(drawn))
    form = dict.fromkeys(unknowns, 1)
    feasible = [
        point
        for point in product(range(MOST + 1), repeat=UNKNOWNS)
        if all(r.low <= sum(v * point[k] for k, v in r.terms.items()) <= r.high for r in drawn)
    ]
    if not feasible:
        with pytest.raises(InfeasibleModelError):
            PointSearch(model)
        return
    values = {sum(point[k] for k in unknowns) for point in feasible}
    found = PointSearch(model, feasible[0]).find_points(form, 99)
    assert set(found) == values
    assert all(tuple(point.tolist()) in feasible for point in found.values())


def test_a_single_unknown_becomes_a_bound_and_infinity_is_allowed() -> None:
    model = IntegerModel((0, 0), (inf, 5), (LinearRow({0: 1, 1: -1}, -inf, 0),))
    tighter = model.add_rows([LinearRow({0: 1}, 2, inf), LinearRow({0: 1, 1: 1}, -inf, 6)])
    assert (tighter.lower, len(tighter.rows)) == ((2, 0), 2)
    assert set(PointSearch(tighter, (2, 2)).find_points({0: 1}, 9)) == {2, 3}


def test_a_point_is_looked_for_where_none_is_given() -> None:
    model = IntegerModel((0, 0), (5, 5), (LinearRow({0: 1, 1: 1}, 7, 7),))
    search = PointSearch(model, (0, 0))
    assert search.start.sum() == 7
    assert search.programs == 1


def test_the_solver_is_never_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it proposes, only points that satisfy every row count."""
    model = IntegerModel((0, 0), (4, 2), (LinearRow({0: 1, 1: -2}, 0, 0),))
    search = PointSearch(model, (2, 1))
    assert set(search.find_points({0: 1}, 5)) == {0, 2, 4}
    monkeypatch.setattr(
        RowSystem, "_read_point", lambda self, solver: np.full(2, 3, dtype=np.int64)
    )
    assert set(PointSearch(model, (2, 1)).find_points({0: 1}, 5)) == {2}
    with pytest.raises(InfeasibleModelError):
        PointSearch(model, (1, 1))


def test_points_are_kept_for_other_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest, and the start; a tighter search keeps those that satisfy its rows."""
    monkeypatch.setattr(integer_points, "MOST_KNOWN_POINTS", 3)
    model = IntegerModel((0, 0), (4, 2), (LinearRow({0: 1, 1: -2}, 0, 0),))
    search = PointSearch(model, (2, 1))
    search.find_points({0: 1}, 5)
    programs = search.programs
    assert set(search.find_points({1: 1}, 3)) == {0, 1, 2}
    assert search.programs == programs
    search.add_points(np.array([[1, 1], [0, 0]]))
    tighter = search.tighten([LinearRow({0: 1}, 1, inf)])
    assert set(tighter.find_near_points({0: 1}, 9)) == {2, 4}
    # A row of two unknowns is no bound: the points are checked against it.
    assert set(search.tighten([LinearRow({0: 1, 1: 1}, 3, inf)]).find_near_points({0: 1}, 9)) == {
        2,
        4,
    }
    monkeypatch.setattr(integer_points, "MOST_KNOWN_POINTS", 2)
    search.add_points(np.array([[4, 2]]))
    assert len(search.find_near_points({0: 1}, 9)) == 2
    assert 2 in search.find_near_points({0: 1}, 9)


def test_a_value_that_the_solver_does_not_find_counts_as_impossible() -> None:
    """The sum has no largest value, so the solver proposes no point."""
    model = IntegerModel((0, 0), (inf, inf), (LinearRow({0: 1, 1: -3}, 0, 0),))
    assert set(PointSearch(model, (0, 0)).find_points({0: 1}, 2)) == {0}
