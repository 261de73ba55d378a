"""Record what counsel decides about a draft: no objection, a finding accepted, or a return."""

from datetime import date, datetime

from django.db import transaction

from cairn.governance.agreements import facts
from cairn.governance.agreements.actions import draft_state
from cairn.governance.agreements.models import CounselReview, Draft, FindingOverride
from cairn.governance.partners.api import Organization, load_actor
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor
from cairn.policy.questions import (
    may_attest_counsel_review,
    may_clear_agreement_draft,
    may_override_finding,
    may_return_agreement_draft,
)


@transaction.atomic
def record_counsel_clearance(
    *,
    draft: Draft,
    organization: Organization,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> CounselReview:
    """Record that counsel of a party has read this text and has no objection.

    Args:
        draft: the draft's row.
        organization: the party.
        by: the counsel.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Returns:
        The review's row.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_fact, on = draft_state.lock_draft(draft, at)
    decision = may_clear_agreement_draft(draft_fact, organization.slug, who or load_actor(by), on)
    decision.require()
    review = _create_review(draft, organization, by.name, on, by=by, at=at)
    _record_review_event("draft.cleared", draft, organization, decision, by=by, at=at)
    return review


@transaction.atomic
def attest_counsel_review(
    *,
    draft: Draft,
    organization: Organization,
    counsel: str,
    read_on: date,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> CounselReview:
    """Record that counsel who does not sign in has read the text, as their steward attests.

    Args:
        draft: the draft's row.
        organization: the steward's organization.
        counsel: the counsel's name and firm or office.
        read_on: the date on which counsel read the text.
        by: the steward.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Returns:
        The review's row.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_fact, on = draft_state.lock_draft(draft, at)
    decision = may_attest_counsel_review(draft_fact, organization.slug, who or load_actor(by), on)
    decision.require()
    review = _create_review(draft, organization, counsel, read_on, by=by, at=at)
    _record_review_event("draft.review_attested", draft, organization, decision, by=by, at=at)
    return review


@transaction.atomic
def return_draft_to_writers(
    *,
    draft: Draft,
    organization: Organization,
    why: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Return a draft to its writers with what counsel of a party wants changed.

    Args:
        draft: the draft's row.
        organization: the party.
        why: what must change.
        by: the counsel.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_fact, on = draft_state.lock_draft(draft, at)
    decision = may_return_agreement_draft(draft_fact, organization.slug, who or load_actor(by), on)
    decision.require()
    draft_state.transition_draft(draft, "return", at, why)
    _record_review_event("draft.returned", draft, organization, decision, by=by, at=at)


@transaction.atomic
def override_finding(
    *,
    draft: Draft,
    organization: Organization,
    finding: str,
    reason: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> FindingOverride:
    """Accept a legal finding in this text, for counsel of a data owner, by name and with a reason.

    Args:
        draft: the draft's row.
        organization: the data owner.
        finding: the finding's key.
        reason: why the finding is acceptable.
        by: the counsel.
        at: the moment of the action.
        who: the policy facts about `by`; loaded if omitted.

    Returns:
        The override's row.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_fact, on = draft_state.lock_draft(draft, at)
    decision = may_override_finding(
        draft_fact, organization.slug, finding, who or load_actor(by), on
    )
    decision.require()
    override_row = FindingOverride.objects.create(
        draft=draft,
        organization=organization,
        finding=finding,
        digest=facts.compute_text_digest(draft.text),
        reason=reason,
        by=by,
        at=at,
    )
    detail = {"organization": organization.slug, "finding": finding}
    record_audit_event("draft.overridden", draft, by=by, at=at, decision=decision, detail=detail)
    return override_row


def _create_review(
    draft: Draft, organization: Organization, counsel: str, on: date, *, by: User, at: datetime
) -> CounselReview:
    return CounselReview.objects.create(
        draft=draft,
        organization=organization,
        digest=facts.compute_text_digest(draft.text),
        counsel=counsel,
        on=on,
        by=by,
        at=at,
    )


def _record_review_event(
    event: str,
    draft: Draft,
    organization: Organization,
    decision: Decision,
    *,
    by: User,
    at: datetime,
) -> None:
    detail = {"organization": organization.slug}
    record_audit_event(event, draft, by=by, at=at, decision=decision, detail=detail)
