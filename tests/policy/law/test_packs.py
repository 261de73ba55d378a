"""Every law pack: what it lets go, what it holds back, and that it never allows more."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.checks.data_use.obligations import list_law_obligations
from cairn.policy.checks.data_use.state_law import require_state_law
from cairn.policy.coverage.data_elements import check_element_coverage, list_class_law_reasons
from cairn.policy.engine.decision import Reason
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.data.use import DisclosureContext
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.law.packs.catalog import CLASS_PACKS
from cairn.policy.law.packs.pack import ClassPack
from cairn.policy.law.packs.state_packs import (
    STATE_PACKS,
    find_state_prohibition,
    needs_counsel_review,
)
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import LegalBasis, Level, Purpose, SpecialClass
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.organizations import OrganizationKind

Agreed = Callable[..., AgreementFact]
B, S = LegalBasis, SpecialClass
ELEMENT = "student.thing"

# The law, written a second time: which bases carry a class alone, and which conditions it lists.
EXCEPTIONS = {
    B.SCHOOL_OFFICIAL,
    B.STUDIES,
    B.AUDIT_EVALUATION,
    B.TRANSFER,
    B.SUBPOENA,
    B.EMERGENCY,
    B.CHILD_WELFARE,
    B.FINANCIAL_AID,
    B.ACCREDITATION,
    B.JUVENILE_JUSTICE,
}
HEALTH_BASES = {
    B.HIPAA_AUTHORIZATION,
    B.BUSINESS_ASSOCIATE,
    B.LIMITED_DATA_SET,
    B.DE_IDENTIFIED,
    B.TREATMENT,
    B.RESEARCH_WAIVER,
}
HEALTH_CONDITIONS = {
    "authorization",
    "business_associate",
    "limited_data_set",
    "de_identified",
    "required_by_law",
    "public_health",
    "education_record",
}
LAW: dict[SpecialClass, tuple[set[LegalBasis], set[str]]] = {
    S.MEAL_STATUS: (
        {B.CONSENT},
        {
            "federal_education_program",
            "state_program",
            "means_tested_nutrition_program",
            "child_nutrition_program",
            "medicaid_or_chip",
        },
    ),
    S.HOMELESSNESS: (EXCEPTIONS | {B.CONSENT}, set()),
    S.DISABILITY: (EXCEPTIONS | {B.CONSENT}, set()),
    S.EARLY_INTERVENTION: (EXCEPTIONS | {B.CONSENT}, set()),
    S.HEAD_START: (
        {B.CONSENT},
        {
            "program_officials",
            "study",
            "audit_or_evaluation",
            "health_or_safety",
            "court_order",
            "child_welfare",
            "next_school",
        },
    ),
    S.ONLINE_UNDER_13: ({B.CONSENT}, {"school_authorization"}),
    S.SURVEY: ({B.CONSENT}, {"notice_and_opt_out"}),
    S.HEALTH: (HEALTH_BASES, HEALTH_CONDITIONS),
    S.IMMUNIZATION: (HEALTH_BASES | {B.IMMUNIZATION_PROOF}, HEALTH_CONDITIONS),
    S.SUBSTANCE_USE: (
        {B.PART2_CONSENT},
        {
            "patient_consent",
            "service_organization",
            "medical_emergency",
            "research",
            "audit_and_evaluation",
            "court_order",
        },
    ),
    S.WAGE: (
        set(),
        {
            "public_official",
            "agent_or_contractor",
            "informed_consent",
            "public_domain",
            "not_unemployment_insurance",
        },
    ),
    S.WIC: (set(), {"administers_wic", "other_program_agreement", "release_form"}),
    S.SNAP: (set(), {"administers_program", "school_meals", "household_request"}),
    S.TANF: (set(), {"administers_program", "needs_based_program", "audit", "family_permission"}),
    S.CHILD_WELFARE: (set(), {"government_entity", "state_statute", "subject_of_report"}),
    S.DOMESTIC_VIOLENCE: (
        set(),
        {"time_limited_release", "statutory_or_court_mandate", "not_victim_services"},
    ),
    S.JUVENILE: (set(), set()),
    S.IMMIGRATION: (set(), set()),
}
CONDITIONS = [(kind, code) for kind, (_, codes) in LAW.items() for code in sorted(codes)]


def _list_reasons(
    agreement: AgreementFact,
    kind: SpecialClass,
    packs: Iterable[ClassPack] = CLASS_PACKS,
    **around: object,
) -> tuple[Reason, ...]:
    surroundings = DisclosureContext(**around)  # type: ignore[arg-type]
    return tuple(list_class_law_reasons(agreement, ELEMENT, frozenset({kind}), surroundings, packs))


def _lawful(reasons: Iterable[Reason]) -> bool:
    return all(reason.effect is Outcome.ALLOW for reason in reasons)


def _add_authority(
    agreement: AgreementFact, kind: SpecialClass, authority: str, condition: str
) -> AgreementFact:
    said = {f"{kind.value}_authority": authority, f"{kind.value}_condition": condition}
    return replace(agreement, criteria={**agreement.criteria, **said})


def test_every_class_has_one_pack() -> None:
    assert sorted(pack.special for pack in CLASS_PACKS) == sorted(SpecialClass) == sorted(LAW)
    assert len({pack.id for pack in CLASS_PACKS}) == len(CLASS_PACKS)


@pytest.mark.parametrize("kind", SpecialClass)
@pytest.mark.parametrize("basis", LegalBasis)
def test_a_basis_carries_what_its_law_says(
    agreed: Agreed, kind: SpecialClass, basis: LegalBasis
) -> None:
    assert _lawful(_list_reasons(agreed(basis), kind)) is (basis in LAW[kind][0])


@pytest.mark.parametrize("kind", SpecialClass)
def test_every_reason_can_be_told_to_everyone(agreed: Agreed, kind: SpecialClass) -> None:
    """The facts of a reason fill its card's words: for a steward all, for others the element."""
    agreements = [agreed(basis) for basis in LegalBasis]
    agreements += [
        _add_authority(agreed(B.OWN_RECORDS), kind, "exhibit C", code) for code in LAW[kind][1]
    ]
    for agreement in agreements:
        serving = Purpose.SERVICE_COORDINATION
        for reason in _list_reasons(agreement, kind, purpose=serving, action=Action.VIEW):
            said = [reason.message_for(audience) for audience in Audience]
            assert not [line for line in (*said, reason.next_step) if "{" in line]


