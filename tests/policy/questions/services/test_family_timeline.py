"""A family sees a program on its page only if the program answers for that and no rule forbids."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.services.family_timeline import FamilyProgramFact
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.questions.services.family_timeline import may_show_program_to_family
from cairn.policy.vocabulary.access import STAFF_ROLES, Role
from cairn.policy.vocabulary.data_use import SpecialClass
from cairn.policy.vocabulary.families import SignerRelation

PROGRAM = FamilyProgramFact("maple", shown=True, on_roster=True, records=1, namesakes=1)
CHILD = PersonFact("c1", birth_date=date(2016, 5, 4), postsecondary=False)
ADULT = replace(CHILD, birth_date=date(2008, 1, 1))
FAMILY = Actor.family("c1")


def _refused(program: FamilyProgramFact, person: PersonFact, on: date) -> set[str]:
    decision = may_show_program_to_family(program, person, FAMILY, on)
    return {reason.code for reason in decision.refusals}


def test_a_program_that_answers_for_its_record_is_shown(on: date) -> None:
    assert may_show_program_to_family(PROGRAM, CHILD, FAMILY, on).allowed


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"shown": None}, "H08"),
        ({"shown": False}, "H08"),
        *(({"service": special}, "H09") for special in SpecialClass),
        ({"on_roster": False}, "H10"),
        ({"records": 0}, "H10"),
        ({"records": 2}, "H10"),
        ({"namesakes": 0}, "H10"),
        ({"namesakes": 2}, "H10"),
        ({"records": 2, "namesakes": 2}, "H10"),
    ],
)
def test_one_thing_missing_hides_it(change: dict[str, object], rule: str, on: date) -> None:
    assert _refused(replace(PROGRAM, **change), CHILD, on) == {rule}  # type: ignore[arg-type]


def test_an_order_hides_the_childs_day_from_both_parents_and_not_from_the_student(
    on: date,
) -> None:
    assert _refused(PROGRAM, replace(CHILD, court_order=True), on) == {"H11"}
    assert _refused(PROGRAM, replace(CHILD, court_order=True, birth_date=None), on) == {"H11"}
    assert not _refused(PROGRAM, replace(ADULT, court_order=True), on)


def test_nobody_else_asks(acting: Callable[..., Actor], on: date) -> None:
    others = [
        Actor.family("c2"),
        Actor.family("c1", SignerRelation.PARENT),  # of an eligible student, reads only
        Actor.public(),
        *(acting(role, at="maple") for role in STAFF_ROLES),
        acting(Role.DATA_MANAGER),
    ]
    assert not any(may_show_program_to_family(PROGRAM, CHILD, who, on).allowed for who in others)
