"""A measure in whole steps."""

from fractions import Fraction

import pytest

from cairn.disclosure.magnitudes.measure import UnfitMeasureError, measured, mirrored
from cairn.disclosure.table import ALL


def fractions(*texts: str) -> list[Fraction]:
    return [Fraction(text) for text in texts]


def test_the_longest_step_in_which_all_are_whole() -> None:
    found = measured({("A",): fractions("1.5", "4.5"), ("B",): fractions("3")})
    assert (found.step, found.span) == (Fraction(3, 2), None)
    assert found.people == {("A",): (3, 1), ("B",): (2,)}
    assert found.natural(6, 3) == 9


def test_a_ceiling_is_a_whole_number_of_steps_up() -> None:
    found = measured({("A",): fractions("200", "500")}, Fraction(200), Fraction(800))
    assert (found.step, found.span, found.people) == (Fraction(300), 2, {("A",): (1, 0)})
    assert mirrored((2, 1, 0), 2) == (2, 1, 0)
    assert mirrored((2, 2, 0), 2) == (2, 0, 0)
    assert found.natural(1, 2) == 700


def test_where_all_have_nothing_a_step_is_one() -> None:
    assert measured({("A",): fractions("0", "0"), ("B",): []}).step == 1


def test_cells_of_any_margin() -> None:
    found = measured({("A", "x"): fractions("1"), ("A", "y"): fractions("3"), ("B", "x"): []})
    cells = [("A", ALL), (ALL, "x"), ("A", "y"), (ALL, ALL)]
    within = found.within(cells)
    assert [len(within[cell]) for cell in cells] == [2, 2, 1, 3]
    assert found.group(within["A", ALL]) == (3, 1)


@pytest.mark.parametrize(
    ("value", "floor", "ceiling"), [("-1", 0, None), ("181", 0, 180), ("5", 5, 5)]
)
def test_what_cannot_be_is_refused(value: str, floor: int, ceiling: int | None) -> None:
    most = None if ceiling is None else Fraction(ceiling)
    with pytest.raises(UnfitMeasureError):
        measured({("A",): fractions(value)}, Fraction(floor), most)
