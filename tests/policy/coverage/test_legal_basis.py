"""What an agreement's criteria may say, by basis, and the facts that a basis looks at beside."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from cairn.policy.coverage.data_elements import (
    check_element_coverage,
    is_direct_identifier,
    list_special_classes,
)
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DataTerm, Retention
from cairn.policy.facts.agreements.data_dictionary import (
    DataElementFact,
    collect_identifier_classes,
    collect_special_classes,
)
from cairn.policy.facts.data.use import DisclosureContext
from cairn.policy.law.element_classes import DIRECT_IDENTIFIER_FIELDS
from cairn.policy.law.packs.catalog import BASIS_CRITERIA, BASIS_PACKS, list_criteria_keys
from cairn.policy.law.packs.pack import format_authority_key, format_condition_key
from cairn.policy.questions.governance.agreements import decide_agreement_in_force
from cairn.policy.vocabulary.data_use import IdentifierClass, LegalBasis, SpecialClass
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.organizations import (
    EDUCATION_AUTHORITY_KINDS,
    FERPA_AGENCY_KINDS,
    OrganizationKind,
)
from cairn.warehouse.schema.elements import load_element_catalogue

Agreed = Callable[..., AgreementFact]
B = LegalBasis


def _codes(agreement: AgreementFact, on: date) -> list[str]:
    return [r.code for r in decide_agreement_in_force(agreement, on).refusals]


def _saying(agreement: AgreementFact, without: str = "", **said: str) -> AgreementFact:
    kept: Mapping[str, str] = {k: v for k, v in agreement.criteria.items() if k != without}
    return replace(agreement, criteria={**kept, **said})


@pytest.mark.parametrize("basis", LegalBasis)
def test_a_basis_knows_its_keys_and_those_of_every_special_class(basis: LegalBasis) -> None:
    keys = list_criteria_keys(basis)
    assert keys >= set(BASIS_CRITERIA[basis])
    for special in SpecialClass:
        assert {format_authority_key(special), format_condition_key(special)} <= keys
    assert "ferpa_ok" not in keys


def test_every_basis_has_a_pack_of_its_own() -> None:
    assert set(BASIS_PACKS) == set(LegalBasis)
    assert all(pack.law and pack.basis is basis for basis, pack in BASIS_PACKS.items())


def test_keys_that_only_one_basis_knows() -> None:
    assert "study_purpose" in list_criteria_keys(B.STUDIES) - list_criteria_keys(B.AUDIT_EVALUATION)
    assert "sealed_order" in list_criteria_keys(B.SUBPOENA) - list_criteria_keys(B.TRANSFER)


@pytest.mark.parametrize("basis", [B.HIPAA_AUTHORIZATION, B.BUSINESS_ASSOCIATE, B.LIMITED_DATA_SET])
@pytest.mark.parametrize("kind", OrganizationKind)
def test_education_records_are_no_health_records(
    agreed: Agreed, on: date, basis: LegalBasis, kind: OrganizationKind
) -> None:
    provider, *others = agreed(basis).parties
    agreement = agreed(basis, parties=(replace(provider, kind=kind), *others))
    assert ("L07.1" in _codes(agreement, on)) is (kind in FERPA_AGENCY_KINDS)


@pytest.mark.parametrize(("basis", "code"), [(B.STUDIES, "R11.5"), (B.AUDIT_EVALUATION, "R13.8")])
def test_the_time_period_for_destruction_is_stated(
    agreed: Agreed, on: date, basis: LegalBasis, code: str
) -> None:
    assert code in _codes(agreed(basis, retention=Retention(None)), on)


def test_an_evaluation_lists_what_is_disclosed(agreed: Agreed, on: date) -> None:
    assert "R13.7" in _codes(agreed(B.AUDIT_EVALUATION, data=()), on)


@pytest.mark.parametrize("kind", OrganizationKind)
def test_only_an_educational_authority_designates(
    agreed: Agreed, on: date, kind: OrganizationKind
) -> None:
    """34 CFR 99.31(a)(3)(iv): a district or a state agency, and no single college or program."""
    provider, *others = agreed(B.AUDIT_EVALUATION).parties
    agreement = agreed(B.AUDIT_EVALUATION, parties=(replace(provider, kind=kind), *others))
    assert ("R13.1" in _codes(agreement, on)) is (kind not in EDUCATION_AUTHORITY_KINDS)


@pytest.mark.parametrize(
    ("operator", "refused"),
    [
        ("river", False),
        ("boys-and-girls-club, river", False),
        ("hub", True),
        ("river, hub", True),
        ("The Hub, Inc.", True),
        ("", True),
    ],
)
def test_the_operator_of_the_program_is_an_organization_by_its_short_name(
    agreed: Agreed, on: date, operator: str, *, refused: bool
) -> None:
    agreement = _saying(agreed(B.AUDIT_EVALUATION), program_operator=operator)
    assert ("R14" in _codes(agreement, on)) is refused


def test_a_record_code_is_kept_from_its_readers_or_there_is_none(agreed: Agreed, on: date) -> None:
    whole = agreed(B.DE_IDENTIFIED)
    assert "R24" not in _codes(whole, on)
    without = _saying(whole, without="code_method_kept")
    assert "R24" in _codes(without, on)
    assert "R24" in _codes(_saying(without, record_code="clause 4"), on)
    assert "R24" not in _codes(_saying(without, record_code="none"), on)


def test_a_sealed_order_stands_for_the_notice(agreed: Agreed, on: date) -> None:
    without = _saying(agreed(B.SUBPOENA), without="notified")
    assert "R28.1" in _codes(without, on)
    assert "R28.1" not in _codes(_saying(without, sealed_order="order of 2 November"), on)


@pytest.mark.parametrize(
    ("basis", "element", "code"),
    [
        (B.DIRECTORY, "student.ssn", "R22.5"),
        (B.LIMITED_DATA_SET, "student.given_name", "L07.13"),
        (B.DE_IDENTIFIED, "student.local_id", "R23.3"),
        (B.NO_DISCLOSURE, "student.birth_date", "G17"),
        (B.PUBLIC_DATA, "student.birth_date", "G16"),
        (B.DIRECTORY, "student.birth_date", ""),
        (B.LIMITED_DATA_SET, "student.birth_date", ""),
        (B.DE_IDENTIFIED, "student.birth_date", ""),
        (B.PUBLIC_DATA, "school.school_id", ""),
        (B.SCHOOL_OFFICIAL, "student.ssn", ""),
        (B.DIRECTORY, "student.SSN", "R22.5"),
        (B.DIRECTORY, "student.student_ssn", "R22.5"),
        (B.DIRECTORY, "student.SocialSecurityNumber", "R22.5"),
        (B.LIMITED_DATA_SET, "student.social_security_number", "L07.13"),
        (B.LIMITED_DATA_SET, "student.medicaid_id", "L07.13"),
        (B.LIMITED_DATA_SET, "student.StdntFrstNm", "L07.13"),
        (B.LIMITED_DATA_SET, "student.name", "L07.13"),
        (B.LIMITED_DATA_SET, "student.id", "L07.13"),
        (B.DE_IDENTIFIED, "student.medicaid_id", "R23.3"),
        (B.LIMITED_DATA_SET, "student.county", ""),
        (B.SCHOOL_OFFICIAL, "student.citizenship_status", "L13"),
        (B.SCHOOL_OFFICIAL, "student.visa", "L13"),
        (B.SCHOOL_OFFICIAL, "student.lunch_code", "L01"),
    ],
)
def test_a_basis_reaches_some_elements_only(
    agreed: Agreed, on: date, basis: LegalBasis, element: str, code: str
) -> None:
    record, _, field = element.partition(".")
    agreement = agreed(basis, data=(DataTerm(record, frozenset({field})),))
    coverage = check_element_coverage((agreement,))
    refused = [r.code for r in coverage.run(element, on) if r.effect is not Outcome.ALLOW]
    assert refused == ([code] if code else [])


@pytest.mark.parametrize(
    ("identifier", "direct"),
    [
        (None, True),
        (IdentifierClass.DIRECT, True),
        (IdentifierClass.INDIRECT, False),
        (IdentifierClass.NONE, False),
    ],
)
def test_a_dictionary_decides_before_a_name(
    identifier: IdentifierClass | None, *, direct: bool
) -> None:
    """What no person classified counts as identifying; a number of social security always does."""
    named = {"student.case_number": identifier, "student.ssn_copy": identifier}
    context = DisclosureContext(identifiers=named)
    assert is_direct_identifier("student.case_number", context) is direct
    assert is_direct_identifier("student.ssn_copy", context)
    assert is_direct_identifier("student.case_number", DisclosureContext())
    assert not is_direct_identifier("student.shoe_size", DisclosureContext())


def test_a_confirmed_entry_without_a_law_of_its_own_counts_before_the_name() -> None:
    assert list_special_classes("student.lunch_code", DisclosureContext())
    confirmed = DisclosureContext(classes={"student.lunch_code": frozenset()})
    assert not list_special_classes("student.lunch_code", confirmed)
    health = DisclosureContext(classes={"student.x1": frozenset({SpecialClass.HEALTH})})
    assert list_special_classes("student.x1", health) == {SpecialClass.HEALTH}


def test_the_most_identifying_entry_of_several_dictionaries_counts() -> None:
    entries = [
        DataElementFact("a", identifier=IdentifierClass.NONE, confirmed=True),
        DataElementFact("a", identifier=IdentifierClass.DIRECT, confirmed=True),
        DataElementFact("b", identifier=IdentifierClass.NONE, confirmed=True),
        DataElementFact("b", identifier=IdentifierClass.NONE),
    ]
    assert collect_identifier_classes(entries) == {"a": IdentifierClass.DIRECT, "b": None}
    assert collect_special_classes(entries) == {"a": frozenset(), "b": frozenset()}


def test_what_the_catalogue_calls_direct_is_direct_to_the_law() -> None:
    """Only a row's own id is apart: the hub gives it, and it finds nobody elsewhere."""
    direct = {
        field.name
        for record in load_element_catalogue().values()
        if record.subject
        for field in record.fields.values()
        if field.identifier.value == "direct"
    }
    assert direct - {"record_id"} <= DIRECT_IDENTIFIER_FIELDS
