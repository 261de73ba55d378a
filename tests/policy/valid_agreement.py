"""An agreement with nothing to say against it, so that a test can take one thing away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_clause import AgreementClause, ClauseKind
from cairn.policy.facts.agreements.agreement_terms import (
    AccessTerm,
    DataTerm,
    DeliveryTerm,
    DisclosureTerm,
    Exhibit,
    GiveBackTerm,
    Penalty,
    Retention,
)
from cairn.policy.facts.agreements.criterion import CriterionFact
from cairn.policy.facts.agreements.population import Population
from cairn.policy.law.packs.criterion_specs import CriterionSpec, list_criterion_specs
from cairn.policy.vocabulary.agreements import (
    CriterionType,
    Frequency,
    PenaltyKind,
    SecurityCondition,
)
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose

Agreed = Callable[..., AgreementFact]
Sound = Callable[..., AgreementFact]

DATA = DataTerm(
    "attendance_total",
    frozenset({"local_id", "days_absent"}),
    "2023-24",
    "2025-26",
    "Exhibit A, 1",
    "chronic absence",
)
RETENTION = Retention(
    365,
    method="erased",
    clause="§9",
    certificate="to the district, within 30 days",
    backups="destroyed with the rest",
    on_demand="within 10 days",
)
PROMISED = (ClauseKind.USE_LIMIT, ClauseKind.THIRD_PARTIES, ClauseKind.PROJECT_AUTHORIZATION)


def clauses(*kinds: ClauseKind) -> tuple[AgreementClause, ...]:
    return tuple(
        AgreementClause(f"§{n}", kind, "So it is.") for n, kind in enumerate(kinds, start=20)
    )


# "§9" is the clause of the retention term, whose words are those of the term.
CONFIRMED = CriterionFact(
    clause="§9",
    quotation="destroyed with the rest",
    confirmed_by="Ana Ruiz",
    confirmed_for="river",
    confirmed_on=date(2024, 1, 20),
)


def confirm_criteria(agreement: AgreementFact, **changes: object) -> AgreementFact:
    """The agreement with each of its criteria as a fact that counsel of its owner confirmed."""
    specs = list_criterion_specs(agreement.basis)
    facts = {
        key: replace(CONFIRMED, value=_answer(specs[key], text), **changes)  # type: ignore[arg-type]
        for key, text in agreement.criteria.items()
    }
    return replace(agreement, criterion_facts=facts)


def _answer(spec: CriterionSpec, text: str) -> str:
    if spec.type is CriterionType.CHOICE:
        return text if text in spec.choices else next(iter(spec.choices))
    periods = {CriterionType.PERIOD: "30 days", CriterionType.ORGANIZATION: text}
    return periods.get(spec.type, "")


def maker(agreed: Agreed) -> Sound:
    """``sound(LegalBasis.STUDIES, ends=None)``: the whole text with what a test changes in it."""

    def make(basis: LegalBasis = LegalBasis.SCHOOL_OFFICIAL, **changes: object) -> AgreementFact:
        whole = agreed(basis)
        parties = tuple(
            replace(party, signed_by=f"The {party.signed_capacity} of {party.name}")
            for party in whole.parties
        )
        plain = {
            "purposes": frozenset({Purpose.PROGRAM_EVALUATION}),
            "purpose_clause": "§3",
            "parties": parties,
            "data": (DATA,),
            "retention": RETENTION,
            "disclosure": DisclosureTerm(clause="§7"),
            "delivery": DeliveryTerm(
                frequency=Frequency.YEARLY,
                contacts=(("Jo", "jo@river.example"),),
                receivers=(("Al", "al@hub.example"),),
                clause="§6",
            ),
            "access": (AccessTerm("hub", "analyst", "counts", "§4"),),
            "giveback": (GiveBackTerm("a table", clause="§7"),),
            "security": (
                SecurityCondition.ENCRYPTED_TRANSFER,
                SecurityCondition.ENCRYPTED_STORAGE,
            ),
            "penalties": (Penalty(PenaltyKind.LOSS_OF_ACCESS, clause="§12"),),
            "amendment_clause": "§15",
            "termination_clause": "§16",
            "termination_notice_days": 30,
            "clauses": clauses(*PROMISED),
            "exhibits": (Exhibit("Exhibit A", "Elements"),),
            "children": Population(everyone=True),
        }
        return confirm_criteria(replace(whole, **{**plain, **changes}))  # type: ignore[arg-type]

    return make


def party(agreement: AgreementFact, number: int, **changes: object) -> AgreementFact:
    parties = list(agreement.parties)
    parties[number] = replace(parties[number], **changes)  # type: ignore[arg-type]
    return replace(agreement, parties=tuple(parties))
