"""What partners agreed, as facts: parties, purposes, basis and criteria, terms, signatures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.rules.clause import Clause, ClauseKind
from cairn.rules.population import Population
from cairn.rules.terms import (
    NO_PERIOD,
    USUAL_DELIVERY,
    USUAL_DISCLOSURE,
    AccessTerm,
    Change,
    ConsentTerm,
    DataTerm,
    DeliveryTerm,
    DisclosureTerm,
    Exhibit,
    GiveBack,
    Milestone,
    OnwardRecipient,
    Penalty,
    ProjectTerm,
    RenewalTerm,
    Retention,
    SecurityCondition,
)
from cairn.rules.vocabulary import (
    AgreementState,
    LegalBasis,
    Level,
    OrganizationKind,
    PartyRole,
    Purpose,
    Tier,
)

__all__ = [
    "UNTIL_TERMINATED",
    "Agreement",
    "Clause",
    "ClauseKind",
    "DataTerm",
    "DeliveryTerm",
    "DisclosureTerm",
    "FindingOverride",
    "OnwardRecipient",
    "Party",
    "Retention",
]

UNTIL_TERMINATED: Final = date.max


@dataclass(frozen=True, slots=True)
class Party:
    """An organization in an agreement, and its signature.

    ``signed_digest`` is the sha256 of exactly the text that was signed (empty for a paper on
    record as it is); ``signed_how`` says how the signer was authenticated.
    """

    organization: str
    name: str
    kind: OrganizationKind
    role: PartyRole
    signed_by: str = ""
    signed_capacity: str = ""
    signed_on: date | None = None
    signed_digest: str = ""
    signed_how: str = ""


@dataclass(frozen=True, slots=True)
class FindingOverride:
    """The word of a data owner's counsel on a finding of the linter that they accept."""

    finding: str
    by: str
    organization: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """One written agreement, as its text stood on the day its facts were read.

    ``ends`` is inclusive; ``UNTIL_TERMINATED`` where the text says so; ``None`` is not known, and
    what is not known denies. A text that is loaded is the record of a signed paper; a draft says
    so in ``state``. ``under``, ``amends`` and ``joins`` name other agreements by reference;
    ``above`` holds those, as they stand (`rules.chain.resolved`). ``population`` says in words
    whose records they are, ``children`` in terms that are held up to each child (``None``: in
    words alone). ``pilot`` says what is tried, where only synthetic data come under it; empty, the
    data are about real children.
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
    retention: Retention = NO_PERIOD
    disclosure: DisclosureTerm = USUAL_DISCLOSURE
    delivery: DeliveryTerm = USUAL_DELIVERY
    terminated_on: date | None = None
    level: Level = Level.INDIVIDUAL
    population: str = ""
    purpose_clause: str = ""
    access: tuple[AccessTerm, ...] = ()
    onward: tuple[OnwardRecipient, ...] = ()
    giveback: tuple[GiveBack, ...] = ()
    security: tuple[SecurityCondition, ...] = ()
    security_clause: str = ""
    penalties: tuple[Penalty, ...] = ()
    renewal: RenewalTerm | None = None
    amendment_clause: str = ""
    termination_notice_days: int | None = None
    termination_clause: str = ""
    consent: ConsentTerm | None = None
    project: ProjectTerm | None = None
    clauses: tuple[Clause, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    changes: tuple[Change, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    children: Population | None = None
    under: tuple[str, ...] = ()
    amends: str = ""
    joins: str = ""
    above: tuple["Agreement", ...] = ()
    state: AgreementState = AgreementState.SIGNED
    text_digest: str = ""
    pilot: str = ""
    fixed_on: date | None = None
    overrides: tuple[FindingOverride, ...] = ()

    @property
    def elements(self) -> frozenset[str]:
        """Every element the agreement names, as ``record.field``."""
        return frozenset(f"{t.record}.{e}" for t in self.data for e in t.elements)

    def organizations(self, *roles: PartyRole) -> frozenset[str]:
        """The organizations that have one of these roles."""
        return frozenset(p.organization for p in self.parties if p.role in roles)

    def clause(self, kind: ClauseKind) -> Clause | None:
        """The first clause of a kind, if the text has one."""
        return next((c for c in self.clauses if c.kind is kind), None)
