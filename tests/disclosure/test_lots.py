"""People who may be there, not all of them at once."""

from math import inf

import pytest

from cairn.disclosure.lots import narrowed
from cairn.disclosure.outsider import Equation, Kind, Knowledge, NotATableError
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import Key
from cairn.disclosure.whole_tables import WholeTables

TINY = Rule(minimum=3, width_small=2)
A, B, C = ("a",), ("b",), ("c",)


def known(total: int, *kinds: set[int], floors: tuple[int, ...] = (0, 0)) -> Knowledge:
    """Two cells that come to a total."""
    tie = Equation((0, 1), (), total)
    of: tuple[Kind, ...] = tuple(frozenset(kind) for kind in kinds)
    return Knowledge((A, B), (), floors, (inf, inf), (tie,), (), (), of)


def told(knowledge: Knowledge, **more: set[Key]) -> set[Key]:
    return narrowed(knowledge, TINY, {}, **more)


def test_an_outsider_knows_as_little_as_there_is() -> None:
    assert told(known(1)) == set()
    assert told(known(0)) == {A, B}


def test_one_person_is_in_either_of_two_cells_and_knows_in_which() -> None:
    assert told(known(1, {0}, {1})) == {A, B}
    assert told(known(2, {0}, {1})) == set()


def test_nobody_is_protected_from_whom_no_table_has() -> None:
    assert told(known(1, {0, 1})) == set()
    assert told(known(1, {0, 1}, {0})) == {A, B}


def test_what_is_known_already_is_not_asked() -> None:
    assert told(known(1, {0}, {1}), known={A}) == {B}
    assert told(known(1, {0}, {1}), known={A, B}) == set()
    assert told(known(1, {0}, {1}), about={C}) == set()


def test_where_the_solver_sees_nobody_they_are_tried_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(WholeTables, "most", lambda *_: None)
    assert told(known(1, {0}, {1})) == {A, B}


def test_no_table_at_all_is_no_proof() -> None:
    with pytest.raises(NotATableError, match="No whole table"):
        told(known(1, floors=(1, 1)))
