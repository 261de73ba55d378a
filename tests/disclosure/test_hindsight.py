"""What an earlier release gives away once the later one of other people is read."""

import pytest

from cairn.disclosure.earlier import Earlier
from cairn.disclosure.history import audit_beside, protect_beside
from cairn.disclosure.rule import Rule, Zeros
from cairn.disclosure.table import ALL, Cells, Key, Request

TINY = Rule(minimum=3, width_small=2, zeros=Zeros.SHOWN)
A, B, C = ("a0",), ("a1",), ("a2",)
EVERYONE = (ALL,)


def row(*counts: int) -> Request:
    return Request(Cells(("a",), {(f"a{at}",): n for at, n in enumerate(counts)}), (("a",),))


def then(*shown: int | None) -> Earlier:
    return Earlier("May", dict(zip((EVERYONE, A, B, C), shown, strict=True)))


def beside(now: Request, earlier: Earlier, rule: Rule = TINY) -> dict[Key, int | None]:
    found = protect_beside(now, rule, [earlier])
    return {cell.key: cell.n for cell in found.published.cells}


def test_what_is_left_now_was_there_then() -> None:
    """Then 1 and 3 were withheld, four together. Three now says that the one was one."""
    may = then(11, 7, None, None)
    whole: dict[Key, int | None] = {EVERYONE: 7, A: 4, B: 0, C: 3}
    assert audit_beside(row(4, 0, 3), TINY, [may], whole) == ["May"]
    made = beside(row(4, 0, 3), may)
    assert made[C] is None
    assert not audit_beside(row(4, 0, 3), TINY, [may], made)


def test_nobody_was_there_then_who_is_not_now() -> None:
    """Then 3 and 5 were withheld, eight together. Four and five now say that the three was three
    or four, and four would have been shown."""
    wider = Rule(minimum=4, width_small=3, zeros=Zeros.SHOWN)
    may = then(18, 10, None, None)
    whole: dict[Key, int | None] = {EVERYONE: 29, A: 20, B: 4, C: 5}
    assert audit_beside(row(20, 4, 5), wider, [may], whole) == ["May"]
    made = beside(row(20, 4, 5), may, wider)
    assert None in made.values()
    assert not audit_beside(row(20, 4, 5), wider, [may], made)


def test_what_the_earlier_release_told_by_itself_is_nothing_new() -> None:
    may = then(8, 7, None, 0)
    made = beside(row(11, 1, 0), may)
    assert "May" not in audit_beside(row(11, 1, 0), TINY, [may], made)


def test_numbers_that_contradict_each_other_tell_nothing() -> None:
    may = then(5, 7, None, None)
    made = beside(row(20, 4, 5), may)
    assert made[EVERYONE] == 29


@pytest.mark.parametrize("now", [(4, 0, 3), (7, 4, 3)])
def test_it_is_as_safe_as_the_audit_says(now: tuple[int, int, int]) -> None:
    may = then(11, 7, None, None)
    assert not audit_beside(row(*now), TINY, [may], beside(row(*now), may))