@pytest.mark.parametrize(("kind", "code"), CONDITIONS)
def test_an_authority_meets_a_condition_of_its_law(
    agreed: Agreed, kind: SpecialClass, code: str
) -> None:
    (pack,) = (pack for pack in CLASS_PACKS if pack.special is kind)
    condition = pack.find_condition(code)
    assert condition is not None
    whole = agreed(B.CONSENT if condition.of_each_person else B.OWN_RECORDS)
    assert _lawful(_list_reasons(_add_authority(whole, kind, "exhibit C", code), kind))
    without_forms = agreed(B.OWN_RECORDS)
    lawful = _lawful(_list_reasons(_add_authority(without_forms, kind, "exhibit C", code), kind))
    assert lawful is not condition.of_each_person
    for authority, condition in (("", code), ("  ", code), ("exhibit C", ""), ("exhibit C", "x")):
        assert not _lawful(_list_reasons(_add_authority(whole, kind, authority, condition), kind))
    by_directory = _add_authority(agreed(B.DIRECTORY), kind, "exhibit C", code)
    assert not _lawful(_list_reasons(by_directory, kind))


@pytest.mark.parametrize("kind", [S.JUVENILE, S.IMMIGRATION, S.HOMELESSNESS, S.DISABILITY])
def test_where_the_law_lists_no_condition_the_authority_is_named(
    agreed: Agreed, kind: SpecialClass
) -> None:
    whole = agreed(B.OWN_RECORDS)
    assert not _lawful(_list_reasons(whole, kind))
    assert _lawful(_list_reasons(_add_authority(whole, kind, "exhibit C", ""), kind))


