"""Reads of bodies: members, meetings, agenda, votes; and what the public may see of them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from cairn.projects import facts, models
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.committee import Tally, tally
from cairn.rules.decision import Decision
from cairn.rules.turn import awaited
from cairn.rules.vocabulary import Action
from cairn.rules.voting import may_close, may_step_aside, may_view_committee, may_vote


def bodies(who: Actor, on: date) -> QuerySet[models.Body]:
    """Every body. Raises `Refused`."""
    may_view_committee(who, on).require()
    return models.Body.objects.prefetch_related("seats__user", "seats__organization")


def body(slug: str, who: Actor, on: date) -> models.Body:
    """One body. Raises `Refused`, or `Body.DoesNotExist`."""
    return bodies(who, on).get(slug=slug)


def members(row: models.Body, on: date) -> QuerySet[models.Seat]:
    """The seats that are filled on a day."""
    live = Q(ends__isnull=True) | Q(ends__gte=on)
    return row.seats.filter(live, starts__lte=on).select_related("user", "organization")


def public(slug: str, who: Actor, on: date) -> tuple[models.Body, list[models.Seat], int]:
    """What everyone may see of a body: its mission, the members who agreed to be named, and how
    many others there are. Raises `Body.DoesNotExist`."""
    may_open(Action.VIEW_REGISTER, who, on=on).require()
    row = models.Body.objects.get(slug=slug)
    seats = list(members(row, on))
    named = [seat for seat in seats if seat.listed]
    return row, named, len(seats) - len(named)


def meeting(pk: int, who: Actor, on: date) -> models.Meeting:
    """One meeting. Raises `Refused`, or `Meeting.DoesNotExist`."""
    may_view_committee(who, on).require()
    return models.Meeting.objects.select_related("body", "minutes_by").get(pk=pk)


def ready(row: models.Body, on: date) -> list[models.Version]:
    """The versions that wait for this body's vote."""
    waiting = models.Version.objects.filter(state="committee").select_related("project")
    return [
        version
        for version in waiting
        if any(a.decider.value == row.kind for a in awaited(facts.version(version), on))
    ]


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter before a body: the count today, and what this person may do."""

    item: models.AgendaItem
    tally: Tally
    vote: Decision
    aside: Decision
    close: Decision
    mine: models.Vote | None


def matter(pk: int, who: Actor, on: date) -> Matter:
    """One matter. Raises `Refused`, or `AgendaItem.DoesNotExist`."""
    may_view_committee(who, on).require()
    item = models.AgendaItem.objects.select_related(
        "meeting__body", "version__project__lead", "closed_by"
    ).get(pk=pk)
    return seen(item, who, on)


def seen(item: models.AgendaItem, who: Actor, on: date) -> Matter:
    """A matter as this person sees it. While it is open nobody sees how others voted."""
    fact, hearing = facts.version(item.version), facts.hearing(item)
    mine = [vote for vote in item.votes.all() if str(vote.user_id) == who.id]
    return Matter(
        item=item,
        tally=tally(hearing, on),
        vote=may_vote(fact, hearing, who, on),
        aside=may_step_aside(fact, hearing, who, on),
        # Conditions are written on the same page as the closing, which then asks again with them.
        close=may_close(fact, hearing, 1, who, on),
        mine=mine[-1] if mine else None,
    )
