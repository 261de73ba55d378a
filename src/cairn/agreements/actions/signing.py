"""A text goes out for signature and is signed; with the last signature it is an agreement."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.agreements import drafted, facts
from cairn.agreements.models import Draft, Signature
from cairn.agreements.record import keep
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.drafting import may_attest, may_decline, may_send_out, may_sign
from cairn.rules.vocabulary import SignatureMethod


@transaction.atomic
def send_out(*, draft: Draft, by: User, at: datetime, who: Actor | None = None) -> None:
    """Let the parties sign: counsel has read it, the law is satisfied, everyone is registered."""
    fact, on = drafted.held(draft, at)
    decision = may_send_out(fact, who or actor(by), on)
    decision.require()
    drafted.move(draft, "send out", at)
    audit.record("draft.sent_out", draft, by=by, at=at, decision=decision)


@transaction.atomic
def sign(
    *,
    draft: Draft,
    organization: Organization,
    capacity: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Signature:
    """Sign exactly this text here in one's own name, for a party, proved by a second factor."""
    fact, on = drafted.held(draft, at)
    decision = may_sign(fact, organization.slug, who or actor(by), on)
    decision.require()
    return _signed(
        draft,
        Signature(
            organization=organization,
            name=by.name,
            capacity=capacity,
            method=SignatureMethod.SESSION.value,
            on=on,
        ),
        decision,
        event="sign",
        by=by,
        at=at,
    )


@transaction.atomic
def attest(
    *,
    draft: Draft,
    organization: Organization,
    name: str,
    capacity: str,
    signed_on: date,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Signature:
    """Record a signature seen on paper: `signed_on` is the date that stands there."""
    fact, on = drafted.held(draft, at)
    decision = may_attest(fact, organization.slug, who or actor(by), on)
    decision.require()
    return _signed(
        draft,
        Signature(
            organization=organization,
            name=name,
            capacity=capacity,
            method=SignatureMethod.PAPER.value,
            on=signed_on,
        ),
        decision,
        event="attest",
        by=by,
        at=at,
    )


@transaction.atomic
def decline(
    *,
    draft: Draft,
    organization: Organization,
    why: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """A party's signatory sends it back unsigned; it is never obliged to share (99.31(d))."""
    fact, on = drafted.held(draft, at)
    decision = may_decline(fact, organization.slug, who or actor(by), on)
    decision.require()
    drafted.move(draft, "decline", at, why)
    detail = {"organization": organization.slug}
    audit.record("draft.declined", draft, by=by, at=at, decision=decision, detail=detail)


def _signed(
    draft: Draft,
    signature: Signature,
    decision: Decision,
    *,
    event: str,
    by: User,
    at: datetime,
) -> Signature:
    """Keeps the signature; the last one makes the draft an agreement, or its next version."""
    signature.draft, signature.digest = draft, facts.digest(draft.text)
    signature.by, signature.at = by, at
    signature.save(force_insert=True)
    detail: dict[str, str | int] = {
        "organization": signature.organization.slug,
        "sha256": signature.digest,
        "method": signature.method,
    }
    audit.record("draft.signed", draft, by=by, at=at, decision=decision, detail=detail)
    fact = drafted.fact(draft, timezone.localdate(at))
    drafted.move(draft, event if fact.unsigned else f"{event} last", at)
    if not fact.unsigned:
        draft.agreement = keep(draft.text, facts.parsed(draft.text), by=by, at=at)
        draft.save(update_fields=["agreement"])
        whole: dict[str, str | int] = {
            "reference": draft.reference,
            "version": draft.agreement.version,
            "sha256": signature.digest,
        }
        audit.record(
            "agreement.signed", draft.agreement, by=by, at=at, decision=decision, detail=whole
        )
    return signature
