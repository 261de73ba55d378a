"""What partners agreed, as facts: parties, purposes, basis and criteria, elements, term, limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.rules.vocabulary import (
    Channel,
    LegalBasis,
    OrganizationKind,
    PartyRole,
    Purpose,
    Silence,
    Tier,
)

UNTIL_TERMINATED: Final = date.max


@dataclass(frozen=True, slots=True)
class Party:
    organization: str
    name: str
    kind: OrganizationKind
    role: PartyRole
    signed_by: str = ""
    signed_capacity: str = ""
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class DataTerm:
    """What may be shared of one record type, for which school years (first and last, inclusive)."""

    record: str
    elements: frozenset[str]
    first_year: str = ""
    last_year: str = ""
    clause: str = ""
    used_for: str = ""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a delivery may be kept: a period of days from an event, and how it ends."""

    period_days: int | None
    counted_from: str = "delivery"
    method: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class DisclosureTerm:
    """What the provider asks of anything that leaves."""

    minimum_cell: int = 10
    send_back_days: int = 10
    no_ranking: bool = True
    silence: Silence = Silence.LAPSES
    clause: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryTerm:
    channels: frozenset[Channel] = frozenset(Channel)
    frequency: str = ""
    contacts: tuple[tuple[str, str], ...] = ()  # (name, e-mail)
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One written agreement, as its text stood on the day its facts were read.

    ``ends`` is inclusive; ``UNTIL_TERMINATED`` where the text says so; ``None`` is not known, and
    what is not known denies.
    """

    reference: str
    title: str
    tier: Tier
    starts: date
    ends: date | None
    purposes: frozenset[Purpose]
    parties: tuple[Party, ...]
    basis: LegalBasis
    basis_clause: str = ""
    criteria: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    data: tuple[DataTerm, ...] = ()
    retention: Retention = Retention(period_days=None)
    disclosure: DisclosureTerm = DisclosureTerm()
    delivery: DeliveryTerm = DeliveryTerm()
    terminated_on: date | None = None

    @property
    def elements(self) -> frozenset[str]:
        """Every element the agreement names, as ``record.field``."""
        return frozenset(f"{t.record}.{e}" for t in self.data for e in t.elements)

    def organizations(self, *roles: PartyRole) -> frozenset[str]:
        return frozenset(p.organization for p in self.parties if p.role in roles)
