"""Definitions are data that a person can read, and name only elements that exist."""

import pytest

from cairn.warehouse.measures.breakdowns import load_breakdowns
from cairn.warehouse.measures.condition_parser import InvalidIndicator
from cairn.warehouse.measures.indicator_toml import format_indicator, parse_indicator
from cairn.warehouse.measures.outcomes import (
    get_counted_outcome,
    load_outcome_catalogue,
)


def test_the_outcomes_and_the_measures_of_the_catalogue() -> None:
    assert {name for name, found in load_outcome_catalogue().items() if found.measure} == {
        "days_absent"
    }
    assert {name for name, found in load_outcome_catalogue().items() if found.is_count} == {
        "program_children"
    }
    assert {name for name, found in load_outcome_catalogue().items() if found.has_share} == {
        "kindergarten_readiness", "early_grade_reading", "middle_grade_math", "chronic_absence",
        "high_school_graduation", "postsecondary_enrollment", "postsecondary_success",
        "workforce_success", "family_welcome", "program_reach", "program_participation",
    }  # fmt: skip


@pytest.mark.parametrize("name", load_outcome_catalogue())
def test_each_speaks_two_languages_and_says_why(name: str) -> None:
    definition = load_outcome_catalogue()[name]
    texts = (
        definition.title, definition.why, definition.denominator_text, definition.numerator_text,
        definition.numerator.heading,
    )  # fmt: skip
    for text in texts:
        assert text["en"]
        assert text["es"]
        assert text["en"] != text["es"]
    directions = {"chronic_absence": "lower", "days_absent": "lower", "program_children": "none"}
    assert definition.direction == directions.get(name, "higher")
    assert definition.breakdowns == tuple(load_breakdowns())


def test_the_year_of_an_outcome_has_a_name() -> None:
    assert load_outcome_catalogue()["workforce_success"].vintage == "calendar year"
    assert load_outcome_catalogue()["high_school_graduation"].vintage == "graduation cohort"
    assert load_outcome_catalogue()["chronic_absence"].vintage == "school year"


def test_elements_are_what_a_permit_must_name() -> None:
    followed = load_outcome_catalogue()["postsecondary_success"]
    assert {"graduation.graduation_date", "postsecondary.graduation_date"} <= followed.elements
    assert "postsecondary" in followed.records
    assert "attendance.event" in load_outcome_catalogue()["chronic_absence"].elements
    assert "session_attendance.hours" in load_outcome_catalogue()["program_reach"].elements
    assert not any(e.endswith("_name") and "school" not in e for e in followed.elements)


@pytest.mark.parametrize("name", load_outcome_catalogue())
def test_each_reads_the_same_from_what_is_written(name: str) -> None:
    definition = load_outcome_catalogue()[name]
    text = format_indicator(definition)
    assert parse_indicator(text, bases=load_outcome_catalogue()) == definition


def test_a_measure_is_of_the_people_of_an_outcome() -> None:
    days, absence = (
        load_outcome_catalogue()["days_absent"],
        load_outcome_catalogue()["chronic_absence"],
    )
    assert days.measure
    assert days.people == absence.people == get_counted_outcome("days_absent") == "chronic_absence"
    assert get_counted_outcome("nothing known") == "nothing known"
    assert days.elements == absence.elements
    assert days.denominator == absence.denominator
    assert days.numerator_text != absence.numerator_text
    assert days.measure.limits == (0, 366)
    assert days.measure.unit["es"] == "días"


def test_a_measure_names_an_element_that_its_outcome_reads_and_that_has_limits() -> None:
    shipped = format_indicator(load_outcome_catalogue()["days_absent"])

    def measure_of(old: str, new: str) -> str:
        assert old in shipped
        return shipped.replace(old, new)

    bases = load_outcome_catalogue()
    with pytest.raises(InvalidIndicator, match="does not read"):
        parse_indicator(measure_of("attendance_total.days_absent", "assessment.score"), bases=bases)
    with pytest.raises(InvalidIndicator, match="Did you mean “chronic_absence”"):
        parse_indicator(measure_of('"chronic_absence"', '"chronic"'), bases=bases)
    found = parse_indicator(
        measure_of("attendance_total.days_absent", "attendance_total.school_id"), bases=bases
    ).measure
    assert found
    with pytest.raises(InvalidIndicator, match="no limits"):
        _ = found.limits
