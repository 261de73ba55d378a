"""State packs. For a state that is not listed here, a person who knows its law must answer.

A pack that does not replace the review holds the paragraphs that were read in full, and no more:
its rules apply, and counsel of the data owner still reviews the rest of the state's law.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.law.cards.legal_bases import state_law as cards
from cairn.policy.law.packs.pack import RecordDeadlines, StatePack
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary import COMMERCIAL_PURPOSES, OrganizationKind, Purpose

__all__ = ["STATE_PACKS", "find_state_prohibition", "needs_counsel_review"]

_READ_ON: Final = date(2026, 11, 28)
_DUE: Final = date(2027, 11, 28)
_FIRST: Final = "2026-11-28: first version."

MARYLAND: Final = StatePack(
    state="MD",
    name="Maryland",
    law="Md. Code, Local Government 31-101 to 31-110 (Baltimore City Youth Data Hub)",
    reviewed_on=date(2026, 11, 27),
    review_due=date(2027, 11, 27),
    changes=("2026-11-27: first version.",),
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
    reviewed_on=date(2026, 11, 27),
    review_due=date(2027, 11, 27),
    changes=("2026-11-27: first version.",),
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
    reviewed_on=_READ_ON,
    review_due=_DUE,
    changes=(
        (
            "2026-11-28: a parent with legal custody consents (49061(a)); the consent is kept "
            "permanently (49075(a)); families see a record within five business days (49069.7(b))."
        ),
        "2026-11-27: first version.",
    ),
    consents_kept=cards.CALIFORNIA_CONSENT,
    consents_permanent=True,
    custodian_signs=cards.CALIFORNIA_CUSTODY,
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

_STUDENT_PROFIT: Final = (Purpose.SALE, Purpose.TARGETED_ADVERTISING, Purpose.PROFILING)

TEXAS: Final = StatePack(
    state="TX",
    name="Texas",
    law="Tex. Educ. Code 32.151 to 32.157 (student information; 32.152 and 32.153 read)",
    reviewed_on=_READ_ON,
    review_due=_DUE,
    changes=(_FIRST,),
    replaces_review=False,
    prohibited_uses=MappingProxyType(dict.fromkeys(_STUDENT_PROFIT, cards.TEXAS_OPERATOR)),
)

WASHINGTON: Final = StatePack(
    state="WA",
    name="Washington",
    law="RCW 28A.604 (student user privacy; 28A.604.020 and .030(1) to (5) read)",
    reviewed_on=_READ_ON,
    review_due=_DUE,
    changes=(_FIRST,),
    replaces_review=False,
    prohibited_uses=MappingProxyType(dict.fromkeys(_STUDENT_PROFIT, cards.WASHINGTON_PROVIDER)),
)

COLORADO: Final = StatePack(
    state="CO",
    name="Colorado",
    law="Colo. Rev. Stat. 22-16 (student data; 22-16-109(1) and (2) read)",
    reviewed_on=_READ_ON,
    review_due=_DUE,
    changes=(_FIRST,),
    replaces_review=False,
    prohibited_uses=MappingProxyType(dict.fromkeys(_STUDENT_PROFIT, cards.COLORADO_PROVIDER)),
)

ILLINOIS: Final = StatePack(
    state="IL",
    name="Illinois",
    law="105 ILCS 10 (school student records; 10/5(a) to (c) read)",
    reviewed_on=_READ_ON,
    review_due=_DUE,
    changes=(_FIRST,),
    replaces_review=False,
    record_deadlines=RecordDeadlines(law="105 ILCS 10/5(c)", inspection_business_days=10),
)

STATE_PACKS: Final[Mapping[str, StatePack]] = MappingProxyType(
    {
        pack.state: pack
        for pack in (MARYLAND, UTAH, CALIFORNIA, COLORADO, ILLINOIS, TEXAS, WASHINGTON)
    }
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


def needs_counsel_review(state: str, states: Mapping[str, StatePack] = STATE_PACKS) -> bool:
    """Report whether counsel of a data owner in a state must review the state's law.

    Args:
        state: postal code of the state.
        states: state packs by postal code.

    Returns:
        True unless a pack replaces the review.
    """
    return state not in states or not states[state].replaces_review
