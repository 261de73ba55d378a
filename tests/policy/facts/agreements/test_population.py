"""Whose records an agreement is about: each term by itself, all together, and what is not known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy import permitted_use as u

from cairn.policy.checks.agreements.contradictions import find_contradictions
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.agreements.population import (
    Enrollment,
    GradeLevel,
    Population,
    PopulationMatch,
    calculate_age,
    describe_population,
    match_population,
)
from cairn.policy.facts.data.delivery import DeliveryFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.data.deliveries import may_receive_delivery
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.decisions import Outcome
from cairn.warehouse.schema.elements import load_code_list

IN, OUT, UNKNOWN = PopulationMatch.INSIDE, PopulationMatch.OUTSIDE, PopulationMatch.UNKNOWN
BORN = date(2016, 5, 4)
THIRD = Enrollment("s1", "3", "", "2026-27", date(2026, 8, 20), date(2027, 6, 1))
CLUB = Enrollment(program="tutors", starts=date(2026, 9, 1))
ALL = (THIRD, CLUB)
TERMS: list[tuple[dict[str, Any], date | None, tuple[Enrollment, ...] | None, PopulationMatch]] = [
    ({"everyone": True}, None, None, IN),
    ({}, BORN, ALL, UNKNOWN),
    ({"grades": {"3", "4"}}, None, ALL, IN),
    ({"grades": {"4"}}, None, ALL, OUT),
    ({"grades": {"3"}}, None, None, UNKNOWN),
    ({"grades": {"3"}}, None, (), OUT),
    ({"grades": {"3"}}, None, (CLUB,), OUT),
    ({"grades": {"3"}}, None, (CLUB, Enrollment()), UNKNOWN),
    ({"schools": {"s1"}}, None, ALL, IN),
    ({"schools": {"s1"}}, None, (replace(THIRD, school=""),), UNKNOWN),
    ({"schools": {"s2"}, "grades": {"3"}}, None, ALL, OUT),
    ({"programs": {"tutors", "mentors"}}, None, ALL, IN),
    ({"programs": {"mentors"}}, None, ALL, OUT),
    ({"programs": {"tutors"}, "grades": {"3"}}, None, ALL, IN),
    ({"programs": {"tutors"}, "grades": {"3"}}, None, (THIRD,), OUT),
    ({"born_from": BORN, "born_to": BORN}, BORN, None, IN),
    ({"born_from": date(2016, 5, 5)}, BORN, None, OUT),
    ({"born_to": date(2016, 5, 3)}, BORN, None, OUT),
    ({"born_to": BORN}, None, ALL, UNKNOWN),
    ({"age_from": 10, "age_to": 10, "age_on": date(2026, 5, 4)}, BORN, None, IN),
    ({"age_from": 10, "age_on": date(2026, 5, 3)}, BORN, None, OUT),
    ({"age_to": 9, "age_on": date(2026, 5, 4)}, BORN, None, OUT),
    ({"age_to": 9, "age_on": date(2015, 5, 4)}, BORN, None, OUT),
    ({"age_from": 10}, BORN, None, UNKNOWN),
    ({"age_from": 10, "age_on": date(2026, 5, 4)}, None, None, UNKNOWN),
    ({"enrolled_from": date(2027, 6, 1)}, None, (THIRD,), IN),
    ({"enrolled_from": date(2027, 6, 2)}, None, (THIRD,), OUT),
    ({"enrolled_from": date(2030, 6, 2)}, None, (CLUB,), IN),
    ({"enrolled_from": date(2026, 8, 1)}, None, (Enrollment(),), UNKNOWN),
    ({"enrolled_from": date(2026, 8, 1)}, None, (replace(THIRD, starts=None),), IN),
    ({"enrolled_to": date(2027, 6, 1)}, None, (replace(THIRD, starts=None),), IN),
    ({"enrolled_to": date(2026, 8, 20)}, None, (THIRD,), IN),
    ({"enrolled_to": date(2026, 8, 19)}, None, (THIRD,), OUT),
    ({"enrolled_to": date(2026, 8, 20)}, None, (replace(THIRD, starts=None),), UNKNOWN),
    ({"grades": {"3"}, "born_to": date(2000, 1, 1)}, BORN, None, OUT),
]


def population(**terms: Any) -> Population:
    sets = {k: frozenset(v) for k, v in terms.items() if isinstance(v, set)}
    return Population(**{**terms, **sets})


@pytest.mark.parametrize(("terms", "born", "enrollments", "stands"), TERMS)
def test_each_term(
    terms: dict[str, Any],
    born: date | None,
    enrollments: tuple[Enrollment, ...] | None,
    stands: PopulationMatch,
) -> None:
    assert match_population(population(**terms), born, enrollments) is stands


def test_an_enrollment_of_another_school_year_says_nothing() -> None:
    third = population(grades={"3"})
    assert match_population(third, None, ALL, ("2026-27", "2026-27")) is IN
    assert match_population(third, None, ALL, ("2024-25", "2025-26")) is OUT
    assert match_population(third, None, ALL, ("2027-28", "")) is OUT


@given(st.dates(date(2004, 1, 1), date(2020, 12, 31)), st.integers(0, 18))
def test_a_year_older_on_the_birthday_and_not_a_day_before(born: date, age: int) -> None:
    leap_day = (born.month, born.day) == (2, 29)
    year = born.year + age
    leap_year = year % 4 == 0
    turns = date(year, 3, 1) if leap_day and not leap_year else date(year, born.month, born.day)
    before = date.fromordinal(turns.toordinal() - 1)
    assert (calculate_age(born, turns), calculate_age(born, before)) == (age, age - 1)


def test_the_grades_are_those_of_conformed_data() -> None:
    assert [grade.value for grade in GradeLevel] == list(load_code_list("grade"))


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"everyone": True}, "everyone"),
        ({}, "no one named"),
        (
            {"grades": {GradeLevel.TENTH, GradeLevel.NINTH, GradeLevel.KINDERGARTEN}},
            "grades K, 9 and 10",
        ),
        ({"schools": {"7"}, "programs": {"b", "a"}}, "school 7; enrolled with one of a and b"),
        ({"born_from": BORN, "born_to": BORN}, "born from 2016-05-04 to 2016-05-04"),
        ({"age_from": 4, "age_to": 9, "age_on": BORN}, "4 to 9 years old on 2016-05-04"),
        ({"age_from": 4, "age_to": 4, "age_on": BORN}, "4 years old on 2016-05-04"),
        ({"age_from": 4, "age_on": BORN}, "at least 4 years old on 2016-05-04"),
        ({"age_to": 4, "age_on": BORN}, "at most 4 years old on 2016-05-04"),
        ({"enrolled_to": BORN}, "enrolled to 2016-05-04"),
    ],
)
def test_in_words(terms: dict[str, Any], words: str) -> None:
    assert describe_population(population(**terms)) == words


def _about(whose: Population | None, **child: Any) -> Any:
    agreement = u.agreement(children=whose, population="children of River")
    return decide_use(
        u.request(), u.facts(agreements=(agreement,), people=(u.child(**child),)), u.ON
    )


def test_a_use_holds_each_child_up_to_it_and_cites_the_clause() -> None:
    whose = population(grades={GradeLevel.THIRD}, clause="§3.3")
    inside = _about(whose, enrollments=ALL)
    assert inside.outcome is Outcome.ALLOW
    outside = _about(whose, enrollments=(replace(THIRD, grade="4"),))
    unknown = _about(whose)
    for decision, code in ((outside, "X41"), (unknown, "X42")):
        (against,) = [r for r in decision.refusals if r.code == code]
        assert not decision.allowed
        assert against.where == "§3.3"
        assert "grade 3" in against.message
        assert against.people == ("c1",)


def test_words_alone_are_not_said_to_be_checked() -> None:
    for whose, owed in ((None, True), (Population(everyone=True), False)):
        decision = _about(whose)
        assert decision.outcome is Outcome.ALLOW
        assert not {"X41", "X42"} & {r.code for r in decision.reasons}
        assert ("X10" in {o.code for o in decision.obligations}) is owed


@pytest.mark.parametrize(
    ("whose", "owed"),
    [
        (None, {"X10"}),
        (Population(everyone=True), set()),
        (Population(grades=frozenset({GradeLevel.THIRD})), set()),
    ],
)
def test_a_delivery_says_where_words_alone_measure_nobody(
    whose: Population | None,
    owed: set[str],
    delivery: DeliveryFact,
    agreed: Callable[..., AgreementFact],
    acting: Callable[..., Actor],
) -> None:
    terms = agreed(children=whose)
    decision = may_receive_delivery(
        delivery, terms, acting(Role.STEWARD, at="river"), u.ON, overdue=()
    )
    assert {o.code for o in decision.obligations} & {"X10"} == owed


def test_a_file_about_no_child_measures_none(
    delivery: DeliveryFact, agreed: Callable[..., AgreementFact], acting: Callable[..., Actor]
) -> None:
    schools = replace(delivery, elements=frozenset({"school.school_id"}))
    data = (DataTerm("school", frozenset({"school_id"}), clause="A"),)
    steward = acting(Role.STEWARD, at="river")
    decision = may_receive_delivery(schools, agreed(data=data), steward, u.ON, overdue=())
    assert decision.allowed
    assert "X10" not in {o.code for o in decision.obligations}


def test_a_program_that_nobody_registered_is_a_contradiction() -> None:
    named = u.agreement(children=population(programs={"tutors", "nobody"}))
    (problem,) = find_contradictions(u.facts(agreements=(named,)))
    assert problem.where == "agreements[0].children.programs"
    assert "'nobody'" in problem.message
