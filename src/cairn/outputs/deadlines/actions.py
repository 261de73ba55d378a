"""Make, renew and end the secret address of a person's deadlines."""

import secrets
from datetime import datetime

from cairn.outputs.deadlines.models import CalendarFeed
from cairn.outputs.deadlines.queries import compute_feed_hash
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_for
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action


@action("calendar_feed.renewed", asks=has_role_for(Action.VIEW_DEADLINES))
def renew_calendar_feed(permit: Permit, /, *, by: User, at: datetime) -> ActionResult[str]:
    """Make a secret address for the user's deadlines; an earlier one stops working at once.

    Args:
        by: the user, for their own deadlines.
        at: the moment of the action.

    Returns:
        The secret part of the address. It is not stored, so it can be shown only now.

    Raises:
        Refused: the user may not see deadlines.
    """
    token = secrets.token_urlsafe(32)
    values = {"token_hash": compute_feed_hash(token), "created_at": at}
    CalendarFeed.objects.update_or_create(user=by, defaults=values)
    return ActionResult(token, subject=by)


@action("calendar_feed.ended", asks=has_role_for(Action.CHANGE_OWN_ACCOUNT))
def end_calendar_feed(permit: Permit, /, *, by: User, at: datetime) -> ActionResult[None]:
    """End the secret address of the user's deadlines.

    Args:
        by: the user.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    CalendarFeed.objects.filter(user=by).delete()
    return ActionResult(subject=by)
