"""Read extracts, limited to what the user may see, and the decisions that a page shows."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.disclosure_log.api import UseRecords
from cairn.governance.projects.api import Project, find_current_version, load_project_fact
from cairn.outputs.extracts import facts, free_text
from cairn.outputs.releases.api import Extract, ExtractReview
from cairn.platform.actions.api import keep_while_rows_unchanged
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.inbox.api import InboxTask
from cairn.policy import questions
from cairn.policy.checks import are_verdicts_open, is_extract_recalled
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor, ExtractFact, RecordCode
from cairn.policy.lifecycles import DATA_USE_STATES, EXTRACT_TRANSITIONS, find_next_state
from cairn.policy.vocabulary import Action, ExtractState, Purpose

__all__ = [
    "list_extract_deadlines",
    "list_extract_tasks",
    "list_visible_extracts",
    "load_record_codes",
]

ALL_EXTRACT_STATES = tuple(state.value for state in ExtractState)
_PREPARED_STATES = (ExtractState.IN_REVIEW.value, ExtractState.ISSUED.value)
_WAITING_STATES = (ExtractState.ASKED.value, ExtractState.WITHDRAWN.value, *_PREPARED_STATES)

# Task titles, singular and plural, and about how many minutes one takes.
_EXTRACT_TASK_TITLES = {
    "destroy": (
        "extract you downloaded was withdrawn: destroy your copy",
        "extracts you downloaded were withdrawn: destroy your copies",
        10,
    ),
    "fetch": ("extract to download", "extracts to download", 5),
    "review": ("extract to review", "extracts to review", 20),
    "read": ("extract with free text to review", "extracts with free text to review", 30),
    "issue": ("approved extract to issue", "approved extracts to issue", 5),
    "prepare": ("extract request to prepare", "extract requests to prepare", 10),
}


def load_record_codes(_elements: frozenset[str], project: str) -> UseRecords:
    """Load how the code in a project's extracts is made, for the question about a use of data.

    A project's codes are random (`cairn.warehouse.store`), and no recipient gets the method.

    Args:
        project: the project's reference; empty for none.
    Returns:
        The project's code.
    """
    code = RecordCode(project, random=True, method_kept=True)
    return UseRecords(codes=(code,) if project else ())


def list_visible_extracts(
    actor: Actor, on: date, states: Collection[str] = ALL_EXTRACT_STATES
) -> list[Extract]:
    """List the extracts in these states that a user may see.

    Args:
        actor: the user.
        on: the day of the decision.
        states: values of `ExtractState`.
    Returns:
        The extracts, newest first.
    """
    scope = questions.find_viewable_extracts(actor, on)
    if not scope.every and not scope.organizations:
        return []
    rows = _filter_extracts(states)
    own = {row.pk for row in rows if scope.includes({row.organization.slug})}
    others = [row for row in rows if row.pk not in own]
    projects = facts.load_extract_projects(others)
    return [
        row
        for row in rows
        if row.pk in own
        or scope.includes(facts.load_extract_fact(row, project=projects[row.project_id]).owners)
    ]


def decide_extract_actions(row: Extract, actor: Actor, on: date) -> dict[str, Decision]:
    """Return the decision on each action on an extract, by name of the action."""
    fact = (
        facts.load_extract_fact_with_people(row, on)
        if row.state in _PREPARED_STATES
        else facts.load_extract_fact(row)
    )
    return _decide_actions(fact, actor, on)


def _decide_actions(fact: ExtractFact, actor: Actor, on: date) -> dict[str, Decision]:
    return {
        "review": questions.may_review_extract(fact, actor, on),
        "issue": questions.may_issue_extract(fact, actor, on),
        "fetch": questions.may_fetch_extract(replace(fact, accepted=True), actor, on),
        "withdraw": questions.may_withdraw_extract(fact, actor, on),
    }


def may_start_preparation(row: Extract, actor: Actor, on: date) -> bool:
    """Return whether a user may start the preparation.

    The preparation itself asks about every child.
    """
    is_possible = (
        find_next_state(EXTRACT_TRANSITIONS, ExtractState(row.state), "prepare") is not None
    )
    return is_possible and questions.may_open_page(Action.PREPARE_EXTRACT, actor, on=on).allowed


def list_extract_reviews(row: Extract, actor: Actor) -> list[ExtractReview]:
    """List the verdicts of this round: the reviewer's own, and all of them once two are in."""
    round_reviews = list(row.reviews.filter(round=row.round).select_related("reviewer"))
    if are_verdicts_open(facts.load_extract_fact(row).reviews):
        return round_reviews
    return [review for review in round_reviews if str(review.reviewer_id) == actor.id]


def list_requestable_projects(actor: Actor) -> list[Project]:
    """List the research projects that authorize this user."""
    rows = Project.objects.filter(
        versions__state__in=[state.value for state in DATA_USE_STATES]
    ).distinct()
    return [row for row in rows if _is_authorized_researcher(row, actor)]


