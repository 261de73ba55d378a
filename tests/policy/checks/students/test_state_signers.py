"""A state may say which parent signs, and from which age a minor signs alone."""

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from tests.policy import permitted_use as u

from cairn.policy.checks.students.row_access import build_intake_use, decide_row_access
from cairn.policy.checks.students.state_signers import find_state_signers
from cairn.policy.engine.audience_redaction import redact_decision
from cairn.policy.engine.decision import Decision
from cairn.policy.engine.fact_digest import digest_people
from cairn.policy.facts.agreements.state_review import StateLawReview
from cairn.policy.facts.data.use import Facts
from cairn.policy.facts.students.student import PersonFact, RowsFact
from cairn.policy.law.packs.pack import StatePack
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose, SpecialClass
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.families import SignerRelation
from cairn.policy.vocabulary.organizations import OrganizationKind

_KEPT = {"consents_kept": "The district keeps each consent permanently."}
_REVIEW = StateLawReview(
    state="OH",
    organization="river",
    reviewed_by="Carla Counsel",
    reviewed_on=u.ON,
    expires_on=u.ON + timedelta(days=365),
    law="a statute on student records",
    bases=frozenset({LegalBasis.CONSENT}),
    purposes=frozenset({Purpose.SERVICE_COORDINATION}),
    custodian_signs=True,
)


def _in_state(state: str, person: PersonFact, *reviews: StateLawReview) -> Facts:
    organizations = tuple(
        replace(item, state=state) if item.slug == "river" else item
        for item in u.facts().organizations
    )
    return u.facts(
        agreements=(u.agreement(criteria=_KEPT),),
        people=(person,),
        organizations=organizations,
        state_reviews=reviews,
    )


def _separated(*custodians: str, **changes: Any) -> PersonFact:
    signed = u.consent(signer="s1", **changes)
    return u.child(consents=(signed,), custodians=frozenset(custodians))


def _decide(state: str, person: PersonFact, *reviews: StateLawReview) -> Decision:
    return decide_use(u.request(), _in_state(state, person, *reviews), u.ON)


def _list_refusals(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.refusals}


@pytest.mark.parametrize(
    ("state", "person", "codes"),
    [
        ("CA", _separated("s2"), {"L12.16"}),
        ("CA", _separated("s1"), set()),
        ("CA", _separated("s1", "s2"), set()),
        ("CA", _separated(), set()),
        ("CA", _separated("s2", relation=SignerRelation.GUARDIAN), set()),
        ("UT", _separated("s2"), set()),
    ],
)
def test_in_california_the_parent_with_custody_signs(
    state: str, person: PersonFact, codes: set[str]
) -> None:
    assert _list_refusals(_decide(state, person)) == codes


@pytest.mark.parametrize(
    ("review", "codes"),
    [
        (_REVIEW, {"L12.17"}),
        (replace(_REVIEW, custodian_signs=False), set()),
        (replace(_REVIEW, expires_on=u.ON - timedelta(days=1), reviewed_on=u.FIRST), {"L12"}),
    ],
)
def test_counsel_says_it_for_another_state(review: StateLawReview, codes: set[str]) -> None:
    assert _list_refusals(_decide("OH", _separated("s2"), review)) == codes
    assert _list_refusals(_decide("OH", _separated("s1"), review)) == codes - {"L12.17"}


def test_the_custodians_form_counts_beside_the_other_parents() -> None:
    forms = (u.consent(signer="s1"), u.consent(id="second", signer="s2"))
    person = u.child(consents=forms, custodians=frozenset({"s2"}))
    assert _decide("CA", person).outcome is Outcome.ALLOW


def test_an_adult_student_signs_whatever_the_parents_custody() -> None:
    born = u.ON.replace(year=u.ON.year - 19)
    signed = u.consent(signer="s9", relation=SignerRelation.STUDENT)
    person = u.child(birth_date=born, consents=(signed,), custodians=frozenset({"s2"}))
    assert _decide("CA", person).outcome is Outcome.ALLOW


def test_only_the_steward_reads_about_custody() -> None:
    decision = _decide("CA", _separated("s2"))
    without = _decide("CA", u.child(consents=()))
    (reason,) = decision.refusals
    assert "custody" in reason.message_for(Audience.STEWARD)
    assert "custody" in reason.next_step
    for audience in (Audience.RECIPIENT, Audience.FAMILY, Audience.PUBLIC):
        shown = redact_decision(decision, audience, child="c1")
        plain = redact_decision(without, audience, child="c1")
        shown.pop("decision", None)
        plain.pop("decision", None)
        assert shown == plain


def test_rows_under_consent_follow_the_same_rule() -> None:
    agreement = u.agreement(criteria=_KEPT)
    uses = {"A": build_intake_use(agreement)}
    for state, custodian, opened in (("CA", "s2", 0), ("CA", "s1", 1), ("UT", "s2", 1)):
        fact = RowsFact(
            "A", (_separated(custodian),), providers=(u.organization("river", state=state),)
        )
        answer = decide_row_access(uses, (agreement,), (fact,), frozenset({u.DAYS}), u.ON)
        assert len(answer.rows["A"]["c1"]) == opened


def test_custody_belongs_to_the_digest_of_a_student() -> None:
    student = u.child()
    assert digest_people(["c1"], {"c1": student}) != digest_people(["c1"], {"c1": _separated("s2")})


