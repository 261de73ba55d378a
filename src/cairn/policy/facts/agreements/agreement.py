"""Define the facts of a written agreement: parties, purposes, legal basis, terms and signatures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.facts.agreements.agreement_clause import AgreementClause, ClauseKind
from cairn.policy.facts.agreements.agreement_terms import (
    DEFAULT_DELIVERY_TERM,
    DEFAULT_DISCLOSURE_TERM,
    NO_RETENTION_PERIOD,
    AccessTerm,
    AmendedTerm,
    ConsentTerm,
    DataTerm,
    DeliveryTerm,
    DisclosureTerm,
    Exhibit,
    GiveBackTerm,
    Milestone,
    OnwardRecipient,
    Penalty,
    ProjectTerm,
    RenewalTerm,
    Retention,
)
from cairn.policy.facts.agreements.population import Population
from cairn.policy.vocabulary import (
    AgreementState,
    AgreementTier,
    LegalBasis,
    Level,
    OrganizationKind,
    PartyRole,
    Purpose,
    SecurityCondition,
)

UNTIL_TERMINATED: Final = date.max


@dataclass(frozen=True, slots=True)
class Party:
    """Describe an organization in an agreement, and its signature.

    ``signed_digest`` is the sha256 of exactly the text that was signed (empty for a paper agreement
    that is on record without a digest). ``signed_how`` says how the signer was authenticated.
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
class FindingOverrideFact:
    """Record that a data owner's counsel accepts one finding of the agreement linter."""

    finding: str
    by: str
    organization: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class AgreementFact:
    """Describe one written agreement, as its text read on the day its facts were loaded.

    ``ends`` is the last day, included; ``UNTIL_TERMINATED`` if the text says so; ``None`` if
    unknown,
    and unknown denies. An agreement that is loaded is the record of a signed paper; a draft says so
    in
    ``state``. ``under``, ``amends`` and ``joins`` name other agreements by reference; ``above``
    holds
    the current facts of those. ``population`` says in words which children's records the
    agreement covers; ``children`` is the filter applied to each child (``None``: in words only).
    ``pilot``
    describes the trial if only synthetic data come under the agreement; empty means that the data
    are
    about real children.
    """

    reference: str
    title: str
    tier: AgreementTier
    starts: date
    ends: date | None
    purposes: frozenset[Purpose]
    parties: tuple[Party, ...]
    basis: LegalBasis
    basis_clause: str = ""
    criteria: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    data: tuple[DataTerm, ...] = ()
    retention: Retention = NO_RETENTION_PERIOD
    disclosure: DisclosureTerm = DEFAULT_DISCLOSURE_TERM
    delivery: DeliveryTerm = DEFAULT_DELIVERY_TERM
    terminated_on: date | None = None
    level: Level = Level.INDIVIDUAL
    population: str = ""
    purpose_clause: str = ""
    access: tuple[AccessTerm, ...] = ()
    onward: tuple[OnwardRecipient, ...] = ()
    giveback: tuple[GiveBackTerm, ...] = ()
    security: tuple[SecurityCondition, ...] = ()
    security_clause: str = ""
    penalties: tuple[Penalty, ...] = ()
    renewal: RenewalTerm | None = None
    amendment_clause: str = ""
    termination_notice_days: int | None = None
    termination_clause: str = ""
    consent: ConsentTerm | None = None
    project: ProjectTerm | None = None
    clauses: tuple[AgreementClause, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    changes: tuple[AmendedTerm, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    children: Population | None = None
    under: tuple[str, ...] = ()
    amends: str = ""
    joins: str = ""
    above: tuple["AgreementFact", ...] = ()
    state: AgreementState = AgreementState.SIGNED
    text_digest: str = ""
    pilot: str = ""
    fixed_on: date | None = None
    overrides: tuple[FindingOverrideFact, ...] = ()

    @property
    def elements(self) -> frozenset[str]:
        """Return every data element that the agreement names, as ``record.field``."""
        return frozenset(
            f"{term.record}.{element}" for term in self.data for element in term.elements
        )

    def organizations(self, *roles: PartyRole) -> frozenset[str]:
        """Return the slugs of the organizations that have one of these roles."""
        return frozenset(party.organization for party in self.parties if party.role in roles)

    def clause(self, kind: ClauseKind) -> AgreementClause | None:
        """Return the first clause of a kind, or ``None`` if the text has none."""
        return next((candidate for candidate in self.clauses if candidate.kind is kind), None)
