"""Write what a pilot teaches: lessons, their resolution, and the real project made from it."""

from datetime import date, datetime

from django.utils import timezone

from cairn.governance.projects import facts
from cairn.governance.projects.actions.versions import create_project
from cairn.governance.projects.models import project as models_project
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.facts import ProjectFact

__all__ = ["record_lesson", "resolve_lesson"]


def _load_pilot_facts(*, project: models_project.Project) -> tuple[ProjectFact]:
    return (facts.load_project_fact(facts.find_current_version(project)),)


def _load_lesson_facts(*, lesson: models_project.Lesson) -> tuple[ProjectFact]:
    return _load_pilot_facts(project=lesson.project)


def _load_creation_facts(*, project: models_project.Project) -> tuple[ProjectFact, int]:
    return (*_load_pilot_facts(project=project), project.lessons.count())


@action("lesson.kept", asks=questions.may_record_pilot_lesson, facts=_load_pilot_facts)
def record_lesson(
    permit: Permit,
    /,
    *,
    project: models_project.Project,
    kind: str,
    text: str,
    by: User,
    at: datetime,
) -> ActionResult[models_project.Lesson]:
    """Record one lesson of a pilot.

    Args:
        project: the pilot.
        kind: "finding" or "change".
        text: what was learned.
        by: the acting user.
        at: when it is recorded.
    Returns:
        The lesson.
    Raises:
        Refused: the policy does not allow it.
    """
    lesson = models_project.Lesson.objects.create(
        project=project, kind=kind, text=text, by=by, at=at
    )
    return ActionResult(lesson, subject=lesson, detail={"kind": kind})


@action("lesson.settled", asks=questions.may_resolve_pilot_lesson, facts=_load_lesson_facts)
def resolve_lesson(
    permit: Permit, /, *, lesson: models_project.Lesson, how: str, by: User, at: datetime
) -> ActionResult[None]:
    """Record how a finding or a requested change was resolved; a later answer replaces it.

    Args:
        lesson: the lesson.
        how: how it was resolved.
        by: the acting user.
        at: when it is recorded.
    Raises:
        Refused: the policy does not allow it.
    """
    lesson.settled_on, lesson.settled_how, lesson.settled_by = _local_date(at), how, by
    lesson.save(update_fields=["settled_on", "settled_how", "settled_by"])
    return ActionResult(subject=lesson)


@action(
    "project.made_real", asks=questions.may_create_project_from_pilot, facts=_load_creation_facts
)
def create_project_from_pilot(
    permit: Permit, /, *, project: models_project.Project, by: User, at: datetime
) -> ActionResult[models_project.Version]:
    """Create the real project from a pilot.

    What was written is copied; no decision is. The project starts at the first step, names no
    agreement yet, and needs every approval itself.
    """
    pilot_version = facts.find_current_version(project)
    lessons = project.lessons.count()
    created = create_project(
        title=pilot_version.title,
        lead=project.lead,
        purpose=pilot_version.purpose,
        flow=project.flow,
        follows=project,
        pilot=False,
        by=by,
        at=at,
    )
    detail: dict[str, str | int] = {"pilot": project.reference, "lessons": lessons}
    return ActionResult(created, subject=created, detail=detail)


def _local_date(at: datetime) -> date:
    return timezone.localdate(at)
