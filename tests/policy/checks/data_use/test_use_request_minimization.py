"""Only what a question needs: each challenge, and what it takes to have none."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.checks.data_use.use_request import (
    ElementRequest,
    format_challenge_key,
    list_minimization_challenges,
    list_unanswered_challenges,
)
from cairn.policy.facts.agreements.data_dictionary import (
    STILL_COLLECTED,
    DataDictionaryFact,
    DataElementFact,
    ElementAvailability,
    find_element_availability,
)
from cairn.policy.vocabulary.data_use import IdentifierClass, Level
from cairn.policy.vocabulary.decisions import Outcome

GRADE = DataElementFact(
    "enrollment.grade",
    own_name="GRADE",
    first_year="2010-11",
    last_year=STILL_COLLECTED,
    identifier=IdentifierClass.INDIRECT,
    confirmed=True,
)
BIRTH = replace(GRADE, name="student.birth_date", own_name="DOB", ladder=("age in months",))
NAME = replace(
    GRADE, name="student.given_name", own_name="FIRST", identifier=IdentifierClass.DIRECT
)
OLD = replace(GRADE, name="OLD", own_name="OLD", last_year="2012-13")
UNDATED = replace(GRADE, name="UNDATED", own_name="UNDATED", first_year=None, last_year=None)
UNSEEN = replace(GRADE, name="UNSEEN", own_name="UNSEEN", identifier=None, confirmed=False)
MORE = tuple(replace(GRADE, name=f"M{n}", own_name=f"M{n}") for n in range(6))
BOOK = DataDictionaryFact("river", "Students", 1, (GRADE, BIRTH, NAME, OLD, UNDATED, UNSEEN, *MORE))
IN_ORDER = ElementRequest(
    questions={"enrollment.grade": ("Q1",)},
    first_year="2020-21",
    last_year="2024-25",
    level=Level.POPULATION,
    dictionaries=(BOOK,),
)


def _asking(*elements: str, **changes: object) -> ElementRequest:
    questions = dict.fromkeys(elements, ("Q1",))
    return replace(IN_ORDER, questions=questions, **changes)


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("M01", replace(IN_ORDER, questions={"GRADE": ()})),
        ("M02", replace(IN_ORDER, first_year="", last_year="")),
        ("M03", replace(IN_ORDER, first_year="2010-11")),
        ("M04", _asking(*(e.own_name for e in (GRADE, *MORE)))),
        ("M05", _asking("all")),
        ("M05", _asking("student.*")),
        ("M05", _asking("grades, including but not limited to")),
        ("M06", _asking("student.shoe_size")),
        ("M07", _asking("OLD")),
        ("M08", _asking("UNDATED")),
        ("M09", _asking("student.birth_date")),
        ("M10", _asking("student.given_name")),
        ("M11", _asking("UNSEEN")),
    ],
)
def test_each_challenge(code: str, asked: ElementRequest) -> None:
    told = list_minimization_challenges(asked)
    assert [reason.code for reason in told] == [code]
    assert told[0].effect is Outcome.NEEDS_PERSON
    assert told[0].message
    assert told[0].next_step


def test_a_request_that_asks_for_what_its_question_needs_has_none() -> None:
    assert list_minimization_challenges(IN_ORDER) == ()
    assert list_minimization_challenges(replace(_asking("FIRST"), level=Level.INDIVIDUAL)) == ()
    # Without a dictionary nobody can say what is held.
    assert (
        list_minimization_challenges(replace(_asking("student.shoe_size"), dictionaries=())) == ()
    )


def test_an_answer_settles_a_challenge() -> None:
    told = list_minimization_challenges(_asking("student.birth_date"))
    assert list_unanswered_challenges(told, {}) == told
    assert list_unanswered_challenges(told, {format_challenge_key(told[0]): "  "}) == told
    assert list_unanswered_challenges(told, {"M09:student.birth_date": "Q1 needs the month."}) == ()
    assert (
        format_challenge_key(list_minimization_challenges(replace(IN_ORDER, first_year=""))[0])
        == "M02"
    )


@given(st.sets(st.sampled_from([e.own_name for e in BOOK.elements] + ["X", "all"])))
def test_asking_for_more_never_has_fewer_challenges(more: set[str]) -> None:
    fewer = {format_challenge_key(r) for r in list_minimization_challenges(_asking("OLD"))}
    assert fewer <= {
        format_challenge_key(r) for r in list_minimization_challenges(_asking("OLD", *more))
    }


@pytest.mark.parametrize(
    ("first", "last", "answer"),
    [
        ("2010-11", "2012-13", ElementAvailability.YES),
        ("2009-10", "2012-13", ElementAvailability.NOT_THOSE_YEARS),
        ("2011-12", "2013-14", ElementAvailability.NOT_THOSE_YEARS),
    ],
)
def test_years_are_inclusive(first: str, last: str, answer: ElementAvailability) -> None:
    assert OLD.check_years(first, last) is answer


def test_the_best_of_several_dictionaries_counts() -> None:
    other = DataDictionaryFact("stony", "Students", 1, (replace(OLD, last_year=STILL_COLLECTED),))
    assert (
        find_element_availability([BOOK, other], "old", "2011-12", "2024-25")
        is ElementAvailability.YES
    )
    assert (
        find_element_availability([BOOK, other], "nothing", "2011-12", "2024-25")
        is ElementAvailability.NO
    )
    assert find_element_availability([], "old", "2011-12", "2024-25") is ElementAvailability.NO


def test_what_nobody_confirmed_identifies() -> None:
    assert UNSEEN.is_pii
    assert replace(GRADE, identifier=IdentifierClass.NONE, confirmed=False).is_pii
    assert not replace(GRADE, identifier=IdentifierClass.NONE).is_pii
