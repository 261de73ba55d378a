"""Read one version of a project for its page, its request document, and its comparison.

Its place in the workflow is read here too: steps, awaited answers, and what a user may do.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from cairn.governance.partners.api import Organization
from cairn.governance.projects import facts, labels
from cairn.governance.projects.models import body, project
from cairn.policy import checks, questions
from cairn.policy.engine import Decision, Reason
from cairn.policy.facts import Actor, ProjectFact
from cairn.policy.questions import decide_authorization_in_force, may_open_page
from cairn.policy.vocabulary import Action, Decider, Outcome, StepAnswer

__all__ = ["list_visible_projects"]


@dataclass(frozen=True, slots=True)
class RequestedElementRow:
    """One element: the questions it answers, whether it is authorized, and why not."""

    name: str
    questions: tuple[str, ...]
    authorized: bool
    kept_back: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ElementChallenge:
    """One challenge to the request, and the requester's answer."""

    key: str
    reason: Reason
    answer: str


@dataclass(frozen=True, slots=True)
class HearingSummary:
    """One hearing by a body, with its votes counted for a day."""

    item: body.AgendaItem
    tally: checks.VoteTally


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version with everything that its page shows."""

    row: project.Version
    fact: ProjectFact
    holds: Decision
    elements: list[RequestedElementRow]
    challenges: list[ElementChallenge]
    hearings: list[HearingSummary]
    five: list[tuple[str, str]]
    principles: list[tuple[str, str]]
    level_unusual: bool


def find_version(reference: str, number: int, who: Actor, on: date) -> project.Version:
    """Find a version by its project's reference and its number.

    Raises `Refused` before it looks for the version, or `Version.DoesNotExist`.
    """
    may_open_page(Action.VIEW_PROJECT, who, on=on).require()
    return project.Version.objects.select_related("project__lead", "project__requester").get(
        project__reference=reference, number=number
    )


def load_version_page(row: project.Version, who: Actor, on: date) -> VersionPage:
    """Return a version with everything that its page shows."""
    fact = facts.load_project_fact(row)
    holds = decide_authorization_in_force(fact, who, on)
    return VersionPage(
        row=row,
        fact=fact,
        holds=holds,
        elements=_list_elements(fact, holds, on),
        challenges=_list_challenges(row),
        hearings=[
            HearingSummary(item, checks.count_votes(facts.load_hearing_fact(item), on))
            for item in row.hearings.select_related("meeting__body").order_by("pk")
        ],
        five=[
            (str(label), row.five.get(key_question.value, ""))
            for key_question, label in labels.KEY_QUESTION_LABELS.items()
        ],
        principles=[
            (str(label), row.principles.get(principle.value, ""))
            for principle, label in labels.PRINCIPLE_LABELS.items()
        ],
        level_unusual=checks.is_unusual_level(fact.purpose, fact.level),
    )


def _list_elements(fact: ProjectFact, holds: Decision, on: date) -> list[RequestedElementRow]:
    names = dict(Organization.objects.values_list("slug", "name"))
    return [
        RequestedElementRow(
            name=name,
            questions=fact.question_of[name],
            authorized=holds.elements.get(name) is Outcome.ALLOW,
            kept_back=tuple(
                (names.get(owner, owner), why)
                for owner, why in checks.list_owner_exclusions(fact, name, on)
            ),
        )
        for name in sorted(fact.elements)
    ]


def _list_challenges(row: project.Version) -> list[ElementChallenge]:
    return [
        ElementChallenge(
            checks.format_challenge_key(reason),
            reason,
            row.answers.get(checks.format_challenge_key(reason), ""),
        )
        for reason in facts.find_challenges(row)
    ]


def list_lessons(row: project.Version) -> list[project.Lesson]:
    """List the lessons of a pilot: of this project, or of the pilot that it was made from."""
    pilot = row.project if row.pilot else row.project.follows
    if pilot is None or not pilot.pilot:
        return []
    return list(pilot.lessons.select_related("by", "settled_by"))


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """One difference between two versions: before and after."""

    what: str
    before: str
    after: str


def find_comparison_version(row: project.Version) -> project.Version | None:
    """Find the version to compare with: the earlier one, or that of the project it follows."""
    earlier = row.project.versions.filter(number__lt=row.number).order_by("-number").first()
    if earlier is not None or row.project.follows is None:
        return earlier
    return facts.find_current_version(row.project.follows)


def compare_versions(after: project.Version, earlier: project.Version) -> list[VersionDifference]:
    """List only what differs, so that reviewers need not read again what they approved."""
    old_lines, new_lines = _describe_version(earlier), _describe_version(after)
    return [
        VersionDifference(heading, old_lines.get(heading, ""), new_lines.get(heading, ""))
        for heading in dict.fromkeys((*old_lines, *new_lines))
        if old_lines.get(heading, "") != new_lines.get(heading, "")
    ]


def _describe_version(row: project.Version) -> dict[str, str]:
    """Return a version as lines of text, each with its heading."""
    lines_by_heading = {
        "Title": row.title,
        "Purpose": str(row.get_purpose_display()),
        "Level of data": str(row.get_level_display()),
        "Why this level": row.level_why,
        "Years": f"{row.first_year} to {row.last_year}",
        "Data owners": _join_names(row.providers.all()),
        "Recipients": _join_names(row.organizations.all()),
        "Tribal nations": _join_names(row.nations.all()),
        "Authorized users": _join_names(row.staff.all()),
        "Agreements": ", ".join(row.agreements),
        "Outputs": ", ".join(row.outputs),
        "Files": ", ".join(row.file_names),
        "Benefits and possible harm": row.harms,
    }
    lines_by_heading |= {
        str(label): row.five.get(key_question.value, "")
        for key_question, label in labels.KEY_QUESTION_LABELS.items()
    }
    lines_by_heading |= {
        str(principle_label): row.principles.get(principle.value, "")
        for principle, principle_label in labels.PRINCIPLE_LABELS.items()
    }
    lines_by_heading |= {
        f"Question {question.code}": question.text
        for question in row.questions.filter(dropped_on__isnull=True)
    }
    return lines_by_heading | {
        f"Data element {element.name}": ", ".join(element.questions)
        for element in row.elements.all()
    }


def _join_names(items: Iterable[object]) -> str:
    return ", ".join(sorted(str(getattr(item, "name", item)) for item in items))


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

    A user who may see one may see all: the role decides, and no organization narrows it.

    Args:
        who: the policy facts about the person.
        on: the date of access.

    Returns:
        The projects.

    Raises:
        Refused: the person may see no project.
    """
    questions.may_open_page(Action.VIEW_PROJECT, who, on=on).require()
    return project.Project.objects.select_related("lead", "requester")


