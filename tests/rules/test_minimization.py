"""Only what a question needs: each challenge, and what it takes to have none."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.dictionary import TO_PRESENT, DataDictionary, DataElement, Held, held
from cairn.rules.minimization import Asked, challenges, key, unanswered
from cairn.rules.vocabulary import IdentifierClass, Level, Outcome

GRADE = DataElement(
    "enrollment.grade",
    own_name="GRADE",
    first_year="2010-11",
    last_year=TO_PRESENT,
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
BOOK = DataDictionary("river", "Students", 1, (GRADE, BIRTH, NAME, OLD, UNDATED, UNSEEN, *MORE))
IN_ORDER = Asked(
    questions={"enrollment.grade": ("Q1",)},
    first_year="2020-21",
    last_year="2024-25",
    level=Level.POPULATION,
    dictionaries=(BOOK,),
)


def _asking(*elements: str, **changes: object) -> Asked:
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
def test_each_challenge(code: str, asked: Asked) -> None:
    told = challenges(asked)
    assert [reason.code for reason in told] == [code]
    assert told[0].effect is Outcome.NEEDS_PERSON
    assert told[0].message
    assert told[0].next_step


def test_a_request_that_asks_for_what_its_question_needs_has_none() -> None:
    assert challenges(IN_ORDER) == ()
    assert challenges(replace(_asking("FIRST"), level=Level.INDIVIDUAL)) == ()
    # Without a dictionary nobody can say what is held.
    assert challenges(replace(_asking("student.shoe_size"), dictionaries=())) == ()


def test_an_answer_settles_a_challenge() -> None:
    told = challenges(_asking("student.birth_date"))
    assert unanswered(told, {}) == told
    assert unanswered(told, {key(told[0]): "  "}) == told
    assert unanswered(told, {"M09:student.birth_date": "Q1 needs the month."}) == ()
    assert key(challenges(replace(IN_ORDER, first_year=""))[0]) == "M02"


@given(st.sets(st.sampled_from([e.own_name for e in BOOK.elements] + ["X", "all"])))
def test_asking_for_more_never_has_fewer_challenges(more: set[str]) -> None:
    fewer = {key(r) for r in challenges(_asking("OLD"))}
    assert fewer <= {key(r) for r in challenges(_asking("OLD", *more))}


@pytest.mark.parametrize(
    ("first", "last", "answer"),
    [
        ("2010-11", "2012-13", Held.YES),
        ("2009-10", "2012-13", Held.NOT_THOSE_YEARS),
        ("2011-12", "2013-14", Held.NOT_THOSE_YEARS),
    ],
)
def test_years_are_inclusive(first: str, last: str, answer: Held) -> None:
    assert OLD.held(first, last) is answer


def test_the_best_of_several_dictionaries_counts() -> None:
    other = DataDictionary("stony", "Students", 1, (replace(OLD, last_year=TO_PRESENT),))
    assert held([BOOK, other], "old", "2011-12", "2024-25") is Held.YES
    assert held([BOOK, other], "nothing", "2011-12", "2024-25") is Held.NO
    assert held([], "old", "2011-12", "2024-25") is Held.NO


def test_what_nobody_confirmed_identifies() -> None:
    assert UNSEEN.pii
    assert replace(GRADE, identifier=IdentifierClass.NONE, confirmed=False).pii
    assert not replace(GRADE, identifier=IdentifierClass.NONE).pii