_MINOR = date(u.ON.year - 15, 1, 5)
_YOUNGER = date(u.ON.year - 13, 1, 5)
_PART2, _HIPAA = LegalBasis.PART2_CONSENT, LegalBasis.HIPAA_AUTHORIZATION


def _decide_health_form(
    basis: LegalBasis,
    relation: SignerRelation,
    *ages: tuple[SpecialClass, int],
    born: date = _MINOR,
    **changes: Any,
) -> Decision:
    review = replace(
        _REVIEW,
        bases=frozenset({basis}),
        classes=frozenset(SpecialClass),
        minor_consents=MappingProxyType(dict(ages)),
    )
    form = u.consent(basis=basis, relation=relation, **changes)
    facts = _in_state("OH", u.child(birth_date=born, consents=(form,)), review)
    organizations = tuple(
        replace(item, kind=OrganizationKind.HEALTH, hipaa=True) if item.slug == "river" else item
        for item in facts.organizations
    )
    agreement = u.agreement(basis)
    provider, recipient = agreement.parties
    health = replace(provider, kind=OrganizationKind.HEALTH)
    agreement = replace(agreement, parties=(health, recipient))
    facts = replace(facts, organizations=organizations, agreements=(agreement,))
    return decide_use(u.request(), facts, u.ON)


_SUBSTANCE, _HEALTH = (SpecialClass.SUBSTANCE_USE, 14), (SpecialClass.HEALTH, 14)
_STUDENT, _PARENT = SignerRelation.STUDENT, SignerRelation.PARENT


@pytest.mark.parametrize(
    ("basis", "relation", "ages", "born", "outcome", "codes"),
    [
        (_PART2, _STUDENT, (), _MINOR, Outcome.NEEDS_PERSON, {"L08.10"}),
        (_PART2, _STUDENT, (_HEALTH,), _MINOR, Outcome.NEEDS_PERSON, {"L08.10"}),
        (_PART2, _STUDENT, (_SUBSTANCE,), _MINOR, Outcome.ALLOW, set()),
        (_PART2, _STUDENT, (_SUBSTANCE,), _YOUNGER, Outcome.NEEDS_PERSON, {"L08.10"}),
        (_PART2, _PARENT, (_SUBSTANCE,), _MINOR, Outcome.DENY, {"L08.11"}),
        (_PART2, _PARENT, (_SUBSTANCE,), _YOUNGER, Outcome.NEEDS_PERSON, {"L08.10"}),
        (_PART2, _PARENT, (), _MINOR, Outcome.NEEDS_PERSON, {"L08.10"}),
        (_HIPAA, _STUDENT, (), _MINOR, Outcome.NEEDS_PERSON, {"L07.20"}),
        (_HIPAA, _STUDENT, (_HEALTH,), _MINOR, Outcome.ALLOW, set()),
        (_HIPAA, _STUDENT, (_HEALTH,), _YOUNGER, Outcome.NEEDS_PERSON, {"L07.20"}),
        (_HIPAA, _PARENT, (_HEALTH,), _MINOR, Outcome.ALLOW, set()),
    ],
)
def test_a_minor_signs_alone_where_counsel_found_the_age(
    basis: LegalBasis,
    relation: SignerRelation,
    ages: tuple[tuple[SpecialClass, int], ...],
    born: date,
    outcome: Outcome,
    codes: set[str],
) -> None:
    decision = _decide_health_form(basis, relation, *ages, born=born)
    assert (decision.outcome, _list_refusals(decision)) == (outcome, codes)


def test_a_form_signed_before_that_age_waits_for_a_person() -> None:
    early = _decide_health_form(
        _PART2,
        _STUDENT,
        _SUBSTANCE,
        signed_on=_MINOR.replace(year=_MINOR.year + 13),
        starts=u.FIRST,
    )
    assert _list_refusals(early) == {"L08.10"}


def test_every_owner_must_know_the_age() -> None:
    pack = StatePack(
        state="ZZ",
        name="Somewhere",
        law="a statute",
        reviewed_on=u.FIRST,
        review_due=u.LAST,
        changes=("2024-01-01: first version.",),
        minor_consents=MappingProxyType({SpecialClass.SUBSTANCE_USE: 12}),
    )
    owners = (u.organization("river", state="ZZ"), u.organization("hills", state="OH"))
    ages = MappingProxyType(dict([(SpecialClass.SUBSTANCE_USE, 16), _HEALTH]))
    review = replace(_REVIEW, organization="hills", minor_consents=ages)
    signers = find_state_signers(owners, (review,), u.ON, {"ZZ": pack})
    both = frozenset({"river", "hills"})
    assert signers.find_minor_age(both, SpecialClass.SUBSTANCE_USE) == 16
    assert signers.find_minor_age(frozenset({"river"}), SpecialClass.SUBSTANCE_USE) == 12
    assert signers.find_minor_age(both, SpecialClass.HEALTH) is None
    assert signers.find_minor_age(frozenset(), SpecialClass.HEALTH) is None


def test_equal_forms_of_students_whose_parents_have_other_custody_are_judged_apart() -> None:
    first, second = _separated("s1"), replace(_separated("s2"), id="c2")
    facts = replace(_in_state("CA", first), people=(first, second))
    decision = decide_use(u.request(people=("c1", "c2")), facts, u.ON)
    assert (decision.people["c1"], decision.people["c2"]) == (Outcome.ALLOW, Outcome.DENY)
