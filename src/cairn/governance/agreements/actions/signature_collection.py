"""Send a draft out for signature and sign it; the last signature makes it an agreement."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.governance.agreements import draft_facts, facts
from cairn.governance.agreements.actions import draft_state
from cairn.governance.agreements.actions.agreement_record import save_agreement_version
from cairn.governance.agreements.models import Draft, Signature
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy import questions
from cairn.policy.engine import Decision, Permit
from cairn.policy.vocabulary import SignatureMethod


@action(
    "draft.sent_out",
    asks=questions.may_send_agreement_for_signature,
    facts=draft_state.lock_draft_facts,
)
def send_draft_for_signature(
    permit: Permit, /, *, draft: Draft, by: User, at: datetime
) -> ActionResult[None]:
    """Let the parties sign: counsel has read the text, no legal finding is open, all are
    registered.

    Args:
        draft: the draft's row.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_state.transition_draft(draft, "send out", at)
    return ActionResult(subject=draft)


@transaction.atomic
def sign_draft(
    *, draft: Draft, organization: Organization, capacity: str, by: User, at: datetime
) -> Signature:
    """Sign exactly this text for a party, in the signer's own name, with a second factor.

    Args:
        draft: the draft's row.
        organization: the party.
        capacity: the signer's capacity, such as superintendent.
        by: the signer.
        at: the moment of the action.

    Returns:
        The signature's row.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_fact, on = draft_state.lock_draft(draft, at)
    decision = questions.may_sign_agreement(
        draft_fact, organization.slug, load_current_actor(by), on
    )
    decision.require()
    return _save_signature(
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
def attest_paper_signature(
    *,
    draft: Draft,
    organization: Organization,
    name: str,
    capacity: str,
    signed_on: date,
    by: User,
    at: datetime,
) -> Signature:
    """Record a signature that the user has seen on paper.

    Args:
        draft: the draft's row.
        organization: the party.
        name: who signed.
        capacity: the signer's capacity.
        signed_on: the date on the paper.
        by: the user who saw the paper.
        at: the moment of the action.

    Returns:
        The signature's row.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_fact, on = draft_state.lock_draft(draft, at)
    decision = questions.may_attest_signature(
        draft_fact, organization.slug, load_current_actor(by), on
    )
    decision.require()
    return _save_signature(
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


@action(
    "draft.declined", asks=questions.may_decline_to_sign, facts=draft_state.lock_draft_party_facts
)
def decline_signature(
    permit: Permit, /, *, draft: Draft, organization: Organization, why: str, by: User, at: datetime
) -> ActionResult[None]:
    """Return a draft unsigned for a party; a party is never obliged to share (34 CFR 99.31(d)).

    Args:
        draft: the draft's row.
        organization: the party.
        why: the reason, shown to the writers.
        by: the signatory.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_state.transition_draft(draft, "decline", at, why)
    detail = {"organization": organization.slug}
    return ActionResult(subject=draft, detail=detail)


def _save_signature(
    draft: Draft, signature: Signature, decision: Decision, *, event: str, by: User, at: datetime
) -> Signature:
    """Save a signature; the last one makes the draft an agreement, or its next version."""
    signature.draft, signature.digest = draft, facts.compute_text_digest(draft.text)
    signature.by, signature.at = by, at
    signature.save(force_insert=True)
    detail: dict[str, str | int] = {
        "organization": signature.organization.slug,
        "sha256": signature.digest,
        "method": signature.method,
    }
    record_audit_event("draft.signed", draft, by=by, at=at, decision=decision, detail=detail)
    draft_fact = draft_facts.build_draft_fact(draft, timezone.localdate(at))
    draft_state.transition_draft(draft, event if draft_fact.unsigned else f"{event} last", at)
    if not draft_fact.unsigned:
        draft.agreement = save_agreement_version(
            draft.text, facts.parse_cached_text(draft.text), by=by, at=at
        )
        draft.save(update_fields=["agreement"])
        agreement_detail: dict[str, str | int] = {
            "reference": draft.reference,
            "version": draft.agreement.version,
            "sha256": signature.digest,
        }
        record_audit_event(
            "agreement.signed",
            draft.agreement,
            by=by,
            at=at,
            decision=decision,
            detail=agreement_detail,
        )
    return signature
