"""In dual enrollment the rights follow the record (34 CFR 99.3, 99.5(a))."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.policy import permitted_use as u

from cairn.policy.engine.fact_digest import digest_people
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.data.use import Facts
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.families import SignerRelation

_SIXTEEN = date(u.ON.year - 16, 1, 5)
_PARENT, _STUDENT = SignerRelation.PARENT, SignerRelation.STUDENT


def _dual(*relations: SignerRelation, **changes: Any) -> Facts:
    """A student of sixteen at River's school who also attends the college of Hills."""
    consents = tuple(
        u.consent(id=f"form {number}", relation=relation, signed_on=u.FIRST)
        for number, relation in enumerate(relations)
    )
    student = u.child(
        birth_date=_SIXTEEN,
        postsecondary=None,
        organizations=frozenset({"river", "hills", "tutors"}),
        colleges=frozenset({"hills"}),
        consents=consents,
    )
    organizations = tuple(map(u.organization, ("river", "hills", "tutors", "hub", "mentors")))
    return u.facts(people=(student,), organizations=organizations, **changes)


def _provide(*owners: str) -> AgreementFact:
    providers = tuple(u.party(owner, PartyRole.PROVIDER) for owner in owners)
    return u.agreement(parties=(*providers, u.party("tutors", PartyRole.RECIPIENT)))


@pytest.mark.parametrize(
    ("owners", "relations", "outcome"),
    [
        (("river",), (_PARENT,), Outcome.ALLOW),
        (("river",), (_STUDENT,), Outcome.DENY),
        (("hills",), (_STUDENT,), Outcome.ALLOW),
        (("hills",), (_PARENT,), Outcome.DENY),
        (("river", "hills"), (_PARENT,), Outcome.DENY),
        (("river", "hills"), (_STUDENT,), Outcome.DENY),
        (("river", "hills"), (_PARENT, _STUDENT), Outcome.ALLOW),
    ],
)
def test_the_parent_signs_for_the_school_and_the_student_for_the_college(
    owners: tuple[str, ...], relations: tuple[SignerRelation, ...], outcome: Outcome
) -> None:
    dictionaries = tuple(replace(u.DICTIONARY, organization=owner) for owner in owners)
    facts = _dual(*relations, agreements=(_provide(*owners),), dictionaries=dictionaries)
    assert decide_use(u.request(), facts, u.ON).outcome is outcome


def test_at_eighteen_the_school_records_are_the_students_too() -> None:
    facts = _dual(_PARENT)
    (student,) = facts.people
    adult = replace(student, birth_date=date(u.ON.year - 18, 1, 5))
    decision = decide_use(u.request(), replace(facts, people=(adult,)), u.ON)
    assert decision.outcome is Outcome.DENY


@pytest.mark.parametrize(
    ("owners", "relation", "outcome"),
    [
        (("river",), _PARENT, Outcome.ALLOW),
        (("hills",), _PARENT, Outcome.DENY),
        (("hills",), _STUDENT, Outcome.ALLOW),
    ],
)
def test_a_parent_sees_the_school_record_and_not_the_colleges(
    owners: tuple[str, ...], relation: SignerRelation, outcome: Outcome
) -> None:
    family = replace(Actor.family("c1"), relation=relation)
    facts = _dual(agreements=(_provide(*owners),), actors=(family,))
    request = u.request(actor="family", action=Action.PARENT_VIEW, acting_for="tutors")
    assert decide_use(request, facts, u.ON).outcome is outcome


def test_colleges_belong_to_the_digest_of_a_student() -> None:
    student = u.child()
    dual = replace(student, colleges=frozenset({"hills"}))
    assert digest_people(["c1"], {"c1": student}) != digest_people(["c1"], {"c1": dual})
