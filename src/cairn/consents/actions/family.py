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
from cairn.consents.declining import Ended, declined, end
from cairn.consents.models import Child, Consent, ConsentForm, OptOut, Recording
from cairn.consents.sealing import label
from cairn.consents.season import school_year
from cairn.rules.actor import Actor
from cairn.rules.consent_record import may_answer_form, may_change_own_consent
from cairn.rules.family import may_answer_family
from cairn.rules.opt_out import may_decline, may_end_own
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
def opt_out(
    *,
    child: Child,
    scope: OptOutScope,
    said: Signature,
    who: Actor,
    at: datetime,
    by: None = None,
) -> None:
    """The family declines: the child is left out of everything made from now on."""
    on = timezone.localdate(at)
    decision = may_decline(said.relation, facts.person(child, on), who, on)
    decision.require()
    mine = _standing(child, scope).filter(signer=signer_key(child.key, said.name))
    if not mine.exists():
        recording = Recording.objects.create(
            organization=child.organization,
            scope=scope.value,
            season=school_year(on),
            recorded_by=by,
            recorded_at=at,
        )
        declined(recording, child.key, _local_id(child), said).save()
    detail = {"scope": scope.value}
    audit.record("opt_out.by_family", child, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def opt_in(
    *,
    child: Child,
    scope: OptOutScope,
    said: Signature,
    who: Actor,
    at: datetime,
    by: None = None,
) -> Ended:
    """Somebody of the family changed their mind: what they declined ends. About what somebody else
    declined the district decides, and meanwhile the child stays left out."""
    on, own = timezone.localdate(at), signer_key(child.key, said.name)
    decision = may_answer_family(child.key, who, on)
    decision.require()
    person, done = facts.person(child, on), Ended()
    for row in _standing(child, scope).select_for_update():
        may = may_end_own(row.signer, own, said.relation, person, who, on)
        done += end(row, _local_id(child), said, may, at)
    detail = {"scope": scope.value, "ended": done.ended, "disputed": done.disputed}
    audit.record("opt_out.ended_by_family", child, by=by, at=at, decision=decision, detail=detail)
    return done


def _local_id(child: Child) -> str:
    return label(child.key, child.sealed).local_id


def _standing(child: Child, scope: OptOutScope) -> QuerySet[OptOut]:
    return OptOut.objects.filter(child_key=child.key, scope=scope.value, withdrawn_at__isnull=True)
