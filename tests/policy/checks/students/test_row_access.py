"""Rows child by child: what written consent opens, and what is kept back under any basis."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.policy import permitted_use as u
from tests.policy import random_uses, use_oracle

from cairn.policy.checks.students.row_access import (
    RowUse,
    build_intake_use,
    check_consents_known,
    check_student_named,
    decide_row_access,
    has_student_elements,
    merge_people_answers,
)
from cairn.policy.engine.decision import PeopleAnswer
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.students.student import PersonFact, RowsFact, SchoolDeclarations
from cairn.policy.law.rule_card import SOME_LEFT_OUT
from cairn.policy.questions.data.data_marts import may_build_data_mart, may_count_people
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.organizations import OrganizationKind

CONSENTED = u.agreement(LegalBasis.CONSENT)
OFFICIAL = u.agreement(LegalBasis.SCHOOL_OFFICIAL)
ASKED = frozenset({u.DAYS, u.GRADE})
USED = RowUse(frozenset({u.SERVICE}), frozenset({"tutors"}), uses=True)


def _answer(
    *children: PersonFact,
    agreement: AgreementFact = CONSENTED,
    door: RowUse = USED,
    elements: frozenset[str] = ASKED,
    on: date = u.ON,
    said: SchoolDeclarations = u.SAID,
) -> PeopleAnswer:
    told = (RowsFact(agreement.reference, children, said),)
    return decide_row_access({agreement.reference: door}, (agreement,), told, elements, on)


def _open(*children: PersonFact, **more: Any) -> frozenset[str]:
    answer = _answer(*children, **more)
    return answer.rows[CONSENTED.reference].get("c1", frozenset())


def test_a_live_consent_opens_what_it_names() -> None:
    assert _open(u.child()) == ASKED
    some = u.child(consents=(u.consent(records=frozenset({u.GRADE})),))
    assert _open(some) == {u.GRADE}
    assert _answer(u.child()).left_out is False
    assert _answer(some).left_out is True
    assert _open() == frozenset()


@pytest.mark.parametrize(
    "changes",
    [
        {"consents": ()},
        {"consents": (u.consent(revoked_on=u.ON),)},
        {"consents": (u.consent(ends=u.ON - timedelta(days=1)),)},
        {"consents": (u.consent(verified_on=None),)},
        {"consents": (u.consent(purposes=frozenset({Purpose.RESEARCH})),)},
        {"consents": (u.consent(parties=frozenset({"mentors"})),)},
        {"birth_date": None},
        {"nations": None},
        {"nations": frozenset({"nation"})},
        {"withheld": None},
        {"hold": "safety"},
        {"opt_outs": None},
        {"organizations": frozenset({"hills"})},
    ],
)
def test_anything_less_opens_nothing_and_a_recipient_hears_no_reason(
    changes: dict[str, Any],
) -> None:
    answer = _answer(u.child(**changes), u.child("c2"))
    assert answer.rows[CONSENTED.reference] == {"c1": frozenset(), "c2": ASKED}
    assert answer.left_out
    assert {r.people for r in answer.reasons} == {("c1",)}
    assert {r.message_for(Audience.RECIPIENT) for r in answer.reasons} == {SOME_LEFT_OUT}


def test_the_door_is_open_to_any_purpose_and_receiver_that_a_consent_may_be_for() -> None:
    wide = replace(CONSENTED, purposes=frozenset({u.SERVICE, Purpose.RESEARCH}))
    door = build_intake_use(wide)
    assert door.purposes == {u.SERVICE, Purpose.RESEARCH}
    research = u.child(consents=(u.consent(purposes=frozenset({Purpose.RESEARCH})),))
    assert _open(research, agreement=wide, door=door) == ASKED
    assert _answer(research, agreement=wide, door=door).reasons == ()
    two = (
        u.consent(records=frozenset({u.GRADE})),
        u.consent(purposes=frozenset({Purpose.RESEARCH}), records=frozenset({u.DAYS})),
    )
    assert _open(u.child(consents=two), agreement=wide, door=door) == ASKED


def test_a_nation_is_asked_where_data_are_used_and_not_where_they_arrive() -> None:
    member = u.child(nations=frozenset({"nation"}))
    assert _open(member) == frozenset()
    assert _open(member, door=build_intake_use(CONSENTED)) == ASKED
    assert _open(u.child(nations=None), door=build_intake_use(CONSENTED)) == frozenset()


def test_what_is_kept_back_stays_out_under_any_basis() -> None:
    protected = u.child(withheld=frozenset({u.GRADE, "student.street"}))
    assert _open(protected) == {u.DAYS}
    answer = _answer(protected, u.child("c2"), agreement=OFFICIAL)
    assert (answer.rows, answer.kept_back) == ({}, {"c1": {u.GRADE}})
    assert [(r.code, r.people) for r in answer.reasons] == [("X34", ("c1",))]
    member = u.child(nations=frozenset({"nation"}))
    answer = _answer(member, agreement=OFFICIAL)
    assert answer.kept_back == {"c1": ASKED}
    assert [r.code for r in answer.reasons] == ["X33"]
    arrived = _answer(member, agreement=OFFICIAL, door=build_intake_use(OFFICIAL))
    assert (arrived.kept_back, arrived.left_out) == ({}, False)


def test_records_about_no_child_name_nobody() -> None:
    assert has_student_elements(ASKED)
    assert not has_student_elements({"school.school_id", "calendar.day"})


def test_a_mart_has_the_rows_of_those_who_agreed(acting: Any, agreed: Any) -> None:
    from cairn.policy.vocabulary.access import Role

    terms = agreed(LegalBasis.CONSENT)
    owner = next(iter(terms.list_organizations()), "") or terms.parties[0].organization
    receiver, purpose = terms.parties[1].organization, Purpose.PUBLIC_REPORTING
    yes = u.consent(
        records=frozenset({"student.*"}),
        purposes=frozenset({purpose}),
        parties=frozenset({receiver}),
    )
    mine = {"organizations": frozenset({owner})}
    children = (u.child(consents=(yes,), **mine), u.child("c2", consents=(), **mine))
    asked = (("student.local_id",), purpose)
    manager = acting(Role.DATA_MANAGER)
    for told, outcome in (
        (children, Outcome.ALLOW_SUBSET),
        (children[:1], Outcome.ALLOW),
        (children[1:], Outcome.DENY),
        ((), Outcome.DENY),
    ):
        rows = (RowsFact(terms.reference, told),)
        built = may_build_data_mart((terms,), *asked, (), manager, u.ON, rows=rows)
        counted = may_count_people((terms,), *asked, manager, u.ON, rows=rows)
        assert (built.outcome, counted.outcome) == (outcome, outcome)
    official = agreed(reference="B")
    beside = may_build_data_mart(
        (terms, official),
        *asked,
        (),
        manager,
        u.ON,
        rows=(RowsFact(terms.reference, ()), *u.build_declared_rows(official)),
    )
    permit = beside.require()
    asked_for = frozenset({"student.local_id"})
    assert permit.find_withheld(terms.reference, owner, "c1", asked_for)
    assert permit.find_withheld(terms.reference, owner, None, asked_for)
    assert not permit.find_withheld("B", owner, None, asked_for)


def test_what_arrives_under_consent_names_its_children() -> None:
    def refused(agreement: AgreementFact, *children: PersonFact) -> list[str]:
        told = (RowsFact(agreement.reference, children),)
        rules = (check_student_named(agreement, told), check_consents_known((agreement,), told))
        found = [r for rule in rules for r in rule.run(u.ON)]
        return [r.code for r in found if r.effect is not Outcome.ALLOW]

    assert refused(CONSENTED) == ["R01"]
    assert refused(CONSENTED, u.child()) == []
    assert refused(OFFICIAL) == []
    (unlooked,) = check_consents_known((CONSENTED,), None).run(u.ON)
    assert (unlooked.code, unlooked.effect) == ("R01", Outcome.DENY)


def test_those_who_declined_stay_out_beside_the_rows() -> None:
    declined = PeopleAnswer({"p1": Outcome.DENY})
    answer = merge_people_answers(declined, _answer(u.child(consents=())))
    assert answer.outcomes == {"p1": Outcome.DENY}
    assert answer.rows[CONSENTED.reference] == {"c1": frozenset()}


@given(random_uses.children("c1"), st.sampled_from([u.ON, date(2027, 7, 31), date(2026, 8, 20)]))
@example(u.child(organizations=frozenset({"tutors"}), claimed=frozenset({"river"})), u.ON)
def test_an_evaluator_of_its_own_opens_the_same(child: PersonFact, on: date) -> None:
    request, facts = u.request(people=("c1",)), u.facts(people=(child,))
    open_ = _open(child, on=on)
    enrolled = "river" in child.organizations | child.claimed
    served = replace(child, organizations=child.organizations | {"tutors"})
    expected = {
        e
        for e in ASKED
        if enrolled and use_oracle.child_may(served, e, CONSENTED, request, facts, on)
    }
    assert open_ == expected


@given(random_uses.children("c1"), st.integers(0, 1))
def test_taking_a_consent_back_never_opens_anything(child: PersonFact, which: int) -> None:
    before = _open(child)
    consents = list(child.consents)
    if which < len(consents):
        consents[which] = replace(consents[which], revoked_on=u.ON)
    assert _open(replace(child, consents=tuple(consents))) <= before
    assert OrganizationKind.BACKBONE not in {p.kind for p in CONSENTED.parties}
