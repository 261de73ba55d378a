"""Check that student data are not used for gain, and that a service uses them on its conditions."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import AgreementFact, ClauseKind, OrganizationFact
from cairn.policy.law import STATE_PACKS, RuleCard, find_state_prohibition
from cairn.policy.law.cards.legal_bases import commercial_use as cards
from cairn.policy.vocabulary import (
    COMMERCIAL_PURPOSES,
    CONTRACTED_PURPOSES,
    LegalBasis,
    Level,
    Purpose,
    label_code,
)

__all__ = ["check_commercial_use", "check_purpose_without_agreement"]

# The bases with a law of their own that limits use. Consent is for what it names, and 34 CFR
# 99.33(c) exempts directory information: for both, Cairn's own policy refuses.
_USE_LIMITS: Final[Mapping[LegalBasis, RuleCard]] = MappingProxyType(
    {
        LegalBasis.SCHOOL_OFFICIAL: cards.FERPA_USE,
        LegalBasis.STUDIES: cards.FERPA_USE,
        LegalBasis.AUDIT_EVALUATION: cards.FERPA_USE,
        LegalBasis.TRANSFER: cards.FERPA_USE,
        LegalBasis.SUBPOENA: cards.FERPA_USE,
        LegalBasis.CHILD_WELFARE: cards.FERPA_USE,
        LegalBasis.FINANCIAL_AID: cards.FERPA_USE,
        LegalBasis.ACCREDITATION: cards.FERPA_USE,
        LegalBasis.JUVENILE_JUSTICE: cards.FERPA_USE,
        LegalBasis.BUSINESS_ASSOCIATE: cards.HIPAA_USE,
    }
)

_STATE_CARDS: Final = tuple(
    dict.fromkeys(card for pack in STATE_PACKS.values() for card in pack.prohibited_uses.values())
)


@policy_check(
    cards.FERPA_USE,
    cards.HIPAA_USE,
    cards.POLICY_USE,
    cards.DEIDENTIFIED_ONLY,
    cards.CONTRACTED_SERVICE,
    *_STATE_CARDS,
)
def check_commercial_use(
    on: date,
    agreement: AgreementFact,
    purpose: Purpose,
    level: Level | None = None,
    providers: tuple[OrganizationFact, ...] = (),
) -> Iterator[Reason]:
    """Check the purpose of a use: never commercial, and a service on its conditions.

    Args:
        on: date of the use.
        agreement: agreement behind the use.
        purpose: purpose of the use.
        level: level of the use; ``None`` takes that of the agreement.
        providers: owners of the data, with their states; none if they are not known.
    Returns:
        A refusal for a commercial use, by the state's law if it prohibits it; one reason for a
        purpose with a condition; none for any other purpose.
    """
    purpose_text = label_code(purpose)
    if purpose in COMMERCIAL_PURPOSES:
        card = _find_prohibition(agreement, purpose, providers)
        yield Reason.from_card(
            card,
            met=False,
            agreement=agreement.reference,
            basis=label_code(agreement.basis),
            purpose=purpose_text,
        ).at_clause(agreement.purpose_clause)
    elif purpose is Purpose.PRODUCT_IMPROVEMENT:
        yield Reason.from_card(
            cards.DEIDENTIFIED_ONLY,
            met=(level or agreement.level) is not Level.INDIVIDUAL,
            agreement=agreement.reference,
        )
    elif purpose in CONTRACTED_PURPOSES:
        yield Reason.from_card(
            cards.CONTRACTED_SERVICE,
            met=agreement.find_clause(ClauseKind.SERVICES) is not None,
            agreement=agreement.reference,
            purpose=purpose_text,
        )


@policy_check(cards.POLICY_USE)
def check_purpose_without_agreement(on: date, purpose: Purpose) -> Iterator[Reason]:
    """Refuse a commercial use that rests on no agreement, as the one reason that cannot be mended.

    Args:
        on: date of the use.
        purpose: purpose of the use.
    Returns:
        A refusal for a commercial use; none for any other purpose.
    """
    if purpose in COMMERCIAL_PURPOSES:
        yield Reason.from_card(
            cards.POLICY_USE,
            met=False,
            agreement="Without an agreement",
            purpose=label_code(purpose),
        )


def _find_prohibition(
    agreement: AgreementFact, purpose: Purpose, providers: tuple[OrganizationFact, ...]
) -> RuleCard:
    """Find the law that refuses: the state's, else that of the basis, else Cairn's own policy."""
    state_card = find_state_prohibition(
        purpose, ((provider.state, provider.kind) for provider in providers)
    )
    return state_card or _USE_LIMITS.get(agreement.basis, cards.POLICY_USE)
