"""People who may be there, not all of them at once."""

from math import inf

import pytest

from cairn.sdc.audit.attacker_knowledge import (
    AttackerKnowledge,
    CellEquation,
    InconsistentTableError,
    ParticipantKind,
)
from cairn.sdc.audit.feasible_tables import FeasibleTableSearch
from cairn.sdc.differencing.compatible_attackers import find_narrowed_cells
from cairn.sdc.tables.request import Key
from cairn.sdc.tables.rule import SuppressionRule

TINY = SuppressionRule(minimum=3, width_small=2)
A, B, C = ("a",), ("b",), ("c",)


def build_knowledge(
    total: int, *kinds: set[int], floors: tuple[int, ...] = (0, 0)
) -> AttackerKnowledge:
    """Two cells that come to a total."""
    tie = CellEquation((0, 1), (), total)
    of: tuple[ParticipantKind, ...] = tuple(frozenset(kind) for kind in kinds)
    return AttackerKnowledge((A, B), (), floors, (inf, inf), (tie,), (), (), of)


def find_narrowed(knowledge: AttackerKnowledge, **more: set[Key]) -> set[Key]:
    return find_narrowed_cells(knowledge, TINY, {}, **more)


def test_an_outsider_knows_as_little_as_there_is() -> None:
    assert find_narrowed(build_knowledge(1)) == set()
    assert find_narrowed(build_knowledge(0)) == {A, B}


def test_one_person_is_in_either_of_two_cells_and_knows_in_which() -> None:
    assert find_narrowed(build_knowledge(1, {0}, {1})) == {A, B}
    assert find_narrowed(build_knowledge(2, {0}, {1})) == set()


def test_nobody_is_protected_from_whom_no_table_has() -> None:
    assert find_narrowed(build_knowledge(1, {0, 1})) == set()
    assert find_narrowed(build_knowledge(1, {0, 1}, {0})) == {A, B}


def test_what_is_known_already_is_not_asked() -> None:
    assert find_narrowed(build_knowledge(1, {0}, {1}), known={A}) == {B}
    assert find_narrowed(build_knowledge(1, {0}, {1}), known={A, B}) == set()
    assert find_narrowed(build_knowledge(1, {0}, {1}), about={C}) == set()


def test_where_the_solver_sees_nobody_they_are_tried_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FeasibleTableSearch, "find_fullest_table", lambda *_: None)
    assert find_narrowed(build_knowledge(1, {0}, {1})) == {A, B}


def test_no_table_at_all_is_no_proof() -> None:
    with pytest.raises(InconsistentTableError, match="No whole table"):
        find_narrowed(build_knowledge(1, floors=(1, 1)))
