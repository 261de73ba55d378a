"""What an agreement must be to stand: its text signed, what it rests on standing, nothing open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cairn.policy.checks.agreements.agreement_validity import (
    add_joined_parties,
    find_agreement_circle,
    list_referenced_agreements,
    resolve_agreement_chain,
)
from cairn.policy.facts.agreements.agreement import AgreementFact, FindingOverrideFact, Party
from cairn.policy.questions.governance.agreements import decide_agreement_in_force
from cairn.policy.vocabulary.agreements import AgreementState, AgreementTier, PartyRole
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.organizations import OrganizationKind

Agreed = Callable[..., AgreementFact]
DAY = timedelta(days=1)


def codes(agreement: AgreementFact, on: date) -> list[str]:
    return [r.code for r in decide_agreement_in_force(agreement, on).refusals]


def resting(agreement: AgreementFact, *others: AgreementFact) -> AgreementFact:
    return resolve_agreement_chain(agreement, {one.reference: one for one in (agreement, *others)})


@pytest.mark.parametrize("state", AgreementState)
def test_only_what_is_signed_and_not_closed_stands(
    agreed: Agreed, on: date, state: AgreementState
) -> None:
    stands = state in (AgreementState.SIGNED, AgreementState.TERMINATED)
    assert codes(agreed(state=state), on) == ([] if stands else ["G20"])


@pytest.mark.parametrize(
    ("text", "signed", "lacks"),
    [
        ("", "", []),
        ("abc", "abc", []),
        ("abc", "", ["G21", "G21"]),
        ("abc", "abd", ["G21", "G21"]),
        ("", "abc", ["G21", "G21"]),
    ],
)
def test_a_signature_is_for_exactly_one_text(
    agreed: Agreed, on: date, text: str, signed: str, lacks: list[str]
) -> None:
    whole = agreed()
    parties = tuple(replace(p, signed_digest=signed) for p in whole.parties)
    assert codes(replace(whole, text_digest=text, parties=parties), on) == lacks


def test_a_signature_names_its_capacity(agreed: Agreed, on: date) -> None:
    whole = agreed()
    parties = (replace(whole.parties[0], signed_capacity=" "), whole.parties[1])
    assert codes(replace(whole, parties=parties), on) == ["G05"]


def test_a_license_stands_with_what_it_rests_on(agreed: Agreed, on: date) -> None:
    memorandum = agreed(
        LegalBasis.NO_DISCLOSURE, reference="M", tier=AgreementTier.MEMORANDUM, data=()
    )
    middle = agreed(reference="D", under=("M",))
    license_ = agreed(reference="L", tier=AgreementTier.DATA_USE_LICENSE, under=("D",))
    assert decide_agreement_in_force(resting(license_, middle, memorandum), on).allowed
    assert codes(license_, on) == ["G22"]
    assert codes(resting(license_, middle), on) == ["G23"]
    over = replace(memorandum, ends=on - DAY)
    refused = decide_agreement_in_force(resting(license_, middle, over), on).refusals
    assert [r.code for r in refused] == ["G23"]
    assert "M ended on 2026-11-23" in refused[0].message
    assert decide_agreement_in_force(resting(license_, middle, over), on - DAY).allowed


@pytest.mark.parametrize("length", [1, 2, 3])
def test_nothing_rests_on_itself(agreed: Agreed, on: date, length: int) -> None:
    names = "ABC"[:length]
    ring = [
        agreed(reference=name, under=(names[(n + 1) % length],)) for n, name in enumerate(names)
    ]
    among = {one.reference: one for one in ring}
    assert find_agreement_circle(ring[0], among) == (*names, "A")
    refused = decide_agreement_in_force(resolve_agreement_chain(ring[0], among), on).refusals
    assert len(refused) == 1
    assert "A depends on itself" in " ".join(r.message for r in refused) or length > 1
    assert " → ".join((*names, "A")) in refused[0].message


def test_what_rests_on_nothing_has_no_circle(agreed: Agreed) -> None:
    assert find_agreement_circle(agreed(), {}) == ()
    assert find_agreement_circle(agreed(under=("B", "C")), {"B": agreed(reference="B")}) == ()
    assert list_referenced_agreements(agreed(under=("B",), amends="C", joins="B")) == ("B", "C")


def test_an_amendment_changes_what_has_not_ended(agreed: Agreed, on: date) -> None:
    begins = date(2026, 1, 1)
    amendment = agreed(reference="A1", tier=AgreementTier.AMENDMENT, amends="A", starts=begins)
    ran_out = agreed(ends=date(2026, 3, 31))
    assert decide_agreement_in_force(resting(amendment, ran_out), on).allowed
    for ended in (
        agreed(ends=begins - DAY),
        agreed(terminated_on=begins - DAY),
        agreed(ends=None),
    ):
        assert codes(resting(amendment, ended), on) == ["G25"]
    assert codes(amendment, on) == ["G22"]


def joinder(**changes: object) -> AgreementFact:
    lake = Party(
        "lake",
        "Lake",
        OrganizationKind.COMMUNITY_PROGRAM,
        PartyRole.RECIPIENT,
        "Bo Lake",
        "director",
        date(2025, 1, 5),
    )
    whole = AgreementFact(
        reference="J",
        title="Lake joins",
        tier=AgreementTier.JOINDER,
        starts=date(2025, 1, 10),
        ends=date(2027, 1, 1),
        purposes=frozenset(),
        parties=(lake,),
        basis=LegalBasis.NO_DISCLOSURE,
        joins="A",
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def test_one_signature_joins_and_nobody_signs_again(agreed: Agreed, on: date) -> None:
    base = agreed(text_digest="abc")
    signed = tuple(replace(p, signed_digest="abc") for p in base.parties)
    base = replace(base, parties=signed)
    whole = add_joined_parties(base, [joinder()], on)
    assert whole.parties[:2] == base.parties
    assert whole.list_organizations(PartyRole.RECIPIENT) == {"hub", "lake"}
    assert decide_agreement_in_force(whole, on).allowed
    assert decide_agreement_in_force(resting(joinder(), base), on).allowed


@pytest.mark.parametrize(
    "changes", [{"joins": "B"}, {"starts": date(2027, 1, 1)}, {"text_digest": "other"}]
)
def test_who_has_not_joined_changes_nothing(
    agreed: Agreed, on: date, changes: dict[str, object]
) -> None:
    assert add_joined_parties(agreed(), [joinder(**changes)], on) == agreed()


def test_a_party_joins_once_in_a_role(agreed: Agreed, on: date) -> None:
    twice = add_joined_parties(agreed(), [joinder(), joinder(reference="J2")], on)
    assert len(twice.parties) == 3
    assert add_joined_parties(twice, [joinder()], on) == twice


def override(**changes: object) -> FindingOverrideFact:
    whole = FindingOverrideFact("LB03 research", "Kim Law", "river", date(2026, 1, 1), "A service")
    return replace(whole, **changes)  # type: ignore[arg-type]


def test_an_open_finding_of_law_keeps_it_from_standing(agreed: Agreed, on: date) -> None:
    text = agreed(purposes=frozenset({Purpose.RESEARCH, Purpose.PROGRAM_EVALUATION}))
    (refusal,) = decide_agreement_in_force(text, on).refusals
    assert refusal.code == "G26"
    assert "LB03" in refusal.message
    accepted = decide_agreement_in_force(replace(text, overrides=(override(),)), on)
    assert accepted.allowed
    assert any("overridden by Kim Law" in r.message for r in accepted.reasons)


@pytest.mark.parametrize(
    "changes",
    [
        {"organization": "hub"},
        {"by": ""},
        {"reason": " "},
        {"on": date(2026, 11, 25)},
        {"finding": "LB03"},
    ],
)
def test_only_the_owners_counsel_accepts_by_name_and_with_a_reason(
    agreed: Agreed, on: date, changes: dict[str, object]
) -> None:
    text = agreed(purposes=frozenset({Purpose.RESEARCH}), overrides=(override(**changes),))
    assert codes(text, on) == ["G26"]


def test_no_word_of_counsel_meets_a_criterion_of_the_basis(agreed: Agreed, on: date) -> None:
    whole = agreed(LegalBasis.STUDIES)
    lacking = {k: v for k, v in whole.criteria.items() if k != "scope"}
    (refusal,) = decide_agreement_in_force(replace(whole, criteria=lacking), on).refusals
    accepted = replace(whole, criteria=lacking, overrides=(override(finding=refusal.code),))
    assert codes(accepted, on) == [refusal.code]


def test_what_discloses_nothing_needs_no_retention(agreed: Agreed, on: date) -> None:
    nothing = agreed(LegalBasis.NO_DISCLOSURE).retention
    bare = replace(nothing, period_days=None)
    assert decide_agreement_in_force(agreed(LegalBasis.NO_DISCLOSURE, retention=bare), on).allowed
    assert codes(agreed(retention=bare), on) == ["G07"]
