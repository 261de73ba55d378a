"""Create, copy, lock and move the rows of project versions.

Other actions use these functions after they have asked the policy; no decision is made here.
"""

from datetime import date, datetime

from django.utils import timezone

from cairn.governance.partners.api import Organization
from cairn.governance.projects import facts
from cairn.governance.projects.flow_files import parse_flow
from cairn.governance.projects.models import project as models_project
from cairn.platform.accounts.api import User
from cairn.platform.numbering.api import create_numbered
from cairn.policy.checks import find_next_position, list_awaited_deciders
from cairn.policy.facts import ProjectFact
from cairn.policy.vocabulary import Decider, ProjectState


def create_project(
    *,
    title: str,
    lead: Organization,
    purpose: str,
    flow: str,
    follows: models_project.Project | None,
    pilot: bool,
    by: User,
    at: datetime,
) -> models_project.Version:
    """Create a project with its first version, at the first step of its workflow.

    The caller has asked the policy. A project that follows another starts as a copy of it. Its
    agreements are left out if one of the two is a pilot and the other is not.
    """
    project = create_numbered(
        lambda: models_project.Project.objects.create(
            reference=compute_next_reference(_local_date(at)),
            lead=lead,
            requester=by,
            flow=flow,
            follows=follows,
            pilot=pilot,
            created_at=at,
        )
    )
    version = models_project.Version.objects.create(
        project=project,
        title=title,
        step=parse_flow(flow).steps[0].name,
        since=_local_date(at),
        purpose=purpose,
        created_by=by,
        created_at=at,
    )
    if follows is not None:
        copy_version(facts.find_current_version(follows), version)
        if follows.pilot is not pilot:
            version.agreements = []
            version.save(update_fields=["agreements"])
        for question in version.questions.all():
            question.follows = f"{follows.reference} {question.code}"
            question.save(update_fields=["follows"])
    return version


def copy_version(source: models_project.Version, target: models_project.Version) -> None:
    """Copy everything that was written in one version into another, but no decision."""
    for field in ("level", "level_why", "first_year", "last_year", "harms", "nations_said"):
        setattr(target, field, getattr(source, field))
    target.five, target.principles = dict(source.five), dict(source.principles)
    target.agreements, target.outputs = list(source.agreements), list(source.outputs)
    target.answers, target.file_names = dict(source.answers), list(source.file_names)
    target.save()
    for relation in ("providers", "nations", "organizations", "staff"):
        getattr(target, relation).set(getattr(source, relation).all())
    for question in source.questions.filter(dropped_on__isnull=True):
        models_project.Question.objects.create(
            version=target,
            code=question.code,
            text=question.text,
            asked_by=question.asked_by,
            follows=question.follows,
        )
    for element in source.elements.all():
        models_project.AskedElement.objects.create(
            version=target, name=element.name, questions=list(element.questions)
        )


def _local_date(at: datetime) -> date:
    return timezone.localdate(at)


def compute_next_reference(on: date) -> str:
    """Return the next project reference of a year, in the form P-2026-01."""
    prefix = f"P-{on.year}-"
    references = models_project.Project.objects.filter(reference__startswith=prefix)
    numbers = [
        int(reference.removeprefix(prefix))
        for reference in references.values_list("reference", flat=True)
    ]
    return f"{prefix}{max(numbers, default=0) + 1:02}"


def compute_next_question_code(version: models_project.Version) -> str:
    """Return the next question code (Q1, Q2, …); a dropped question keeps its number."""
    numbers = [int(code[1:]) for code in version.questions.values_list("code", flat=True)]
    return f"Q{max(numbers, default=0) + 1}"


def lock_version(version: models_project.Version) -> None:
    """Lock a version until the transaction ends, and reload its state."""
    models_project.Version.objects.select_for_update().get(pk=version.pk)
    version.refresh_from_db(fields=["state", "step", "round", "since"])


def lock_version_facts(*, version: models_project.Version) -> tuple[ProjectFact]:
    """Lock a version, and load its facts for a policy question."""
    lock_version(version)
    return (facts.load_project_fact(version),)


def advance_version(version: models_project.Version, on: date, *, finished: bool = False) -> bool:
    """Move the version forward while no answer is missing, and return whether it moved.

    `finished` means that the requester has just finished their own part of the step.
    """
    moved = False
    while _can_advance(version, on, finished=finished and not moved):
        next_place = find_next_position(facts.load_project_fact(version), on)
        if next_place is None:
            break
        version.step, version.state, version.since = next_place.step, next_place.state.value, on
        version.save(update_fields=["step", "state", "since"])
        moved = True
    return moved


def _can_advance(version: models_project.Version, on: date, *, finished: bool) -> bool:
    """Whether no answer is missing. A step without deciders (no nation is concerned) is skipped."""
    awaited_answers = list_awaited_deciders(facts.load_project_fact(version), on)
    is_closed = version.state == ProjectState.CLOSED.value
    return not is_closed and all(
        finished and item.decider is Decider.REQUESTER for item in awaited_answers
    )


def return_version(version: models_project.Version, why: str, on: date) -> None:
    """Return the version to the requester: to the step before its submission, one round later."""
    flow = facts.load_project_fact(version).flow
    steps = flow.steps if flow else ()
    submission_steps = [step.name for step in steps if step.state is ProjectState.SUBMITTED]
    steps_before_submission = [
        step.name
        for step in steps[: [flow_step.name for flow_step in steps].index(submission_steps[0])]
    ]
    version.step, version.state = steps_before_submission[-1], ProjectState.RETURNED.value
    version.round, version.since, version.returned_why = version.round + 1, on, why
    version.save(update_fields=["step", "state", "round", "since", "returned_why"])
