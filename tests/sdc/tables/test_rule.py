"""The rule is data that protector and attacker read alike."""

import pytest

from cairn.sdc.tables.rule import SuppressionRule


@pytest.mark.parametrize(
    ("width_small", "width_complementary"),
    [(3, 1), (2, 3)],
)
def test_widths_must_leave_something_unknown(width_small: int, width_complementary: int) -> None:
    with pytest.raises(ValueError, match="at least two possible values"):
        SuppressionRule(width_small=width_small, width_complementary=width_complementary)


def test_a_width_beyond_the_minimum_cannot_be_kept() -> None:
    with pytest.raises(ValueError, match="Raise the minimum"):
        SuppressionRule(minimum=3, width_small=3)


def test_a_cell_that_cannot_be_small_may_be_known_more_closely() -> None:
    rule = SuppressionRule(minimum=10, width_small=3, width_complementary=2)
    assert (rule.required_width(9), rule.required_width(10)) == (3, 2)
