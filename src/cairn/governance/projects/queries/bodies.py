"""Read bodies: members, meetings, agenda and votes, and what the public may see of them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from cairn.governance.projects import facts
from cairn.governance.projects.models import body, project
from cairn.platform.accounts.api import User
from cairn.policy import questions
from cairn.policy.checks import VoteTally, count_votes, list_awaited_deciders
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action


def list_bodies(who: Actor, on: date) -> QuerySet[body.Body]:
    """List every body. Raises `Refused`."""
    questions.may_view_committees(who, on).require()
    return body.Body.objects.prefetch_related("seats__user", "seats__organization")


def find_body(slug: str, who: Actor, on: date) -> body.Body:
    """Find one body. Raises `Refused`, or `Body.DoesNotExist`."""
    return list_bodies(who, on).get(slug=slug)


def list_body_members(row: body.Body, on: date) -> QuerySet[body.Seat]:
    """List the seats that are filled on a day."""
    not_ended = Q(ends__isnull=True) | Q(ends__gte=on)
    return row.seats.filter(not_ended, starts__lte=on).select_related("user", "organization")


def load_public_body(slug: str, who: Actor, on: date) -> tuple[body.Body, list[body.Seat], int]:
    """Return what the public may see of a body.

    Returns the body, the members who agreed to be named, and the number of other members. Raises
    `Refused`, or `Body.DoesNotExist`.
    """
    questions.may_open_page(Action.VIEW_REGISTER, who, on=on).require()
    row = body.Body.objects.get(slug=slug)
    seats = list(list_body_members(row, on))
    named_seats = [seat for seat in seats if seat.listed]
    return row, named_seats, len(seats) - len(named_seats)


def find_meeting(pk: int, who: Actor, on: date) -> body.Meeting:
    """Find one meeting. Raises `Refused`, or `Meeting.DoesNotExist`."""
    questions.may_view_committees(who, on).require()
    return body.Meeting.objects.select_related("body", "minutes_by").get(pk=pk)


def list_versions_to_hear(row: body.Body, on: date) -> list[project.Version]:
    """List the versions that wait for this body's vote."""
    open_versions = project.Version.objects.filter(state="committee").select_related("project")
    return [
        version
        for version in open_versions
        if any(
            answer.decider.value == row.kind
            for answer in list_awaited_deciders(facts.load_project_fact(version), on)
        )
    ]


@dataclass(frozen=True, slots=True)
class AgendaMatter:
    """One agenda item: today's tally, and what this user may do with it.

    Attributes:
        mine: the user's own ballot; None without one.
        step: title of the workflow's step that the vote belongs to; empty if it is not known.
        my_proxy: the member who votes for this user; None if none does.
        represented: the absent members that this user may vote for.
    """

    item: body.AgendaItem
    tally: VoteTally
    vote: Decision
    aside: Decision
    close: Decision
    mine: body.Vote | None
    step: str
    my_proxy: User | None
    represented: tuple[User, ...]


def load_agenda_matter(pk: int, who: Actor, on: date) -> AgendaMatter:
    """Return one agenda item for a user. Raises `Refused`, or `AgendaItem.DoesNotExist`."""
    questions.may_view_committees(who, on).require()
    item = body.AgendaItem.objects.select_related(
        "meeting__body", "version__project__lead", "closed_by"
    ).get(pk=pk)
    return build_agenda_matter(item, who, on)


def build_agenda_matter(item: body.AgendaItem, who: Actor, on: date) -> AgendaMatter:
    """Build an agenda item as this user sees it; other ballots stay hidden until it closes."""
    fact, hearing = facts.load_project_fact(item.version), facts.load_hearing_fact(item)
    own_votes = [
        vote for vote in item.votes.all() if who.id == str(vote.user_id) and not vote.cast_by_id
    ]
    last_choices = {
        str(choice.user_id): choice for choice in item.proxies.select_related("user", "holder")
    }
    return AgendaMatter(
        item=item,
        tally=count_votes(hearing, on),
        vote=questions.may_vote_on_project(fact, hearing, who, on),
        aside=questions.may_recuse_from_vote(fact, hearing, who, on),
        # Conditions are entered on the closing page, which then asks the policy again.
        close=questions.may_close_vote(fact, hearing, 1, who, on),
        mine=own_votes[-1] if own_votes else None,
        step=step.title if fact.flow and (step := fact.flow.find_step(item.step)) else "",
        my_proxy=last_choices[who.id].holder if who.id in last_choices else None,
        represented=tuple(
            choice.user
            for absent, choice in last_choices.items()
            if questions.may_vote_as_proxy(fact, hearing, absent, who, on).allowed
        ),
    )


def list_members(row: body.Body, on: date) -> QuerySet[User]:
    """List the people who have a seat on a day."""
    return User.objects.filter(seats__in=list_body_members(row, on)).distinct().order_by("name")
