"""The linter reads each part by its own basis, names the part, and reads the shared text once."""

from dataclasses import replace
from datetime import date

from tests.policy.valid_agreement import DATA, Sound

from cairn.policy.facts.agreements.agreement import AgreementFact, AgreementPart
from cairn.policy.facts.agreements.agreement_terms import AmendedTerm, DataTerm
from cairn.policy.lint import find_open_law_findings, is_criterion_finding, lint_agreement
from cairn.policy.vocabulary.agreements import AgreementTier
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose

ON = date(2026, 11, 24)


def part(letter: str, whole: AgreementFact, **changes: object) -> AgreementPart:
    stated = AgreementPart(
        letter,
        whole.basis,
        whole.purposes,
        whole.data,
        whole.basis_clause,
        whole.purpose_clause,
        whole.criteria,
        whole.criterion_facts,
    )
    return replace(stated, **changes)  # type: ignore[arg-type]


def in_parts(sound: Sound, *changes: dict[str, object], **shared: object) -> AgreementFact:
    """A service under the school's control, and a study; each part with its own changes."""
    bases = (LegalBasis.SCHOOL_OFFICIAL, LegalBasis.STUDIES)
    wholes = [sound(basis) for basis in bases]
    made = [
        part(letter, whole, **more)
        for letter, whole, more in zip("AB", wholes, changes or ({}, {}), strict=True)
    ]
    whole = replace(
        wholes[0],
        basis=LegalBasis.NO_DISCLOSURE,
        purposes=frozenset(),
        data=(),
        criteria={},
        criterion_facts={},
        parts=tuple(made),
    )
    return replace(whole, **shared)  # type: ignore[arg-type]


def find_keys(agreement: AgreementFact) -> list[str]:
    return [finding.key for finding in lint_agreement(agreement, None, ON)]


def test_two_parts_that_are_in_order_have_no_finding(sound: Sound) -> None:
    assert find_keys(in_parts(sound)) == []


def test_a_purpose_that_a_basis_does_not_support_names_its_part(sound: Sound) -> None:
    referrals = frozenset({Purpose.SERVICE_COORDINATION})
    agreement = in_parts(sound, {"purposes": referrals}, {"purposes": referrals})
    found = {item.key: item for item in lint_agreement(agreement, None, ON)}
    assert "LB01 B/service_coordination" in found
    assert "LB01 A/service_coordination" not in found
    assert found["LB01 B/service_coordination"].message.endswith(" (Part B)")


def test_a_criterion_without_its_clause_is_a_finding_of_its_part(sound: Sound) -> None:
    study = sound(LegalBasis.STUDIES)
    criteria = {key: text for key, text in study.criteria.items() if key != "use_limit"}
    agreement = in_parts(sound, {}, {"criteria": criteria})
    found = lint_agreement(agreement, None, ON)
    missing = [item for item in found if item.key.endswith(" B/")]
    assert len(missing) == 1
    assert is_criterion_finding(missing[0].key)


def test_what_the_parts_share_is_reported_once(sound: Sound) -> None:
    keys = find_keys(in_parts(sound, termination_notice_days=None, termination_clause=""))
    assert keys
    assert not any("A/" in key or "B/" in key for key in keys)
    assert len(keys) == len(set(keys))


def test_a_shared_check_that_concerns_the_data_of_one_part_names_it(sound: Sound) -> None:
    late = DataTerm(DATA.record, DATA.elements, "2030-31", "2031-32", DATA.clause, DATA.used_for)
    keys = find_keys(in_parts(sound, {"data": (late,)}, {}))
    assert keys
    assert all(" A/" in key for key in keys)


def test_a_finding_of_law_in_one_part_does_not_void_the_whole(sound: Sound) -> None:
    referrals = frozenset({Purpose.SERVICE_COORDINATION})
    agreement = in_parts(sound, {}, {"purposes": referrals})
    assert find_open_law_findings(agreement, ON) == ()
    both = in_parts(sound, parties=agreement.parties[:1])
    keys = {finding.key for finding in find_open_law_findings(both, ON)}
    assert keys == {key for key in keys if "/" not in key}


def test_an_amendment_of_an_agreement_with_parts_names_the_part(sound: Sound) -> None:
    whole = in_parts(sound)
    changes = (AmendedTerm("data", "x", "y"),)
    amendment = sound(
        tier=AgreementTier.AMENDMENT, amends=whole.reference, reference="A-1", above=(whole,)
    )
    assert f"LC20 {whole.reference}" in find_keys(replace(amendment, changes=changes))
    named = replace(changes[0], part="A")
    assert f"LC20 {whole.reference}" not in find_keys(replace(amendment, changes=(named,)))
