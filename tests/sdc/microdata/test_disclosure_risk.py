"""What each of the three intruders may hope for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.microdata.disclosure_risk import ReidentificationRisk, estimate_risk


def test_the_smallest_class_is_the_prosecutors() -> None:
    found = estimate_risk(np.array([0, 0, 0, 1, 1]))
    assert found == ReidentificationRisk(0.5, 0.4, 0.5, 0.4, 0)


def test_a_larger_population_hides_a_sample() -> None:
    found = estimate_risk(np.array([0, 1]), np.array([0, 0, 0, 0, 1, 1, 2]))
    assert found == ReidentificationRisk(1.0, 1.0, 0.5, 0.375, 2)


def test_an_extract_that_is_no_part_of_its_population_is_refused() -> None:
    with pytest.raises(ValueError, match="not in its population"):
        estimate_risk(np.array([0, 0]), np.array([0, 1]))


def test_nobody_is_at_no_risk() -> None:
    assert estimate_risk(np.array([], dtype=np.int64)) == ReidentificationRisk(0, 0, 0, 0, 0)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=50), st.lists(st.integers(0, 9)))
def test_no_average_is_above_the_worst(sample: list[int], others: list[int]) -> None:
    found = estimate_risk(np.array(sample), np.array(sample + others))
    assert found.marketer <= found.journalist + 1e-12
    assert found.prosecutor_average <= found.prosecutor + 1e-12
    assert found.journalist <= found.prosecutor
