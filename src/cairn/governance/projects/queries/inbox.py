"""Read the tasks that projects create for a user, and the deadlines of projects."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.projects import facts
from cairn.governance.projects.models import body
from cairn.governance.projects.models import policy as models_policy
from cairn.governance.projects.models import project as models_project
from cairn.governance.projects.queries import versions
from cairn.platform.actions.api import keep_while_rows_unchanged
from cairn.platform.deadline_sources.api import Deadline
from cairn.platform.inbox.api import InboxTask
from cairn.policy.checks import find_step_due_date, list_awaited_deciders
from cairn.policy.facts import Actor, ProjectFact
from cairn.policy.lifecycles import DATA_USE_STATES, STATES_THROUGH_APPROVAL
from cairn.policy.questions import may_finish_project_step, may_open_page, may_vote_on_project
from cairn.policy.vocabulary import Action, Decider, ProjectState, Role

__all__ = ["list_project_deadlines", "list_project_tasks"]

_RUNNING_STATES = tuple(
    s.value for s in (*STATES_THROUGH_APPROVAL, *DATA_USE_STATES, ProjectState.CLOSING)
)


def list_project_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List a user's tasks: answers to give, votes to cast, own projects to move forward.

    Args:
        who: facts about the user.
        on: the day for which access is computed.
    Returns:
        One task for each kind that has something waiting.
    """
    if not may_open_page(Action.VIEW_PROJECT, who, on=on).allowed:
        return []
    facts_by_row = _load_running_versions()
    answers_due = [
        (row, fact) for row, fact in facts_by_row if versions.list_permitted_roles(fact, who, on)
    ]
    own_moves = [
        (row, fact) for row, fact in facts_by_row if _is_requesters_turn(row, fact, who, on)
    ]
    by_pk = {row.pk: fact for row, fact in facts_by_row}
    votes = _list_votes_due(by_pk, who, on)
    return [
        *_build_project_tasks(
            "answer",
            answers_due,
            ngettext(
                "project for you to review",
                "projects for you to review",
                len(answers_due),
            ),
            minutes=30,
        ),
        *_build_project_tasks(
            "own_step",
            own_moves,
            ngettext(
                "your project ready for its next step",
                "your projects ready for their next step",
                len(own_moves),
            ),
            minutes=15,
        ),
        *_build_vote_task(votes),
    ]


@keep_while_rows_unchanged()
def _load_running_versions() -> list[tuple[models_project.Version, ProjectFact]]:
    """Load the versions that wait for somebody or use data, the same for every user."""
    rows = models_project.Version.objects.filter(state__in=_RUNNING_STATES)
    rows = rows.select_related("project__lead")
    return list(zip(rows, facts.load_version_facts(rows), strict=True))


def _is_requesters_turn(
    row: models_project.Version, fact: ProjectFact, who: Actor, on: date
) -> bool:
    is_requester = str(row.project.requester_id) == who.id
    is_awaited = any(
        answer.decider is Decider.REQUESTER for answer in list_awaited_deciders(fact, on)
    )
    return is_requester and is_awaited and may_finish_project_step(fact, who, on).allowed


def _list_votes_due(
    facts_by_pk: Mapping[int, ProjectFact], who: Actor, on: date
) -> list[body.AgendaItem]:
    """List the open agenda items on which this user has a vote that they have not cast yet."""
    if not who.list_organizations(on, Role.COMMITTEE_MEMBER):
        return []
    rows = body.AgendaItem.objects.filter(closed_on__isnull=True)
    items = [
        item
        for item in rows.select_related("meeting__body", "version__project__lead")
        if item.version_id in facts_by_pk and item.version.round == item.round
    ]
    return [
        item
        for item, hearing in zip(items, facts.load_hearing_facts(items), strict=True)
        if not any(vote.person == who.id for vote in hearing.votes)
        and may_vote_on_project(facts_by_pk[item.version_id], hearing, who, on).allowed
    ]


