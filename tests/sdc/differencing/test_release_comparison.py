"""Earlier releases in a row."""

import pytest

from cairn.sdc.differencing.release_comparison import (
    PlacedRelease,
    ReleaseRelation,
    ReleaseSequence,
)
from cairn.sdc.tables.request import ALL, Key

EVERYONE, A, B = (ALL,), ("a0",), ("a1",)
MAY: dict[Key, int | None] = {EVERYONE: 9, A: None, B: None}
JUNE: dict[Key, int | None] = {EVERYONE: None, A: 6, B: None}


@pytest.mark.parametrize("relation", [ReleaseRelation.GREW, ReleaseRelation.SHRANK])
def test_two_without_a_cell_in_common_stand_as_they_came_out(relation: ReleaseRelation) -> None:
    order = ReleaseSequence(
        [PlacedRelease("May", MAY, relation), PlacedRelease("June", JUNE, relation)]
    )
    assert [order.is_nearest(at) for at in (0, 1)] == [False, True]
    assert order.find_next_farther(1) == 0
    most, least = order.find_bounds(1)
    assert (most if relation is ReleaseRelation.SHRANK else least) == {EVERYONE: 9}
    assert not (least if relation is ReleaseRelation.SHRANK else most)
