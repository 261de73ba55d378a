"""What waits in this room for a person, and what falls due."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.partners.due import Due
from cairn.partners.waiting import Waiting
from cairn.projects import facts, models
from cairn.projects.queries import way
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.lives.project import BEFORE_APPROVAL, TOUCHES_DATA
from cairn.rules.project import ProjectFact
from cairn.rules.proposal import may_move_on
from cairn.rules.turn import awaited
from cairn.rules.turn import due as due_on
from cairn.rules.vocabulary import Action, Decider, ProjectState, Role
from cairn.rules.voting import may_vote

_LIVE = tuple(s.value for s in (*BEFORE_APPROVAL, *TOUCHES_DATA, ProjectState.CLOSING))


def waiting(who: Actor, on: date) -> list[Waiting]:
    """What waits for a person: words to say, votes to cast, own projects to move on."""
    if not may_open(Action.VIEW_PROJECT, who, on=on).allowed:
        return []
    versions = models.Version.objects.filter(state__in=_LIVE).select_related("project__lead")
    known = [(row, facts.version(row)) for row in versions]
    words = [(row, fact) for row, fact in known if way.may_speak(fact, who, on)]
    mine = [(row, fact) for row, fact in known if _my_move(row, fact, who, on)]
    by_pk = {row.pk: fact for row, fact in known}
    votes = [item for item in _open_matters() if _may_vote(item, by_pk, who, on)]
    return [
        *_lines(
            words,
            ngettext(
                "project that waits for your word", "projects that wait for your word", len(words)
            ),
        ),
        *_lines(
            mine,
            ngettext(
                "project of yours that can move on", "projects of yours that can move on", len(mine)
            ),
        ),
        *_votes(votes),
    ]


def _my_move(row: models.Version, fact: ProjectFact, who: Actor, on: date) -> bool:
    mine = str(row.project.requester_id) == who.id
    turn = any(a.decider is Decider.REQUESTER for a in awaited(fact, on))
    return mine and turn and may_move_on(fact, who, on).allowed


def _open_matters() -> Iterator[models.AgendaItem]:
    rows = models.AgendaItem.objects.filter(closed_on__isnull=True)
    yield from rows.select_related("meeting__body", "version__project__lead")


def _may_vote(
    item: models.AgendaItem, known: Mapping[int, ProjectFact], who: Actor, on: date
) -> bool:
    """Whether this person has a vote here that they have not cast yet."""
    fact, seated = known.get(item.version_id), who.organizations(on, Role.COMMITTEE_MEMBER)
    if fact is None or not seated or item.version.round != item.round:
        return False
    hearing = facts.hearing(item)
    cast = any(vote.person == who.id for vote in hearing.votes)
    return not cast and may_vote(fact, hearing, who, on).allowed


def _lines(found: list[tuple[models.Version, ProjectFact]], title: str) -> Iterator[Waiting]:
    if not found:
        return
    url = reverse("projects:list") if len(found) > 1 else _page(found[0][0])
    days = [day for _row, fact in found if (day := due_on(fact)) is not None]
    yield Waiting(count=len(found), title=title, url=url, due=min(days, default=None))


def _votes(items: list[models.AgendaItem]) -> Iterator[Waiting]:
    if items:
        url = reverse("projects:matter", args=[items[0].pk])
        yield Waiting(
            count=len(items),
            title=ngettext("project to vote on", "projects to vote on", len(items)),
            url=url,
        )


def _page(row: models.Version) -> str:
    return reverse("projects:detail", args=[row.project.reference, row.number])


def due(who: Actor, on: date, until: date) -> list[Due]:
    """What falls due in this room: answers at a step, ends of leaves, meetings, policy reviews."""
    if not may_open(Action.VIEW_PROJECT, who, on=on).allowed:
        return []
    found = [*_answers(on), *_ends(), *_meetings(), *_reviews()]
    return sorted((d for d in found if on <= d.on <= until), key=lambda d: (d.on, d.what))


def _answers(on: date) -> Iterator[Due]:
    for row in models.Version.objects.filter(state__in=_LIVE).select_related("project__lead"):
        fact = facts.version(row)
        last = due_on(fact)
        if last is not None and awaited(fact, on):
            who = ",".join(a.organization for a in awaited(fact, on) if a.organization)
            what = _("Answer to the project %(project)s") % {"project": row.project.reference}
            yield Due(last, what, "project", who or row.project.lead.slug, _page(row))


def _ends() -> Iterator[Due]:
    leaves = models.Authorization.objects.filter(revoked_on__isnull=True)
    for leave in leaves.select_related("version__project__lead"):
        project = leave.version.project
        what = _("The authorization of %(project)s ends") % {"project": project.reference}
        yield Due(leave.ends, what, "project", project.lead.slug, _page(leave.version))


def _meetings() -> Iterator[Due]:
    for meeting in models.Meeting.objects.select_related("body"):
        what = _("Meeting of %(body)s") % {"body": meeting.body.name}
        yield Due(meeting.on, what, "meeting", "", reverse("projects:meeting", args=[meeting.pk]))


def _reviews() -> Iterator[Due]:
    newest: dict[str, models.Policy] = {}
    for policy in models.Policy.objects.order_by("kind", "version"):
        newest[policy.kind] = policy
    for policy in newest.values():
        what = _("Review of the policy: %(policy)s") % {"policy": policy.get_kind_display()}
        yield Due(policy.review_on, what, "policy", "", reverse("projects:policies"))
