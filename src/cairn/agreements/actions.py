"""Writes: an agreement goes on record. The action asks the rule, changes rows, and records it."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.agreements import facts
from cairn.agreements.models import Agreement, AgreementVersion
from cairn.agreements.toml_format import parse
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules import agreement as law
from cairn.rules.actor import Actor
from cairn.rules.authority import may_load_agreement


@transaction.atomic
def load(*, text: str, by: User, at: datetime, who: Actor | None = None) -> Agreement:
    """Put an agreement's text on record, with its parties as partners.

    The same text again changes nothing; another text for the same reference is a new version, by
    someone who might have loaded the old one too.
    `who` are the facts about `by` where a browser session supplied them. Raises `BadAgreement`.
    """
    terms = parse(text)
    decision = may_load_agreement(terms, who or actor(by), timezone.localdate(at))
    decision.require()
    row = Agreement.objects.select_for_update().filter(reference=terms.reference).first()
    if row is not None:
        may_load_agreement(facts.agreement(row), who or actor(by), timezone.localdate(at)).require()
    if row is not None and row.text == text:
        audit.record("agreement.unchanged", row, by=by, at=at, decision=decision)
        return row
    row = _written(row, terms, text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    AgreementVersion.objects.create(
        agreement=row, version=row.version, text=text, digest=digest, loaded_by=by, loaded_at=at
    )
    row.parties.set([_partner(party) for party in terms.parties])
    detail: dict[str, str | int] = {
        "reference": row.reference,
        "version": row.version,
        "sha256": digest,
    }
    audit.record("agreement.loaded", row, by=by, at=at, decision=decision, detail=detail)
    return row


def _written(row: Agreement | None, terms: law.Agreement, text: str) -> Agreement:
    if row is None:
        return Agreement.objects.create(reference=terms.reference, title=terms.title, text=text)
    row.title, row.text, row.version = terms.title, text, row.version + 1
    row.save(update_fields=["title", "text", "version"])
    return row


def _partner(party: law.Party) -> Organization:
    """The partner on record; a party nobody knew becomes one, as the agreement describes it."""
    partner, _ = Organization.objects.get_or_create(
        slug=party.organization, defaults={"name": party.name, "kind": party.kind.value}
    )
    return partner
