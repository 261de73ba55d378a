"""What everyone else has, as a contributor sees it."""

from dataclasses import replace
from fractions import Fraction

import pytest

from cairn.sdc.magnitudes.dominance import ACRO_RULE
from cairn.sdc.magnitudes.figure_rounding import RoundedFigure
from cairn.sdc.magnitudes.magnitude_protection import (
    FigureReason,
    MagnitudeRequest,
    protect_figures,
)
from cairn.sdc.magnitudes.measure import UnfitMeasureError, convert_to_steps
from cairn.sdc.magnitudes.residual import (
    MeasureContributor,
    can_median_disclose,
    subtract_own_values,
)
from cairn.sdc.options import Statistic, Zeros
from cairn.sdc.tables.request import Key
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule(minimum=10, zeros=Zeros.COVER)


def build_values(n: int) -> list[int]:
    return [3 + 7 * at % 20 for at in range(n)]


def order(people: dict[Key, list[int]], statistic: Statistic = Statistic.MEAN) -> MagnitudeRequest:
    """By district and race; only races are published, and district A knows its own."""
    found = convert_to_steps(
        {key: [Fraction(v) for v in values] for key, values in people.items()},
        Fraction(0),
        Fraction(180),
    )
    mine = MeasureContributor(
        "A", {key: some for key, some in found.people.items() if key[0] == "A"}
    )
    return MagnitudeRequest(
        found, ("district", "race"), (("race",),), statistic, RULE, ACRO_RULE, contributors=(mine,)
    )


def list_reasons(
    people: dict[Key, list[int]], statistic: Statistic = Statistic.MEAN
) -> dict[Key, FigureReason]:
    return dict(protect_figures(order(people, statistic)).why)


EVEN: dict[Key, list[int]] = {(d, r): build_values(40) for d in "AB" for r in "xyz"}


def test_where_many_others_have_much_the_same_nothing_is_withheld() -> None:
    found = protect_figures(order(EVEN))
    assert not found.why
    assert set(found.others) == {"A"}
    assert found.others["A"].safe


@pytest.mark.parametrize(
    "others",
    [build_values(4), [0] * 30, [1] * 15 + [170]],
    ids=["few", "nobody has any", "one has most of it"],
)
def test_what_the_second_group_may_not_tell_is_withheld(others: list[int]) -> None:
    """All of race x are many, of whom nobody stands out; those of other districts alone are not."""
    found = list_reasons({**EVEN, ("B", "x"): others})
    assert found["All", "x"] is FigureReason.OTHERS
    assert FigureReason.COVERS in found.values()
    assert not protect_figures(replace(order({**EVEN, ("B", "x"): others}), contributors=())).why


def test_a_group_without_its_own_is_seen_by_it_as_by_everybody() -> None:
    found = list_reasons({**EVEN, ("A", "x"): [], ("B", "x"): build_values(4)})
    assert found["All", "x"] is FigureReason.FEW


def test_a_median_that_says_on_which_side_nearly_all_others_are() -> None:
    low, high = [5 + at % 2 for at in range(22)], [40 + at % 3 for at in range(14)]
    found = list_reasons({**EVEN, ("A", "x"): high, ("B", "x"): low}, Statistic.MEDIAN)
    assert found == {("All", "x"): FigureReason.OTHERS}
    mixed = list_reasons({**EVEN, ("B", "x"): [5] * 10 + [60] * 12}, Statistic.MEDIAN)
    assert mixed == {}


def test_how_many_others_a_median_places() -> None:
    told = RoundedFigure(Fraction(10), Fraction(2))
    own = [Fraction(v) for v in (2, 3, 20, 30)]
    assert not can_median_disclose(told, own, 10, 2)
    assert can_median_disclose(told, own, 10, 5)
    assert can_median_disclose(told, [Fraction(30)] * 9, 10, 1)
    assert can_median_disclose(told, [Fraction(1)] * 9, 10, 1)


def test_nobody_takes_away_what_was_not_measured() -> None:
    people = convert_to_steps({("A",): [Fraction(1), Fraction(2)]})
    assert subtract_own_values(people, MeasureContributor("A", {("A",): (1,)})).people == {
        ("A",): (2,)
    }
    for own in ({("A",): (3,)}, {("B",): (1,)}):
        with pytest.raises(UnfitMeasureError, match="among those"):
            subtract_own_values(people, MeasureContributor("A", own))
    assert (
        subtract_own_values(people, MeasureContributor("A", {("B",): ()})).people == people.people
    )
