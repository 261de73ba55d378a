"""Record what counsel decides about a draft: no objection, a finding accepted, or a return."""

from datetime import date, datetime

from cairn.governance.agreements import facts
from cairn.governance.agreements.actions import draft_lifecycle
from cairn.governance.agreements.models import (
    CounselReview,
    CriterionConfirmation,
    Draft,
    FindingOverride,
)
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.facts import DraftFact


@action(
    "draft.cleared",
    asks=questions.may_clear_agreement_draft,
    facts=draft_lifecycle.lock_draft_party_facts,
)
def record_counsel_clearance(
    permit: Permit, /, *, draft: Draft, organization: Organization, by: User, at: datetime
) -> ActionResult[CounselReview]:
    """Record that counsel of a party has read this text and has no objection.

    Args:
        draft: the draft's row.
        organization: the party.
        by: the counsel.
        at: the moment of the action.

    Returns:
        The review's row.

    Raises:
        Refused: the policy does not allow it.
    """
    review = _create_review(draft, organization, by.name, permit.on, by=by, at=at)
    return ActionResult(review, subject=draft, detail={"organization": organization.slug})


@action(
    "draft.review_attested",
    asks=questions.may_attest_counsel_review,
    facts=draft_lifecycle.lock_draft_party_facts,
)
def attest_counsel_review(
    permit: Permit,
    /,
    *,
    draft: Draft,
    organization: Organization,
    counsel: str,
    read_on: date,
    by: User,
    at: datetime,
) -> ActionResult[CounselReview]:
    """Record that counsel who does not sign in has read the text, as their steward attests.

    Args:
        draft: the draft's row.
        organization: the steward's organization.
        counsel: the counsel's name and firm or office.
        read_on: the date on which counsel read the text.
        by: the steward.
        at: the moment of the action.

    Returns:
        The review's row.

    Raises:
        Refused: the policy does not allow it.
    """
    review = _create_review(draft, organization, counsel, read_on, by=by, at=at)
    return ActionResult(review, subject=draft, detail={"organization": organization.slug})


@action(
    "draft.returned",
    asks=questions.may_return_agreement_draft,
    facts=draft_lifecycle.lock_draft_party_facts,
)
def return_draft_to_writers(
    permit: Permit, /, *, draft: Draft, organization: Organization, why: str, by: User, at: datetime
) -> ActionResult[None]:
    """Return a draft to its writers with what counsel of a party wants changed.

    Args:
        draft: the draft's row.
        organization: the party.
        why: what must change.
        by: the counsel.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    draft_lifecycle.transition_draft(draft, "return", at, why)
    return ActionResult(subject=draft, detail={"organization": organization.slug})


def _lock_finding_facts(
    *, draft: Draft, organization: Organization, finding: str, at: datetime
) -> tuple[DraftFact, str, str]:
    facts_of_party = draft_lifecycle.lock_draft_party_facts(
        draft=draft, organization=organization, at=at
    )
    return (*facts_of_party, finding)


@action("draft.overridden", asks=questions.may_override_finding, facts=_lock_finding_facts)
def override_finding(
    permit: Permit,
    /,
    *,
    draft: Draft,
    organization: Organization,
    finding: str,
    reason: str,
    by: User,
    at: datetime,
) -> ActionResult[FindingOverride]:
    """Accept a legal finding in this text, for counsel of a data owner, by name and with a reason.

    Args:
        draft: the draft's row.
        organization: the data owner.
        finding: the finding's key.
        reason: why the finding is acceptable.
        by: the counsel.
        at: the moment of the action.

    Returns:
        The override's row.

    Raises:
        Refused: the policy does not allow it.
    """
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
    return ActionResult(override_row, subject=draft, detail=detail)


def _lock_criterion_facts(
    *, draft: Draft, organization: Organization, criterion: str, at: datetime
) -> tuple[DraftFact, str, str]:
    facts_of_party = draft_lifecycle.lock_draft_party_facts(
        draft=draft, organization=organization, at=at
    )
    return (*facts_of_party, criterion)


@action(
    "draft.criterion_confirmed", asks=questions.may_confirm_criterion, facts=_lock_criterion_facts
)
def confirm_criterion(
    permit: Permit,
    /,
    *,
    draft: Draft,
    organization: Organization,
    criterion: str,
    by: User,
    at: datetime,
) -> ActionResult[CriterionConfirmation]:
    """Confirm one criterion of the legal basis in this text, for counsel of a data owner, by name.

    Args:
        draft: the draft's row.
        organization: the data owner.
        criterion: the criterion's key.
        by: the counsel.
        at: the moment of the action.

    Returns:
        The confirmation's row.

    Raises:
        Refused: the policy does not allow it.
    """
    row = _create_confirmation(draft, organization, criterion, by.name, permit.on, by=by, at=at)
    detail = {"organization": organization.slug, "criterion": criterion}
    return ActionResult(row, subject=draft, detail=detail)


@action(
    "draft.criterion_attested", asks=questions.may_attest_criterion, facts=_lock_criterion_facts
)
def attest_criterion(
    permit: Permit,
    /,
    *,
    draft: Draft,
    organization: Organization,
    criterion: str,
    counsel: str,
    read_on: date,
    by: User,
    at: datetime,
) -> ActionResult[CriterionConfirmation]:
    """Record that counsel who does not sign in confirmed a criterion, as their steward attests.

    Args:
        draft: the draft's row.
        organization: the steward's organization, which owns data.
        criterion: the criterion's key.
        counsel: the counsel's name and firm or office.
        read_on: the date on which counsel confirmed it.
        by: the steward.
        at: the moment of the action.

    Returns:
        The confirmation's row.

    Raises:
        Refused: the policy does not allow it.
    """
    row = _create_confirmation(draft, organization, criterion, counsel, read_on, by=by, at=at)
    detail = {"organization": organization.slug, "criterion": criterion}
    return ActionResult(row, subject=draft, detail=detail)


def _create_confirmation(
    draft: Draft,
    organization: Organization,
    criterion: str,
    counsel: str,
    on: date,
    *,
    by: User,
    at: datetime,
) -> CriterionConfirmation:
    return CriterionConfirmation.objects.create(
        draft=draft,
        organization=organization,
        criterion=criterion,
        digest=facts.compute_text_digest(draft.text),
        counsel=counsel,
        on=on,
        by=by,
        at=at,
    )


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
