"""Write what the requester proposes: project, description, parties, elements, questions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone

from cairn.governance.partners.api import Organization, get_organization_slug
from cairn.governance.projects import facts
from cairn.governance.projects.action_inputs import ProjectDescription, ProjectParties
from cairn.governance.projects.actions import versions
from cairn.governance.projects.flow_files import load_flow_texts, parse_flow
from cairn.governance.projects.models import project as models_project
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.facts import ProjectFact
from cairn.policy.questions import may_change_project, may_propose_project, may_revise_project
from cairn.policy.vocabulary import Purpose

__all__ = [
    "add_question",
    "answer_challenges",
    "propose_project",
    "request_elements",
    "update_project_description",
    "update_project_parties",
]


def _load_version_facts(*, version: models_project.Version) -> tuple[ProjectFact]:
    return (facts.load_project_fact(version),)


def _lock_draft_facts(*, version: models_project.Version) -> tuple[ProjectFact]:
    models_project.Version.objects.select_for_update().get(pk=version.pk)
    version.refresh_from_db(fields=["state", "round", "step"])
    return _load_version_facts(version=version)


def _lock_question_facts(*, question: models_project.Question) -> tuple[ProjectFact]:
    return _lock_draft_facts(version=question.version)


@action("project.proposed", asks=may_propose_project, facts=get_organization_slug)
def propose_project(  # noqa: PLR0913 - what a project begins with is this much
    permit: Permit,
    /,
    *,
    title: str,
    organization: Organization,
    purpose: Purpose,
    flow: str,
    by: User,
    at: datetime,
    follows: models_project.Project | None = None,
    pilot: bool = False,
) -> ActionResult[models_project.Version]:
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
    Returns:
        The first version.
    Raises:
        Refused: the policy does not allow it.
    """
    version = versions.create_project(
        title=title,
        lead=organization,
        purpose=purpose.value,
        flow=load_flow_texts()[flow],
        follows=follows,
        pilot=pilot,
        by=by,
        at=at,
    )
    return ActionResult(version, subject=version)


@action("project.revised", asks=may_revise_project, facts=_load_version_facts)
def revise_project(
    permit: Permit, /, *, version: models_project.Version, why: str, by: User, at: datetime
) -> ActionResult[models_project.Version]:
    """Start the next version as a copy; the present one counts until the next is authorized."""
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
    versions.copy_version(version, next_version)
    detail = {"version": next_version.number}
    return ActionResult(next_version, subject=next_version, detail=detail)


