"""A measure in whole steps."""

from fractions import Fraction

import pytest

from cairn.sdc.magnitudes.measure import UnfitMeasureError, convert_to_steps, mirror_values
from cairn.sdc.tables.request import ALL


def fractions(*texts: str) -> list[Fraction]:
    return [Fraction(text) for text in texts]


def test_the_longest_step_in_which_all_are_whole() -> None:
    found = convert_to_steps({("A",): fractions("1.5", "4.5"), ("B",): fractions("3")})
    assert (found.step, found.span) == (Fraction(3, 2), None)
    assert found.people == {("A",): (3, 1), ("B",): (2,)}
    assert found.convert_steps(6, 3) == 9


def test_a_ceiling_is_a_whole_number_of_steps_up() -> None:
    found = convert_to_steps({("A",): fractions("200", "500")}, Fraction(200), Fraction(800))
    assert (found.step, found.span, found.people) == (Fraction(300), 2, {("A",): (1, 0)})
    assert mirror_values((2, 1, 0), 2) == (2, 1, 0)
    assert mirror_values((2, 2, 0), 2) == (2, 0, 0)
    assert found.convert_steps(1, 2) == 700


def test_where_all_have_nothing_a_step_is_one() -> None:
    assert convert_to_steps({("A",): fractions("0", "0"), ("B",): []}).step == 1


def test_cells_of_any_margin() -> None:
    found = convert_to_steps(
        {("A", "x"): fractions("1"), ("A", "y"): fractions("3"), ("B", "x"): []}
    )
    cells = [("A", ALL), (ALL, "x"), ("A", "y"), (ALL, ALL)]
    within = found.find_parts(cells)
    assert [len(within[cell]) for cell in cells] == [2, 2, 1, 3]
    assert found.collect_values(within["A", ALL]) == (3, 1)


@pytest.mark.parametrize(
    ("value", "floor", "ceiling"), [("-1", 0, None), ("181", 0, 180), ("5", 5, 5)]
)
def test_what_cannot_be_is_refused(value: str, floor: int, ceiling: int | None) -> None:
    most = None if ceiling is None else Fraction(ceiling)
    with pytest.raises(UnfitMeasureError):
        convert_to_steps({("A",): fractions(value)}, Fraction(floor), most)
