"""A guess has its reason; where nothing matches, nothing is guessed."""

import pytest

from cairn.governance.dictionaries.reader.class_guess import guess_element_class
from cairn.policy.vocabulary.data_use import IdentifierClass, SpecialClass

DIRECT, INDIRECT, NONE = tuple(IdentifierClass)


@pytest.mark.parametrize(
    ("name", "definition", "identifier", "special"),
    [
        ("STDNT_FRST_NM", "", DIRECT, set()),
        ("StudentLastName", "", DIRECT, set()),
        ("SSN", "", DIRECT, set()),
        ("BrthDt", "", INDIRECT, set()),
        ("SchoolName", "", NONE, set()),
        ("LUNCH_STS", "Free or reduced", None, {SpecialClass.MEAL_STATUS}),
        ("PRIM_DISAB_CD", "", None, {SpecialClass.DISABILITY}),
        ("NIGHTTIME_RESIDENCE", "", None, {SpecialClass.HOMELESSNESS}),
        ("IMMUN_DT", "Immunization date", INDIRECT, {SpecialClass.HEALTH}),
        ("TX_EPISODE", "Substance use treatment", None, {SpecialClass.SUBSTANCE_USE}),
        ("QTR_WAGE", "Wages in the quarter", None, {SpecialClass.WAGE}),
        ("ADJUD_CD", "Juvenile adjudication", None, {SpecialClass.JUVENILE}),
        ("CNTRY", "Country of birth", INDIRECT, {SpecialClass.IMMIGRATION}),
        ("FOSTER_FLG", "", None, {SpecialClass.CHILD_WELFARE}),
        ("HIV_STATUS", "", None, {SpecialClass.HEALTH}),
        ("DV_FLG", "Fleeing domestic violence", None, {SpecialClass.DOMESTIC_VIOLENCE}),
        ("PLACEMENT_SETTING", "Placement of the child", None, {SpecialClass.CHILD_WELFARE}),
        ("X1", "", None, set()),
    ],
)
def test_what_a_column_looks_like(
    name: str, definition: str, identifier: IdentifierClass | None, special: set[SpecialClass]
) -> None:
    guessed = guess_element_class(name, definition)
    assert guessed.identifier is identifier
    assert special <= guessed.special
    assert bool(guessed.because) == (identifier is not None or bool(guessed.special))


@pytest.mark.parametrize(
    ("name", "definition"),
    [
        ("JOB_PLACEMENT", "Placement in a job after the program"),
        ("AP", "Advanced Placement course"),
        ("Income", "Self-reported by the household"),
    ],
)
def test_a_job_placement_and_a_self_report_have_no_law_of_their_own(
    name: str, definition: str
) -> None:
    guessed = guess_element_class(name, definition).special
    assert not guessed & {SpecialClass.CHILD_WELFARE, SpecialClass.SURVEY}


def test_substance_abuse_is_no_child_welfare() -> None:
    assert guess_element_class("SubstanceAbuse").special == {SpecialClass.SUBSTANCE_USE}


def test_the_program_of_a_column_may_have_a_law_of_its_own() -> None:
    guessed = guess_element_class("Exit code", group="Bay · Head Start")
    assert guessed.special == {SpecialClass.HEAD_START}


def test_a_fact_has_coarser_forms() -> None:
    assert guess_element_class("DOB").ladder == ("age in months", "age in years", "age band")
    assert guess_element_class("GRADE").ladder == ()


def test_a_header_of_the_catalogue_is_matched_with_its_element() -> None:
    assert guess_element_class("Student First Name").matched == "student.given_name"
    assert guess_element_class("Gender").matched == "student.gender"
    assert guess_element_class("X1").matched == ""
    assert (
        guess_element_class("DAYS_ABSENT", data_set="Attendance").matched
        == "attendance_total.days_absent"
    )
    assert guess_element_class("GRADE", data_set="Enrollment").matched == "enrollment.grade"
    assert guess_element_class("GRADE").matched == ""


def test_every_special_class_has_a_label() -> None:
    from cairn.governance.dictionaries.models import SPECIAL_CLASS_CHOICES

    assert {value for value, _label in SPECIAL_CLASS_CHOICES} == {
        kind.value for kind in SpecialClass
    }