@action("project.written", asks=may_change_project, facts=_lock_draft_facts)
def update_project_description(
    permit: Permit,
    /,
    *,
    version: models_project.Version,
    description: ProjectDescription,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Write what the project is for: key questions, principles, level, benefit and harm.

    Args:
        version: the version.
        description: the description.
        by: the acting user.
        at: when it is written.
    Raises:
        Refused: the policy does not allow it.
    """
    version.title, version.harms = description.title, description.harms
    version.purpose, version.level = description.purpose.value, description.level.value
    version.level_why = description.level_why
    version.five, version.principles = dict(description.five), dict(description.principles)
    version.save()
    return ActionResult(subject=version)


@action("project.parties_named", asks=may_change_project, facts=_lock_draft_facts)
def update_project_parties(
    permit: Permit,
    /,
    *,
    version: models_project.Version,
    parties: ProjectParties,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Write the data owners, nations, people, recipients, agreements and outputs of a version.

    No nation is an answer too: saving the parties means that the question was answered.

    Args:
        version: the version.
        parties: the parties.
        by: the acting user.
        at: when they are written.
    Raises:
        Refused: the policy does not allow it.
    """
    version.providers.set(parties.providers)
    version.organizations.set(parties.organizations)
    version.nations.set(parties.nations)
    version.staff.set(parties.staff)
    version.nations_said = True
    version.agreements, version.outputs = list(parties.agreements), list(parties.outputs)
    version.file_names = list(parties.file_names)
    version.save(update_fields=["nations_said", "agreements", "outputs", "file_names"])
    return ActionResult(subject=version)


@action("project.asked_for", asks=may_change_project, facts=_lock_draft_facts)
def request_elements(
    permit: Permit,
    /,
    *,
    version: models_project.Version,
    question_of: Mapping[str, Sequence[str]],
    first_year: str,
    last_year: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Write the requested elements, each with the questions it answers, and the school years.

    Args:
        version: the version.
        question_of: element → codes of the questions that it answers.
        first_year: first school year, such as "2023-24".
        last_year: last school year.
        by: the acting user.
        at: when they are requested.
    Raises:
        Refused: the policy does not allow it.
    """
    version.elements.all().delete()
    for name, codes in sorted(question_of.items()):
        models_project.AskedElement.objects.create(
            version=version, name=name, questions=sorted(codes)
        )
    version.first_year, version.last_year = first_year, last_year
    version.save(update_fields=["first_year", "last_year"])
    detail = {"elements": len(question_of)}
    return ActionResult(subject=version, detail=detail)


@action("project.challenges", asks=may_change_project, facts=_lock_draft_facts)
def answer_challenges(
    permit: Permit,
    /,
    *,
    version: models_project.Version,
    answers: Mapping[str, str],
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Record why challenged elements are needed nevertheless.

    Args:
        version: the version.
        answers: key of the challenge → answer; empty answers are removed.
        by: the acting user.
        at: when they are recorded.
    Raises:
        Refused: the policy does not allow it.
    """
    version.answers = {key: text for key, text in answers.items() if text.strip()}
    version.save(update_fields=["answers"])
    detail = {"answers": len(version.answers)}
    return ActionResult(subject=version, detail=detail)


@action("question.added", asks=may_change_project, facts=_lock_draft_facts)
def add_question(
    permit: Permit,
    /,
    *,
    version: models_project.Version,
    text: str,
    asked_by: str,
    follows: str,
    by: User,
    at: datetime,
) -> ActionResult[models_project.Question]:
    """Add a question, with the group of people who ask it.

    Args:
        version: the version.
        text: the question.
        asked_by: the group of people who ask it.
        follows: the earlier question that it came from, if any.
        by: the acting user.
        at: when it is added.
    Returns:
        The question.
    Raises:
        Refused: the policy does not allow it.
    """
    question = models_project.Question.objects.create(
        version=version,
        code=versions.compute_next_question_code(version),
        text=text,
        asked_by=asked_by,
        follows=follows,
    )
    return ActionResult(question, subject=question)


@action("question.reworded", asks=may_change_project, facts=_lock_question_facts)
def reword_question(
    permit: Permit,
    /,
    *,
    question: models_project.Question,
    text: str,
    why: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Change the wording of a question; the earlier one stays readable, with the reason."""
    models_project.Wording.objects.create(
        question=question, text=question.text, why=why, by=by, at=at
    )
    question.text = text
    question.save(update_fields=["text"])
    return ActionResult(subject=question)


@action("question.dropped", asks=may_change_project, facts=_lock_question_facts)
def drop_question(
    permit: Permit, /, *, question: models_project.Question, why: str, by: User, at: datetime
) -> ActionResult[None]:
    """Drop a question with a reason. Elements that only it needed are then challenged."""
    question.dropped_on, question.dropped_why = _local_date(at), why
    question.save(update_fields=["dropped_on", "dropped_why"])
    return ActionResult(subject=question)


@action("question.taken_up", asks=may_change_project, facts=_lock_question_facts)
def restore_question(
    permit: Permit, /, *, question: models_project.Question, by: User, at: datetime
) -> ActionResult[None]:
    """Restore a dropped question."""
    question.dropped_on, question.dropped_why = None, ""
    question.save(update_fields=["dropped_on", "dropped_why"])
    return ActionResult(subject=question)


def _local_date(at: datetime) -> date:
    return timezone.localdate(at)
