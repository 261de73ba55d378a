"""An amendment supersedes the terms that it changes, from its first day and not before."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from tests.policy import permitted_use as u

from cairn.policy.checks.agreements.amendments import AMENDABLE_TERMS, apply_amendments
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import AmendedTerm, DataTerm, OnwardRecipient
from cairn.policy.facts.agreements.criterion import CriterionFact
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.agreements import AgreementState, AgreementTier
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.decisions import Outcome

DAY: Final = date(2026, 12, 1)
ALLOW, DENY = Outcome.ALLOW, Outcome.DENY


def amendment(*terms: str, **changes: Any) -> AgreementFact:
    """An amendment of the tutoring agreement that begins in a week."""
    whole = u.agreement(
        LegalBasis.NO_DISCLOSURE,
        reference="A-1",
        tier=AgreementTier.AMENDMENT,
        starts=DAY,
        amends="A",
        changes=tuple(AmendedTerm(term, "before", "now") for term in terms),
        data=(),
        purposes=frozenset(),
        criteria={},
    )
    return replace(whole, **changes)


def outcome(change: AgreementFact, on: date, **request: Any) -> Outcome:
    facts = u.facts(agreements=(u.agreement(), change))
    return decide_use(u.request(**request), facts, on).outcome


def test_a_struck_element_stops_on_the_first_day() -> None:
    grade = (DataTerm("student", frozenset({"grade"}), clause="exhibit A"),)
    change = amendment("data", data=grade)
    assert outcome(change, date(2026, 11, 30)) is ALLOW
    assert outcome(change, DAY) is DENY
    assert outcome(change, DAY, elements=frozenset({u.GRADE})) is ALLOW


def test_a_struck_purpose_stops_and_an_added_one_begins() -> None:
    research = frozenset({Purpose.RESEARCH})
    (agreed,) = apply_amendments((u.agreement(),), (amendment("purposes", purposes=research),), DAY)
    assert agreed.purposes == research
    assert outcome(amendment("purposes", purposes=research), DAY) is DENY


def test_the_criteria_of_the_same_basis_are_stated_anew() -> None:
    """So that an agreement from before criteria were facts gets confirmed ones."""
    base = u.agreement()
    facts = {"direct_control": CriterionFact("provider_controls", "2")}
    stated: dict[str, Any] = {
        "basis": base.basis,
        "basis_clause": "clause 2",
        "criteria": {"direct_control": "the provider"},
        "criterion_facts": facts,
    }
    (agreed,) = apply_amendments((base,), (amendment("legal_basis", **stated),), DAY)
    assert (agreed.basis_clause, agreed.criterion_facts) == ("clause 2", facts)
    assert agreed.criteria == stated["criteria"]
    other = amendment("legal_basis", **stated | {"basis": LegalBasis.NO_DISCLOSURE})
    assert apply_amendments((base,), (other,), DAY) == (base,)


def test_a_struck_onward_recipient_stops() -> None:
    base = u.onward()
    (unchanged,) = apply_amendments((base,), (amendment("onward"),), date(2026, 11, 30))
    assert unchanged.onward == base.onward
    (struck,) = apply_amendments((base,), (amendment("onward"),), DAY)
    assert struck.onward == ()
    other = (OnwardRecipient("hub", "linking", "clause 8"),)
    (changed,) = apply_amendments((base,), (amendment("onward", onward=other),), DAY)
    assert changed.onward == other


def test_the_later_of_two_amendments_counts() -> None:
    first = amendment("ends", ends=date(2027, 6, 30))
    later = replace(first, reference="A-2", starts=date(2026, 12, 5), ends=date(2027, 1, 31))
    for order in ((first, later), (later, first)):
        (agreed,) = apply_amendments((u.agreement(),), order, date(2026, 12, 5))
        assert agreed.ends == date(2027, 1, 31)


def test_an_earlier_amendment_does_not_keep_open_what_a_later_one_strikes() -> None:
    """The first states the whole agreement on a basis of its own; both amend the same one."""
    first = amendment("data", basis=LegalBasis.CONSENT, data=u.agreement().data)
    first = replace(first, purposes=u.agreement().purposes, basis_clause="clause 3")
    grade = (DataTerm("student", frozenset({"grade"}), clause="exhibit A"),)
    later_day = date(2026, 12, 5)
    for amended in ("A", "A-1"):
        later = amendment("data", reference="A-2", amends=amended, starts=later_day, data=grade)
        facts = u.facts(agreements=(u.agreement(), first, later))
        assert decide_use(u.request(), facts, date(2026, 12, 4)).outcome is ALLOW
        assert decide_use(u.request(), facts, later_day).outcome is DENY


def test_amendments_in_a_circle_amend_nothing() -> None:
    circle = (amendment("data", amends="A-2"), amendment("data", reference="A-2", amends="A-1"))
    assert apply_amendments(circle, circle, DAY) == circle


@pytest.mark.parametrize(
    "change",
    [
        {"changes": ()},
        {"amends": "B"},
        {"terminated_on": DAY},
        {"state": AgreementState.OUT_FOR_SIGNATURE},
        {"parties": tuple(replace(p, signed_on=None) for p in u.agreement().parties)},
        {"parties": u.agreement().parties[1:]},
        {"changes": (AmendedTerm("termination_clause", "a", "b"),)},
    ],
)
def test_what_is_no_amendment_in_force_changes_nothing(change: dict[str, Any]) -> None:
    base = u.agreement()
    assert apply_amendments((base,), (amendment("data", **change),), DAY) == (base,)


def test_every_amendable_term_is_a_term_of_an_agreement() -> None:
    base = u.agreement()
    whole = amendment(*AMENDABLE_TERMS)
    (agreed,) = apply_amendments((base,), (whole,), DAY)
    for term in AMENDABLE_TERMS:
        assert getattr(agreed, term) == getattr(whole, term)
