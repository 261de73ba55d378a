"""Write what the requester proposes: project, description, parties, elements, questions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.governance.partners.api import Organization, load_actor
from cairn.governance.projects import facts
from cairn.governance.projects.action_inputs import ProjectDescription, ProjectParties
from cairn.governance.projects.actions.versions import (
    compute_next_question_code,
    copy_version,
    create_project,
)
from cairn.governance.projects.flow_files import load_flow_texts, parse_flow
from cairn.governance.projects.models import project as models_project
from cairn.governance.projects.models import question as models_question
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor
from cairn.policy.questions import may_change_project, may_propose_project, may_revise_project
from cairn.policy.vocabulary import Purpose


@transaction.atomic
def propose_project(  # noqa: PLR0913 - what a project begins with is this much
    *,
    title: str,
    organization: Organization,
    purpose: Purpose,
    flow: str,
    by: User,
    at: datetime,
    follows: models_project.Project | None = None,
    pilot: bool = False,
    who: Actor | None = None,
) -> models_project.Version:
    """Create a project in the workflow with this name.

    A project that follows an approved one starts as a copy of it, so that reviewers read only what
    differs. A pilot uses only synthetic data.

    Args:
        title: what the project wants to find out.
        organization: the organization that requests data.
        purpose: purpose of the project.
        flow: name of the workflow.
        by: the requester.
        at: when the project is proposed.
        follows: the project that this one continues, if any.
        pilot: whether the project is a pilot.
        who: facts about the requester; loaded from `by` if absent.
    Returns:
        The first version.
    Raises:
        Refused: the policy does not allow it.
    """
    decision = may_propose_project(organization.slug, who or load_actor(by), _local_date(at))
    decision.require()
    version = create_project(
        title=title,
        lead=organization,
        purpose=purpose.value,
        flow=load_flow_texts()[flow],
        follows=follows,
        pilot=pilot,
        by=by,
        at=at,
    )
    record_audit_event("project.proposed", version, by=by, at=at, decision=decision)
    return version


@transaction.atomic
def revise_project(
    *, version: models_project.Version, why: str, by: User, at: datetime, who: Actor | None = None
) -> models_project.Version:
    """Start the next version as a copy; the present one counts until the next is authorized."""
    decision = may_revise_project(
        facts.load_project_fact(version), who or load_actor(by), _local_date(at)
    )
    decision.require()
    project = models_project.Project.objects.select_for_update().get(pk=version.project_id)
    next_version = models_project.Version.objects.create(
        project=project,
        number=project.newest.number + 1,
        title=version.title,
        step=parse_flow(project.flow).steps[0].name,
        since=_local_date(at),
        purpose=version.purpose,
        change_why=why,
        created_by=by,
        created_at=at,
    )
    copy_version(version, next_version)
    detail = {"version": next_version.number}
    record_audit_event(
        "project.revised", next_version, by=by, at=at, decision=decision, detail=detail
    )
    return next_version


@transaction.atomic
def update_project_description(
    *,
    version: models_project.Version,
    description: ProjectDescription,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Write what the project is for: key questions, principles, level, benefit and harm.

    Args:
        version: the version.
        description: the description.
        by: the acting user.
        at: when it is written.
        who: facts about the acting user; loaded from `by` if absent.
    Raises:
        Refused: the policy does not allow it.
    """
    decision = _require_change(version, by, at, who)
    version.title, version.harms = description.title, description.harms
    version.purpose, version.level = description.purpose.value, description.level.value
    version.level_why = description.level_why
    version.five, version.principles = dict(description.five), dict(description.principles)
    version.save()
    record_audit_event("project.written", version, by=by, at=at, decision=decision)


