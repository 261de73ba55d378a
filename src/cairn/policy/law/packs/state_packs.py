"""State packs. For a state that is not listed here, a person who knows its law must answer."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cairn.policy.law.cards.legal_bases import state_law as cards
from cairn.policy.law.packs.pack import StatePack
from cairn.policy.vocabulary import OrganizationKind

__all__ = ["STATE_PACKS"]

MARYLAND: Final = StatePack(
    state="MD",
    name="Maryland",
    law="Md. Code, Local Government 31-101 to 31-110 (Baltimore City Youth Data Hub)",
    no_rows=cards.MARYLAND_OUTPUT,
    staff_only=cards.MARYLAND_STAFF,
    destroy_copies=cards.MARYLAND_DESTROY,
)

UTAH: Final = StatePack(
    state="UT",
    name="Utah",
    law="Utah Admin. Code R277-487 (public school data confidentiality and disclosure)",
    report_card=cards.UTAH_REPORT,
    report_days=10,
    report_kinds=frozenset({OrganizationKind.STATE_EDUCATION_AGENCY}),
)

CALIFORNIA: Final = StatePack(
    state="CA",
    name="California",
    law="Cal. Educ. Code 49060-49079 (pupil records)",
    consents_kept=cards.CALIFORNIA_CONSENT,
)

STATE_PACKS: Final[Mapping[str, StatePack]] = MappingProxyType(
    {pack.state: pack for pack in (MARYLAND, UTAH, CALIFORNIA)}
)
