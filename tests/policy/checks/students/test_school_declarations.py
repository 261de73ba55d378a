"""A school's silence keeps out what it may keep back, and everything where its data are used."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy import permitted_use as u

from cairn.policy.checks.students.school_declarations import list_missing_declarations
from cairn.policy.engine.decision import ABOUT_PEOPLE, Decision
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.data.delivery import DeliveryFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.student import RowsFact, SchoolDeclarations
from cairn.policy.questions.data.data_marts import may_build_data_mart, may_count_people
from cairn.policy.questions.data.deliveries import may_conform_delivery, may_receive_delivery
from cairn.policy.questions.data.record_matching import may_match_records
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.organizations import FERPA_AGENCY_KINDS, OrganizationKind

Agreed = Callable[..., AgreementFact]
Acting = Callable[..., Actor]
ID, STREET, SCHOOL = "student.local_id", "student.street", "school.postal_code"
RIVER = frozenset({"river"})
EXCEPTIONS = (
    LegalBasis.SCHOOL_OFFICIAL,
    LegalBasis.STUDIES,
    LegalBasis.AUDIT_EVALUATION,
    LegalBasis.DIRECTORY,
)
DATA = (
    DataTerm("student", frozenset({"local_id", "street"})),
    DataTerm("school", frozenset({"postal_code"})),
)
WORDS = st.builds(
    SchoolDeclarations,
    st.sampled_from([frozenset(), RIVER, frozenset({"hills"})]),
    st.sampled_from([frozenset(), RIVER, frozenset({"hills"})]),
)


def _rows(terms: AgreementFact, said: SchoolDeclarations) -> tuple[RowsFact, ...]:
    return (RowsFact(terms.reference, (), said),)


def _arrives(
    terms: AgreementFact, delivery: DeliveryFact, actor: Actor, on: date, said: SchoolDeclarations
) -> Decision:
    sent = replace(delivery, elements=frozenset({ID, STREET, SCHOOL}))
    return may_receive_delivery(sent, terms, actor, on, overdue=(), rows=_rows(terms, said))


@pytest.mark.parametrize("basis", EXCEPTIONS)
def test_where_children_live_stays_out_until_their_school_has_said(
    agreed: Agreed, acting: Acting, delivery: DeliveryFact, on: date, basis: LegalBasis
) -> None:
    terms, manager = agreed(basis, data=DATA), acting(Role.DATA_MANAGER)
    silent = _arrives(terms, delivery, manager, on, SchoolDeclarations())
    assert silent.require().elements == {ID, SCHOOL}
    (refusal,) = silent.refusals
    assert (refusal.code, refusal.about) == ("X38", STREET)
    assert "River has not recorded" in refusal.message
    assert "under Withheld data" in refusal.next_step
    assert refusal.message_for(Audience.RECIPIENT) == "student.street is not covered."
    told = _arrives(terms, delivery, manager, on, SchoolDeclarations(withheld=RIVER))
    assert told.outcome is Outcome.ALLOW


def test_nobody_looked_and_it_stays_out(
    agreed: Agreed, acting: Acting, delivery: DeliveryFact, on: date
) -> None:
    sent = replace(delivery, elements=frozenset({ID, STREET}))
    decision = may_receive_delivery(
        sent, agreed(data=DATA), acting(Role.DATA_MANAGER), on, overdue=()
    )
    assert decision.require().elements == {ID}


def test_what_a_school_no_longer_says_is_set_aside_and_does_not_refuse(
    agreed: Agreed, acting: Acting, delivery: DeliveryFact, on: date
) -> None:
    terms, manager = agreed(data=DATA), acting(Role.DATA_MANAGER)
    sent = replace(delivery, elements=frozenset({ID, STREET}))
    rows = _rows(terms, SchoolDeclarations())
    for decision in (
        may_conform_delivery(sent, terms, manager, on, rows=rows),
        may_match_records((terms,), {ID, STREET}, manager, on, rows=rows),
    ):
        permit = decision.require()
        assert permit.elements == {ID, STREET}
        assert permit.shut == {"A": {"river": {STREET}}}
        assert permit.find_withheld("A", "river", "c1", permit.elements) == {STREET}
        assert permit.find_withheld("A", "river", None, permit.elements) == {STREET}
        assert not permit.find_withheld("A", "hills", "c1", permit.elements)
        assert not permit.find_withheld("B", "river", "c1", permit.elements)
        assert decision.outcome is Outcome.ALLOW_SUBSET
        (refusal,) = decision.refusals
        assert (refusal.code, refusal.about) == ("X39", ABOUT_PEOPLE)
        assert "student.street of River's children" in refusal.message


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        (SchoolDeclarations(), ["X39", "X40"]),
        (SchoolDeclarations(withheld=RIVER), ["X40"]),
        (SchoolDeclarations(nations=RIVER), ["X39"]),
        (SchoolDeclarations(RIVER, RIVER), []),
    ],
)
def test_nothing_is_used_until_both_are_said(
    agreed: Agreed, acting: Acting, on: date, said: SchoolDeclarations, codes: list[str]
) -> None:
    terms, manager = agreed(data=DATA), acting(Role.DATA_MANAGER)
    asked, rows = {ID, SCHOOL}, _rows(terms, said)
    purpose = Purpose.PUBLIC_REPORTING
    for decision in (
        may_build_data_mart((terms,), asked, purpose, (), manager, on, rows=rows),
        may_count_people((terms,), asked, purpose, manager, on, rows=rows),
    ):
        assert [r.code for r in decision.refusals] == codes
        assert decision.outcome is (Outcome.DENY if codes else Outcome.ALLOW)
    waiting = {"withheld": "X39", "nations": "X40"}
    assert sorted(waiting[one] for one in list_missing_declarations(terms, "river", said)) == codes
    assert list_missing_declarations(terms, "hub", said) == ()


def test_the_rows_of_those_who_said_it_go_on(agreed: Agreed, acting: Acting, on: date) -> None:
    mine, other = agreed(data=DATA), agreed(reference="B", data=DATA)
    rows = (*_rows(mine, SchoolDeclarations()), *_rows(other, u.SAID))
    asked, purpose = {ID}, Purpose.PUBLIC_REPORTING
    decision = may_count_people(
        (mine, other), asked, purpose, acting(Role.DATA_MANAGER), on, rows=rows
    )
    assert decision.outcome is Outcome.ALLOW_SUBSET
    permit = decision.require()
    assert permit.find_withheld("A", "river", "c1", permit.elements) == {ID}
    assert not permit.find_withheld("B", "river", "c1", permit.elements)


@pytest.mark.parametrize("kind", list(OrganizationKind))
def test_who_keeps_education_records_is_asked(
    agreed: Agreed, acting: Acting, on: date, kind: OrganizationKind
) -> None:
    terms = agreed(LegalBasis.DIRECTORY)
    parties = (replace(terms.parties[0], kind=kind), *terms.parties[1:])
    terms, manager = replace(terms, parties=parties), acting(Role.DATA_MANAGER)
    rows = _rows(terms, SchoolDeclarations())
    decision = may_count_people((terms,), {ID}, Purpose.PUBLIC_REPORTING, manager, on, rows=rows)
    assert decision.allowed is (kind not in FERPA_AGENCY_KINDS)


@given(st.sampled_from(EXCEPTIONS), WORDS, WORDS, st.booleans())
def test_saying_less_never_opens_anything(
    agreed: Agreed,
    acting: Acting,
    delivery: DeliveryFact,
    on: date,
    basis: LegalBasis,
    more: SchoolDeclarations,
    other: SchoolDeclarations,
    uses: bool,
) -> None:
    terms, manager = agreed(basis, data=DATA), acting(Role.DATA_MANAGER)
    less = SchoolDeclarations(more.nations & other.nations, more.withheld & other.withheld)

    def opened(said: SchoolDeclarations) -> frozenset[str]:
        if not uses:
            decision = _arrives(terms, delivery, manager, on, said)
            return decision.require().elements if decision.allowed else frozenset()
        asked, rows = {ID, STREET}, _rows(terms, said)
        purpose = Purpose.PUBLIC_REPORTING
        decision = may_count_people((terms,), asked, purpose, manager, on, rows=rows)
        if not decision.allowed:
            return frozenset()
        permit = decision.require()
        return permit.elements - permit.find_withheld("A", "river", "c1", permit.elements)

    assert opened(less) <= opened(more)


def test_written_consent_asks_of_each_child_and_not_of_the_school() -> None:
    terms = u.agreement(LegalBasis.CONSENT)
    assert list_missing_declarations(terms, "river", SchoolDeclarations()) == ()
    assert list_missing_declarations(
        u.agreement(LegalBasis.STUDIES), "river", SchoolDeclarations()
    ) == ("nations", "withheld")
