"""Lawful uses that were refused before, each beside the use that the same rule must refuse."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from tests.policy import permitted_use as u

from cairn.policy.checks.students.row_access import build_intake_use, decide_row_access
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.data.use import Facts, UseRequest
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.circumstance import CourtOrder, EnrollmentTransfer
from cairn.policy.facts.students.student import RowsFact
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import IdentifierClass, LegalBasis, SpecialClass
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.organizations import OrganizationKind

ALLOW, DENY = Outcome.ALLOW, Outcome.DENY
DISTRICT: Final = OrganizationKind.SCHOOL_DISTRICT


def codes(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.refusals}


def steward(slug: str, kind: OrganizationKind = DISTRICT) -> Actor:
    """A cleared steward of an organization."""
    tutor = u.tutor()
    role = replace(tutor.affiliations[0], organization=slug, kind=kind, role=Role.STEWARD)
    return replace(
        tutor, affiliations=(role,), security=(replace(tutor.security[0], organization=slug),)
    )


def between_districts(basis: LegalBasis, **changes: Any) -> tuple[Facts, UseRequest]:
    """River's records for Hills, where the child is on no roster of Hills yet."""
    parties = (u.party("river", PartyRole.PROVIDER), u.party("hills", PartyRole.RECIPIENT))
    facts = u.facts(
        agreements=(u.agreement(basis, parties=parties),),
        people=(u.child(consents=(), organizations=frozenset({"river"})),),
        organizations=tuple(map(u.organization, ("river", "hills"))),
        actors=(steward("hills"),),
    )
    return replace(facts, **changes), u.request(acting_for="hills")


TRANSFER: Final = EnrollmentTransfer("c1", "river", "hills", date(2027, 1, 11), date(2026, 11, 2))
ORDER: Final = CourtOrder("O-1", "river", "hills", frozenset({"c1"}), date(2026, 11, 2))


def test_records_follow_a_student_who_intends_to_enroll() -> None:
    """34 CFR 99.31(a)(2): where the student seeks or intends to enroll, before any roster."""
    facts, request = between_districts(LegalBasis.TRANSFER, transfers=(TRANSFER,))
    assert decide_use(request, facts, u.ON).outcome is ALLOW
    other = replace(TRANSFER, person="c2")
    assert codes(decide_use(request, replace(facts, transfers=(other,)), u.ON)) == {"X35"}


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"notified_on": u.ON}, ALLOW),
        ({"effort_on": u.ON}, ALLOW),
        ({"effort_on": date(2026, 11, 25)}, DENY),
        ({"sealed": "a grand jury's order not to disclose"}, ALLOW),
        ({}, DENY),
    ],
)
def test_an_order_is_answered_after_a_reasonable_effort_to_notify(
    changes: dict[str, Any], outcome: Outcome
) -> None:
    """34 CFR 99.31(a)(9)(ii)."""
    order = replace(ORDER, **changes)
    facts, request = between_districts(LegalBasis.SUBPOENA, orders=(order,))
    assert decide_use(request, facts, u.ON).outcome is outcome


def test_the_agency_responsible_for_a_child_needs_no_roster() -> None:
    """20 USC 1232g(b)(1)(L)."""
    facts, request = between_districts(LegalBasis.CHILD_WELFARE)
    (person,) = facts.people
    responsible = replace(facts, people=(replace(person, placement="hills"),))
    assert decide_use(request, responsible, u.ON).outcome is ALLOW
    assert codes(decide_use(request, facts, u.ON)) == {"R31.1"}


def test_a_school_official_needs_the_roster() -> None:
    facts, request = between_districts(LegalBasis.SCHOOL_OFFICIAL)
    assert "R09" in codes(decide_use(request, facts, u.ON))
    (person,) = facts.people
    served = replace(person, organizations=frozenset({"river", "hills"}))
    assert decide_use(request, replace(facts, people=(served,)), u.ON).outcome is ALLOW


def test_a_program_on_a_consent_needs_its_roster_by_house_policy() -> None:
    """No paragraph of FERPA asks this of a party that a consent names, so none is cited."""
    facts = u.facts(people=(u.child(organizations=frozenset({"river"})),))
    decision = decide_use(u.request(), facts, u.ON)
    assert codes(decision) == {"C03"}
    assert all(reason.card.citation.startswith("Cairn") for reason in decision.refusals)


