"""The rows of a new project, and the copy that a version or a project begins as."""

from datetime import date, datetime

from django.utils import timezone

from cairn.accounts.models import User
from cairn.partners.models import Organization
from cairn.projects import facts, models
from cairn.projects.flow_reading import parse
from cairn.projects.naming import next_reference


def begin(
    *,
    title: str,
    lead: Organization,
    purpose: str,
    flow: str,
    follows: models.Project | None,
    pilot: bool,
    by: User,
    at: datetime,
) -> models.Version:
    """The rows of a new project, at the first step of its flow (the text of it). Whoever calls has
    asked the rules. An agreement of the other world than what it follows is left out."""
    project = models.Project.objects.create(
        reference=next_reference(_day(at)),
        lead=lead,
        requester=by,
        flow=flow,
        follows=follows,
        pilot=pilot,
        created_at=at,
    )
    version = models.Version.objects.create(
        project=project,
        title=title,
        step=parse(flow).steps[0].name,
        since=_day(at),
        purpose=purpose,
        created_by=by,
        created_at=at,
    )
    if follows is not None:
        copied(facts.standing(follows), version)
        if follows.pilot is not pilot:
            version.agreements = []
            version.save(update_fields=["agreements"])
        for question in version.questions.all():
            question.follows = f"{follows.reference} {question.code}"
            question.save(update_fields=["follows"])
    return version


def copied(before: models.Version, after: models.Version) -> None:
    """Everything that is written in one version into another; nothing that was decided."""
    for field in ("level", "level_why", "first_year", "last_year", "harms", "nations_said"):
        setattr(after, field, getattr(before, field))
    after.five, after.principles = dict(before.five), dict(before.principles)
    after.agreements, after.outputs = list(before.agreements), list(before.outputs)
    after.answers, after.file_names = dict(before.answers), list(before.file_names)
    after.save()
    for many in ("providers", "nations", "organizations", "staff"):
        getattr(after, many).set(getattr(before, many).all())
    for question in before.questions.filter(dropped_on__isnull=True):
        models.Question.objects.create(
            version=after,
            code=question.code,
            text=question.text,
            asked_by=question.asked_by,
            follows=question.follows,
        )
    for element in before.elements.all():
        models.AskedElement.objects.create(
            version=after, name=element.name, questions=list(element.questions)
        )


def _day(at: datetime) -> date:
    return timezone.localdate(at)
