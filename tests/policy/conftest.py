"""A world in which everything is in order, so that a test can take one thing away."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest
from tests.policy.valid_agreement import maker

from cairn.policy.facts.agreements.agreement import AgreementFact, Party
from cairn.policy.facts.agreements.agreement_terms import DataTerm, Retention
from cairn.policy.facts.agreements.population import Population
from cairn.policy.facts.data.delivery import DeliveryFact
from cairn.policy.facts.outputs.release import ReleaseFact, ReviewFact, SendBackFact
from cairn.policy.facts.people.access import (
    Actor,
    AffiliationFact,
    Clearance,
    Colleague,
    CompletionFact,
    ConfidentialitySignature,
    Curriculum,
    OrganizationSecurity,
)
from cairn.policy.facts.students.circumstance import AnnualNotice
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.agreements import AgreementTier, PartyRole
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.deliveries import Channel
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.releases import Attacker, OwnerAnswer, ReleaseState, ReviewVerdict

ON = date(2026, 11, 24)
_FIRST, _LAST = date(2024, 1, 1), date(2028, 12, 31)
CLEARED = Clearance(
    Curriculum("1", (("ethics", "1"),), ("workshop", "1")),
    (ConfidentialitySignature("1", _FIRST),),
    tuple(CompletionFact(m, "1", _FIRST, _LAST, "quiz") for m in ("ethics", "workshop")),
)


def secured(organization: str) -> OrganizationSecurity:
    """An organization with nothing against it, whose only person is cleared."""
    return OrganizationSecurity(
        organization,
        assessed_on=_FIRST,
        assessment_expires=_LAST,
        plan_on=_FIRST,
        overdue=0,
        colleagues=(Colleague(_FIRST, None, ((_FIRST, _LAST),)),),
    )


_SAID = "clause 3"
_CRITERIA: Mapping[LegalBasis, Mapping[str, str]] = {
    LegalBasis.CONSENT: {},
    LegalBasis.SCHOOL_OFFICIAL: dict.fromkeys(
        (
            "institutional_service",
            "direct_control",
            "redisclosure_limits",
            "legitimate_interest",
            "annual_notice",
        ),
        _SAID,
    ),
    LegalBasis.STUDIES: {
        "study_purpose": "improve_instruction",
        **dict.fromkeys(
            ("on_behalf_of", "scope", "use_limit", "no_identification", "destruction"), _SAID
        ),
    },
    LegalBasis.AUDIT_EVALUATION: {
        "program_operator": "river",
        **dict.fromkeys(
            ("designation", "activity", "education_program", "destruction", "policies"), _SAID
        ),
    },
    LegalBasis.DIRECTORY: dict.fromkeys(("designation", "annual_notice", "opt_out_window"), _SAID),
    LegalBasis.TRANSFER: dict.fromkeys(("school_of_enrollment", "transfer_notice"), _SAID),
    LegalBasis.SUBPOENA: dict.fromkeys(("order", "notified"), _SAID),
    LegalBasis.EMERGENCY: {},
    LegalBasis.CHILD_WELFARE: {"case_plan": _SAID},
    LegalBasis.FINANCIAL_AID: {"aid_use": _SAID},
    LegalBasis.ACCREDITATION: {"accrediting_function": _SAID},
    LegalBasis.JUVENILE_JUSTICE: dict.fromkeys(("state_statute", "certification"), _SAID),
    LegalBasis.TREATMENT: {"treatment_activity": _SAID},
    LegalBasis.IMMUNIZATION_PROOF: dict.fromkeys(("admission_law", "agreement_documented"), _SAID),
    LegalBasis.RESEARCH_WAIVER: dict.fromkeys(
        ("board_approval", "waiver_criteria", "information_described"), _SAID
    ),
    LegalBasis.DE_IDENTIFIED: dict.fromkeys(("determination", "code_method_kept"), _SAID),
    LegalBasis.HIPAA_AUTHORIZATION: dict.fromkeys(("core_elements", "required_statements"), _SAID),
    LegalBasis.BUSINESS_ASSOCIATE: dict.fromkeys(
        (
            "permitted_uses",
            "no_other_use",
            "safeguards",
            "report_unauthorized_use",
            "subcontractors",
            "return_or_destroy",
        ),
        _SAID,
    ),
    LegalBasis.LIMITED_DATA_SET: dict.fromkeys(
        ("permitted_uses", "who_may_use", "recipient_duties"), _SAID
    ),
    LegalBasis.PART2_CONSENT: dict.fromkeys(("consent_form", "redisclosure_notice"), _SAID),
    LegalBasis.OWN_RECORDS: {},
    LegalBasis.PUBLIC_DATA: {},
    LegalBasis.NO_DISCLOSURE: {},
}


_RECIPIENT_KINDS: Mapping[LegalBasis, OrganizationKind] = {
    LegalBasis.JUVENILE_JUSTICE: OrganizationKind.GOVERNMENT,
    LegalBasis.TREATMENT: OrganizationKind.HEALTH,
    LegalBasis.IMMUNIZATION_PROOF: OrganizationKind.SCHOOL_DISTRICT,
}


def _party(slug: str, kind: OrganizationKind, role: PartyRole) -> Party:
    return Party(slug, slug.title(), kind, role, "Ada Bell", "director", date(2024, 2, 1))


@pytest.fixture(scope="session")
def on() -> date:
    """The day on which everything is in order."""
    return ON


@pytest.fixture(scope="session")
def agreed() -> Callable[..., AgreementFact]:
    """An agreement in force on a basis: ``agreed(LegalBasis.STUDIES, reference="B")``."""

    def make(basis: LegalBasis = LegalBasis.SCHOOL_OFFICIAL, **changes: object) -> AgreementFact:
        program = basis in (
            LegalBasis.OWN_RECORDS,
            LegalBasis.CONSENT,
            LegalBasis.HIPAA_AUTHORIZATION,
            LegalBasis.BUSINESS_ASSOCIATE,
            LegalBasis.LIMITED_DATA_SET,
            LegalBasis.PART2_CONSENT,
            LegalBasis.TREATMENT,
            LegalBasis.IMMUNIZATION_PROOF,
            LegalBasis.RESEARCH_WAIVER,
        )
        kind = OrganizationKind.COMMUNITY_PROGRAM if program else OrganizationKind.SCHOOL_DISTRICT
        recipient = _RECIPIENT_KINDS.get(basis, OrganizationKind.BACKBONE)
        whole = AgreementFact(
            reference="A",
            title="Sharing",
            tier=AgreementTier.DATA_SHARING_AGREEMENT,
            starts=date(2024, 2, 1),
            ends=date(2028, 2, 29),
            purposes=frozenset({Purpose.PUBLIC_REPORTING, Purpose.PROGRAM_EVALUATION}),
            parties=(
                _party("river", kind, PartyRole.PROVIDER),
                _party("hub", recipient, PartyRole.RECIPIENT),
            ),
            basis=basis,
            basis_clause="clause 3",
            criteria=_CRITERIA[basis],
            children=Population(everyone=True),
            data=(
                DataTerm("student", frozenset({"local_id", "birth_date"}), clause="exhibit A"),
                DataTerm("school", frozenset({"school_id"})),
            ),
            retention=Retention(period_days=365, clause="clause 9"),
        )
        return replace(whole, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def acting() -> Callable[..., Actor]:
    """A person with one role: ``acting(Role.STEWARD, at="river")``."""

    def make(role: Role, at: str = "hub", **changes: object) -> Actor:
        kinds = {"hub": OrganizationKind.BACKBONE}
        kind = kinds.get(at, OrganizationKind.SCHOOL_DISTRICT)
        affiliation = AffiliationFact(at, kind, role, date(2024, 1, 1), date(2028, 12, 31))
        whole = Actor(
            "7",
            True,
            SecondFactor.PRESENT,
            (affiliation,),
            clearance=CLEARED,
            security=(secured(at),),
        )
        return replace(whole, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def delivery() -> DeliveryFact:
    """What River sends, all of it covered."""
    elements = frozenset({"student.local_id", "student.birth_date"})
    designated = elements | {"student.street"}
    notice = AnnualNotice(
        *("river", "2026-27", date(2026, 8, 1), designated, date(2026, 9, 30)),
        official_criteria=True,
    )
    return DeliveryFact(
        "river",
        "A",
        "roster",
        "2026-27",
        Channel.UPLOAD,
        elements,
        receivers=(secured("hub"),),
        notices=(notice,),
    )


@pytest.fixture(scope="session")
def sent_back(agreed: Callable[..., AgreementFact]) -> ReleaseFact:
    """A release that its one owner has confirmed, so that it may be published."""
    return ReleaseFact(
        id="1",
        state=ReleaseState.SENT_BACK,
        author="3",
        organization="hub",
        purpose=Purpose.PUBLIC_REPORTING,
        agreements=(agreed(),),
        reviews=(
            ReviewFact("4", ReviewVerdict.APPROVE, date(2026, 11, 2)),
            ReviewFact("5", ReviewVerdict.APPROVE, date(2026, 11, 3)),
        ),
        send_backs=(
            SendBackFact("river", date(2026, 11, 4), date(2026, 11, 14), OwnerAnswer.CONFIRM),
        ),
        safe=True,
        asked_to_try=frozenset(Attacker),
        has_story=True,
    )


@pytest.fixture(scope="session")
def sound(agreed: Callable[..., AgreementFact]) -> Callable[..., AgreementFact]:
    """An agreement with nothing to say against it: ``sound(LegalBasis.STUDIES, ends=None)``."""
    return maker(agreed)