def test_a_district_lists_its_own_students_under_an_agreement_on_consent() -> None:
    facts = u.facts(actors=(steward("river"),), people=(u.child(consents=(), opt_outs=None),))
    request = u.request(acting_for="river", action=Action.LIST)
    assert decide_use(request, facts, u.ON).outcome is ALLOW
    stranger = replace(facts.people[0], organizations=frozenset({"hills"}))
    assert decide_use(request, replace(facts, people=(stranger,)), u.ON).outcome is DENY


def test_an_owner_that_also_receives_keeps_rows_only_with_consent() -> None:
    """Its own service sees its own students; rows under an agreement on consent need it."""
    roles = (PartyRole.PROVIDER, PartyRole.RECIPIENT)
    agreement = u.agreement(parties=tuple(u.party("tutors", role) for role in roles))
    with_consent = u.child(organizations=frozenset({"tutors"}))
    without = u.child("c2", organizations=frozenset({"tutors"}), consents=())
    answer = decide_row_access(
        {"A": build_intake_use(agreement)},
        (agreement,),
        (RowsFact("A", (with_consent, without)),),
        frozenset({u.DAYS}),
        u.ON,
    )
    assert answer.rows["A"] == {"c1": frozenset({u.DAYS}), "c2": frozenset()}


def protected(
    special: SpecialClass, basis: LegalBasis, **criteria: str
) -> tuple[Facts, UseRequest]:
    """The tutors see one element under a law of its own."""
    entry = replace(u.element("student.x1", IdentifierClass.INDIRECT), special=frozenset({special}))
    whole = u.agreement(basis, data=(DataTerm("student", frozenset({"x1"}), clause="exhibit A"),))
    agreement = replace(whole, criteria={**whole.criteria, **criteria})
    facts = u.facts(
        agreements=(agreement,),
        dictionaries=(replace(u.DICTIONARY, elements=(entry,)),),
        people=(u.child(consents=()),),
    )
    return facts, u.request(elements=frozenset({"student.x1"}))


def test_a_contractor_as_school_official_may_see_a_disability() -> None:
    """34 CFR 300.622(b)(2) is about agencies that provide transition services."""
    facts, request = protected(SpecialClass.DISABILITY, LegalBasis.SCHOOL_OFFICIAL)
    assert decide_use(request, facts, u.ON).outcome is ALLOW
    facts, request = protected(SpecialClass.DISABILITY, LegalBasis.CHILD_WELFARE)
    (person,) = facts.people
    facts = replace(facts, people=(replace(person, placement="tutors"),))
    assert codes(decide_use(request, facts, u.ON)) == {"L03.2"}


OFFICIAL: Final = LegalBasis.SCHOOL_OFFICIAL


@pytest.mark.parametrize(
    ("condition", "basis", "refused"),
    [
        ("agent_or_contractor", OFFICIAL, set()),
        ("not_unemployment_insurance", OFFICIAL, set()),
        ("public_official", OFFICIAL, {"L09.1"}),
        ("informed_consent", OFFICIAL, {"L09", "L09.1"}),
        ("informed_consent", LegalBasis.CONSENT, set()),
    ],
)
def test_wages_go_to_agents_and_on_each_workers_consent(
    condition: str, basis: LegalBasis, refused: set[str]
) -> None:
    """20 CFR 603.5(d), (e), (f): the tutors are no public official."""
    criteria = {"wage_authority": "clause 4", "wage_condition": condition}
    facts, request = protected(SpecialClass.WAGE, basis, **criteria)
    if basis is LegalBasis.CONSENT:
        named = u.consent(records=frozenset({"student.x1"}))
        facts = replace(facts, people=(u.child(consents=(named,)),))
    assert codes(decide_use(request, facts, u.ON)) == refused


def test_head_start_records_follow_a_child_to_the_next_school() -> None:
    """45 CFR 1303.22(b): with notice, a copy on request and the chance to refuse."""
    criteria = {"head_start_authority": "clause 4", "head_start_condition": "next_school"}
    facts, request = protected(SpecialClass.HEAD_START, LegalBasis.TRANSFER, **criteria)
    moved = replace(TRANSFER, receiver="tutors")
    assert decide_use(request, replace(facts, transfers=(moved,)), u.ON).outcome is ALLOW
    facts, request = protected(SpecialClass.HEAD_START, LegalBasis.TRANSFER)
    decision = decide_use(request, replace(facts, transfers=(moved,)), u.ON)
    assert codes(decision) == {"L05"}