def _build_project_tasks(
    kind: str,
    waiting_versions: list[tuple[models_project.Version, ProjectFact]],
    title: str,
    *,
    minutes: int,
) -> Iterator[InboxTask]:
    if not waiting_versions:
        return
    url = (
        reverse("projects:list")
        if len(waiting_versions) > 1
        else _project_url(waiting_versions[0][0])
    )
    due_days = [
        due_day
        for _row, fact in waiting_versions
        if (due_day := find_step_due_date(fact)) is not None
    ]
    yield InboxTask(
        count=len(waiting_versions),
        title=title,
        url=url,
        due=min(due_days, default=None),
        minutes=minutes,
        keys=tuple(facts.build_project_key(kind, row) for row, _fact in waiting_versions),
        silence_counts=kind == "answer",
    )


def _build_vote_task(items: list[body.AgendaItem]) -> Iterator[InboxTask]:
    if items:
        url = reverse("projects:matter", args=[items[0].pk])
        yield InboxTask(
            count=len(items),
            title=ngettext("project to vote on", "projects to vote on", len(items)),
            url=url,
            minutes=10,
            keys=tuple(f"vote:{item.pk}" for item in items),
        )


def _project_url(row: models_project.Version) -> str:
    return reverse("projects:detail", args=[row.project.reference, row.number])


def list_project_deadlines(who: Actor, on: date, until: date) -> list[Deadline]:
    """List the deadlines of projects: answers, ends of authorizations, meetings, policy reviews.

    Args:
        who: facts about the user.
        on: the first day to include, for which access is also computed.
        until: the last day to include.
    Returns:
        The deadlines by day; none for users who may not see projects.
    """
    if not may_open_page(Action.VIEW_PROJECT, who, on=on).allowed:
        return []
    deadlines = [
        *_list_answer_deadlines(on),
        *_list_authorization_ends(),
        *_list_meetings(),
        *_list_policy_reviews(),
    ]
    return sorted(
        (deadline for deadline in deadlines if on <= deadline.on <= until),
        key=lambda deadline: (deadline.on, deadline.what),
    )


def _list_answer_deadlines(on: date) -> Iterator[Deadline]:
    rows = models_project.Version.objects.filter(state__in=_RUNNING_STATES).select_related(
        "project__lead"
    )
    for row, fact in zip(rows, facts.load_version_facts(rows), strict=True):
        last_day = find_step_due_date(fact)
        if last_day is not None and list_awaited_deciders(fact, on):
            who = ",".join(
                answer.organization
                for answer in list_awaited_deciders(fact, on)
                if answer.organization
            )
            title = _("Respond to project %(project)s") % {"project": row.project.reference}
            yield Deadline(
                last_day, title, "project", who or row.project.lead.slug, _project_url(row)
            )


def _list_authorization_ends() -> Iterator[Deadline]:
    authorizations = models_project.Authorization.objects.filter(revoked_on__isnull=True)
    for authorization in authorizations.select_related("version__project__lead"):
        project = authorization.version.project
        title = _("The authorization of %(project)s ends") % {"project": project.reference}
        yield Deadline(
            authorization.ends,
            title,
            "project",
            project.lead.slug,
            _project_url(authorization.version),
        )


def _list_meetings() -> Iterator[Deadline]:
    for meeting in body.Meeting.objects.select_related("body"):
        title = _("%(body)s meeting") % {"body": meeting.body.name}
        yield Deadline(
            meeting.on, title, "meeting", "", reverse("projects:meeting", args=[meeting.pk])
        )


def _list_policy_reviews() -> Iterator[Deadline]:
    newest: dict[str, models_policy.Policy] = {}
    for policy in models_policy.Policy.objects.order_by("kind", "version"):
        newest[policy.kind] = policy
    for policy in newest.values():
        title = _("Policy review: %(policy)s") % {"policy": policy.get_kind_display()}
        yield Deadline(policy.review_on, title, "policy", "", reverse("projects:policies"))
