"""What an earlier release gives away once the later one of other people is read."""

import pytest

from cairn.sdc.differencing import retrospective_attack
from cairn.sdc.differencing.history_protection import audit_with_history, protect_with_history
from cairn.sdc.differencing.release_comparison import EarlierRelease, PlacedRelease, ReleaseRelation
from cairn.sdc.options import Zeros
from cairn.sdc.tables.request import ALL, CellCounts, Key, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

TINY = SuppressionRule(minimum=3, width_small=2, zeros=Zeros.SHOWN)
WIDER = SuppressionRule(minimum=4, width_small=3, zeros=Zeros.SHOWN)
A, B, C = ("a0",), ("a1",), ("a2",)
EVERYONE = (ALL,)


def row(*counts: int) -> TableRequest:
    return TableRequest(
        CellCounts(("a",), {(f"a{at}",): n for at, n in enumerate(counts)}), (("a",),)
    )


def then(*shown: int | None, name: str = "May") -> EarlierRelease:
    return EarlierRelease(name, dict(zip((EVERYONE, A, B, C), shown, strict=True)))


def protect_beside(
    now: TableRequest, *earlier: EarlierRelease, rule: SuppressionRule = TINY
) -> dict[Key, int | None]:
    found = protect_with_history(now, rule, earlier)
    return {cell.key: cell.n for cell in found.published.cells}


def test_what_is_left_now_was_there_then() -> None:
    """Then 1 and 3 were withheld, four together. Three now says that the one was one."""
    may = then(11, 7, None, None)
    whole: dict[Key, int | None] = {EVERYONE: 7, A: 4, B: 0, C: 3}
    assert audit_with_history(row(4, 0, 3), TINY, [may], whole) == ["May"]
    made = protect_beside(row(4, 0, 3), may)
    assert made[C] is None
    assert not audit_with_history(row(4, 0, 3), TINY, [may], made)


def test_nobody_was_there_then_who_is_not_now() -> None:
    """Then 3 and 5 were withheld, eight together. Four and five now say that the three was three
    or four, and four would have been shown."""
    may = then(18, 10, None, None)
    whole: dict[Key, int | None] = {EVERYONE: 29, A: 20, B: 4, C: 5}
    assert audit_with_history(row(20, 4, 5), WIDER, [may], whole) == ["May"]
    made = protect_beside(row(20, 4, 5), may, rule=WIDER)
    assert None in made.values()
    assert not audit_with_history(row(20, 4, 5), WIDER, [may], made)


ALIKE = row(28, 3, 3)
SHOWN: dict[Key, int | None] = {EVERYONE: 34, A: 28, B: 3, C: 3}
NARROW = then(21, 16, None, None)
"""Five together, none of them more than three now: two or three. Who came to one knows: two."""


def test_somebody_who_came_knows_that_there_was_one_less() -> None:
    assert not audit_with_history(ALIKE, TINY, [then(20, 16, None, None)], SHOWN)
    assert audit_with_history(ALIKE, TINY, [NARROW], SHOWN) == ["May"]
    made = protect_beside(ALIKE, NARROW)
    assert None in made.values()
    assert not audit_with_history(ALIKE, TINY, [NARROW], made)


def test_somebody_who_left_knows_that_there_was_one_more() -> None:
    """Then two cells of three together were withheld, and in one of them one is left: whoever
    left it knows that there were two."""
    big = SuppressionRule(minimum=3, width_small=2, zeros=Zeros.COVER)
    may = then(19, 14, None, None)
    whole: dict[Key, int | None] = {EVERYONE: 13, A: 10, B: 3, C: 0}
    assert audit_with_history(row(10, 3, 0), big, [may], whole) == ["May"]
    made = protect_beside(row(10, 3, 0), may, rule=big)
    assert not audit_with_history(row(10, 3, 0), big, [may], made)


def test_of_a_large_release_it_matters_what_is_shown_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retrospective_attack, "MOST_CELLS_IN_FULL", 0)
    assert audit_with_history(ALIKE, TINY, [NARROW], SHOWN) == ["May"]
    placed = PlacedRelease("May", NARROW.counts, ReleaseRelation.GREW)
    true = {key: n for key, n in SHOWN.items() if n is not None}
    asked = retrospective_attack.RetrospectiveAttack(
        [placed], ("a",), (), TINY, true, ALIKE.cells.people
    )
    for _ in range(2):
        assert asked.find_disclosed_cells(SHOWN, ALIKE.tables, {}) == [B, C]


