"""Reads of extracts, narrowed to who asks; and the decisions that a page shows."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.partners.due import Due, DueKind
from cairn.partners.waiting import Waiting
from cairn.projects import facts as projects
from cairn.projects.models import Project
from cairn.releases.extracts import facts, reading
from cairn.releases.models import Extract, ExtractReview
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.extract import (
    may_fetch_extract,
    may_issue_extract,
    may_review_extract,
    may_view_extract,
    may_withdraw_extract,
)
from cairn.rules.extract_fact import ExtractFact, called_back
from cairn.rules.lifecycle import next_state
from cairn.rules.lives.extract import EXTRACT
from cairn.rules.lives.project import TOUCHES_DATA
from cairn.rules.review import verdicts_open
from cairn.rules.vocabulary import Action, ExtractState, Purpose

ALL_STATES = tuple(state.value for state in ExtractState)
_ANSWERED = (ExtractState.IN_REVIEW.value, ExtractState.ISSUED.value)
_WAIT = (ExtractState.ASKED.value, ExtractState.WITHDRAWN.value, *_ANSWERED)
# What waits, said of one and of several.
_TITLES = {
    "destroy": (
        "extract that you fetched was withdrawn: destroy your copy",
        "extracts that you fetched were withdrawn: destroy your copies",
    ),
    "fetch": ("extract to fetch, once", "extracts to fetch, once each"),
    "review": ("extract to review", "extracts to review"),
    "read": ("extract with free text to read", "extracts with free text to read"),
    "issue": ("approved extract to issue", "approved extracts to issue"),
    "prepare": ("extract that somebody asks for", "extracts that somebody asks for"),
}


def visible(who: Actor, on: date, states: Collection[str] = ALL_STATES) -> list[Extract]:
    """The extracts in these states that someone may see, the newest first."""
    rows = Extract.objects.filter(state__in=states)
    rows = rows.select_related("project", "organization", "recipient", "requester")
    return [row for row in rows if may_view_extract(facts.extract(row), who, on).allowed]


def doors(row: Extract, who: Actor, on: date) -> dict[str, Decision]:
    """What may be done with it now, each with its reasons."""
    fact = facts.with_people(row, on) if row.state in _ANSWERED else facts.extract(row)
    return _doors(fact, who, on)


def _doors(fact: ExtractFact, who: Actor, on: date) -> dict[str, Decision]:
    return {
        "review": may_review_extract(fact, who, on),
        "issue": may_issue_extract(fact, who, on),
        "fetch": may_fetch_extract(replace(fact, accepted=True), who, on),
        "withdraw": may_withdraw_extract(fact, who, on),
    }


def may_prepare(row: Extract, who: Actor, on: date) -> bool:
    """Whether this person may set the work off; the work itself asks about every child."""
    in_order = next_state(EXTRACT, ExtractState(row.state), "prepare") is not None
    return in_order and may_open(Action.PREPARE_EXTRACT, who, on=on).allowed


def reviews(row: Extract, who: Actor) -> list[ExtractReview]:
    """The verdicts of this round: a reviewer's own, and everyone's once two are in."""
    found = list(row.reviews.filter(round=row.round).select_related("reviewer"))
    if verdicts_open(facts.extract(row).reviews):
        return found
    return [review for review in found if str(review.reviewer_id) == who.id]


def askable(who: Actor) -> list[Project]:
    """The research projects of whose leave this person is part."""
    rows = Project.objects.filter(versions__state__in=[s.value for s in TOUCHES_DATA]).distinct()
    return [row for row in rows if _works_with(row, who)]


def _works_with(row: Project, who: Actor) -> bool:
    fact = projects.version(projects.standing(row))
    leave = fact.authorization
    return leave is not None and who.id in leave.staff and fact.purpose is Purpose.RESEARCH


def next_step(row: Extract, who: Actor, on: date) -> str:
    """What waits for this person in it: the name of a door, or nothing."""
    # Whether somebody has said anything since, which reads files, the door itself asks.
    fact = facts.extract(row, people_now=row.people)
    if called_back(fact, who):
        return "destroy"
    may = _doors(fact, who, on)
    if row.state == ExtractState.ASKED.value and may_prepare(row, who, on):
        return "prepare"
    shut = {"issue"} if row.state == ExtractState.ISSUED.value else set()
    if row.texts and reading.to_read(row, who, on):
        return "read"
    return next((n for n in ("fetch", "review", "issue") if n not in shut and may[n].allowed), "")


def waiting(who: Actor, on: date) -> list[Waiting]:
    """What waits in this room for a person, for their home page."""
    if not may_open(Action.VIEW_EXTRACT, who, on=on).allowed:
        return []
    rows: dict[str, list[Extract]] = {}
    for row in visible(
        who, on, (ExtractState.ASKED.value, ExtractState.WITHDRAWN.value, *_ANSWERED)
    ):
        rows.setdefault(next_step(row, who, on), []).append(row)
    return list(_told(rows))


def _told(rows: dict[str, list[Extract]]) -> Iterator[Waiting]:
    for step, (one, many) in _TITLES.items():
        found = rows.get(step, [])
        if not found:
            continue
        url = reverse("releases:extracts")
        if len(found) == 1 and step == "read":
            url = reverse("releases:extract_texts", args=[found[0].pk])
        elif len(found) == 1:
            url = reverse("releases:extract", args=[found[0].pk])
        due = min((r.link_until for r in found if r.link_until and step == "fetch"), default=None)
        yield Waiting(count=len(found), title=ngettext(one, many, len(found)), url=url, due=due)


def due(who: Actor, on: date, until: date) -> list[Due]:
    """The copies that must be destroyed from a date to another."""
    if not may_open(Action.VIEW_EXTRACT, who, on=on).allowed:
        return []
    return [
        Due(
            on=row.destroy_by,
            what=_("Destroy the extract “%(title)s” of %(project)s, which %(name)s fetched")
            % {"title": row.title, "project": row.project, "name": row.recipient.name},
            kind=DueKind.DESTRUCTION,
            organization=row.organization.slug,
            address=reverse("releases:extract", args=[row.pk]),
        )
        for row in visible(who, on)
        if row.destroy_by and row.destroy_by <= until and row.state != ExtractState.DESTROYED.value
    ]


def files() -> Iterator[str]:
    """Every file in the storehouse that extracts point at."""
    for tables, roster, texts in Extract.objects.values_list("files", "roster", "texts"):
        yield from (*tables.values(), *filter(None, (roster, texts.get("file"))))
