"""Writes of those who ask: begin, write, pick elements, answer challenges, record who took part."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.projects import facts, models
from cairn.projects.beginning import begin, copied
from cairn.projects.flow_reading import parse, texts
from cairn.projects.naming import next_code
from cairn.projects.written import Parties, Written
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.proposal import may_change, may_propose, may_revise
from cairn.rules.vocabulary import Purpose


@transaction.atomic
def propose(  # noqa: PLR0913 - what a project begins with is this much
    *,
    title: str,
    organization: Organization,
    purpose: Purpose,
    flow: str,
    by: User,
    at: datetime,
    follows: models.Project | None = None,
    pilot: bool = False,
    who: Actor | None = None,
) -> models.Version:
    """Begins a project in the flow of that name. One that `follows` an approved project starts as
    a copy of it, so that the reviewers read only what differs. A `pilot` works with invented
    children only."""
    decision = may_propose(organization.slug, who or actor(by), _day(at))
    decision.require()
    version = begin(
        title=title,
        lead=organization,
        purpose=purpose.value,
        flow=texts()[flow],
        follows=follows,
        pilot=pilot,
        by=by,
        at=at,
    )
    audit.record("project.proposed", version, by=by, at=at, decision=decision)
    return version


@transaction.atomic
def revise(
    *, version: models.Version, why: str, by: User, at: datetime, who: Actor | None = None
) -> models.Version:
    """Begins the next version as a copy; the present one stays until that is authorized."""
    decision = may_revise(facts.version(version), who or actor(by), _day(at))
    decision.require()
    project = models.Project.objects.select_for_update().get(pk=version.project_id)
    made = models.Version.objects.create(
        project=project,
        number=project.newest.number + 1,
        title=version.title,
        step=parse(project.flow).steps[0].name,
        since=_day(at),
        purpose=version.purpose,
        change_why=why,
        created_by=by,
        created_at=at,
    )
    copied(version, made)
    detail = {"version": made.number}
    audit.record("project.revised", made, by=by, at=at, decision=decision, detail=detail)
    return made


@transaction.atomic
def write(
    *,
    version: models.Version,
    written: Written,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """What the project is for, in words: the five questions, the six principles, benefit, harm."""
    decision = _may_change(version, by, at, who)
    version.title, version.harms = written.title, written.harms
    version.purpose, version.level = written.purpose.value, written.level.value
    version.level_why = written.level_why
    version.five, version.principles = dict(written.five), dict(written.principles)
    version.save()
    audit.record("project.written", version, by=by, at=at, decision=decision)


@transaction.atomic
def name_parties(
    *,
    version: models.Version,
    parties: Parties,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Whose data, which nations' members (none is an answer too), who works with them, under which
    agreements, and what is to come out of it."""
    decision = _may_change(version, by, at, who)
    version.providers.set(parties.providers)
    version.organizations.set(parties.organizations)
    version.nations.set(parties.nations)
    version.staff.set(parties.staff)
    version.nations_said = True
    version.agreements, version.outputs = list(parties.agreements), list(parties.outputs)
    version.file_names = list(parties.file_names)
    version.save(update_fields=["nations_said", "agreements", "outputs", "file_names"])
    audit.record("project.parties_named", version, by=by, at=at, decision=decision)


@transaction.atomic
def ask_for(
    *,
    version: models.Version,
    question_of: Mapping[str, Sequence[str]],
    first_year: str,
    last_year: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """The elements, each with the codes of the questions it answers, and the school years."""
    decision = _may_change(version, by, at, who)
    version.elements.all().delete()
    for name, codes in sorted(question_of.items()):
        models.AskedElement.objects.create(version=version, name=name, questions=sorted(codes))
    version.first_year, version.last_year = first_year, last_year
    version.save(update_fields=["first_year", "last_year"])
    detail = {"elements": len(question_of)}
    audit.record("project.asked_for", version, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def answer_challenges(
    *,
    version: models.Version,
    answers: Mapping[str, str],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Why something that was challenged is needed all the same; kept beside the request."""
    decision = _may_change(version, by, at, who)
    version.answers = {key: text for key, text in answers.items() if text.strip()}
    version.save(update_fields=["answers"])
    detail = {"answers": len(version.answers)}
    audit.record("project.challenges", version, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def add_question(
    *,
    version: models.Version,
    text: str,
    asked_by: str,
    follows: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models.Question:
    """One more question, and which group of people asks it."""
    decision = _may_change(version, by, at, who)
    question = models.Question.objects.create(
        version=version, code=next_code(version), text=text, asked_by=asked_by, follows=follows
    )
    audit.record("question.added", question, by=by, at=at, decision=decision)
    return question


@transaction.atomic
def reword_question(
    *,
    question: models.Question,
    text: str,
    why: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Another wording; the earlier one stays readable, with the reason."""
    decision = _may_change(question.version, by, at, who)
    models.Wording.objects.create(question=question, text=question.text, why=why, by=by, at=at)
    question.text = text
    question.save(update_fields=["text"])
    audit.record("question.reworded", question, by=by, at=at, decision=decision)


@transaction.atomic
def drop_question(
    *, question: models.Question, why: str, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Drops a question with its reason. Elements that only it needed are then challenged."""
    decision = _may_change(question.version, by, at, who)
    question.dropped_on, question.dropped_why = _day(at), why
    question.save(update_fields=["dropped_on", "dropped_why"])
    audit.record("question.dropped", question, by=by, at=at, decision=decision)


@transaction.atomic
def take_question_up(
    *, question: models.Question, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Takes a dropped question up again."""
    decision = _may_change(question.version, by, at, who)
    question.dropped_on, question.dropped_why = None, ""
    question.save(update_fields=["dropped_on", "dropped_why"])
    audit.record("question.taken_up", question, by=by, at=at, decision=decision)


def _may_change(version: models.Version, by: User, at: datetime, who: Actor | None) -> Decision:
    models.Version.objects.select_for_update().get(pk=version.pk)
    version.refresh_from_db(fields=["state", "round", "step"])
    decision = may_change(facts.version(version), who or actor(by), _day(at))
    decision.require()
    return decision


def _day(at: datetime) -> date:
    return timezone.localdate(at)