def test_one_who_came_to_either_of_two_groups_knows_to_which() -> None:
    """Five and five then, eleven together now. Published like that already, it is nothing new."""
    may = then(26, 16, 5, 5)
    whole: dict[Key, int | None] = {EVERYONE: 39, A: 28, B: None, C: None}
    assert audit_with_history(row(28, 6, 5), TINY, [may], whole) == ["May"]
    june = EarlierRelease("June", whole)
    assert audit_with_history(row(28, 6, 5), TINY, [may, june], whole) == []


def test_what_two_earlier_releases_tell_of_a_third() -> None:
    """Three in March and three now are three in between, whoever came elsewhere."""
    march, may = then(16, 3, 5, 8, name="March"), then(31, None, 17, None)
    whole: dict[Key, int | None] = {EVERYONE: 67, A: 3, B: 30, C: 34}
    assert "May" in audit_with_history(row(3, 30, 34), TINY, [march, may], whole)


@pytest.mark.parametrize("most", [retrospective_attack.MOST_CELLS_IN_FULL, 0])
def test_an_older_release_is_asked_for_what_is_first_shown_now(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(retrospective_attack, "MOST_CELLS_IN_FULL", most)
    april, may = then(21, 16, None, None, name="April"), then(26, 20, None, None)
    for farther in ((), (then(11, 8, None, None, name="March"),)):
        past = [*farther, april, may]
        assert "April" in audit_with_history(ALIKE, TINY, past, SHOWN) or farther
        assert not audit_with_history(ALIKE, TINY, past, protect_beside(ALIKE, *past))


def test_where_people_left_an_older_release_is_asked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrospective_attack, "MOST_CELLS_IN_FULL", 0)
    april, may = then(47, 40, None, None, name="April"), then(34, 28, None, None)
    whole: dict[Key, int | None] = {EVERYONE: 22, A: 16, B: 3, C: 3}
    assert "April" in audit_with_history(row(16, 3, 3), TINY, [april, may], whole)
    made = protect_beside(row(16, 3, 3), april, may)
    assert not audit_with_history(row(16, 3, 3), TINY, [april, may], made)


def test_two_that_show_nothing_in_common_came_out_in_their_order() -> None:
    """Of three now two cells are withheld, three together. Whoever came to one of them since June,
    when it had somebody too, knows that there are two. May shows none of the same cells as June;
    it lies before June, and does not bound it."""
    may = then(None, 0, None, 0, name="May")
    june = then(4, None, None, None, name="June")
    bare: dict[Key, int | None] = {EVERYONE: 9, A: 6, B: None, C: None}
    assert audit_with_history(row(6, 2, 1), TINY, [may, june], bare) == ["June", "May"]
    assert protect_beside(row(6, 2, 1), may, june)[A] is None


def test_a_group_that_was_empty_has_newcomers_for_certain() -> None:
    may = then(20, 16, 0, 4)
    assert not audit_with_history(row(28, 1, 9), TINY, [may], protect_beside(row(28, 1, 9), may))


def test_shown_numbers_that_do_not_add_up_tell_nothing() -> None:
    wrong = then(15, 10, 2, 2)
    assert protect_beside(row(28, 3, 9), wrong)[EVERYONE] == 40
    assert (
        protect_beside(row(28, 3, 9), then(12, 9, None, None, name="April"), wrong)[EVERYONE] == 40
    )


def test_an_older_release_that_keeps_enough_open_stops_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retrospective_attack, "MOST_CELLS_IN_FULL", 0)
    april, may = then(20, 16, None, None, name="April"), then(24, 20, None, None)
    assert not audit_with_history(ALIKE, TINY, [april, may], SHOWN)


def test_what_the_earlier_release_told_by_itself_is_nothing_new() -> None:
    may = then(8, 7, None, 0)
    made = protect_beside(row(11, 1, 0), may)
    assert "May" not in audit_with_history(row(11, 1, 0), TINY, [may], made)


def test_numbers_that_contradict_each_other_tell_nothing() -> None:
    may = then(5, 7, None, None)
    made = protect_beside(row(20, 4, 5), may)
    assert made[EVERYONE] == 29


@pytest.mark.parametrize("now", [(4, 0, 3), (7, 4, 3)])
def test_it_is_as_safe_as_the_audit_says(now: tuple[int, int, int]) -> None:
    may = then(11, 7, None, None)
    assert not audit_with_history(row(*now), TINY, [may], protect_beside(row(*now), may))
