"""An agreement is in force for a date, or it says everything that it lacks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cairn.policy.checks.agreements.agreement_reliance import summarize_lineage
from cairn.policy.checks.records.destruction_duties import find_destruction_due_date
from cairn.policy.facts.agreements.agreement import UNTIL_TERMINATED, AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DataTerm, Retention
from cairn.policy.facts.people.access import Actor
from cairn.policy.law.packs.catalog import BASIS_CRITERIA
from cairn.policy.questions.governance.agreements import (
    decide_agreement_in_force,
    may_load_agreement,
    may_view_agreement,
)
from cairn.policy.questions.governance.record_keeping import may_destroy_data
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.organizations import OrganizationKind

Agreed = Callable[..., AgreementFact]
DAY = timedelta(days=1)
# Consents stand child by child, and an emergency is no agreement.
NEVER_BY_ITSELF = (LegalBasis.CONSENT, LegalBasis.EMERGENCY)
STANDING = [basis for basis in LegalBasis if basis not in NEVER_BY_ITSELF]


def _codes(agreement: AgreementFact, on: date) -> list[str]:
    return [r.code for r in decide_agreement_in_force(agreement, on).refusals]


@pytest.mark.parametrize("basis", STANDING)
def test_whole_agreements_are_in_force(agreed: Agreed, on: date, basis: LegalBasis) -> None:
    decision = decide_agreement_in_force(agreed(basis), on)
    assert decision.outcome is Outcome.ALLOW
    assert (decision.agreements, decision.basis) == (("A",), basis)
    assert decision.minimum_cell == 10
    assert decision.ends_on == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("basis", "key"),
    [(basis, key) for basis in STANDING for key in sorted(BASIS_CRITERIA[basis])],
)
def test_every_criterion_counts(agreed: Agreed, on: date, basis: LegalBasis, key: str) -> None:
    whole = agreed(basis)
    lacking = {k: said for k, said in whole.criteria.items() if k != key}
    refused = decide_agreement_in_force(replace(whole, criteria=lacking), on)
    assert refused.outcome is Outcome.DENY
    assert len(refused.refusals) == 1
    assert refused.refusals[0].citation.startswith(BASIS_CRITERIA[basis][key].citation)
    blank = decide_agreement_in_force(replace(whole, criteria={**lacking, key: "  "}), on)
    assert blank.outcome is Outcome.DENY


def test_consent_stands_child_by_child(agreed: Agreed, on: date) -> None:
    decision = decide_agreement_in_force(agreed(LegalBasis.CONSENT), on)
    assert decision.allowed
    assert "R01" in {r.code for r in decision.reasons}


def test_an_emergency_is_no_standing_agreement(agreed: Agreed, on: date) -> None:
    assert "R21.6" in _codes(agreed(LegalBasis.EMERGENCY), on)


def test_a_term_includes_its_first_and_last_day(agreed: Agreed) -> None:
    whole = agreed()
    first, last = whole.starts, date(2028, 2, 29)
    signed = tuple(replace(p, signed_on=first - 9 * DAY) for p in whole.parties)
    whole = replace(whole, parties=signed)
    days = [first - DAY, first, last, last + DAY]
    assert [decide_agreement_in_force(whole, d).allowed for d in days] == [False, True, True, False]
    assert _codes(whole, first - DAY) == ["G01"]
    assert _codes(whole, last + DAY) == ["G02"]


def test_an_end_is_said_or_nothing_runs(agreed: Agreed, on: date) -> None:
    assert _codes(agreed(ends=None), on) == ["G03"]
    open_end = decide_agreement_in_force(agreed(ends=UNTIL_TERMINATED), on)
    assert open_end.allowed
    assert open_end.ends_on is None
    assert any("its termination" in r.message for r in open_end.reasons)


def test_termination_ends_it_that_day(agreed: Agreed, on: date) -> None:
    terminated = agreed(terminated_on=on)
    assert _codes(terminated, on) == ["G04"]
    assert decide_agreement_in_force(terminated, on - DAY).allowed


@pytest.mark.parametrize("party", [0, 1])
@pytest.mark.parametrize(
    "change", [{"signed_by": ""}, {"signed_on": None}, {"signed_on": date(2026, 11, 25)}]
)
def test_every_party_has_signed_by_then(
    agreed: Agreed, on: date, party: int, change: dict[str, object]
) -> None:
    parties = list(agreed().parties)
    parties[party] = replace(parties[party], **change)  # type: ignore[arg-type]
    assert _codes(agreed(parties=tuple(parties)), on) == ["G05"]


def test_there_is_a_provider_and_a_recipient(agreed: Agreed, on: date) -> None:
    refusals = decide_agreement_in_force(agreed(parties=()), on).refusals
    assert [r.message for r in refusals] == [
        "A does not name a provider.",
        "A does not name a recipient.",
    ]


def test_retention_is_a_period(agreed: Agreed, on: date) -> None:
    assert _codes(agreed(retention=Retention(None)), on) == ["G07"]


def test_a_study_has_one_of_three_purposes_and_an_end(agreed: Agreed, on: date) -> None:
    study = agreed(LegalBasis.STUDIES)
    referrals = {**study.criteria, "study_purpose": "coordinate referrals"}
    assert _codes(replace(study, criteria=referrals), on) == ["R10"]
    assert _codes(replace(study, ends=UNTIL_TERMINATED), on) == ["R11.1d"]


def test_nobody_evaluates_their_own_program(agreed: Agreed, on: date) -> None:
    audit = agreed(LegalBasis.AUDIT_EVALUATION)
    own = {**audit.criteria, "program_operator": "hub"}
    assert _codes(replace(audit, criteria=own), on) == ["R14"]


def test_audit_belongs_to_educational_authorities(agreed: Agreed, on: date) -> None:
    audit = agreed(LegalBasis.AUDIT_EVALUATION)
    parties = (
        replace(audit.parties[0], kind=OrganizationKind.COMMUNITY_PROGRAM),
        audit.parties[1],
    )
    assert _codes(replace(audit, parties=parties), on) == ["R13.1"]


def test_a_district_cannot_call_education_records_its_own(agreed: Agreed, on: date) -> None:
    own = agreed(LegalBasis.OWN_RECORDS)
    parties = (replace(own.parties[0], kind=OrganizationKind.SCHOOL_DISTRICT), own.parties[1])
    assert _codes(replace(own, parties=parties), on) == ["G15"]


def test_a_lineage_takes_the_strictest_of_each(agreed: Agreed) -> None:
    strict = agreed(
        LegalBasis.STUDIES,
        reference="B",
        ends=date(2027, 1, 1),
        disclosure=replace(agreed().disclosure, minimum_cell=20),
    )
    joined = summarize_lineage((agreed(), strict))
    assert (joined.references, joined.minimum_cell) == (("A", "B"), 20)
    assert (joined.basis, joined.ends_on) == (None, date(2027, 1, 1))
    assert summarize_lineage(()).minimum_cell is None


def test_the_years_of_a_record_type_are_those_of_all_its_terms(agreed: Agreed) -> None:
    def term(record: str, first: str = "", last: str = "") -> DataTerm:
        return DataTerm(record, frozenset({"local_id"}), first_year=first, last_year=last)

    one = agreed(
        LegalBasis.STUDIES,
        data=(
            term("enrollment", "2021-22", "2023-24"),
            term("enrollment", "2022-23", "2025-26"),
            term("student"),
            term("graduation", "2017-18", "2025-26"),
            term("graduation"),
        ),
    )
    assert summarize_lineage((one,)).years == {"enrollment": ("2021-22", "2025-26")}
    assert decide_agreement_in_force(one, date(2026, 1, 1)).years == summarize_lineage((one,)).years


def test_parties_read_it_and_the_hub_loads_it(
    agreed: Agreed, acting: Callable[..., Actor], on: date
) -> None:
    expired = agreed(ends=date(2025, 1, 1))
    assert may_load_agreement(expired, acting(Role.DATA_MANAGER), on).allowed
    assert not may_load_agreement(expired, acting(Role.STEWARD, at="river"), on).allowed
    assert may_view_agreement(expired, acting(Role.STEWARD, at="river"), on).allowed
    assert not may_view_agreement(expired, acting(Role.STEWARD, at="hills"), on).allowed
    assert may_destroy_data(expired, acting(Role.DATA_MANAGER, at="river"), on).allowed
    assert not may_destroy_data(expired, acting(Role.DATA_MANAGER, at="hills"), on).allowed


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, date(2024, 3, 1)),
        ({"retention": Retention(None)}, None),
        ({"retention": Retention(1, "agreement_end")}, date(2028, 3, 1)),
        ({"retention": Retention(1, "agreement_end"), "ends": UNTIL_TERMINATED}, date(2024, 3, 1)),
        ({"retention": Retention(1, "agreement_end"), "ends": None}, date(2024, 3, 1)),
        (
            {"retention": Retention(1, "agreement_end"), "terminated_on": date(2025, 6, 30)},
            date(2025, 7, 1),
        ),
    ],
)
def test_destruction_falls_due_from_a_leap_day(
    agreed: Agreed, changes: dict[str, object], due: date | None
) -> None:
    changes = {"retention": Retention(1), **changes}
    assert find_destruction_due_date(agreed(**changes), date(2024, 2, 29)) == due


def test_roles_of_parties(agreed: Agreed) -> None:
    assert agreed().list_organizations(PartyRole.PROVIDER) == {"river"}
    assert Purpose.RESEARCH not in agreed().purposes