def test_a_refusal_says_what_to_write_and_what_to_use_instead(agreed: Agreed) -> None:
    (refused,) = _list_reasons(agreed(), S.MEAL_STATUS)
    assert "meal_status_authority" in refused.next_step
    assert "meal_status_condition" in refused.next_step
    assert "community eligibility" in refused.next_step
    assert refused.message_for(Audience.RECIPIENT) == f"{ELEMENT} is not covered."


@pytest.mark.parametrize(("kind", "code"), [(S.DISABILITY, "L03.2"), (S.EARLY_INTERVENTION, "L04")])
def test_a_service_agency_needs_consent_for_disability_records(
    agreed: Agreed, kind: SpecialClass, code: str
) -> None:
    serving = Purpose.SERVICE_COORDINATION
    by_basis, agreed = agreed, partial(agreed, B.CHILD_WELFARE)
    told = _list_reasons(agreed(), kind, purpose=serving)
    assert [r.code for r in told if r.effect is not Outcome.ALLOW] == [code]
    school = OrganizationFact("hills", OrganizationKind.SCHOOL_DISTRICT)
    agency = OrganizationFact("x", OrganizationKind.GOVERNMENT)
    assert _lawful(_list_reasons(agreed(), kind, purpose=serving, receiver=school))
    assert not _lawful(_list_reasons(agreed(), kind, purpose=serving, receiver=agency))
    assert _lawful(_list_reasons(agreed(), kind, purpose=Purpose.PROGRAM_EVALUATION))
    assert _lawful(
        _list_reasons(_add_authority(agreed(), kind, "exhibit C", ""), kind, purpose=serving)
    )
    assert _lawful(_list_reasons(by_basis(B.CONSENT), kind, purpose=serving))
    # A contractor that is a school official provides no transition services.
    lawful = _lawful(_list_reasons(by_basis(B.SCHOOL_OFFICIAL), kind, purpose=serving))
    assert lawful is (kind is S.DISABILITY)


@pytest.mark.parametrize(
    ("kind", "action", "level", "lawful"),
    [
        (OrganizationKind.GOVERNMENT, Action.VIEW, Level.INDIVIDUAL, True),
        (OrganizationKind.STATE_EDUCATION_AGENCY, Action.EXPORT, Level.INDIVIDUAL, True),
        (OrganizationKind.BACKBONE, Action.VIEW, Level.INDIVIDUAL, False),
        (None, Action.LIST, Level.INDIVIDUAL, False),
        (OrganizationKind.BACKBONE, Action.VIEW, Level.PROGRAM, True),
        (OrganizationKind.BACKBONE, Action.AGGREGATE, Level.INDIVIDUAL, True),
        (None, None, Level.INDIVIDUAL, True),
    ],
)
def test_one_persons_wages_are_seen_by_public_officials(
    agreed: Agreed,
    kind: OrganizationKind | None,
    action: Action | None,
    level: Level,
    lawful: bool,
) -> None:
    agreement = _add_authority(agreed(B.OWN_RECORDS), S.WAGE, "ordinance", "public_official")
    receiver = OrganizationFact("x", kind) if kind else None
    told = _list_reasons(agreement, S.WAGE, receiver=receiver, action=action, level=level)
    assert _lawful(told) is lawful
    assert {r.code for r in told if r.effect is not Outcome.ALLOW} <= {"L09.1"}


@pytest.mark.parametrize(
    ("action", "due"),
    [(Action.MATCH, date(2026, 11, 24)), (Action.LINK, date(2026, 11, 24)), (Action.VIEW, None)],
)
def test_maryland_copies_go_on_the_day_of_linking(action: Action, due: date | None) -> None:
    source = OrganizationFact("river", OrganizationKind.HEALTH, state="MD")
    around = DisclosureContext(providers=(source,), action=action)
    (copies,) = list_law_obligations([], around, date(2026, 11, 24))
    assert (copies.code, copies.due) == ("L12.4", due)


def test_obligations_of_a_class_and_of_a_state_come_once(on: date) -> None:
    states = {"a": "MD", "b": "MD", "c": "UT", "d": ""}
    sources = (OrganizationFact(s, OrganizationKind.HEALTH, state=at) for s, at in states.items())
    around = DisclosureContext(providers=tuple(sources))
    due = list_law_obligations(
        [S.DISABILITY, S.EARLY_INTERVENTION, S.SUBSTANCE_USE, S.WAGE], around, on
    )
    assert [o.code for o in due] == ["L03.1", "L04.1", "L08.3", "L12.4"]


