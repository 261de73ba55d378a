"""Who may decline for a child, and who ends what was declined."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.questions.governance.consents import (
    may_end_own_opt_out,
    may_opt_out_child,
    may_record_opt_out_end,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.families import SignerRelation

ON = date(2026, 11, 24)
CHILD = PersonFact("k1", birth_date=date(2016, 5, 4), postsecondary=False)
GROWN = replace(CHILD, birth_date=date(2008, 2, 29))
COLLEGE = replace(CHILD, postsecondary=True)
UNKNOWN = PersonFact("k1")
FAMILY = Actor.family("k1")
ALLOW, DENY, PERSON = Outcome.ALLOW, Outcome.DENY, Outcome.NEEDS_PERSON
PARENT, STUDENT = SignerRelation.PARENT, SignerRelation.STUDENT


@pytest.mark.parametrize(
    ("made_by", "signer", "relation", "person", "outcome"),
    [
        ("rosa", "rosa", PARENT, CHILD, ALLOW),
        ("rosa", "rosa", PARENT, UNKNOWN, ALLOW),
        ("rosa", "leo", PARENT, CHILD, PERSON),
        ("rosa", "leo", SignerRelation.GUARDIAN, UNKNOWN, PERSON),
        ("", "leo", PARENT, CHILD, PERSON),
        ("", "", PARENT, CHILD, PERSON),
        ("rosa", "nia", STUDENT, GROWN, ALLOW),
        ("", "nia", STUDENT, COLLEGE, ALLOW),
        ("rosa", "nia", STUDENT, CHILD, DENY),
        ("rosa", "rosa", PARENT, GROWN, DENY),
        ("rosa", "rosa", PARENT, COLLEGE, DENY),
    ],
)
def test_whoever_declined_ends_it_and_the_student_once_the_rights_passed(
    made_by: str, signer: str, relation: SignerRelation, person: PersonFact, outcome: Outcome
) -> None:
    own = may_end_own_opt_out(made_by, signer, relation, person, FAMILY, ON)
    assert own.outcome is outcome
    stranger = may_end_own_opt_out(made_by, signer, relation, person, Actor.family("k2"), ON)
    assert stranger.outcome is DENY


def test_a_desk_writes_down_what_the_same_rule_answers(acting: Callable[..., Actor]) -> None:
    steward = acting(Role.STEWARD, at="river")
    said = (("rosa", "rosa", PARENT, CHILD), ("rosa", "leo", PARENT, CHILD))
    found = [may_record_opt_out_end(*one, "river", steward, ON).outcome for one in said]
    assert found == [ALLOW, PERSON]
    elsewhere = acting(Role.STEWARD, at="hills")
    assert may_record_opt_out_end(*said[0], "river", elsewhere, ON).outcome is DENY


@pytest.mark.parametrize(
    ("relation", "person", "outcome"),
    [
        (PARENT, CHILD, ALLOW),
        (PARENT, UNKNOWN, ALLOW),
        (PARENT, GROWN, DENY),
        (STUDENT, GROWN, ALLOW),
        (STUDENT, CHILD, DENY),
    ],
)
def test_whoever_holds_the_right_declines(
    relation: SignerRelation, person: PersonFact, outcome: Outcome
) -> None:
    assert may_opt_out_child(relation, person, FAMILY, ON).outcome is outcome


def test_a_family_hears_that_the_district_decides() -> None:
    (reason,) = may_end_own_opt_out("rosa", "leo", PARENT, CHILD, FAMILY, ON).refusals
    assert reason.message_for(Audience.FAMILY).startswith("Someone else opted your child out")
