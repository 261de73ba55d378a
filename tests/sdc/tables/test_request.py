"""A request that contradicts itself is refused with a message that says what to change."""

import re

import pytest

from cairn.sdc.tables.request import CellCounts, Nest, TableRequest, UnfitRequestError

CELLS = CellCounts(("district", "school"), {("d", "s"): 12})
SCHOOLS = (("district", "school"),)


def test_a_sound_request_is_taken() -> None:
    nests = (Nest("school", "district"), Nest("room", "school"))
    cells = CellCounts(("district", "school", "room"), {("d", "s", "r"): 1})
    assert TableRequest(cells, (("room",),), nests).nests == nests


@pytest.mark.parametrize(
    ("cells", "tables", "nests", "message"),
    [
        (CellCounts(("a", "a"), {}), (("a",),), (), "named once"),
        (CELLS, (), (), "at least one table"),
        (CELLS, (("school", "school"),), (), "names a dimension twice"),
        (CELLS, (("race",),), (), "names race, but the cells have district, school"),
        (CELLS, SCHOOLS, (Nest("school", "county"),), "must be dimensions"),
        (CELLS, SCHOOLS, (Nest("school", "district"),) * 2, "one parent only"),
        (
            CELLS,
            SCHOOLS,
            (Nest("school", "district"), Nest("district", "school")),
            "in a circle",
        ),
        (CELLS, SCHOOLS, (Nest("school", "school"),), "in a circle"),
        (CellCounts(("a", "b"), {("x",): 1}), (("a",),), (), "1 values for 2 dimensions"),
        (CellCounts(("a",), {("All",): 1}), (("a",),), (), '"All" is kept for totals'),
        (CellCounts(("a",), {("x",): -1}), (("a",),), (), "whole numbers"),
        (CellCounts(("a",), {("x",): 1.5}), (("a",),), (), "whole numbers"),
        (CellCounts(("result",), {("maybe",): 1}), (("result",),), (), '"yes" and "no" only'),
        (
            CellCounts(("d", "s"), {("d1", "s"): 1, ("d2", "s"): 1}),
            (("s",),),
            (Nest("s", "d"),),
            "s appears in both d1 and d2",
        ),
    ],
)
def test_a_contradiction_is_refused(cells, tables, nests, message) -> None:
    with pytest.raises(UnfitRequestError, match=re.escape(message)):
        TableRequest(cells, tables, nests)
