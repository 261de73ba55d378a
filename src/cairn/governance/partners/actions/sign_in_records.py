"""Actions of a data manager on the sign-in of another person.

Each asks the policy, which never allows it for one's own account, and writes an audit line with the
reason.
"""

from datetime import datetime

from django.utils import timezone

from cairn.governance.partners.queries.partner_people import list_account_organizations
from cairn.platform.accounts.api import SignInChange, User, apply_sign_in_change
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.questions import may_change_sign_in

__all__ = ["deactivate_sign_in", "reactivate_sign_in", "reset_second_factor"]


def _lock_sign_in_facts(*, user: User, at: datetime) -> tuple[str, frozenset[str]]:
    User.objects.select_for_update().get(pk=user.pk)
    return str(user.pk), list_account_organizations(user, timezone.localdate(at))


@action("person.deactivated", asks=may_change_sign_in, facts=_lock_sign_in_facts)
def deactivate_sign_in(
    permit: Permit, /, *, user: User, reason: str, by: User, at: datetime
) -> ActionResult[None]:
    """Stop a person from signing in, and sign them out; their roles and records stay.

    Args:
        user: the person's account.
        reason: why; the person reads it after the sign-in is reactivated.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    kind = SignInChange.Kind.DEACTIVATED
    apply_sign_in_change(user, kind, reason=reason, by=by, at=at)
    return ActionResult(subject=user, detail={"reason": reason})


@action("person.reactivated", asks=may_change_sign_in, facts=_lock_sign_in_facts)
def reactivate_sign_in(
    permit: Permit, /, *, user: User, reason: str, by: User, at: datetime
) -> ActionResult[None]:
    """Let a person sign in again, with the password and second factor that they had.

    Args:
        user: the person's account.
        reason: why; the person reads it at the next sign-in.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    kind = SignInChange.Kind.REACTIVATED
    apply_sign_in_change(user, kind, reason=reason, by=by, at=at)
    return ActionResult(subject=user, detail={"reason": reason})


@action("second_factor.reset", asks=may_change_sign_in, facts=_lock_sign_in_facts)
def reset_second_factor(
    permit: Permit, /, *, user: User, reason: str, by: User, at: datetime
) -> ActionResult[None]:
    """Remove a person's passkeys, authenticator app and recovery codes, and sign them out.

    Until they set up a new one, they cannot see student records.

    Args:
        user: the person's account.
        reason: why, such as a lost device; the person reads it at the next sign-in.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    kind = SignInChange.Kind.SECOND_FACTOR_RESET
    apply_sign_in_change(user, kind, reason=reason, by=by, at=at)
    return ActionResult(subject=user, detail={"reason": reason})
