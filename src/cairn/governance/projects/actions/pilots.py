"""Write what a pilot teaches: lessons, their resolution, and the real project made from it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.governance.partners.api import load_actor
from cairn.governance.projects import facts
from cairn.governance.projects.actions.versions import create_project
from cairn.governance.projects.models import lesson as models_lesson
from cairn.governance.projects.models import project
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.facts import Actor
from cairn.policy.questions import (
    may_create_project_from_pilot,
    may_record_pilot_lesson,
    may_resolve_pilot_lesson,
)


@transaction.atomic
def record_lesson(
    *,
    project: project.Project,
    kind: str,
    text: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models_lesson.Lesson:
    """Record one lesson of a pilot.

    Args:
        project: the pilot.
        kind: "finding" or "change".
        text: what was learned.
        by: the acting user.
        at: when it is recorded.
        who: facts about the acting user; loaded from `by` if absent.
    Returns:
        The lesson.
    Raises:
        Refused: the policy does not allow it.
    """
    fact = facts.load_project_fact(facts.find_current_version(project))
    decision = may_record_pilot_lesson(fact, who or load_actor(by), _local_date(at))
    decision.require()
    lesson = models_lesson.Lesson.objects.create(
        project=project, kind=kind, text=text, by=by, at=at
    )
    record_audit_event(
        "lesson.kept", lesson, by=by, at=at, decision=decision, detail={"kind": kind}
    )
    return lesson


@transaction.atomic
def resolve_lesson(
    *, lesson: models_lesson.Lesson, how: str, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Record how a finding or a requested change was resolved; a later answer replaces it.

    Args:
        lesson: the lesson.
        how: how it was resolved.
        by: the acting user.
        at: when it is recorded.
        who: facts about the acting user; loaded from `by` if absent.
    Raises:
        Refused: the policy does not allow it.
    """
    fact = facts.load_project_fact(facts.find_current_version(lesson.project))
    decision = may_resolve_pilot_lesson(fact, who or load_actor(by), _local_date(at))
    decision.require()
    lesson.settled_on, lesson.settled_how, lesson.settled_by = _local_date(at), how, by
    lesson.save(update_fields=["settled_on", "settled_how", "settled_by"])
    record_audit_event("lesson.settled", lesson, by=by, at=at, decision=decision)


@transaction.atomic
def create_project_from_pilot(
    *, project: project.Project, by: User, at: datetime, who: Actor | None = None
) -> project.Version:
    """Create the real project from a pilot.

    What was written is copied; no decision is. The project starts at the first step, names no
    agreement yet, and needs every approval itself.
    """
    pilot_version = facts.find_current_version(project)
    lessons = project.lessons.count()
    decision = may_create_project_from_pilot(
        facts.load_project_fact(pilot_version), lessons, who or load_actor(by), _local_date(at)
    )
    decision.require()
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
    record_audit_event("project.made_real", created, by=by, at=at, decision=decision, detail=detail)
    return created


def _local_date(at: datetime) -> date:
    return timezone.localdate(at)
