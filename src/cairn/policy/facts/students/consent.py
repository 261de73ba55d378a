"""Define the facts of consents: written consents, opt-outs, consent forms and answers to them."""

from dataclasses import dataclass
from datetime import date, datetime

from cairn.policy.vocabulary import (
    ConsentMethod,
    OptOutScope,
    OrganizationKind,
    Purpose,
    SignerRelation,
)


@dataclass(frozen=True, slots=True)
class WrittenConsent:
    """Describe one family's written consent: signature, dates, records, purposes and parties.

    ``child`` and ``signer`` are opaque ids. ``records`` are elements (``record.field``, or
    ``record.*``
    for a whole record). The consent names the organizations in ``parties`` and every organization
    of a
    kind in ``classes``. Dates are inclusive: ``starts`` defaults to the day of signature, and a
    consent
    without ``ends`` counts until it is revoked or the rights pass to the student. A consent counts
    from
    the day the district verified it (``verified_on``, ``verified_by``) until the day before it was
    revoked. An electronic consent records how the signer was ``authenticated`` and what the
    ``approved`` event was (34 CFR 99.30(d)).
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


@dataclass(frozen=True, slots=True)
class OptOutFact:
    """Describe one current opt-out of a family; ``person`` is the child's id in the calling
    context.

    An opt-out applies from its season on, even after the child leaves, until it is withdrawn.
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
    """Record one signer's answer to one form: ``signer`` is an opaque id, ``says`` is true for
    yes.
    """

    signer: str
    relation: SignerRelation
    says: bool
    at: datetime
