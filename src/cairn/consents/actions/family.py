"""Writes of a family's own session: it agrees, declines, takes back, and opts out or in again.

`by` is nobody with an account: the actor is the family's session of one child.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cairn.audit import log as audit
from cairn.consents import facts
from cairn.consents.answering import Signature, answer
from cairn.consents.child_key import signer_key
from cairn.consents.models import Child, Consent, ConsentForm, OptOut, Recording
from cairn.consents.season import school_year
from cairn.rules.actor import Actor
from cairn.rules.consent_record import may_answer_form, may_change_own_consent
from cairn.rules.family import may_answer_family
from cairn.rules.vocabulary import ConsentState, OptOutScope


@transaction.atomic
def answer_form(
    *,
    child: Child,
    form: ConsentForm,
    signature: Signature,
    records: Iterable[str],
    who: Actor,
    at: datetime,
    by: None = None,
) -> Consent:
    """Agree to a form for these of its records; for none of them, decline it."""
    on, agreed = timezone.localdate(at), set(records) & set(form.records)
    decision = may_answer_form(
        facts.form(form), signature.relation, facts.person(child, on), who, on
    )
    decision.require()
    event = "agree" if agreed else "decline"
    row = answer(child, form, signature, event=event, records=agreed or form.records, at=at)
    detail = {"form": form.name, "answer": event}
    audit.record("consent.answered", row, by=by, at=at, decision=decision, detail=detail)
    return row


@transaction.atomic
def take_back(*, consent: Consent, name: str, who: Actor, at: datetime, by: None = None) -> None:
    """The family takes a consent back: nothing new is shared from this moment on."""
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    child, on = row.child.key, timezone.localdate(at)
    decision = may_change_own_consent("revoke", ConsentState(row.state), child, who, on)
    decision.require()
    row.state, row.revoked_at = ConsentState.REVOKED.value, at
    row.revoker = signer_key(child, name)
    row.save(update_fields=["state", "revoked_at", "revoker"])
    audit.record("consent.revoked", row, by=by, at=at, decision=decision)


@transaction.atomic
def undo_take_back(
    *, consent: Consent, name: str, who: Actor, at: datetime, by: None = None
) -> None:
    """It was a slip of the one who took it back: the consent counts again as it did before."""
    child, on = consent.child.key, timezone.localdate(at)
    mine = Consent.objects.filter(revoker=signer_key(child, name))
    row = mine.select_for_update().get(pk=consent.pk)
    event = "take back" if row.verified_on else "take back unverified"
    decision = may_change_own_consent(event, ConsentState(row.state), child, who, on)
    decision.require()
    state = ConsentState.VERIFIED if row.verified_on else ConsentState.GRANTED
    row.state, row.revoked_at, row.revoker = state.value, None, ""
    row.save(update_fields=["state", "revoked_at", "revoker"])
    audit.record("consent.revocation_undone", row, by=by, at=at, decision=decision)


@transaction.atomic
def opt_out(*, child: Child, scope: OptOutScope, who: Actor, at: datetime, by: None = None) -> None:
    """The family declines: the child is left out of everything made from now on."""
    on = timezone.localdate(at)
    decision = may_answer_family(child.key, who, on)
    decision.require()
    if not _standing(child, scope).exists():
        recording = Recording.objects.create(
            organization=child.organization,
            scope=scope.value,
            season=school_year(on),
            recorded_by=by,
            recorded_at=at,
        )
        OptOut.objects.create(
            recording=recording,
            organization=child.organization,
            scope=scope.value,
            child_key=child.key,
        )
    detail = {"scope": scope.value}
    audit.record("opt_out.by_family", child, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def opt_in(*, child: Child, scope: OptOutScope, who: Actor, at: datetime, by: None = None) -> None:
    """The family changed its mind: the child takes part again."""
    decision = may_answer_family(child.key, who, timezone.localdate(at))
    decision.require()
    _standing(child, scope).update(withdrawn_at=at)
    detail = {"scope": scope.value}
    audit.record("opt_out.ended_by_family", child, by=by, at=at, decision=decision, detail=detail)


def _standing(child: Child, scope: OptOutScope) -> QuerySet[OptOut]:
    return OptOut.objects.filter(child_key=child.key, scope=scope.value, withdrawn_at__isnull=True)
