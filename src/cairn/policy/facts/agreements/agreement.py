"""Define the facts of a written agreement: parties, purposes, legal basis, terms and signatures.

A draft has facts of its own on its way to signature.
"""

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
from cairn.policy.facts.agreements.criterion import CriterionFact
from cairn.policy.facts.agreements.population import Population
from cairn.policy.facts.later_fields import ADDED_LATER
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

__all__ = [
    "UNTIL_TERMINATED",
    "AgreementFact",
    "AgreementPart",
    "DraftFact",
    "FindingOverrideFact",
    "PaperSignatureFact",
    "Party",
]

UNTIL_TERMINATED: Final = date.max


@dataclass(frozen=True, slots=True)
class Party:
    """Describe an organization in an agreement, and its signature.

    The text of the agreement states these facts; where the parties sign in Cairn, the signatures
    made there replace those in the text. A signature counts from ``signed_on`` if it names a person
    and a capacity and is for the text that the agreement now has.

    Attributes:
        organization: slug of the organization.
        name: its full name, as the text writes it.
        kind: kind of organization, which decides the law that binds it.
        role: role in this agreement.
        signed_by: name of the person who signed for it; empty if it has not signed.
        signed_capacity: what entitles that person to sign, such as "Superintendent"; without it the
            signature does not count.
        signed_on: day of the signature; None if it has not signed.
        signed_digest: sha256 (hexadecimal) of exactly the text that was signed; empty for a paper
            agreement that is on record without a digest.
        signed_how: how the signer was authenticated: in a session, or on paper before a witness;
            empty if not recorded.
        approved_on: day on which its board or other authority approved the agreement; None if the
            text does not say. Approval, signature and first day are three dates.
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
    approved_on: date | None = field(default=None, metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class FindingOverrideFact:
    """Record that a data owner's counsel accepts one finding of the agreement linter.

    It holds for exactly the text that counsel read.

    Attributes:
        finding: key of the finding (``LintFinding.key``): its id and, after a blank, its subject.
        by: name of the counsel who accepts it.
        organization: slug of the data owner that the counsel acts for.
        on: day on which counsel accepted it.
        reason: why the finding does not apply, in counsel's words.
    """

    finding: str
    by: str
    organization: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class AgreementPart:
    """Describe one part of an agreement that rests on several legal bases (ADR 23).

    The text of the agreement states it. Everything else, such as the parties, the dates and the
    security, is stated once for all parts.

    Attributes:
        id: capital letter of the part, such as "A".
        basis: legal basis of the disclosure of its data.
        purposes: purposes that its data may be used for.
        data: elements that may be shared on this basis.
        basis_clause: clause that declares the basis; empty if none does.
        purpose_clause: clause that states the purposes; empty if none does.
        criteria: clause or sentence that meets each criterion of the basis, by the criterion's key.
        criterion_facts: the same criteria as typed facts, by the same keys.
    """

    id: str
    basis: LegalBasis
    purposes: frozenset[Purpose]
    data: tuple[DataTerm, ...] = ()
    basis_clause: str = ""
    purpose_clause: str = ""
    criteria: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    criterion_facts: Mapping[str, CriterionFact] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, slots=True)
class AgreementFact:
    """Describe one written agreement, as its text read on the day its facts were loaded.

    An agreement that is loaded is the record of a signed paper; a draft says so in ``state``. The
    text states everything except ``above``, ``state`` and ``overrides``, which Cairn has on record;
    the signatures in ``parties`` and ``text_digest`` come from Cairn where the parties signed
    there. In each term, ``clause`` is the reference of the clause that says it, such as "4.2";
    empty if the text gives none.

    Attributes:
        reference: short name, unique among all agreements.
        title: title of the document, with its parties.
        tier: kind of document.
        starts: first day.
        ends: last day, included; ``UNTIL_TERMINATED`` if the text says so; None if unknown, and
            unknown denies.
        purposes: purposes that the data may be used for; none for a document that discloses no
            data.
        parties: organizations that make the agreement, with their signatures.
        basis: legal basis of the disclosure.
        basis_clause: clause that declares the basis; empty if none does.
        criteria: clause or sentence that meets each criterion of the basis, by the criterion's key
            (``direct_control``, ``wage_authority``); a missing criterion is not met.
        criterion_facts: the same criteria as typed facts, by the same keys, with the clause, the
            quotation and the counsel who confirmed each; a criterion in plain text has none.
        data: elements that may be shared; empty if the agreement opens none.
        retention: how long data may be kept; without a period nothing is allowed.
        disclosure: what the provider requires of anything published or passed on.
        delivery: how data are delivered, how often and by which people.
        terminated_on: first day on which the agreement no longer counts, because it was terminated;
            None if it was not.
        level: how close the data are to one student.
        population: which children's records the agreement covers, in words.
        purpose_clause: clause that states the purpose; empty if none does.
        access: roles at the parties that may see the data.
        onward: further recipients that the parties may pass data on to; empty means none.
        giveback: what the recipients return to the providers.
        security: safeguards that the recipients must have.
        security_clause: clause that requires them; empty if none does.
        penalties: consequences of a breach.
        renewal: what happens at the end of the term; None if the text does not say.
        amendment_clause: clause that says how the text is amended; empty if none does.
        termination_notice_days: days of notice before termination; None if the text requires none.
        termination_clause: clause that says how the agreement is terminated; empty if none does.
        consent: what a consent form asks of a family; None for any other document.
        project: project that a license or a data plan is for; None if it is for none.
        clauses: every promise that no other field holds.
        exhibits: schedules and exhibits that the text refers to.
        changes: what an amendment changes; empty for any other document.
        milestones: steps of a data plan; empty for any other document.
        children: filter applied to each child; None if the population is given in words only.
        under: references of the agreements that it rests on, which must be in force.
        amends: reference of the agreement that it amends; empty if it amends none.
        joins: reference of the agreement that it joins; empty if it joins none.
        above: current facts of the agreements that ``under``, ``amends`` and ``joins`` name.
        state: state of the agreement in Cairn; whether it is in force is computed.
        text_digest: sha256 (hexadecimal) of the text to be signed; empty for a paper agreement that
            is on record without a digest.
        pilot: the trial, in words, if only synthetic data come under the agreement; empty means
            that the data are about real children.
        fixed_on: day from which the text no longer changed; None if the text does not say.
        overrides: findings of the linter that counsel of a data owner accepts in this text.
        parts: parts with a legal basis each. An agreement with parts discloses nothing as a whole:
            its own basis is ``NO_DISCLOSURE``, and each part is an agreement of its own
            (`list_part_agreements`).
        part_of: reference of the whole agreement, if this is one of its parts; else empty.
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
    criterion_facts: Mapping[str, CriterionFact] = field(
        default_factory=lambda: MappingProxyType({}), metadata=ADDED_LATER
    )
    parts: tuple[AgreementPart, ...] = field(default=(), metadata=ADDED_LATER)
    part_of: str = field(default="", metadata=ADDED_LATER)

    @property
    def elements(self) -> frozenset[str]:
        """Return every data element that the agreement names, as ``record.field``."""
        return frozenset(
            f"{term.record}.{element}" for term in self.data for element in term.elements
        )

    def list_organizations(self, *roles: PartyRole) -> frozenset[str]:
        """Return the slugs of the organizations that have one of these roles."""
        return frozenset(party.organization for party in self.parties if party.role in roles)

    @property
    def stated_data(self) -> tuple[DataTerm, ...]:
        """Return the data of the agreement and of all its parts, for pages and documents.

        A decision asks each part, with its own purposes.
        """
        return (*self.data, *(term for part in self.parts for term in part.data))

    @property
    def stated_elements(self) -> frozenset[str]:
        """Return every data element that the agreement or one of its parts names."""
        return frozenset(
            f"{term.record}.{element}" for term in self.stated_data for element in term.elements
        )

    @property
    def whole_reference(self) -> str:
        """Return the reference of the whole agreement, also for one of its parts."""
        return self.part_of or self.reference

    @property
    def part_id(self) -> str:
        """Return the letter of the part that this is; empty for a whole agreement."""
        return self.reference.removeprefix(f"{self.part_of}/") if self.part_of else ""

    def find_clause(self, kind: ClauseKind) -> AgreementClause | None:
        """Return the first clause of a kind, or ``None`` if the text has none."""
        return next((candidate for candidate in self.clauses if candidate.kind is kind), None)


