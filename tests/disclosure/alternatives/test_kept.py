"""What each way leaves, counted alike."""

import pytest

from cairn.disclosure.alternatives.cell_key import STANDARD
from cairn.disclosure.alternatives.kept import by_moving, by_noise, by_withholding, people_counted
from cairn.disclosure.alternatives.ranges import ranges
from cairn.disclosure.alternatives.rounding import rounded
from cairn.disclosure.protect import protect
from cairn.disclosure.rule import Rule, Sums, Zeros
from cairn.disclosure.table import Cells, Request

RULE = Rule(zeros=Zeros.COVER, sums=Sums.FREE)
REQUEST = Request(
    Cells(("race",), {("a",): 4, ("b",): 12, ("c",): 30, ("d",): 0, ("e",): 25}), (("race",),)
)


def test_withholding_with_and_without_ranges() -> None:
    made = protect(REQUEST, RULE)
    plain = by_withholding(REQUEST, made)
    assert (plain.cells, plain.exact, plain.people, plain.ranges) == (5, 3, 55, 0)
    assert (plain.width, plain.changed, plain.error) == (None, 0, 0.0)
    counts = {cell.key: cell.n for cell in made.cells}
    spans = ranges(made.dims, counts, REQUEST.tables, (), RULE)
    found = by_withholding(REQUEST, made, spans)
    assert (found.exact, found.ranges, found.width) == (3, 2, 19)
    assert found.narrowest == plain.narrowest
    assert people_counted(REQUEST) == 71


def test_moving_shows_nothing_as_exact() -> None:
    found = by_moving(REQUEST, rounded(REQUEST, RULE, 5))
    assert (found.cells, found.exact, found.people) == (5, 0, 0)
    assert found.changed == 3
    assert found.error == pytest.approx((1 + 2 + 1) / 5)
    assert found.narrowest


def test_noise_is_told_on_average_without_a_secret() -> None:
    found = by_noise(REQUEST, STANDARD)
    assert found.narrowest is None
    assert 1 < found.error < 2
    assert 3 < found.changed < 5
