"""Read a project's place in its workflow: steps, awaited answers, and what a user may do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cairn.governance.partners.api import Organization
from cairn.governance.projects import facts, labels
from cairn.governance.projects.models import lesson, project
from cairn.policy import checks, questions
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor, ProjectFact
from cairn.policy.vocabulary import Action, Decider, StepAnswer

__all__ = ["list_visible_projects"]


@dataclass(frozen=True, slots=True)
class ProjectListItem:
    """One version in a list: its step, the awaited deciders, and the deadline."""

    row: project.Version
    fact: ProjectFact
    step: str
    waits_for: tuple[str, ...]
    due: date | None


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """One step of a project's workflow: `done`, `now` or still to come."""

    title: str
    deciders: tuple[str, ...]
    needs: tuple[str, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class AnswerTurn:
    """An answer that this user may give now, and for which organization."""

    decider: Decider
    label: str
    organization: str
    name: str
    only_comments: bool


def list_visible_projects(who: Actor, on: date) -> QuerySet[project.Project]:
    """List the projects that a person may see, newest first, to be fetched page by page.

    A user who may see one may see all: the role decides, and no organization narrows it. Raises
    `Refused` for anyone else.
    """
    questions.may_open_page(Action.VIEW_PROJECT, who, on=on).require()
    return project.Project.objects.select_related("lead", "requester")


def build_project_list_item(row: project.Version, on: date) -> ProjectListItem:
    """Return a version with its step in the workflow."""
    fact = facts.load_project_fact(row)
    step = checks.find_current_step(fact)
    return ProjectListItem(
        row=row,
        fact=fact,
        step=step.title if step else "",
        waits_for=tuple(list_awaited_names(fact, on)),
        due=checks.find_step_due_date(fact) if checks.list_awaited_deciders(fact, on) else None,
    )


def list_awaited_names(fact: ProjectFact, on: date) -> Iterator[str]:
    """Yield the names of the deciders that the project waits for."""
    deciders = dict(labels.DECIDERS)
    names = dict(Organization.objects.values_list("slug", "name"))
    for awaited_answer in checks.list_awaited_deciders(fact, on):
        yield str(names.get(awaited_answer.organization, deciders[awaited_answer.decider.value]))


def list_workflow_steps(fact: ProjectFact) -> list[WorkflowStep]:
    """List the steps of the project's workflow in order."""
    deciders = dict(labels.DECIDERS)
    shown_steps, mark = [], "done"
    for step in fact.flow.steps if fact.flow else ():
        is_current = step.name == fact.step
        is_finished = fact.state.value in ("closed", "superseded")
        shown_steps.append(
            WorkflowStep(
                title=step.title,
                deciders=tuple(str(deciders[decider.value]) for decider in step.deciders),
                needs=tuple(str(labels.NEED_LABELS[need]) for need in step.needs),
                mark="now" if is_current and not is_finished else mark,
            )
        )
        mark = "" if is_current and not is_finished else mark
    return shown_steps


def list_answer_turns(fact: ProjectFact, who: Actor, on: date) -> list[AnswerTurn]:
    """List every answer that this user may give at the current step."""
    step, roles = checks.find_current_step(fact), list_permitted_roles(fact, who, on)
    if step is None or not roles:
        return []
    names = dict(Organization.objects.values_list("slug", "name"))
    deciders = dict(labels.DECIDERS)
    comments = checks.is_comment_step(step)
    return [
        AnswerTurn(decider, str(deciders[decider.value]), slug, names.get(slug, ""), comments)
        for decider, slug in roles
    ]


def list_permitted_roles(fact: ProjectFact, who: Actor, on: date) -> list[tuple[Decider, str]]:
    """List the roles and organizations for which this user may answer at the current step."""
    step = checks.find_current_step(fact)
    if step is None:
        return []
    answer = StepAnswer.COMMENT if checks.is_comment_step(step) else StepAnswer.RETURN
    return [
        (decider, slug)
        for decider in step.deciders
        for slug in _list_own_organizations(fact, decider, who, on)
        if questions.may_respond_to_project(fact, decider, slug, answer, who, on).allowed
    ]


def _list_own_organizations(fact: ProjectFact, decider: Decider, who: Actor, on: date) -> list[str]:
    if decider is Decider.PROVIDERS:
        return sorted(fact.providers & who.organizations(on))
    if decider is Decider.NATIONS:
        return sorted((fact.nations or frozenset()) & who.organizations(on))
    return [""] if decider in (Decider.STAFF, Decider.PUBLIC) else []


def list_project_permissions(fact: ProjectFact, who: Actor, on: date) -> dict[str, Decision]:
    """Return what this user may do with a project: permission name → decision with every reason."""
    lessons = lesson.Lesson.objects.filter(project__reference=fact.reference).count()
    return {
        "change": questions.may_change_project(fact, who, on),
        "move_on": questions.may_finish_project_step(fact, who, on),
        "score": questions.may_score_project(fact, who, on),
        "condition": questions.may_meet_project_condition(fact, who, on),
        "agreements": questions.may_add_project_agreements(fact, fact, who, on),
        "revoke": questions.may_revoke_authorization(fact, who, on),
        "withdraw": questions.may_withdraw_project(fact, who, on),
        "revise": questions.may_revise_project(fact, who, on),
        "equity": questions.may_propose_project(fact.lead, who, on),
        "lesson": questions.may_record_pilot_lesson(fact, who, on),
        "settle": questions.may_resolve_pilot_lesson(fact, who, on),
        "real": questions.may_create_project_from_pilot(fact, lessons, who, on),
    }