def test_a_dictionary_adds_classes_to_an_element(agreed: Agreed, on: date) -> None:
    agreement = agreed(data=(DataTerm("student", frozenset({"thing", "meal_status"})),))
    plain = check_element_coverage((agreement,))
    assert _lawful(plain.run(ELEMENT, on))
    around = DisclosureContext(classes={ELEMENT: frozenset({S.JUVENILE})})
    classed = check_element_coverage((agreement,), around)
    assert [r.code for r in classed.run(ELEMENT, on)] == ["G10", "L10"]
    assert [r.code for r in classed.run("student.meal_status", on)] == ["G10", "L01"]


@given(
    kind=st.sampled_from(SpecialClass),
    basis=st.sampled_from(LegalBasis),
    authority=st.sampled_from(["", "exhibit C"]),
    condition=st.sampled_from(["", "court_order", "public_official"]),
    purpose=st.sampled_from([None, *Purpose]),
    some=st.frozensets(st.sampled_from([p.id for p in CLASS_PACKS])),
    more=st.frozensets(st.sampled_from([p.id for p in CLASS_PACKS])),
)
def test_adding_a_pack_never_allows_more(
    agreed: Agreed,
    kind: SpecialClass,
    basis: LegalBasis,
    authority: str,
    condition: str,
    purpose: Purpose | None,
    some: frozenset[str],
    more: frozenset[str],
) -> None:
    agreement = _add_authority(agreed(basis), kind, authority, condition)

    def lawful(ids: frozenset[str]) -> bool:
        packs = [pack for pack in CLASS_PACKS if pack.id in ids]
        return _lawful(_list_reasons(agreement, kind, packs, purpose=purpose, action=Action.VIEW))

    assert lawful(some) or not lawful(some | more)


def _state(
    state: str,
    action: Action | None = Action.AGGREGATE,
    *,
    on: date = date(2026, 11, 24),
    kind: OrganizationKind = OrganizationKind.SCHOOL_DISTRICT,
    agreements: tuple[AgreementFact, ...] = (),
    **around: object,
) -> list[tuple[str, Outcome]]:
    given_ = {"receiver": OrganizationFact("hub", OrganizationKind.BACKBONE), **around}
    surroundings = DisclosureContext(
        providers=(OrganizationFact("river", kind, state=state),),
        action=action,
        **given_,  # type: ignore[arg-type]
    )
    rules = require_state_law(agreements, surroundings)
    reasons = [reason for rule in rules for reason in rule.run(on)]
    assert all(
        "{" not in r.message_for(audience) + r.next_step for r in reasons for audience in Audience
    )
    return [(r.code, r.effect) for r in reasons]


def test_an_unknown_state_denies_and_a_silent_one_asks() -> None:
    assert _state("") == [("L12.1", Outcome.DENY)]
    assert _state("", level=Level.POPULATION) == [("L12.1", Outcome.DENY)]
    assert _state("OH") == [("L12", Outcome.NEEDS_PERSON)]
    assert _state("OH", level=Level.POPULATION) == []


@pytest.mark.parametrize(
    ("action", "kind", "output", "staff"),
    [
        (Action.AGGREGATE, OrganizationKind.BACKBONE, Outcome.ALLOW, Outcome.ALLOW),
        (Action.VIEW, OrganizationKind.BACKBONE, Outcome.ALLOW, Outcome.ALLOW),
        (Action.VIEW, OrganizationKind.COMMUNITY_PROGRAM, Outcome.ALLOW, Outcome.DENY),
        (Action.EXPORT, OrganizationKind.BACKBONE, Outcome.DENY, Outcome.ALLOW),
        (Action.PUBLISH, OrganizationKind.VENDOR, Outcome.DENY, Outcome.DENY),
        (Action.VIEW, None, Outcome.ALLOW, Outcome.DENY),
    ],
)
def test_maryland_puts_out_no_rows_and_keeps_them_with_the_manager(
    action: Action, kind: OrganizationKind | None, output: Outcome, staff: Outcome
) -> None:
    receiver = OrganizationFact("x", kind) if kind else None
    told = _state("MD", action, receiver=receiver)
    assert told == [("L12.2", output), ("L12.3", staff)]
    assert _state("MD", action, receiver=receiver, level=Level.POPULATION) == []
    assert _state("MD", None, receiver=receiver) == []


