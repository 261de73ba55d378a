"""Each part of an agreement with two legal bases is asked as an agreement of its own."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from tests.policy import permitted_use as u

from cairn.policy.checks.agreements.agreement_validity import (
    add_joined_parties,
    resolve_agreement_chain,
    select_related_agreements,
)
from cairn.policy.checks.agreements.amendments import apply_amendments
from cairn.policy.engine import Decision
from cairn.policy.engine.fact_digest import digest_facts
from cairn.policy.facts.agreements.agreement import (
    AgreementFact,
    AgreementPart,
    FindingOverrideFact,
)
from cairn.policy.facts.agreements.agreement_parts import (
    expand_agreement_parts,
    find_part_agreement,
    list_part_agreements,
)
from cairn.policy.facts.agreements.agreement_terms import AmendedTerm, DataTerm
from cairn.policy.facts.data.use import LocalPolicy
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.questions.governance.agreements import decide_agreement_in_force
from cairn.policy.vocabulary.agreements import AgreementTier, PartyRole
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.decisions import Outcome

EVALUATION: Final = Purpose.PROGRAM_EVALUATION
ALLOW, DENY = Outcome.ALLOW, Outcome.DENY


def part(letter: str, basis: LegalBasis, purpose: Purpose, data: DataTerm) -> AgreementPart:
    sample = u.agreement(basis)
    return AgreementPart(
        letter, basis, frozenset({purpose}), (data,), sample.basis_clause, "", sample.criteria
    )


ABSENCES: Final = DataTerm("absence", frozenset({"days"}), "2024-25", "2026-27")
GRADES: Final = DataTerm("student", frozenset({"grade"}))
ATTENDANCE: Final = part("A", LegalBasis.CONSENT, u.SERVICE, ABSENCES)
STUDY: Final = part("B", LegalBasis.STUDIES, EVALUATION, GRADES)


def two_parts(*parts: AgreementPart, **changes: Any) -> AgreementFact:
    """Absences on consent, for tutoring; grades for a study."""
    whole = u.agreement(
        LegalBasis.NO_DISCLOSURE,
        purposes=frozenset(),
        data=(),
        criteria={},
        basis_clause="",
        parts=parts or (ATTENDANCE, STUDY),
    )
    return replace(whole, **changes)


def decide(agreement: AgreementFact, element: str, purpose: Purpose, *more: Any) -> Decision:
    policy = LocalPolicy(standing_purposes=frozenset({u.SERVICE, EVALUATION}))
    facts = u.facts(agreements=(agreement, *more), policy=policy)
    return decide_use(u.request(elements=frozenset({element}), purpose=purpose), facts, u.ON)


@pytest.mark.parametrize(
    ("element", "purpose", "expected", "agreement"),
    [
        (u.DAYS, u.SERVICE, ALLOW, "A/A"),
        (u.GRADE, EVALUATION, ALLOW, "A/B"),
        (u.DAYS, EVALUATION, DENY, "A/B"),
        (u.GRADE, u.SERVICE, DENY, "A/A"),
    ],
)
def test_an_element_is_used_for_the_purpose_of_its_own_part_only(
    element: str, purpose: Purpose, expected: Outcome, agreement: str
) -> None:
    decision = decide(two_parts(), element, purpose)
    assert decision.outcome is expected
    assert decision.agreements == (agreement,)


def test_a_criterion_that_one_part_lacks_stops_that_part_alone() -> None:
    agreement = two_parts(ATTENDANCE, replace(STUDY, criteria={}))
    assert decide(agreement, u.DAYS, u.SERVICE).outcome is ALLOW
    assert decide(agreement, u.GRADE, EVALUATION).outcome is DENY


def test_the_data_of_a_part_on_consent_need_a_consent_and_those_of_the_study_none() -> None:
    unsigned = u.facts(
        agreements=(two_parts(),),
        people=(u.child(consents=()),),
        policy=LocalPolicy(standing_purposes=frozenset({u.SERVICE, EVALUATION})),
    )
    study = u.request(elements=frozenset({u.GRADE}), purpose=EVALUATION)
    assert decide_use(u.request(), unsigned, u.ON).outcome is DENY
    assert decide_use(study, unsigned, u.ON).outcome is ALLOW


def test_the_whole_discloses_nothing_by_itself() -> None:
    whole = two_parts()
    assert whole.elements == frozenset()
    alone = replace(whole, parts=())
    assert decide(alone, u.DAYS, u.SERVICE).outcome is DENY


def test_a_signature_covers_every_part_and_a_missing_one_stops_all() -> None:
    whole = two_parts()
    assert decide_agreement_in_force(whole, u.ON).allowed
    assert all(
        decide_agreement_in_force(item, u.ON).allowed for item in list_part_agreements(whole)
    )
    unsigned = replace(whole, parties=(whole.parties[0], replace(whole.parties[1], signed_on=None)))
    assert not decide_agreement_in_force(unsigned, u.ON).allowed
    assert decide(unsigned, u.DAYS, u.SERVICE).outcome is DENY
    assert decide(unsigned, u.GRADE, EVALUATION).outcome is DENY


def test_each_part_has_a_reference_of_its_own() -> None:
    whole = two_parts(
        changes=(AmendedTerm("data", "x", "y", part="A"), AmendedTerm("ends", "", ""))
    )
    first, second = list_part_agreements(whole)
    assert (first.reference, first.part_id, first.whole_reference) == ("A/A", "A", "A")
    assert (whole.part_id, whole.whole_reference) == ("", "A")
    assert [change.term for change in first.changes] == ["data", "ends"]
    assert [change.term for change in second.changes] == ["ends"]
    assert find_part_agreement(whole, "B") == second
    assert find_part_agreement(whole, "C") is None


def test_parts_that_are_on_record_are_not_added_again() -> None:
    whole = two_parts()
    first, second = list_part_agreements(whole)
    ended = replace(first, terminated_on=u.ON)
    assert expand_agreement_parts((whole, ended)) == (whole, second, ended)


def test_counsel_accepts_a_finding_of_one_part_or_of_the_shared_text() -> None:
    overrides = [
        FindingOverrideFact(key, "Ana Ruiz", "river", u.ON, "read")
        for key in ("LB01 B/research", "LB04 B/", "LP01 tutors")
    ]
    first, second = list_part_agreements(two_parts(overrides=tuple(overrides)))
    assert [override.finding for override in first.overrides] == ["LP01 tutors"]
    assert [item.finding for item in second.overrides] == ["LB01 research", "LB04", "LP01 tutors"]


def amendment(*changes: AmendedTerm, **terms: Any) -> AgreementFact:
    whole = two_parts(
        reference="A-1", tier=AgreementTier.AMENDMENT, amends="A", changes=changes, parts=()
    )
    return replace(whole, **terms)


def test_an_amendment_of_the_shared_terms_changes_every_part() -> None:
    earlier = amendment(AmendedTerm("ends", "", ""), ends=date(2026, 11, 1))
    assert decide(two_parts(), u.DAYS, u.SERVICE, earlier).outcome is DENY
    assert decide(two_parts(), u.GRADE, EVALUATION, earlier).outcome is DENY


def test_an_amendment_of_one_part_leaves_the_other_as_it_is() -> None:
    change = AmendedTerm("data", "", "", part="A")
    struck = replace(ATTENDANCE, data=(DataTerm("student", frozenset({"age_band"})),))
    amended = amendment(change, parts=(struck,))
    assert decide(two_parts(), u.DAYS, u.SERVICE, amended).outcome is DENY
    assert decide(two_parts(), u.GRADE, EVALUATION, amended).outcome is ALLOW


def test_an_amendment_that_names_no_part_opens_nothing_in_one() -> None:
    """What it leaves unsaid closes: the linter asks for the part before anyone signs."""
    terms = (AmendedTerm("purposes", "", ""), AmendedTerm("data", "", ""))
    wide = amendment(*terms, purposes=frozenset({u.SERVICE, EVALUATION}), data=(GRADES, ABSENCES))
    whole = two_parts()
    amended = apply_amendments(list_part_agreements(whole), (wide,), u.ON)
    assert [(item.purposes, item.data) for item in amended] == [(frozenset(), ())] * 2
    assert decide(whole, u.GRADE, u.SERVICE, wide).outcome is DENY


def test_who_joins_the_agreement_joins_its_parts() -> None:
    whole = two_parts()
    joinder = two_parts(
        reference="A-J",
        tier=AgreementTier.JOINDER,
        joins="A",
        parts=(),
        parties=(u.party("hills", PartyRole.PROVIDER),),
    )
    first = list_part_agreements(whole)[0]
    joined = add_joined_parties(first, (joinder,), u.ON)
    assert joined.list_organizations(PartyRole.PROVIDER) == {"river", "hills"}


def test_another_agreement_may_rest_on_one_part() -> None:
    whole = two_parts()
    known = {item.reference: item for item in expand_agreement_parts((whole,))}
    license_of_part = resolve_agreement_chain(u.agreement(reference="L", under=("A/B",)), known)
    assert [above.basis for above in license_of_part.above] == [LegalBasis.STUDIES]


def test_facts_on_record_without_parts_keep_their_digest() -> None:
    assert digest_facts(u.agreement()) == digest_facts(replace(u.agreement(), parts=(), part_of=""))
    assert digest_facts(two_parts()) != digest_facts(two_parts(parts=()))


def test_what_belongs_to_one_part_or_to_the_whole() -> None:
    whole = two_parts()
    first, second = list_part_agreements(whole)
    shared = amendment(AmendedTerm("ends", "", ""))
    other = u.agreement(reference="Z")
    known = (whole, first, second, shared, other)
    chosen = [item.reference for item in select_related_agreements(known, "A/B")]
    assert chosen == ["A", "A/B", "A-1"]
    assert select_related_agreements(known, "A") == (whole, first, second, shared)


def test_the_pages_read_the_data_of_all_parts() -> None:
    whole = two_parts()
    assert whole.stated_elements == {u.DAYS, u.GRADE}
    assert u.agreement().stated_elements == u.agreement().elements
