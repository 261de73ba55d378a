"""What each way leaves, counted alike."""

import pytest

from cairn.sdc.audit.published_ranges import compute_published_ranges
from cairn.sdc.options import Sums, Zeros
from cairn.sdc.perturbation.cell_key import STANDARD_NOISE
from cairn.sdc.perturbation.controlled_rounding import round_tables
from cairn.sdc.perturbation.information_loss import (
    count_people,
    measure_expected_noise,
    measure_perturbation,
    measure_suppression,
)
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.request import CellCounts, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule(zeros=Zeros.COVER, sums=Sums.FREE)
REQUEST = TableRequest(
    CellCounts(("race",), {("a",): 4, ("b",): 12, ("c",): 30, ("d",): 0, ("e",): 25}), (("race",),)
)


def test_withholding_with_and_without_ranges() -> None:
    made = protect_tables(REQUEST, RULE)
    plain = measure_suppression(REQUEST, made)
    assert (plain.cells, plain.exact, plain.people, plain.ranges) == (5, 3, 55, 0)
    assert (plain.width, plain.changed, plain.error) == (None, 0, 0.0)
    counts = {cell.key: cell.n for cell in made.cells}
    spans = compute_published_ranges(made.dims, counts, REQUEST.tables, (), RULE)
    found = measure_suppression(REQUEST, made, spans)
    assert (found.exact, found.ranges, found.width) == (3, 2, 19)
    assert found.narrowest == plain.narrowest
    assert count_people(REQUEST) == 71


def test_moving_shows_nothing_as_exact() -> None:
    found = measure_perturbation(REQUEST, round_tables(REQUEST, RULE, 5))
    assert (found.cells, found.exact, found.people) == (5, 0, 0)
    assert found.changed == 3
    assert found.error == pytest.approx((1 + 2 + 1) / 5)
    assert found.narrowest


def test_noise_is_told_on_average_without_a_secret() -> None:
    found = measure_expected_noise(REQUEST, STANDARD_NOISE)
    assert found.narrowest is None
    assert 1 < found.error < 2
    assert 3 < found.changed < 5
