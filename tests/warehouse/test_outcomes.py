"""Definitions are data that a person can read, and name only elements that exist."""

import pytest

from cairn.warehouse.elements import UnknownElement
from cairn.warehouse.outcomes import DIMS, UnknownOutcome, catalogue, outcome, parse

SMALL = """
direction = "higher"
[title]
en = "T"
es = "T"
[why]
en = "W"
es = "W"
[denominator]
en = "D"
es = "D"
record = "graduation"
year = "{year}"
[numerator]
en = "N"
es = "N"
"""


def test_the_seven_outcomes_and_chronic_absence() -> None:
    assert set(catalogue()) == {
        "kindergarten_readiness", "early_grade_reading", "middle_grade_math", "chronic_absence",
        "high_school_graduation", "postsecondary_enrollment", "postsecondary_success",
        "workforce_success",
    }  # fmt: skip


@pytest.mark.parametrize("name", catalogue())
def test_each_speaks_two_languages_and_says_why(name: str) -> None:
    definition = catalogue()[name]
    texts = (
        definition.title, definition.why, definition.denominator_text, definition.numerator_text,
    )  # fmt: skip
    for text in texts:
        assert text["en"]
        assert text["es"]
        assert text["en"] != text["es"]
    assert definition.direction == ("lower" if name == "chronic_absence" else "higher")
    assert definition.dims == DIMS


def test_the_year_of_an_outcome_has_a_name() -> None:
    assert outcome("workforce_success").vintage == "calendar year"
    assert outcome("high_school_graduation").vintage == "graduation cohort"
    assert outcome("chronic_absence").vintage == "school year"


def test_elements_are_what_a_permit_must_name() -> None:
    followed = outcome("postsecondary_success")
    assert {"graduation.graduation_date", "postsecondary.graduation_date"} <= followed.elements
    assert "postsecondary" in followed.records
    assert "attendance.event" in outcome("chronic_absence").elements
    assert not any(e.endswith("_name") and "school" not in e for e in followed.elements)


def test_an_unknown_outcome_names_those_there_are() -> None:
    with pytest.raises(UnknownOutcome, match="chronic_absence"):
        outcome("happiness")


def test_a_definition_of_unknown_elements_is_refused() -> None:
    assert parse("t", SMALL.format(year="cohort_year")).absence is None
    with pytest.raises(UnknownElement):
        parse("t", SMALL.format(year="cohort"))
