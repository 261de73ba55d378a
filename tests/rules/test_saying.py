"""A school's silence keeps out what it may keep back, and everything where its data are used."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules import uses as u

from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement, DataTerm
from cairn.rules.decision import PEOPLE, Decision
from cairn.rules.delivery import DeliveryFact, may_conform, may_receive
from cairn.rules.linkage import may_link
from cairn.rules.mart import may_build_mart, may_count
from cairn.rules.rows import RowsFact
from cairn.rules.saying import Said, waits_for
from cairn.rules.vocabulary import (
    FERPA_AGENCIES,
    Audience,
    LegalBasis,
    OrganizationKind,
    Outcome,
    Purpose,
    Role,
)

Agreed = Callable[..., Agreement]
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
    Said,
    st.sampled_from([frozenset(), RIVER, frozenset({"hills"})]),
    st.sampled_from([frozenset(), RIVER, frozenset({"hills"})]),
)


def _rows(terms: Agreement, said: Said) -> tuple[RowsFact, ...]:
    return (RowsFact(terms.reference, (), said),)


def _arrives(
    terms: Agreement, delivery: DeliveryFact, actor: Actor, on: date, said: Said
) -> Decision:
    sent = replace(delivery, elements=frozenset({ID, STREET, SCHOOL}))
    return may_receive(sent, terms, actor, on, overdue=(), rows=_rows(terms, said))


@pytest.mark.parametrize("basis", EXCEPTIONS)
def test_where_children_live_stays_out_until_their_school_has_said(
    agreed: Agreed, acting: Acting, delivery: DeliveryFact, on: date, basis: LegalBasis
) -> None:
    terms, manager = agreed(basis, data=DATA), acting(Role.DATA_MANAGER)
    silent = _arrives(terms, delivery, manager, on, Said())
    assert silent.require().elements == {ID, SCHOOL}
    (refusal,) = silent.refusals
    assert (refusal.code, refusal.about) == ("X38", STREET)
    assert "River has not said" in refusal.message
    assert "cairn consent state withheld listed --from river" in refusal.next_step
    assert refusal.told(Audience.RECIPIENT) == "student.street is not covered."
    told = _arrives(terms, delivery, manager, on, Said(withheld=RIVER))
    assert told.outcome is Outcome.ALLOW


def test_nobody_looked_and_it_stays_out(
    agreed: Agreed, acting: Acting, delivery: DeliveryFact, on: date
) -> None:
    sent = replace(delivery, elements=frozenset({ID, STREET}))
    decision = may_receive(sent, agreed(data=DATA), acting(Role.DATA_MANAGER), on, overdue=())
    assert decision.require().elements == {ID}


def test_what_a_school_no_longer_says_is_set_aside_and_does_not_refuse(
    agreed: Agreed, acting: Acting, delivery: DeliveryFact, on: date
) -> None:
    terms, manager = agreed(data=DATA), acting(Role.DATA_MANAGER)
    sent = replace(delivery, elements=frozenset({ID, STREET}))
    rows = _rows(terms, Said())
    for decision in (
        may_conform(sent, terms, manager, on, rows=rows),
        may_link((terms,), {ID, STREET}, manager, on, rows=rows),
    ):
        permit = decision.require()
        assert permit.elements == {ID, STREET}
        assert permit.shut == {"A": {"river": {STREET}}}
        assert permit.lacks("A", "river", "c1", permit.elements) == {STREET}
        assert permit.lacks("A", "river", None, permit.elements) == {STREET}
        assert not permit.lacks("A", "hills", "c1", permit.elements)
        assert not permit.lacks("B", "river", "c1", permit.elements)
        assert decision.outcome is Outcome.ALLOW_SUBSET
        (refusal,) = decision.refusals
        assert (refusal.code, refusal.about) == ("X39", PEOPLE)
        assert "student.street of River's children" in refusal.message


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        (Said(), ["X39", "X40"]),
        (Said(withheld=RIVER), ["X40"]),
        (Said(nations=RIVER), ["X39"]),
        (Said(RIVER, RIVER), []),
    ],
)
def test_nothing_is_used_until_both_are_said(
    agreed: Agreed, acting: Acting, on: date, said: Said, codes: list[str]
) -> None:
    terms, manager = agreed(data=DATA), acting(Role.DATA_MANAGER)
    asked, rows = {ID, SCHOOL}, _rows(terms, said)
    purpose = Purpose.PUBLIC_REPORTING
    for decision in (
        may_build_mart((terms,), asked, purpose, (), manager, on, rows=rows),
        may_count((terms,), asked, purpose, manager, on, rows=rows),
    ):
        assert [r.code for r in decision.refusals] == codes
        assert decision.outcome is (Outcome.DENY if codes else Outcome.ALLOW)
    waiting = {"withheld": "X39", "nations": "X40"}
    assert sorted(waiting[one] for one in waits_for(terms, "river", said)) == codes
    assert waits_for(terms, "hub", said) == ()


def test_the_rows_of_those_who_said_it_go_on(agreed: Agreed, acting: Acting, on: date) -> None:
    mine, other = agreed(data=DATA), agreed(reference="B", data=DATA)
    rows = (*_rows(mine, Said()), *_rows(other, u.SAID))
    asked, purpose = {ID}, Purpose.PUBLIC_REPORTING
    decision = may_count((mine, other), asked, purpose, acting(Role.DATA_MANAGER), on, rows=rows)
    assert decision.outcome is Outcome.ALLOW_SUBSET
    permit = decision.require()
    assert permit.lacks("A", "river", "c1", permit.elements) == {ID}
    assert not permit.lacks("B", "river", "c1", permit.elements)


@pytest.mark.parametrize("kind", list(OrganizationKind))
def test_who_keeps_education_records_is_asked(
    agreed: Agreed, acting: Acting, on: date, kind: OrganizationKind
) -> None:
    terms = agreed(LegalBasis.DIRECTORY)
    parties = (replace(terms.parties[0], kind=kind), *terms.parties[1:])
    terms, manager = replace(terms, parties=parties), acting(Role.DATA_MANAGER)
    rows = _rows(terms, Said())
    decision = may_count((terms,), {ID}, Purpose.PUBLIC_REPORTING, manager, on, rows=rows)
    assert decision.allowed is (kind not in FERPA_AGENCIES)


@given(st.sampled_from(EXCEPTIONS), WORDS, WORDS, st.booleans())
def test_saying_less_never_opens_anything(
    agreed: Agreed,
    acting: Acting,
    delivery: DeliveryFact,
    on: date,
    basis: LegalBasis,
    more: Said,
    other: Said,
    uses: bool,
) -> None:
    terms, manager = agreed(basis, data=DATA), acting(Role.DATA_MANAGER)
    less = Said(more.nations & other.nations, more.withheld & other.withheld)

    def opened(said: Said) -> frozenset[str]:
        if not uses:
            decision = _arrives(terms, delivery, manager, on, said)
            return decision.require().elements if decision.allowed else frozenset()
        asked, rows = {ID, STREET}, _rows(terms, said)
        purpose = Purpose.PUBLIC_REPORTING
        decision = may_count((terms,), asked, purpose, manager, on, rows=rows)
        if not decision.allowed:
            return frozenset()
        permit = decision.require()
        return permit.elements - permit.lacks("A", "river", "c1", permit.elements)

    assert opened(less) <= opened(more)


def test_written_consent_asks_of_each_child_and_not_of_the_school() -> None:
    terms = u.agreement(LegalBasis.CONSENT)
    assert waits_for(terms, "river", Said()) == ()
    assert waits_for(u.agreement(LegalBasis.STUDIES), "river", Said()) == ("nations", "withheld")
