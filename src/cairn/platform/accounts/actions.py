"""Actions of a person on their own account."""

from datetime import datetime

from cairn.platform.accounts.models import User
from cairn.platform.actions.api import ActionResult, action, has_role_for
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action

__all__ = ["close_tour"]


@action("tour.closed", asks=has_role_for(Action.CHANGE_OWN_ACCOUNT))
def close_tour(permit: Permit, /, *, by: User, at: datetime) -> ActionResult[None]:
    """Stop showing the welcome tour to a person; they can open it again from Help.

    Args:
        by: the user, for their own account.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    if by.tour_closed_at is None:
        by.tour_closed_at = at
        by.save(update_fields=["tour_closed_at"])
    return ActionResult(subject=by)
