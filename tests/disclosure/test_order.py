"""Earlier releases in a row."""

import pytest

from cairn.disclosure.earlier import Placed, Relation
from cairn.disclosure.order import Order
from cairn.disclosure.table import ALL, Key

EVERYONE, A, B = (ALL,), ("a0",), ("a1",)
MAY: dict[Key, int | None] = {EVERYONE: 9, A: None, B: None}
JUNE: dict[Key, int | None] = {EVERYONE: None, A: 6, B: None}


@pytest.mark.parametrize("relation", [Relation.GREW, Relation.SHRANK])
def test_two_without_a_cell_in_common_stand_as_they_came_out(relation: Relation) -> None:
    order = Order([Placed("May", MAY, relation), Placed("June", JUNE, relation)])
    assert [order.nearest(at) for at in (0, 1)] == [False, True]
    assert order.farther(1) == 0
    most, least = order.limits(1)
    assert (most if relation is Relation.SHRANK else least) == {EVERYONE: 9}
    assert not (least if relation is Relation.SHRANK else most)