def _is_authorized_researcher(row: Project, actor: Actor) -> bool:
    fact = load_project_fact(find_current_version(row))
    authorization = fact.authorization
    return (
        authorization is not None
        and actor.id in authorization.staff
        and fact.purpose is Purpose.RESEARCH
    )


def find_next_extract_steps(
    rows: Sequence[Extract], actor: Actor, on: date
) -> list[tuple[Extract, str]]:
    """Find the user's next step with each extract; the facts of a project are loaded once.

    Args:
        rows: the extracts.
        actor: the user.
        on: the day of the decision.
    Returns:
        Pairs of an extract and the name of an action, an empty string for none.
    """
    return [(row, _find_next_step(row, fact, actor, on)) for row, fact in _load_facts(rows)]


def _load_facts(rows: Sequence[Extract]) -> list[tuple[Extract, ExtractFact]]:
    # The action itself asks whether opt-outs changed since; that reads files.
    projects = facts.load_extract_projects(rows)
    return [
        (
            row,
            facts.load_extract_fact(row, people_now=row.people, project=projects[row.project_id]),
        )
        for row in rows
    ]


@keep_while_rows_unchanged()
def _load_waiting_extracts() -> list[tuple[Extract, ExtractFact]]:
    """Load the extracts that may wait for somebody, newest first, the same for every user."""
    return _load_facts(list(_filter_extracts(_WAITING_STATES)))


def _filter_extracts(states: Collection[str]) -> QuerySet[Extract]:
    rows = Extract.objects.filter(state__in=states).prefetch_related("reviews")
    return rows.select_related("project__lead", "organization", "recipient", "requester")


def _find_next_step(row: Extract, fact: ExtractFact, actor: Actor, on: date) -> str:
    if is_extract_recalled(fact, actor):
        return "destroy"
    decisions = _decide_actions(fact, actor, on)
    if row.state == ExtractState.ASKED.value and may_start_preparation(row, actor, on):
        return "prepare"
    closed_actions = {"issue"} if row.state == ExtractState.ISSUED.value else set()
    if row.texts and free_text.has_text_to_read(row, actor, on):
        return "read"
    return next(
        (
            action
            for action in ("fetch", "review", "issue")
            if action not in closed_actions and decisions[action].allowed
        ),
        "",
    )


def list_extract_tasks(actor: Actor, on: date) -> list[InboxTask]:
    """List the user's tasks with extracts, for the home page.

    Args:
        actor: the user.
        on: the day of the decision.
    Returns:
        One entry for each kind of next step, with count, link and due date.
    """
    if not questions.may_open_page(Action.VIEW_EXTRACT, actor, on=on).allowed:
        return []
    rows: dict[str, list[Extract]] = {}
    scope = questions.find_viewable_extracts(actor, on)
    for row, fact in _load_waiting_extracts():
        if scope.includes({row.organization.slug}) or scope.includes(fact.owners):
            rows.setdefault(_find_next_step(row, fact, actor, on), []).append(row)
    return list(_build_extract_tasks(rows))


def _build_extract_tasks(rows: dict[str, list[Extract]]) -> Iterator[InboxTask]:
    for step, (singular, plural, minutes) in _EXTRACT_TASK_TITLES.items():
        extracts = rows.get(step, [])
        if not extracts:
            continue
        url = reverse("releases:extracts")
        if len(extracts) == 1 and step == "read":
            url = reverse("releases:extract_texts", args=[extracts[0].pk])
        elif len(extracts) == 1:
            url = reverse("releases:extract", args=[extracts[0].pk])
        due = min(
            (extract.link_until for extract in extracts if extract.link_until and step == "fetch"),
            default=None,
        )
        yield InboxTask(
            count=len(extracts),
            title=ngettext(singular, plural, len(extracts)),
            url=url,
            due=due,
            minutes=minutes,
            keys=tuple(f"extract.{step}:{extract.pk}" for extract in extracts),
        )


def list_extract_deadlines(actor: Actor, on: date, until: date) -> list[Deadline]:
    """List the copies that must be destroyed by a day.

    Args:
        actor: the user.
        on: the day of the decision.
        until: the last day.
    Returns:
        The deadlines, including late ones.
    """
    if not questions.may_open_page(Action.VIEW_EXTRACT, actor, on=on).allowed:
        return []
    return [
        Deadline(
            on=row.destroy_by,
            what=_("Destroy the extract “%(title)s” of %(project)s, downloaded by %(name)s")
            % {"title": row.title, "project": row.project, "name": row.recipient.name},
            kind=DeadlineKind.DESTRUCTION,
            organization=row.organization.slug,
            address=reverse("releases:extract", args=[row.pk]),
        )
        for row in list_visible_extracts(actor, on)
        if row.destroy_by and row.destroy_by <= until and row.state != ExtractState.DESTROYED.value
    ]


def list_extract_files() -> Iterator[str]:
    """List every file in the store that extracts point to.

    Returns:
        File references, as `zone/digest`.
    """
    for tables, roster, texts in Extract.objects.values_list("files", "roster", "texts"):
        yield from (*tables.values(), *filter(None, (roster, texts.get("file"))))
