"""The example agreements and mappings are sound, and cover each other exactly."""

from datetime import date
from pathlib import Path

import pytest

from cairn.demo.governance.staff import (
    FUNDER_SLUG,
    NATION_SLUG,
    PROGRAM_STAFF,
    STEWARD_NAMES,
    find_demo_steward,
)
from cairn.demo.planned_deliveries import Community, find_examples_folder
from cairn.demo.sources.program_files import PROGRAMS
from cairn.governance.agreements.toml_format.parser import parse_agreement
from cairn.policy.coverage.legal_basis import check_legal_basis
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.vocabulary.agreements import AgreementTier, PartyRole
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.decisions import Outcome
from cairn.warehouse.schema.column_mapping import ColumnMapping, ColumnTarget
from cairn.warehouse.schema.elements import get_element

COMMUNITIES = ("river-county", "grand-bend")
SPECIAL = {"student.meal_status", "student.disability"}


def agreements(community: str) -> dict[str, AgreementFact]:
    paths = sorted((find_examples_folder(community) / "agreements").glob("*.toml"))
    parsed = {path: parse_agreement(path.read_text("utf-8")) for path in paths}
    assert all(path.stem == agreement.reference for path, agreement in parsed.items())
    return {agreement.reference: agreement for agreement in parsed.values()}


def mappings(community: str) -> dict[tuple[str, str], ColumnMapping]:
    folder = find_examples_folder(community) / "mappings"
    return {
        (path.parent.name, path.stem): ColumnMapping.load(path)
        for path in sorted(folder.rglob("*.toml"))
    }


def list_mapped_elements(mapping: ColumnMapping) -> set[str]:
    """The elements a mapping writes."""
    targets = [ColumnTarget.parse(text) for text in mapping.columns.values()]
    fields = {field for target in targets for field in target.fields(mapping.type)}
    fields |= set(mapping.constants)
    if mapping.wide:
        fields |= {mapping.wide.field, ColumnTarget.parse(mapping.wide.value).field}
    return {f"{mapping.record}.{field}" for field in fields}


@pytest.mark.parametrize("community", COMMUNITIES)
def test_agreements_are_signed_before_they_start_and_name_known_elements(community: str) -> None:
    for reference, agreement in agreements(community).items():
        assert agreement.ends is not None
        assert agreement.starts < agreement.ends
        for party in agreement.parties:
            assert party.signed_by, reference
            assert party.signed_on is not None
            assert party.signed_on <= agreement.starts
        if agreement.tier is not AgreementTier.CONSENT_FORM:
            assert Purpose.PUBLIC_REPORTING in agreement.purposes
        assert agreement.basis_clause.startswith("§")
        unmet = [
            reason.message
            for reason in check_legal_basis(agreement).run(agreement.starts)
            if reason.effect is not Outcome.ALLOW
        ]
        assert unmet == []
        assert agreement.retention.period_days
        for name in agreement.elements:
            assert get_element(name).element == name
        assert not agreement.elements & SPECIAL
        assert all(email.endswith(".example") for _, email in agreement.delivery.contacts)


def test_the_stewards_are_those_whom_the_agreements_name() -> None:
    named = {
        (agreement.parties[0].organization, contact)
        for agreement in agreements("river-county").values()
        if agreement.tier is not AgreementTier.MEMORANDUM
        for contact in agreement.delivery.contacts
    }
    cast_as = {
        (who, (find_demo_steward(who).name, find_demo_steward(who).email)) for who in STEWARD_NAMES
    }
    # The nation and the funder deliver nothing.
    assert {who for who, _contact in cast_as - named} == {NATION_SLUG, FUNDER_SLUG}
    tutor = (PROGRAM_STAFF.organization, (PROGRAM_STAFF.name, PROGRAM_STAFF.email))
    assert named <= {*cast_as, tutor}, "a tutor sends what her program recorded"


UNCOVERED = {"alder-creek-sd": {"student.meal_status", "student.disability"}}
"""What one delivery brings on purpose although its agreement does not name it."""


@pytest.mark.parametrize("community", COMMUNITIES)
def test_mappings_and_agreements_name_the_same_elements(community: str) -> None:
    provided: dict[str, set[str]] = {}
    for agreement in agreements(community).values():
        for organization in agreement.list_organizations(PartyRole.PROVIDER):
            provided.setdefault(organization, set()).update(agreement.elements)
    written: dict[str, set[str]] = {}
    for (organization, _), mapping in mappings(community).items():
        written.setdefault(organization, set()).update(list_mapped_elements(mapping))
    assert {who for who, elements in provided.items() if elements} == set(written)
    for organization, elements in written.items():
        assert elements - UNCOVERED.get(organization, set()) == provided[organization], organization


def test_what_is_outside_the_agreement_is_mapped_and_not_covered() -> None:
    for organization, elements in UNCOVERED.items():
        sent = {
            name
            for (who, _), mapping in mappings("river-county").items()
            if who == organization
            for name in list_mapped_elements(mapping)
        }
        assert elements <= sent & SPECIAL


def test_every_planned_delivery_has_its_agreement_and_mapping(community: Community) -> None:
    known, there = agreements("river-county"), mappings("river-county")
    used = set()
    for delivery in community.deliveries:
        agreement = known[delivery.agreement]
        assert delivery.organization in agreement.list_organizations(PartyRole.PROVIDER)
        assert delivery.mapping is not None
        used.add((delivery.organization, delivery.feed))
    assert used == set(there)


def test_one_provider_is_stricter_than_the_others() -> None:
    minimums = {
        reference: agreement.disclosure.minimum_cell
        for reference, agreement in agreements("river-county").items()
    }
    assert minimums["RC-DSA-06"] == 15
    assert minimums["RC-DSA-01"] == 10
    assert set(minimums.values()) == {10, 15}


def test_the_partnership_receives_from_everybody() -> None:
    known = agreements("river-county").values()
    for agreement in (a for a in known if a.tier is not AgreementTier.CONSENT_FORM):
        receivers = agreement.list_organizations(
            PartyRole.RECIPIENT, PartyRole.AUTHORIZED_REPRESENTATIVE
        )
        assert receivers == {"river-county-partnership"}
    tiers = [agreement.tier for agreement in known]
    assert tiers.count(AgreementTier.MEMORANDUM) == 1
    assert tiers.count(AgreementTier.DATA_SHARING_AGREEMENT) == 18


def test_programs_meet_within_their_agreements() -> None:
    known = agreements("river-county").values()
    for program in PROGRAMS:
        (agreement,) = [
            a for a in known if program.slug in a.list_organizations(PartyRole.PROVIDER)
        ]
        first, last = program.season
        assert agreement.starts <= first < last
        assert agreement.ends is not None
        assert last <= agreement.ends
        assert len(program.list_sessions()) >= 15
        assert all(day.weekday() in program.weekdays for day in program.list_sessions())
        assert program.list_sessions()[0] >= date(2025, 6, 1)


def test_examples_are_found_beside_the_source_or_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = find_examples_folder()
    assert beside.parts[-2:] == ("examples", "river-county")
    module = tmp_path / "demo" / "planned.py"
    (tmp_path / "demo" / "examples" / "river-county").mkdir(parents=True)
    monkeypatch.setattr("cairn.demo.planned_deliveries.__file__", str(module))
    assert find_examples_folder() == tmp_path / "demo" / "examples" / "river-county"
