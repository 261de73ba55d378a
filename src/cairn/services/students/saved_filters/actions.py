"""Save, rename and delete a user's own filter of the list of students."""

from datetime import datetime

from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action
from cairn.services.students.models import SavedFilter
from cairn.services.students.saved_filters.queries import list_saved_filters

_MOST_FILTERS = 20


class SavedFilterConflict(ValueError):
    """The filter cannot be saved so; the message says what to do instead."""


def _name_organization(*, organization: Organization, by: User) -> tuple[str]:
    """Lock the user, so that two open pages of the same user save one after the other."""
    User.objects.select_for_update().get(pk=by.pk)
    return (organization.slug,)


@action("student.filter_saved", asks=has_role_at(Action.VIEW_STUDENT), facts=_name_organization)
def save_filter(
    permit: Permit,
    /,
    *,
    organization: Organization,
    name: str,
    choices: dict[str, str],
    by: User,
    at: datetime,
) -> ActionResult[SavedFilter]:
    """Save a choice of filters under a name. Sent twice, it is saved once.

    Args:
        organization: the organization with the list.
        name: name of the filter.
        choices: the chosen text by column.
        by: the user who acts, the owner of the filter.
        at: the moment of the action.

    Returns:
        The filter on record.

    Raises:
        SavedFilterConflict: nothing is chosen, the name is taken, or the user has too many.
        Refused: the user may not see the organization's students.
    """
    if not choices:
        raise SavedFilterConflict("Choose a filter on the list first.")
    own = list(list_saved_filters(organization, by))
    same = next((row for row in own if row.name.casefold() == name.casefold()), None)
    if same is not None and same.choices == choices:
        return ActionResult(same, subject=same)
    if same is not None:
        raise SavedFilterConflict("You saved another filter with this name. Choose another name.")
    if len(own) >= _MOST_FILTERS:
        raise SavedFilterConflict(f"You have {_MOST_FILTERS} saved filters. Delete one first.")
    row = SavedFilter.objects.create(
        user=by, organization=organization, name=name, choices=choices, saved_at=at
    )
    return ActionResult(row, subject=row, detail={"organization": organization.slug})


@action("student.filter_renamed", asks=has_role_at(Action.VIEW_STUDENT), facts=_name_organization)
def rename_filter(
    permit: Permit,
    /,
    *,
    organization: Organization,
    saved: SavedFilter,
    name: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Rename one's own saved filter.

    Args:
        organization: the organization with the list.
        saved: the filter.
        name: the new name.
        by: the user who acts, the owner of the filter.
        at: the moment of the action.

    Raises:
        SavedFilterConflict: the name is taken, or the filter was deleted meanwhile.
        Refused: the user may not see the organization's students.
    """
    others = list_saved_filters(organization, by).exclude(pk=saved.pk)
    if any(row.name.casefold() == name.casefold() for row in others):
        raise SavedFilterConflict("You saved another filter with this name. Choose another name.")
    if not list_saved_filters(organization, by).filter(pk=saved.pk).update(name=name):
        raise SavedFilterConflict("This filter was deleted meanwhile. Go back to the list.")
    return ActionResult(subject=saved)


@action("student.filter_deleted", asks=has_role_at(Action.VIEW_STUDENT), facts=_name_organization)
def delete_filter(
    permit: Permit, /, *, organization: Organization, saved: SavedFilter, by: User, at: datetime
) -> ActionResult[None]:
    """Delete one's own saved filter.

    Args:
        organization: the organization with the list.
        saved: the filter.
        by: the user who acts, the owner of the filter.
        at: the moment of the action.

    Raises:
        Refused: the user may not see the organization's students.
    """
    list_saved_filters(organization, by).filter(pk=saved.pk).delete()
    return ActionResult(subject=f"saved_filter:{saved.pk}")
