"""The courses as they are written: whole, answerable, and of the length that was promised."""

import pytest

from cairn.governance.training.confidentiality import load_confidentiality_agreement
from cairn.governance.training.course_catalog import (
    Course,
    CourseKind,
    CourseNotFound,
    find_course,
    find_workshop,
    list_required_modules,
    load_courses,
    load_skill_matrix,
)

COURSES = tuple(load_courses().values())


def _words(one: Course) -> int:
    told = [p for s in one.sections for p in (*s.paragraphs, *s.points)]
    return sum(len(text.split()) for text in told)


def test_four_modules_then_the_workshop() -> None:
    assert [one.id for one in list_required_modules()] == [
        "mission-to-outcomes",
        "reading-data",
        "pdsa",
        "ethics-and-ferpa",
    ]
    assert find_workshop().order > max(one.order for one in list_required_modules())
    assert [one.order for one in COURSES] == sorted(one.order for one in COURSES)


@pytest.mark.parametrize("one", COURSES, ids=lambda one: one.id)
def test_a_course_is_written(one: Course) -> None:
    assert one.sources
    assert one.scenarios
    assert one.accepts <= one.version
    assert one.valid_days >= 365
    assert _words(one) >= (400 if one.kind is CourseKind.BOOSTER else 600)
    assert all(s.heading and s.paragraphs for s in one.sections)


@pytest.mark.parametrize("one", [c for c in COURSES if c.has_quiz], ids=lambda one: one.id)
def test_a_quiz_can_be_answered(one: Course) -> None:
    assert 8 <= len(one.questions) <= 10
    for question in one.questions:
        assert 1 <= question.right <= len(question.choices)
        assert len(set(question.choices)) == len(question.choices) >= 3
        assert question.why
    best = [question.right for question in one.questions]
    assert one.count_correct_answers(best) == len(best) >= one.passing_score
    assert one.passing_score >= len(best) * 0.8
    for choice in range(1, 5):
        assert one.count_correct_answers([choice] * len(best)) < one.passing_score, (
            "one column of answers passes"
        )


def test_only_the_workshop_has_no_quiz() -> None:
    assert [one.kind for one in COURSES if not one.has_quiz] == [CourseKind.WORKSHOP]


def test_an_unknown_course_names_those_there_are() -> None:
    with pytest.raises(CourseNotFound, match=r"Unknown course “x”.*pdsa"):
        find_course("x")


def test_the_agreement_is_bound_by_its_digest() -> None:
    text = load_confidentiality_agreement()
    assert text.version in text.text
    assert all(promise in text.text for promise in text.promises)
    assert len(text.digest) == 64


def test_every_skill_leads_to_a_course() -> None:
    assert {skill.course for skill in load_skill_matrix().skills} <= set(load_courses())
    assert load_skill_matrix().suggest_courses({}) == ()
