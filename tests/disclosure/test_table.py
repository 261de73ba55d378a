"""A request that contradicts itself is refused with a message that says what to change."""

import re

import pytest

from cairn.disclosure.table import Cells, Nest, Request, UnfitRequestError

CELLS = Cells(("district", "school"), {("d", "s"): 12})
SCHOOLS = (("district", "school"),)


def test_a_sound_request_is_taken() -> None:
    nests = (Nest("school", "district"), Nest("room", "school"))
    cells = Cells(("district", "school", "room"), {("d", "s", "r"): 1})
    assert Request(cells, (("room",),), nests).nests == nests


@pytest.mark.parametrize(
    ("cells", "tables", "nests", "message"),
    [
        (Cells(("a", "a"), {}), (("a",),), (), "named once"),
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
        (Cells(("a", "b"), {("x",): 1}), (("a",),), (), "1 values for 2 dimensions"),
        (Cells(("a",), {("All",): 1}), (("a",),), (), '"All" is kept for totals'),
        (Cells(("a",), {("x",): -1}), (("a",),), (), "whole numbers"),
        (Cells(("a",), {("x",): 1.5}), (("a",),), (), "whole numbers"),
        (Cells(("result",), {("maybe",): 1}), (("result",),), (), '"yes" and "no" only'),
        (
            Cells(("d", "s"), {("d1", "s"): 1, ("d2", "s"): 1}),
            (("s",),),
            (Nest("s", "d"),),
            "s appears in both d1 and d2",
        ),
    ],
)
def test_a_contradiction_is_refused(cells, tables, nests, message) -> None:
    with pytest.raises(UnfitRequestError, match=re.escape(message)):
        Request(cells, tables, nests)
