"""What waits in this room for a person: deliveries to link, and questions to answer."""

from datetime import date

from django.urls import reverse
from django.utils.translation import ngettext

from cairn.linkage.queries import review
from cairn.linkage.queries.runs import unlinked_deliveries
from cairn.partners.waiting import Waiting
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import Action


def waiting(who: Actor, on: date) -> list[Waiting]:
    """New deliveries that nobody linked yet, for those who may; and questions for reviewers."""
    return [*_deliveries(who, on), *review.waiting(who, on)]


def _deliveries(who: Actor, on: date) -> list[Waiting]:
    """New deliveries that nobody linked yet, for those who may."""
    count = unlinked_deliveries()
    if not count or not may_open(Action.LINK, who, on=on).allowed:
        return []
    return [
        Waiting(
            count=count,
            title=ngettext(
                "delivery not yet linked to people", "deliveries not yet linked to people", count
            ),
            url=reverse("linkage:summary"),
        )
    ]
