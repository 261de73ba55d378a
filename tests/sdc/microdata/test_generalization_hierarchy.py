"""A ladder climbs: each rung joins values and never parts them, and each step costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.microdata.anonymity import GeneralizationHierarchy, HierarchyError, build_hierarchy

GRADES = ["3", "4", "4", "7", None]
BANDS = ["3-5", "3-5", "3-5", "6-8", None]


def test_the_highest_rung_is_a_column_left_out() -> None:
    grade = build_hierarchy("grade", [GRADES, BANDS])
    assert (grade.height, grade.rows) == (3, 5)
    assert len(np.unique(grade.codes_on_level(0))) == 4
    assert len(np.unique(grade.codes_on_level(1))) == 3
    assert len(np.unique(grade.codes_on_level(2))) == 1


def test_a_step_up_costs_what_is_no_longer_known() -> None:
    grade = build_hierarchy("grade", [["3", "4"], ["3-5", "3-5"]])
    assert grade.bit_loss.tolist() == [[0, 0], [1, 1], [1, 1]]


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=40))
def test_no_row_knows_more_on_a_higher_rung(values: list[str]) -> None:
    ladder = build_hierarchy("letter", [values, ["early" if v < "d" else "late" for v in values]])
    assert (ladder.bit_loss[0] == 0).all()
    assert (np.diff(ladder.bit_loss, axis=0) >= 0).all()


@pytest.mark.parametrize(
    ("rungs", "words"),
    [
        ((), "no values"),
        ((np.array([0, 1]), np.array([0])), "differ in length"),
        ((np.array([0, 0]), np.array([0, 1])), "Rung 2 of “grade” tells rows apart"),
    ],
)
def test_a_ladder_that_does_not_climb_says_where(rungs: tuple[np.ndarray, ...], words: str) -> None:
    with pytest.raises(HierarchyError, match=words):
        GeneralizationHierarchy("grade", rungs)
