"""The example agreements and mappings are sound, and cover each other exactly."""

from datetime import date
from pathlib import Path

import pytest

from cairn.agreements.format import parse
from cairn.demo.cast import NATION, STEWARDS, steward_of
from cairn.demo.community import Community
from cairn.demo.planned import examples_folder
from cairn.demo.programs import PROGRAMS
from cairn.rules.agreement import Agreement
from cairn.rules.basis import basis_holds
from cairn.rules.vocabulary import Outcome, PartyRole, Purpose, Tier
from cairn.warehouse.elements import element
from cairn.warehouse.mapping import Mapping, Target

COMMUNITIES = ("river-county", "grand-bend")
SPECIAL = {"student.meal_status", "student.disability"}


def agreements(community: str) -> dict[str, Agreement]:
    paths = sorted((examples_folder(community) / "agreements").glob("*.toml"))
    parsed = {path: parse(path.read_text("utf-8")) for path in paths}
    assert all(path.stem == agreement.reference for path, agreement in parsed.items())
    return {agreement.reference: agreement for agreement in parsed.values()}


def mappings(community: str) -> dict[tuple[str, str], Mapping]:
    folder = examples_folder(community) / "mappings"
    return {
        (path.parent.name, path.stem): Mapping.load(path) for path in sorted(folder.rglob("*.toml"))
    }


def named(mapping: Mapping) -> set[str]:
    """The elements a mapping writes."""
    targets = [Target.parse(text) for text in mapping.columns.values()]
    fields = {field for target in targets for field in target.fields(mapping.type)}
    fields |= set(mapping.constants)
    if mapping.wide:
        fields |= {mapping.wide.field, Target.parse(mapping.wide.value).field}
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
        if agreement.tier is not Tier.CONSENT_FORM:
            assert Purpose.PUBLIC_REPORTING in agreement.purposes
        assert agreement.basis_clause.startswith("§")
        unmet = [
            reason.message
            for reason in basis_holds(agreement, agreement.starts)
            if reason.effect is not Outcome.ALLOW
        ]
        assert unmet == []
        assert agreement.retention.period_days
        for name in agreement.elements:
            assert element(name).element == name
        assert not agreement.elements & SPECIAL
        assert all(email.endswith(".example") for _, email in agreement.delivery.contacts)


def test_the_stewards_are_those_whom_the_agreements_name() -> None:
    named = {
        (agreement.parties[0].organization, contact)
        for agreement in agreements("river-county").values()
        if agreement.tier is not Tier.MEMORANDUM
        for contact in agreement.delivery.contacts
    }
    cast_as = {(who, (steward_of(who).name, steward_of(who).email)) for who in STEWARDS}
    assert cast_as - named == {(NATION, (steward_of(NATION).name, steward_of(NATION).email))}
    assert named <= cast_as


UNCOVERED = {"alder-creek-sd": {"student.meal_status", "student.disability"}}
"""What one delivery brings on purpose although its agreement does not name it."""


@pytest.mark.parametrize("community", COMMUNITIES)
def test_mappings_and_agreements_name_the_same_elements(community: str) -> None:
    provided: dict[str, set[str]] = {}
    for agreement in agreements(community).values():
        for organization in agreement.organizations(PartyRole.PROVIDER):
            provided.setdefault(organization, set()).update(agreement.elements)
    written: dict[str, set[str]] = {}
    for (organization, _), mapping in mappings(community).items():
        written.setdefault(organization, set()).update(named(mapping))
    assert {who for who, elements in provided.items() if elements} == set(written)
    for organization, elements in written.items():
        assert elements - UNCOVERED.get(organization, set()) == provided[organization], organization


def test_what_is_outside_the_agreement_is_mapped_and_not_covered() -> None:
    for organization, elements in UNCOVERED.items():
        sent = {
            name
            for (who, _), mapping in mappings("river-county").items()
            if who == organization
            for name in named(mapping)
        }
        assert elements <= sent & SPECIAL


def test_every_planned_delivery_has_its_agreement_and_mapping(community: Community) -> None:
    known, there = agreements("river-county"), mappings("river-county")
    used = set()
    for delivery in community.deliveries:
        agreement = known[delivery.agreement]
        assert delivery.organization in agreement.organizations(PartyRole.PROVIDER)
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
    for agreement in (a for a in known if a.tier is not Tier.CONSENT_FORM):
        receivers = agreement.organizations(
            PartyRole.RECIPIENT, PartyRole.AUTHORIZED_REPRESENTATIVE
        )
        assert receivers == {"river-county-partnership"}
    tiers = [agreement.tier for agreement in known]
    assert tiers.count(Tier.MEMORANDUM) == 1
    assert tiers.count(Tier.DATA_SHARING_AGREEMENT) == 18


def test_programs_meet_within_their_agreements() -> None:
    known = agreements("river-county").values()
    for program in PROGRAMS:
        (agreement,) = [a for a in known if program.slug in a.organizations(PartyRole.PROVIDER)]
        first, last = program.season
        assert agreement.starts <= first < last
        assert agreement.ends is not None
        assert last <= agreement.ends
        assert len(program.days()) >= 15
        assert all(day.weekday() in program.weekdays for day in program.days())
        assert program.days()[0] >= date(2025, 6, 1)


def test_examples_are_found_beside_the_source_or_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = examples_folder()
    assert beside.parts[-2:] == ("examples", "river-county")
    module = tmp_path / "demo" / "planned.py"
    (tmp_path / "demo" / "examples" / "river-county").mkdir(parents=True)
    monkeypatch.setattr("cairn.demo.planned.__file__", str(module))
    assert examples_folder() == tmp_path / "demo" / "examples" / "river-county"
