"""Tell reviewers on a page when the index cannot be updated while they wait."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from cairn.data.identity.actions import clerical_review
from cairn.data.identity.models.person_index import Person
from cairn.data.identity.tasks import enqueue_deferred_update, enqueue_relationship_refresh
from cairn.platform.accounts.api import User


def open_person(request: HttpRequest, person: Person) -> bool:
    """Log that the user looks at a person before it is shown.

    Args:
        request: the request.
        person: the person.
    Returns:
        False if relationships are incomplete: the worker is asked for the rest.
    """
    by = cast("User", request.user)
    is_complete = clerical_review.open_indexed_person(person=person, by=by, at=timezone.now())
    if not is_complete:
        enqueue_relationship_refresh(by)
    return is_complete


def warn_if_update_is_deferred(request: HttpRequest) -> None:
    """Warn if the decision counts only after the worker has linked the deliveries.

    Args:
        request: the request.
    """
    if warning := enqueue_deferred_update(cast("User", request.user)):
        messages.warning(request, warning)
