"""Writes: an owner asks for its record, and the hub says that it was handed over."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.disclosures.models import RecordRequest
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.actor import Actor
from cairn.rules.disclosed import answer_by, may_answer_request, may_ask_for_record


@transaction.atomic
def ask_for_record(
    *, organization: Organization, by: User, at: datetime, who: Actor | None = None
) -> RecordRequest:
    """An owner asks for the record of what was passed on of its data; 30 days begin."""
    on = timezone.localdate(at)
    decision = may_ask_for_record(organization.slug, who or actor(by), on)
    decision.require()
    row = RecordRequest.objects.create(
        organization=organization, asked_by=by, asked_on=on, due_on=answer_by(on)
    )
    detail = {"organization": organization.slug, "due": row.due_on.isoformat()}
    audit.record("record.asked_for", row, by=by, at=at, decision=decision, detail=detail)
    return row


@transaction.atomic
def answer_request(
    *, request: RecordRequest, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Says that the record was handed to the owner."""
    decision = may_answer_request(
        answered=request.answered_at is not None,
        actor=who or actor(by),
        on=timezone.localdate(at),
    )
    decision.require()
    request.answered_by, request.answered_at = by, at
    request.save(update_fields=["answered_by", "answered_at"])
    audit.record("record.answered", request, by=by, at=at, decision=decision)