@dataclass(frozen=True, slots=True)
class DraftFact:
    """Describe the current state of a draft; ``digest`` identifies the text described.

    ``organization`` drafts it; ``parties`` and ``owners`` (who provide data) are slugs.
    ``mistakes``
    counts the errors that keep the text from being parsed. ``unregistered`` are parties that are
    not in
    the partner register. ``findings`` are the open findings of law, without those overridden.
    ``reviewed`` and ``signed`` are the parties that reviewed it by counsel and that signed it.
    ``joins``
    names the agreement that a joinder joins, and ``base`` holds the facts of that agreement
    (``None``:
    it is not on record). ``overtaken`` says that another text went on record under this reference
    since
    the draft was started. ``pilot`` says whether the text is for a pilot; ``was_pilot`` whether the
    text
    on record under the reference is (``None``: there is none).
    """

    reference: str
    state: AgreementState
    organization: str
    parties: frozenset[str]
    owners: frozenset[str]
    digest: str
    mistakes: int = 0
    unregistered: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    reviewed: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    joins: str = ""
    base: AgreementFact | None = None
    overtaken: bool = False
    pilot: bool = False
    was_pilot: bool | None = None

    @property
    def unsigned(self) -> frozenset[str]:
        """Return the parties that have not signed this text."""
        return self.parties - self.signed


@dataclass(frozen=True, slots=True)
class PaperSignatureFact:
    """Describe a signature on paper that waits for its signer to confirm it by a one-time link.

    Attributes:
        organization: slug of the party that signed.
        digest: digest of the text that was signed.
        recorded_by: actor id of the person who recorded the signature.
        recorder: name of that person, for the signer to turn to.
        link_ends_on: last day on which the link works.
    """

    organization: str
    digest: str
    recorded_by: str
    recorder: str
    link_ends_on: date
