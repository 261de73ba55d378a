"""Record counsel's review of a state's law for the records of one data owner."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from cairn.governance.partners.facts import get_organization_slug
from cairn.governance.partners.models import Organization, StateReview
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action

__all__: list[str] = []


@action(
    "partner.state_reviewed", asks=has_role_at(Action.REVIEW_STATE_LAW), facts=get_organization_slug
)
def record_state_review(
    permit: Permit,
    /,
    *,
    organization: Organization,
    counsel: str,
    law: str,
    expires_on: date,
    answers: Mapping[str, Any],
    by: User,
    at: datetime,
) -> ActionResult[StateReview]:
    """Record counsel's answers about the law of the organization's state.

    They count until their last day, or until newer answers are recorded.

    Args:
        organization: the data owner, with its state on record.
        counsel: name of the counsel who reviewed the law.
        law: the statutes and rules that counsel read.
        expires_on: last day on which the answers count.
        answers: the other answers by field of `StateLawReview`, as JSON values.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The review's row.

    Raises:
        Refused: the policy does not allow it.
    """
    row = StateReview.objects.create(
        organization=organization,
        state=organization.state,
        counsel=counsel,
        law=law,
        answers=dict(answers),
        reviewed_on=at.date(),
        expires_on=expires_on,
        recorded_by=by,
        recorded_at=at,
    )
    detail = {"organization": organization.slug, "state": row.state}
    return ActionResult(row, subject=row, detail=detail)
