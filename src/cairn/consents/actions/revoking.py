"""Writes: a family takes its consent back, at a desk; and the district decides between parents."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.consents import facts
from cairn.consents.child_key import signer_key
from cairn.consents.models import Child, ConflictAnswer, Consent, ConsentForm
from cairn.partners.facts import actor
from cairn.rules.actor import Actor
from cairn.rules.consent_record import may_change_consents, may_decide_conflict
from cairn.rules.lifecycle import states_with
from cairn.rules.lives.consent import CONSENT
from cairn.rules.vocabulary import ConsentState


@transaction.atomic
def revoke(
    *,
    consent: Consent,
    name: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Someone who holds the right takes a consent back, by name, at the district or a program.

    Nothing new is shared from now on; what was disclosed before is not undone.
    """
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    whose = {row.child.organization.slug}
    if row.collected_by is not None:
        whose.add(row.collected_by.slug)
    asking, on = who or actor(by), timezone.localdate(at)
    state = ConsentState(row.state)
    decision = may_change_consents("record revocation", [state], whose, asking, on)
    decision.require()
    row.state, row.revoked_at = ConsentState.REVOKED.value, at
    row.revoker = signer_key(row.child.key, name)
    row.save(update_fields=["state", "revoked_at", "revoker"])
    audit.record("consent.revoked", row, by=by, at=at, decision=decision)


@transaction.atomic
def decide_conflict(
    *,
    child: Child,
    form: ConsentForm,
    shares: bool,
    reason: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> ConflictAnswer:
    """The district decides where two parents disagree: the consent stands, or it does not."""
    asking, on = who or actor(by), timezone.localdate(at)
    organization = child.organization.slug
    rows = child.consents.select_for_update().filter(form=form)
    fresh = Child.objects.select_for_update().get(pk=child.pk)
    disagree = form in facts.conflicts(fresh)
    decision = may_decide_conflict(organization, disagree=disagree, actor=asking, on=on)
    decision.require()
    open_states = [state.value for state in states_with(CONSENT, "record revocation")]
    if not shares:
        rows.filter(state__in=open_states).update(state=ConsentState.REVOKED.value, revoked_at=at)
    elif not rows.filter(state__in=open_states).exists():
        _uphold(rows.filter(state=ConsentState.REVOKED.value).exclude(verified_on=None).first())
    answer = ConflictAnswer.objects.create(
        child=child, form=form, shares=shares, reason=reason, answered_by=by, answered_at=at
    )
    detail = {"stands": int(shares)}
    audit.record("consent.decided", answer, by=by, at=at, decision=decision, detail=detail)
    return answer


def _uphold(row: Consent | None) -> None:
    """The newest consent that was taken back counts again."""
    if row is not None:
        row.state, row.revoked_at, row.revoker = ConsentState.VERIFIED.value, None, ""
        row.save(update_fields=["state", "revoked_at", "revoker"])
