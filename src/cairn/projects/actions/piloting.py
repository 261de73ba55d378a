"""What a pilot teaches: findings and changes asked for, what became of them, the real project."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.projects import facts, models
from cairn.projects.beginning import begin
from cairn.rules.actor import Actor
from cairn.rules.pilot import may_keep_lesson, may_make_real, may_settle_lesson


@transaction.atomic
def keep_lesson(
    *,
    project: models.Project,
    kind: str,
    text: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models.Lesson:
    """Writes down one thing learned in a pilot."""
    fact = facts.version(facts.standing(project))
    decision = may_keep_lesson(fact, who or actor(by), _day(at))
    decision.require()
    lesson = models.Lesson.objects.create(project=project, kind=kind, text=text, by=by, at=at)
    audit.record("lesson.kept", lesson, by=by, at=at, decision=decision, detail={"kind": kind})
    return lesson


@transaction.atomic
def settle_lesson(
    *, lesson: models.Lesson, how: str, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Says what became of a finding or of a change that was asked for; a later word counts."""
    fact = facts.version(facts.standing(lesson.project))
    decision = may_settle_lesson(fact, who or actor(by), _day(at))
    decision.require()
    lesson.settled_on, lesson.settled_how, lesson.settled_by = _day(at), how, by
    lesson.save(update_fields=["settled_on", "settled_how", "settled_by"])
    audit.record("lesson.settled", lesson, by=by, at=at, decision=decision)


@transaction.atomic
def make_real(
    *, project: models.Project, by: User, at: datetime, who: Actor | None = None
) -> models.Version:
    """Makes the real project from a pilot, in one step: what was written is copied, nothing that
    was decided. It begins at the first step, rests on no agreement yet, and is approved anew."""
    before = facts.standing(project)
    lessons = project.lessons.count()
    decision = may_make_real(facts.version(before), lessons, who or actor(by), _day(at))
    decision.require()
    made = begin(
        title=before.title,
        lead=project.lead,
        purpose=before.purpose,
        flow=project.flow,
        follows=project,
        pilot=False,
        by=by,
        at=at,
    )
    detail: dict[str, str | int] = {"pilot": project.reference, "lessons": lessons}
    audit.record("project.made_real", made, by=by, at=at, decision=decision, detail=detail)
    return made


def _day(at: datetime) -> date:
    return timezone.localdate(at)
