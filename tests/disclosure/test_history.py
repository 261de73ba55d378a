"""Releases together: each safe alone, and nothing follows from all of them at once."""

import pytest

from cairn.disclosure.earlier import Earlier, OtherPeopleError, Relation
from cairn.disclosure.history import ConflictError, audit_beside, protect_beside
from cairn.disclosure.protect import protect
from cairn.disclosure.published import Published
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import RESULT, Cells, Key, Request

COUNTS: dict[Key, int] = {
    (school, race, sex): 7 + 9 * s * r + 11 * (sex == "f") + 13 * s
    for s, school in enumerate("abcd")
    for r, race in enumerate("xyz")
    for sex in "fm"
}
COUNTS[("b", "y", "f")] = 3
COUNTS[("c", "x", "m")] = 2
DIMS = ("school", "race", "sex")
RULE = Rule()


def request_of(*tables: str, counts: dict[Key, int] = COUNTS) -> Request:
    return Request(Cells(DIMS, counts), tuple(tuple(t.split()) for t in tables))


def as_earlier(name: str, published: Published) -> Earlier:
    return Earlier(name, {cell.key: cell.n for cell in published.cells})


def test_nothing_follows_from_linked_tables_one_after_the_other() -> None:
    past: list[Earlier] = []
    for name, table in (("R1", "school race"), ("R2", "race sex"), ("R3", "school sex")):
        made = protect_beside(request_of(table), RULE, past)
        assert made.together is None or made.together.safe
        assert not audit_beside(
            request_of(table), RULE, past, {c.key: c.n for c in made.published.cells}
        )
        past.append(as_earlier(name, made.published))


def test_another_pattern_of_withholding_is_met_and_named() -> None:
    request = Request(Cells(("x",), {("a",): 4, ("b",): 20, ("c",): 60}), (("x",),))
    first = as_earlier("R1", protect(request, RULE))
    other = {("All",): 84, ("a",): None, ("b",): 20, ("c",): None}
    assert audit_beside(request, RULE, [first], other) == ["R1"]


def test_newcomers_show_in_differences_and_are_withheld() -> None:
    cells = {("a",): 40, ("b",): 50, ("c",): 60}
    first = as_earlier("May", protect(Request(Cells(("x",), cells), (("x",),)), RULE))
    later = Request(Cells(("x",), {("a",): 43, ("b",): 62, ("c",): 60}), (("x",),))
    made = protect_beside(later, RULE, [first])
    shown = {cell.key: cell.n for cell in made.published.cells}
    assert shown[("a",)] is None
    assert made.because[("a",)] == "May"
    assert made.relations == {"May": Relation.GREW}


def test_too_few_newcomers_stop_the_release() -> None:
    first = as_earlier("May", protect(request_of("race"), RULE))
    grown = COUNTS | {("d", "z", "f"): COUNTS[("d", "z", "f")] + 2}
    with pytest.raises(ConflictError, match="May counted everyone, and 2"):
        protect_beside(request_of("race", counts=grown), RULE, [first])


def test_a_correction_and_leavers_are_told_from_other_people() -> None:
    first = as_earlier("May", protect(request_of("race"), RULE))
    moved = COUNTS | {("d", "z", "f"): COUNTS[("d", "z", "f")] + 1,
                      ("d", "y", "f"): COUNTS[("d", "y", "f")] - 1}  # fmt: skip
    assert protect_beside(request_of("race", counts=moved), RULE, [first]).relations == {
        "May": Relation.CHANGED
    }
    left = {key: max(n - 6, 0) for key, n in COUNTS.items()}
    assert protect_beside(request_of("race", counts=left), RULE, [first]).relations == {
        "May": Relation.SHRANK
    }
    others = {key: 3 * n if key[1] == "x" else n // 3 for key, n in COUNTS.items()}
    with pytest.raises(OtherPeopleError, match="May seems to count other people"):
        protect_beside(request_of("race school", counts=others), RULE, [first])


def test_everyone_who_came_had_the_outcome() -> None:
    dims = ("x", RESULT)
    before = {("a", "yes"): 40, ("a", "no"): 40, ("b", "yes"): 50, ("b", "no"): 50}
    first = as_earlier("May", protect(Request(Cells(dims, before), (("x",),)), RULE))
    later = Request(Cells(dims, before | {("a", "yes"): 60, ("b", "no"): 80}), (("x",),))
    made = protect_beside(later, RULE, [first])
    hidden = {cell.key for cell in made.published.cells if cell.n is None}
    assert {("a", "no"), ("b", "yes")} <= hidden
