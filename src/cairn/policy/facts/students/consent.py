"""Define the facts of consents: written consents, opt-outs, consent forms and answers to them."""

from dataclasses import dataclass, field
from datetime import date, datetime

from cairn.policy.facts.later_fields import ADDED_LATER
from cairn.policy.vocabulary import (
    ConsentMethod,
    LegalBasis,
    OptOutScope,
    OrganizationKind,
    Purpose,
    SignerRelation,
)

__all__ = ["ConsentFormFact", "FormAnswer", "OptOutFact", "WrittenConsent"]


@dataclass(frozen=True, slots=True)
class WrittenConsent:
    """Describe one family's written consent: signature, dates, records, purposes and parties.

    The family states it on paper or in a session; the form states the purposes, the parties and the
    end; the district verifies it. A consent counts from the day the district verified it until the
    day before it was revoked. Dates are inclusive.

    Attributes:
        id: reference of the consent.
        child: opaque id of the child.
        signer: opaque id of the signer; empty if the consent is not signed.
        relation: the signer's relation to the child.
        signed_on: day of the signature; None if it is not signed.
        records: elements (``record.field``, or ``record.*`` for a whole record).
        purposes: purposes that the family agrees to.
        parties: slugs of the organizations that the consent names.
        classes: kinds of organizations; the consent names every organization of such a kind.
        method: how it was given.
        authenticated: how the signer of an electronic consent was authenticated (34 CFR 99.30(d));
            empty if on paper.
        approved: the event by which that signer approved it (34 CFR 99.30(d)); empty if on paper.
        language: code of the language that the family read, such as "es"; empty if unknown.
        notice: name of the form that the family read; empty if unknown.
        starts: first day; None means the day of the signature.
        ends: last day; None means until it is revoked or the rights pass to the student.
        verified_on: day on which the district verified it; None if it did not.
        verified_by: actor id of the person who verified it; empty if it is not verified.
        revoked_on: day on which the family revoked it; None if it did not.
        superseded_by: reference of the consent that replaced it; empty if none did.
        says_revocable: whether the form says that the consent can be revoked.
        basis: legal basis that the form serves: a consent under FERPA, a HIPAA authorization or a
            Part 2 consent. A form of one basis opens nothing under another.
    """

    id: str
    child: str
    signer: str
    relation: SignerRelation
    signed_on: date | None
    records: frozenset[str]
    purposes: frozenset[Purpose]
    parties: frozenset[str] = frozenset()
    classes: frozenset[OrganizationKind] = frozenset()
    method: ConsentMethod = ConsentMethod.PAPER
    authenticated: str = ""
    approved: str = ""
    language: str = ""
    notice: str = ""
    starts: date | None = None
    ends: date | None = None
    verified_on: date | None = None
    verified_by: str = ""
    revoked_on: date | None = None
    superseded_by: str = ""
    says_revocable: bool = False
    basis: LegalBasis = field(default=LegalBasis.CONSENT, metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class OptOutFact:
    """Describe one current opt-out of a family.

    An opt-out applies from its season on, even after the child leaves, until it is withdrawn.

    Attributes:
        person: id of the child in the calling context.
        scope: uses that the family declines.
        season: first school year, such as "2025-26".
        organization: slug of the school or district that recorded it.
    """

    person: str
    scope: OptOutScope
    season: str
    organization: str


@dataclass(frozen=True, slots=True)
class ConsentFormFact:
    """Describe a consent form: its organization, the parties it names, and if it is offered."""

    organization: str
    parties: frozenset[str]
    offered: bool


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """Record one signer's answer to one form.

    Attributes:
        signer: opaque id of the signer.
        relation: the signer's relation to the child.
        says: whether the answer is yes; revoking a consent is a no.
        at: time at which the answer was recorded.
    """

    signer: str
    relation: SignerRelation
    says: bool
    at: datetime