@pytest.mark.parametrize(
    ("reported", "effect"),
    [
        (date(2026, 11, 9), Outcome.ALLOW),
        (date(2026, 11, 10), Outcome.DENY),  # November 11 is a holiday
        (None, Outcome.DENY),
    ],
)
def test_utah_hears_of_a_release_ten_business_days_before(
    reported: date | None, effect: Outcome
) -> None:
    board = OrganizationKind.STATE_EDUCATION_AGENCY
    asked = {"kind": board, "level": Level.POPULATION, "reported_on": reported}
    assert _state("UT", Action.PUBLISH, **asked) == [("L12.5", effect)]  # type: ignore[arg-type]
    assert _state("UT", Action.AGGREGATE, **asked) == []  # type: ignore[arg-type]
    assert _state("UT", Action.PUBLISH, reported_on=reported) == []


def test_california_keeps_the_signed_consents(agreed: Agreed) -> None:
    consent, other = agreed(B.CONSENT), agreed()
    assert _state("CA", agreements=(consent, other)) == [("L12.6", Outcome.DENY)]
    for clause, outcome in (
        ("The program keeps the originals for five years.", Outcome.DENY),
        ("The district keeps each consent permanently.", Outcome.ALLOW),
        ("Permanent record of each consent, with the pupil's file", Outcome.ALLOW),
        ("not permanently", Outcome.DENY),
    ):
        kept = replace(consent, criteria={"consents_kept": clause})
        assert _state("CA", agreements=(kept, other)) == [("L12.6", outcome)]


def test_a_pack_says_when_its_law_was_read_and_when_it_is_read_again() -> None:
    for pack in STATE_PACKS.values():
        assert pack.changes[0].startswith(max(line[:10] for line in pack.changes))
        assert pack.reviewed_on < pack.review_due <= pack.reviewed_on + timedelta(days=366)
        assert pack.is_review_overdue(pack.review_due + timedelta(days=1))
        assert not pack.is_review_overdue(pack.review_due)


@pytest.mark.parametrize("state", ["CO", "IL", "TX", "WA"])
def test_a_pack_of_some_rules_still_waits_for_counsel(state: str, agreed: Agreed) -> None:
    assert needs_counsel_review(state)
    assert _state(state, agreements=(agreed(),)) == [("L12", Outcome.NEEDS_PERSON)]
    assert not needs_counsel_review("UT")
    if state == "IL":
        return
    providers = ((state, OrganizationKind.SCHOOL_DISTRICT),)
    for purpose in (Purpose.SALE, Purpose.TARGETED_ADVERTISING, Purpose.PROFILING):
        assert find_state_prohibition(purpose, providers) is not None
    assert find_state_prohibition(Purpose.RESEARCH, providers) is None


@given(
    state=st.sampled_from(["", "OH", *STATE_PACKS]),
    action=st.sampled_from([None, *Action]),
    level=st.sampled_from(Level),
    basis=st.sampled_from(LegalBasis),
)
def test_a_state_pack_denies_or_says_nothing_where_silence_would_pass(
    agreed: Agreed, state: str, action: Action | None, level: Level, basis: LegalBasis
) -> None:
    """Taking a pack out makes its state silent: never allowed for single children."""
    provider = OrganizationFact("river", OrganizationKind.STATE_EDUCATION_AGENCY, state=state)
    around = DisclosureContext(providers=(provider,), action=action, level=level)
    without = {k: pack for k, pack in STATE_PACKS.items() if k != state}
    rules = require_state_law((agreed(basis),), around, without)
    told = [r.effect for rule in rules for r in rule.run(date(2026, 11, 24))]
    if level is Level.INDIVIDUAL or not state:
        assert told in ([Outcome.NEEDS_PERSON], [Outcome.DENY])
    else:
        assert told == []
