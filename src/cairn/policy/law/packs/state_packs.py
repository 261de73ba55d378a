"""State packs. For a state that is not listed here, a person who knows its law must answer."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from cairn.policy.law.cards.legal_bases import state_law as cards
from cairn.policy.law.packs.pack import RecordDeadlines, StatePack
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary import COMMERCIAL_PURPOSES, OrganizationKind, Purpose

__all__ = ["STATE_PACKS", "find_state_prohibition"]

MARYLAND: Final = StatePack(
    state="MD",
    name="Maryland",
    law="Md. Code, Local Government 31-101 to 31-110 (Baltimore City Youth Data Hub)",
    no_rows=cards.MARYLAND_OUTPUT,
    staff_only=cards.MARYLAND_STAFF,
    destroy_copies=cards.MARYLAND_DESTROY,
    prohibited_uses=MappingProxyType(
        dict.fromkeys(
            (Purpose.SALE, Purpose.TARGETED_ADVERTISING, Purpose.PROFILING),
            cards.MARYLAND_OPERATOR,
        )
    ),
)

UTAH: Final = StatePack(
    state="UT",
    name="Utah",
    law="Utah Admin. Code R277-487 (public school data confidentiality and disclosure)",
    report_card=cards.UTAH_REPORT,
    report_days=10,
    report_kinds=frozenset({OrganizationKind.STATE_EDUCATION_AGENCY}),
    prohibited_uses=MappingProxyType(
        dict.fromkeys(sorted(COMMERCIAL_PURPOSES), cards.UTAH_CONTRACTOR)
    ),
)

CALIFORNIA: Final = StatePack(
    state="CA",
    name="California",
    law="Cal. Educ. Code 49060-49079 (pupil records)",
    consents_kept=cards.CALIFORNIA_CONSENT,
    prohibited_uses=MappingProxyType(
        {
            Purpose.SALE: cards.CALIFORNIA_SALE,
            Purpose.TARGETED_ADVERTISING: cards.CALIFORNIA_ADVERTISING,
            Purpose.PROFILING: cards.CALIFORNIA_PROFILE,
        }
    ),
    record_deadlines=RecordDeadlines(
        law="Cal. Educ. Code 49069.7(b), 49070(b)",
        inspection_business_days=5,
        amendment_days=30,
    ),
)

STATE_PACKS: Final[Mapping[str, StatePack]] = MappingProxyType(
    {pack.state: pack for pack in (MARYLAND, UTAH, CALIFORNIA)}
)


def find_state_prohibition(
    purpose: Purpose,
    providers: Iterable[tuple[str, OrganizationKind]],
    states: Mapping[str, StatePack] = STATE_PACKS,
) -> RuleCard | None:
    """Find the law of a provider's state that prohibits a commercial use of its records.

    Args:
        purpose: purpose of the use.
        providers: state and kind of each provider.
        states: state packs by postal code.

    Returns:
        The card of the first such law, in the order of the providers; ``None`` if there is none.
    """
    for state, kind in providers:
        pack = states.get(state)
        if pack is not None and kind in pack.prohibited_of and purpose in pack.prohibited_uses:
            return pack.prohibited_uses[purpose]
    return None
