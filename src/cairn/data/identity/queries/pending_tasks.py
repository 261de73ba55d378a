"""List what waits for a user in this app: deliveries to link, and questions to answer."""

from datetime import date

from django.urls import reverse
from django.utils.translation import ngettext

from cairn.data.identity.queries.linkage_runs import count_unlinked_deliveries
from cairn.data.identity.queries.review_queue import filter_review_queue
from cairn.platform.inbox.api import InboxTask
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page, may_review_possible_matches
from cairn.policy.vocabulary import Action

__all__ = ["list_identity_tasks"]


def list_review_tasks(user_actor: Actor, on: date) -> list[InboxTask]:
    """List the questions that wait for a reviewer.

    Args:
        user_actor: the user.
        on: the day.
    Returns:
        One entry with the number of questions, or none.
    """
    if not may_review_possible_matches(user_actor, on).allowed:
        return []
    count = filter_review_queue(user_actor.id).count()
    if not count:
        return []
    title = ngettext(
        "question whether records are of one child",
        "questions whether records are of one child",
        count,
    )
    return [InboxTask(count=count, title=title, url=reverse("linkage:review"))]


def list_identity_tasks(user_actor: Actor, on: date) -> list[InboxTask]:
    """List the deliveries to link and the questions to review, as far as the user may act.

    Args:
        user_actor: the user.
        on: the day.
    Returns:
        The entries of the task list.
    """
    return [*_list_unlinked_deliveries(user_actor, on), *list_review_tasks(user_actor, on)]


def _list_unlinked_deliveries(user_actor: Actor, on: date) -> list[InboxTask]:
    """List new deliveries that no run has linked yet, for users who may link."""
    count = count_unlinked_deliveries()
    if not count or not may_open_page(Action.LINK, user_actor, on=on).allowed:
        return []
    return [
        InboxTask(
            count=count,
            title=ngettext(
                "delivery not yet linked to people", "deliveries not yet linked to people", count
            ),
            url=reverse("linkage:summary"),
        )
    ]