def list_newest_versions(who: Actor, on: date) -> QuerySet[project.Version]:
    """List the newest version of each project that a person may see, newest project first.

    Raises `Refused` for a person who may see none.
    """
    newest = (
        project.Version.objects.filter(project=OuterRef("project")).order_by("-number").values("pk")
    )
    return (
        project.Version.objects.filter(
            project__in=list_visible_projects(who, on), pk=Subquery(newest[:1])
        )
        .select_related("project__lead", "project__requester")
        .order_by("-project__created_at", "project__reference")
    )


def build_project_list_item(row: project.Version, on: date) -> ProjectListItem:
    """Return a version with its step in the workflow."""
    return build_project_list_items([row], on)[0]


def build_project_list_items(rows: Sequence[project.Version], on: date) -> list[ProjectListItem]:
    """Return versions with their steps in the workflow, in the order given."""
    found = zip(rows, facts.load_version_facts(rows), strict=True)
    return [_build_list_item(row, fact, on) for row, fact in found]


def _build_list_item(row: project.Version, fact: ProjectFact, on: date) -> ProjectListItem:
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
        return sorted(fact.providers & who.list_organizations(on))
    if decider is Decider.NATIONS:
        return sorted((fact.nations or frozenset()) & who.list_organizations(on))
    return [""] if decider in (Decider.STAFF, Decider.PUBLIC) else []


def list_project_permissions(fact: ProjectFact, who: Actor, on: date) -> dict[str, Decision]:
    """Return what this user may do with a project: permission name → decision with every reason."""
    lessons = project.Lesson.objects.filter(project__reference=fact.reference).count()
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
