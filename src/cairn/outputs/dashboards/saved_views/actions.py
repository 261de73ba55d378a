"""Save and delete a user's own views, and start and end the weekly email."""

import secrets
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from cairn.outputs.dashboards.models import FigureSubscription, SavedView
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_for, system_action
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action

SAVED_ROUTES: Final = frozenset(
    {"figures:gaps", "figures:places", "dashboards:outcome", "programs:portfolio"}
)
"""The pages that a user may save a view of."""

_MOST_VIEWS: Final = 30


class SavedViewConflict(ValueError):
    """The view cannot be saved so; the message says what to do instead."""


def _is_dashboard_address(address: str) -> bool:
    """Tell whether an address is that of a dashboard of this site, with its filters."""
    try:
        parts = urlsplit(address)
        is_here = not (parts.scheme or parts.netloc) and parts.path.startswith("/")
        return is_here and resolve(parts.path).view_name in SAVED_ROUTES
    except (Resolver404, ValueError):
        return False


def _lock_user(*, by: User) -> tuple[()]:
    """Lock the user, so that two open pages of the same user save one after the other."""
    User.objects.select_for_update().get(pk=by.pk)
    return ()


@action("figures.view_saved", asks=has_role_for(Action.VIEW_DASHBOARDS), facts=_lock_user)
def save_view(
    permit: Permit, /, *, name: str, address: str, by: User, at: datetime
) -> ActionResult[SavedView]:
    """Save the address of a dashboard under a name. Sent twice, it is saved once.

    Args:
        name: name of the view.
        address: path of the page with its filters.
        by: the user who acts, the owner of the view.
        at: the moment of the action.

    Returns:
        The view on record.

    Raises:
        SavedViewConflict: the address is no dashboard, the name is taken, or there are too many.
        Refused: the user may not open dashboards.
    """
    if not _is_dashboard_address(address):
        raise SavedViewConflict("Open a dashboard, choose filters and save the view there.")
    own = list(SavedView.objects.filter(user=by))
    same = next((row for row in own if row.name.casefold() == name.casefold()), None)
    if same is not None and same.address == address:
        return ActionResult(same, subject=same)
    if same is not None:
        raise SavedViewConflict("You saved another view with this name. Choose another name.")
    if len(own) >= _MOST_VIEWS:
        raise SavedViewConflict(f"You have {_MOST_VIEWS} saved views. Delete one first.")
    row = SavedView.objects.create(user=by, name=name, address=address, saved_at=at)
    return ActionResult(row, subject=row)


@action("figures.view_deleted", asks=has_role_for(Action.VIEW_DASHBOARDS), facts=_lock_user)
def delete_view(
    permit: Permit, /, *, view: SavedView, by: User, at: datetime
) -> ActionResult[None]:
    """Delete one's own saved view; another person's stays.

    Args:
        view: the view.
        by: the user who acts, the owner of the view.
        at: the moment of the action.

    Raises:
        Refused: the user may not open dashboards.
    """
    SavedView.objects.filter(user=by, pk=view.pk).delete()
    return ActionResult(subject=f"savedview:{view.pk}")


@action("figures.email_started", asks=has_role_for(Action.VIEW_DASHBOARDS), facts=_lock_user)
def start_subscription(
    permit: Permit, /, *, by: User, at: datetime
) -> ActionResult[FigureSubscription]:
    """Start the weekly email about releases from now on. Sent twice, it starts once.

    Args:
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The subscription.

    Raises:
        Refused: the user may not open dashboards.
    """
    row, _is_new = FigureSubscription.objects.get_or_create(
        user=by, defaults={"key": secrets.token_urlsafe(32), "named_until": at}
    )
    return ActionResult(row, subject=by)


@action("figures.email_ended", asks=has_role_for(Action.VIEW_DASHBOARDS), facts=_lock_user)
def end_own_subscription(permit: Permit, /, *, by: User, at: datetime) -> ActionResult[None]:
    """End the user's own weekly email.

    Args:
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the user may not open dashboards.
    """
    FigureSubscription.objects.filter(user=by).delete()
    return ActionResult(subject=by)


@system_action("figures.email_ended", reason="the link of an email ends what it was sent for")
def end_linked_subscription(*, key: str, by: None, at: datetime) -> ActionResult[None]:
    """End the subscription that the link of an email names, without sign-in.

    Args:
        key: the key of the link.
        by: None: the link is all that the reader has.
        at: the moment of the action.
    """
    row = FigureSubscription.objects.select_for_update().get(key=key)
    user = row.user
    row.delete()
    return ActionResult(subject=user)
