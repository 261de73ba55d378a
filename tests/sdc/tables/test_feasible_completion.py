"""A table that came with holes: some whole table that agrees with it, or a plain no."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cairn.sdc.tables import feasible_completion as holes
from cairn.sdc.tables.feasible_completion import (
    TableContradictionError,
    TooManyCellsError,
    complete_table,
    list_combinations,
)
from cairn.sdc.tables.request import ALL, RESULT, Key, Nest

DIMS = ("x", "y")


def total(cells: dict[Key, int], key: Key) -> int:
    return sum(
        n
        for finest, n in cells.items()
        if all(a in (ALL, b) for a, b in zip(key, finest, strict=True))
    )


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4), st.sets(st.integers(0, 3)))
@example([0, 5, 6, 7], {0})  # Neither said nor listed: nobody is in it.
def test_every_number_said_holds(counts: list[int], hidden: set[int]) -> None:
    finest: list[Key] = [(x, y) for x in "ab" for y in "pq"]
    true = dict(zip(finest, counts, strict=True))
    said = {key: n for at, (key, n) in enumerate(true.items()) if at not in hidden}
    margins: list[Key] = [(ALL, ALL), ("a", ALL), ("b", ALL), (ALL, "p"), (ALL, "q")]
    said |= {key: total(true, key) for key in margins}
    unsaid = {key for at, key in enumerate(finest) if at in hidden and true[key]}
    found = complete_table(DIMS, said, unsaid, ())
    assert {key: total(found, key) for key in said} == said
    assert all(found[key] > 0 for key in unsaid)


def test_an_outcome_that_is_not_said_may_be_nobody() -> None:
    said: dict[Key, int] = {("a", ALL): 10, ("a", "no"): 10}
    found = complete_table(("x", RESULT), said, {("a", "yes")}, ())
    assert found == {("a", "no"): 10, ("a", "yes"): 0}


def test_numbers_that_contradict_are_told() -> None:
    with pytest.raises(TableContradictionError):
        complete_table(("x",), {("a",): 5, ("b",): 5, (ALL,): 9}, set(), ())


def test_a_school_lies_in_its_own_district() -> None:
    keys: list[Key] = [("north", "1"), ("south", "2")]
    nests = (Nest("school", "district"),)
    assert list_combinations(("district", "school"), keys, nests) == keys


def test_too_many_cells_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    said: dict[Key, int] = {(x, y): 1 for x in "abc" for y in "pqr"}
    monkeypatch.setattr(holes, "MOST_COMPLETED_CELLS", 8)
    with pytest.raises(TooManyCellsError):
        complete_table(DIMS, said, set(), ())
    monkeypatch.setattr(holes, "MOST_COMPLETED_CELLS", 0)
    with pytest.raises(TooManyCellsError):
        list_combinations(DIMS, list(said), ())