@transaction.atomic
def update_project_parties(
    *,
    version: models_project.Version,
    parties: ProjectParties,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Write the data owners, nations, people, recipients, agreements and outputs of a version.

    No nation is an answer too: saving the parties means that the question was answered.

    Args:
        version: the version.
        parties: the parties.
        by: the acting user.
        at: when they are written.
        who: facts about the acting user; loaded from `by` if absent.
    Raises:
        Refused: the policy does not allow it.
    """
    decision = _require_change(version, by, at, who)
    version.providers.set(parties.providers)
    version.organizations.set(parties.organizations)
    version.nations.set(parties.nations)
    version.staff.set(parties.staff)
    version.nations_said = True
    version.agreements, version.outputs = list(parties.agreements), list(parties.outputs)
    version.file_names = list(parties.file_names)
    version.save(update_fields=["nations_said", "agreements", "outputs", "file_names"])
    record_audit_event("project.parties_named", version, by=by, at=at, decision=decision)


@transaction.atomic
def request_elements(
    *,
    version: models_project.Version,
    question_of: Mapping[str, Sequence[str]],
    first_year: str,
    last_year: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Write the requested elements, each with the questions it answers, and the school years.

    Args:
        version: the version.
        question_of: element → codes of the questions that it answers.
        first_year: first school year, such as "2023-24".
        last_year: last school year.
        by: the acting user.
        at: when they are requested.
        who: facts about the acting user; loaded from `by` if absent.
    Raises:
        Refused: the policy does not allow it.
    """
    decision = _require_change(version, by, at, who)
    version.elements.all().delete()
    for name, codes in sorted(question_of.items()):
        models_project.AskedElement.objects.create(
            version=version, name=name, questions=sorted(codes)
        )
    version.first_year, version.last_year = first_year, last_year
    version.save(update_fields=["first_year", "last_year"])
    detail = {"elements": len(question_of)}
    record_audit_event("project.asked_for", version, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def answer_challenges(
    *,
    version: models_project.Version,
    answers: Mapping[str, str],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Record why challenged elements are needed nevertheless.

    Args:
        version: the version.
        answers: key of the challenge → answer; empty answers are removed.
        by: the acting user.
        at: when they are recorded.
        who: facts about the acting user; loaded from `by` if absent.
    Raises:
        Refused: the policy does not allow it.
    """
    decision = _require_change(version, by, at, who)
    version.answers = {key: text for key, text in answers.items() if text.strip()}
    version.save(update_fields=["answers"])
    detail = {"answers": len(version.answers)}
    record_audit_event(
        "project.challenges", version, by=by, at=at, decision=decision, detail=detail
    )


@transaction.atomic
def add_question(
    *,
    version: models_project.Version,
    text: str,
    asked_by: str,
    follows: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models_question.Question:
    """Add a question, with the group of people who ask it.

    Args:
        version: the version.
        text: the question.
        asked_by: the group of people who ask it.
        follows: the earlier question that it came from, if any.
        by: the acting user.
        at: when it is added.
        who: facts about the acting user; loaded from `by` if absent.
    Returns:
        The question.
    Raises:
        Refused: the policy does not allow it.
    """
    decision = _require_change(version, by, at, who)
    question = models_question.Question.objects.create(
        version=version,
        code=compute_next_question_code(version),
        text=text,
        asked_by=asked_by,
        follows=follows,
    )
    record_audit_event("question.added", question, by=by, at=at, decision=decision)
    return question


@transaction.atomic
def reword_question(
    *,
    question: models_question.Question,
    text: str,
    why: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Change the wording of a question; the earlier one stays readable, with the reason."""
    decision = _require_change(question.version, by, at, who)
    models_question.Wording.objects.create(
        question=question, text=question.text, why=why, by=by, at=at
    )
    question.text = text
    question.save(update_fields=["text"])
    record_audit_event("question.reworded", question, by=by, at=at, decision=decision)


@transaction.atomic
def drop_question(
    *,
    question: models_question.Question,
    why: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """Drop a question with a reason. Elements that only it needed are then challenged."""
    decision = _require_change(question.version, by, at, who)
    question.dropped_on, question.dropped_why = _local_date(at), why
    question.save(update_fields=["dropped_on", "dropped_why"])
    record_audit_event("question.dropped", question, by=by, at=at, decision=decision)


@transaction.atomic
def restore_question(
    *, question: models_question.Question, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Restore a dropped question."""
    decision = _require_change(question.version, by, at, who)
    question.dropped_on, question.dropped_why = None, ""
    question.save(update_fields=["dropped_on", "dropped_why"])
    record_audit_event("question.taken_up", question, by=by, at=at, decision=decision)


def _require_change(
    version: models_project.Version, by: User, at: datetime, who: Actor | None
) -> Decision:
    """Lock the version, and ask the policy whether the user may change it."""
    models_project.Version.objects.select_for_update().get(pk=version.pk)
    version.refresh_from_db(fields=["state", "round", "step"])
    decision = may_change_project(
        facts.load_project_fact(version), who or load_actor(by), _local_date(at)
    )
    decision.require()
    return decision


def _local_date(at: datetime) -> date:
    return timezone.localdate(at)
