"""Write the answers of a family on its own page: consent, revocation, opt-out and its end.

`by` is always None because a family has no account: the actor is its session for one child.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cairn.governance.consents import facts
from cairn.governance.consents.actions import consents
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.models.opt_outs import OptOut, Recording
from cairn.governance.consents.protected_identity import compute_signer_key, unseal_child_label
from cairn.governance.consents.school_year_choices import compute_school_year
from cairn.governance.consents.signature_lists import FamilySignature
from cairn.platform.actions.api import ActionResult, action
from cairn.platform.audit.api import record_audit_event
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor, ConsentFormFact, PersonFact
from cairn.policy.vocabulary import ConsentState, OptOutScope, SignerRelation

__all__ = [
    "answer_consent_form",
    "end_own_opt_outs",
    "opt_out_child",
    "revoke_own_consent",
    "undo_own_revocation",
]


def _load_signer_facts(
    *, child: Child, signature: FamilySignature, at: datetime
) -> tuple[SignerRelation, PersonFact]:
    return signature.relation, facts.load_person_fact(child, timezone.localdate(at))


def _load_answer_facts(
    *, child: Child, form: ConsentForm, signature: FamilySignature, at: datetime
) -> tuple[ConsentFormFact, SignerRelation, PersonFact]:
    signer = _load_signer_facts(child=child, signature=signature, at=at)
    return (facts.load_consent_form_fact(form), *signer)


def _lock_own_consent_facts(*, consent: Consent) -> tuple[str, ConsentState, str]:
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    return "revoke", ConsentState(row.state), row.child.key


def _lock_own_revocation(consent: Consent, name: str) -> Consent:
    revoked_by_signer = Consent.objects.filter(revoker=compute_signer_key(consent.child.key, name))
    return revoked_by_signer.select_for_update().get(pk=consent.pk)


def _lock_own_revocation_facts(*, consent: Consent, name: str) -> tuple[str, ConsentState, str]:
    row = _lock_own_revocation(consent, name)
    event = "take back" if row.verified_on else "take back unverified"
    return event, ConsentState(row.state), row.child.key


@action("consent.answered", asks=questions.may_answer_consent_form, facts=_load_answer_facts)
def answer_consent_form(
    permit: Permit,
    /,
    *,
    child: Child,
    form: ConsentForm,
    signature: FamilySignature,
    records: Iterable[str],
    who: Actor,
    at: datetime,
    by: None = None,
) -> ActionResult[Consent]:
    """Record consent to these elements of a form; with no elements, record a refusal.

    Args:
        child: the child.
        form: the form that is answered.
        signature: who answers.
        records: elements that the family agrees to; elements the form does not offer are ignored.
        who: facts about the family's session.
        at: when the family answers.
        by: always None.
    Returns:
        The new consent.
    Raises:
        Refused: the policy does not allow it.
    """
    agreed = set(records) & set(form.records)
    event = "agree" if agreed else "decline"
    row = consents.create_consent(
        child, form, signature, event=event, records=agreed or form.records, at=at
    )
    detail = {"form": form.name, "answer": event}
    return ActionResult(row, subject=row, detail=detail)


@action("consent.revoked", asks=questions.may_change_own_consent, facts=_lock_own_consent_facts)
def revoke_own_consent(
    permit: Permit, /, *, consent: Consent, name: str, who: Actor, at: datetime, by: None = None
) -> ActionResult[None]:
    """Revoke a family's consent; nothing new is shared from this moment on.

    Args:
        consent: the consent to revoke.
        name: name of the person who revokes it.
        who: facts about the family's session.
        at: when it is revoked.
        by: always None.
    Raises:
        Refused: the policy does not allow it.
    """
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    row.state, row.revoked_at = ConsentState.REVOKED.value, at
    row.revoker = compute_signer_key(row.child.key, name)
    row.save(update_fields=["state", "revoked_at", "revoker"])
    return ActionResult(subject=row)


@action(
    "consent.revocation_undone",
    asks=questions.may_change_own_consent,
    facts=_lock_own_revocation_facts,
)
def undo_own_revocation(
    permit: Permit, /, *, consent: Consent, name: str, who: Actor, at: datetime, by: None = None
) -> ActionResult[None]:
    """Undo a revocation that was a slip; the consent counts as it did before.

    Args:
        consent: the revoked consent.
        name: name of the person who revoked it; only that person can undo it.
        who: facts about the family's session.
        at: when it is undone.
        by: always None.
    Raises:
        Refused: the policy does not allow it.
        Consent.DoesNotExist: another person revoked it.
    """
    row = _lock_own_revocation(consent, name)
    state = ConsentState.VERIFIED if row.verified_on else ConsentState.GRANTED
    row.state, row.revoked_at, row.revoker = state.value, None, ""
    row.save(update_fields=["state", "revoked_at", "revoker"])
    return ActionResult(subject=row)


@action("opt_out.by_family", asks=questions.may_opt_out_child, facts=_load_signer_facts)
def opt_out_child(
    permit: Permit,
    /,
    *,
    child: Child,
    scope: OptOutScope,
    signature: FamilySignature,
    who: Actor,
    at: datetime,
    by: None = None,
) -> ActionResult[None]:
    """Record that the family opts out; everything made from now on leaves the child out.

    Args:
        child: the child.
        scope: what the family opts out of.
        signature: who opts out.
        who: facts about the family's session.
        at: when the family opts out.
        by: always None.
    Raises:
        Refused: the policy does not allow it.
    """
    on = permit.on
    own_opt_outs = _select_active_opt_outs(child, scope).filter(
        signer=compute_signer_key(child.key, signature.name)
    )
    if not own_opt_outs.exists():
        recording = Recording.objects.create(
            organization=child.organization,
            scope=scope.value,
            season=compute_school_year(on),
            recorded_by=by,
            recorded_at=at,
        )
        consents.build_opt_out(recording, child.key, _read_local_id(child), signature).save()
    detail = {"scope": scope.value}
    return ActionResult(subject=child, detail=detail)


@transaction.atomic
def end_own_opt_outs(
    *,
    child: Child,
    scope: OptOutScope,
    signature: FamilySignature,
    who: Actor,
    at: datetime,
    by: None = None,
) -> consents.OptOutEndings:
    """End the opt-outs that this person made, and dispute those of other people.

    The district decides about an opt-out that another person made; meanwhile the child stays left
    out.

    Args:
        child: the child.
        scope: the scope of the opt-outs that should end.
        signature: who changed their mind.
        who: facts about the family's session.
        at: when the family answers.
        by: always None.
    Returns:
        How many opt-outs ended, and how many the district must decide.
    Raises:
        Refused: the policy does not allow it.
    """
    on, own_signer_key = timezone.localdate(at), compute_signer_key(child.key, signature.name)
    decision = questions.may_answer_for_child(child.key, who, on)
    decision.require()
    person, endings = facts.load_person_fact(child, on), consents.OptOutEndings()
    for row in _select_active_opt_outs(child, scope).select_for_update():
        end_decision = questions.may_end_own_opt_out(
            row.signer, own_signer_key, signature.relation, person, who, on
        )
        endings += consents.end_or_dispute_opt_out(
            row, _read_local_id(child), signature, end_decision, at
        )
    detail = {"scope": scope.value, "ended": endings.ended, "disputed": endings.disputed}
    record_audit_event(
        "opt_out.ended_by_family", child, by=by, at=at, decision=decision, detail=detail
    )
    return endings


def _read_local_id(child: Child) -> str:
    return unseal_child_label(child.key, child.sealed).local_id


def _select_active_opt_outs(child: Child, scope: OptOutScope) -> QuerySet[OptOut]:
    return OptOut.objects.filter(child_key=child.key, scope=scope.value, withdrawn_at__isnull=True)
