"""Write, open and close a survey, make its links, and take its answers.

Who answers has no account: those actions take `who`, the actor of the session, and `by: None`.
Nothing of a person who refuses consent is stored; only the number of refusals rises.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from cairn.data.intake import api as intake_api
from cairn.data.surveys import models, reachable_students, sealed_answers
from cairn.data.surveys.answer_columns import build_answer_mapping
from cairn.data.surveys.facts import build_survey_fact, build_survey_submission, count_sendings
from cairn.data.surveys.models import Answers, Survey, SurveyLink, SurveyQuestion
from cairn.data.surveys.queries import NamedLink, PersonalLink, list_personal_links
from cairn.governance.consents.api import make_child_namer
from cairn.governance.disclosure_log.api import record_disclosure
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, system_action
from cairn.platform.audit.api import record_audit_event
from cairn.policy import questions
from cairn.policy.checks import list_collected_elements
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import Actor, AgreementFact, SurveyFact
from cairn.policy.vocabulary import SurveyStatus

__all__ = [
    "QuestionDetails",
    "SurveyDetails",
    "add_personal_links",
    "change_survey",
    "close_survey",
    "delete_draft_survey",
    "destroy_demanded_answers",
    "discard_answers",
    "draft_survey",
    "export_named_links",
    "export_personal_links",
    "open_survey",
    "record_answer",
    "record_consent_refusal",
    "record_imported_answers",
    "remove_question",
    "save_question",
]


@dataclass(frozen=True, slots=True)
class SurveyDetails:
    """What the author of a survey states about it.

    Attributes:
        agreement_reference: reference of the agreement under which its answers are imported.
        texts: its texts by field, such as `title` and `title_es`.
        route: whether answers are stored under a student, as in `SurveyRoute`.
        opens_on: its first day.
        closes_on: its last day.
        answer_limit: the largest number of answers by an anonymous link.
    """

    agreement_reference: str
    texts: Mapping[str, str]
    route: str
    opens_on: date
    closes_on: date
    answer_limit: int


@dataclass(frozen=True, slots=True)
class QuestionDetails:
    """One question as its author wrote it.

    Attributes:
        position: its number, from 1.
        kind: how it is answered, as in `QuestionKind`.
        wording: the question in English.
        wording_es: the question in Spanish.
        choices: pairs of each choice in English and Spanish.
        scale_top: the highest number of a scale.
        is_required: whether it needs an answer.
        topic: the protected area that it asks about, as in `ProtectedTopic`; empty for none.
        outcome: ID of the outcome toward which its answers count; empty for none.
    """

    position: int
    kind: str
    wording: str
    wording_es: str
    choices: list[list[str]]
    scale_top: int
    is_required: bool
    topic: str
    outcome: str


def _get_organization(*, organization: Organization) -> tuple[str]:
    return (organization.slug,)


def _get_surveying(*, survey: Survey) -> tuple[str]:
    return (survey.organization.slug,)


def _lock_survey(survey: Survey) -> Survey:
    rows = Survey.objects.select_for_update(of=("self",)).select_related("organization")
    return rows.get(pk=survey.pk)


def _lock_survey_fact(*, survey: Survey, at: datetime) -> tuple[SurveyFact]:
    return (build_survey_fact(_lock_survey(survey), at),)


@action("survey.drafted", asks=questions.may_manage_survey, facts=_get_organization)
def draft_survey(
    permit: Permit,
    /,
    *,
    organization: Organization,
    details: SurveyDetails,
    by: User,
    at: datetime,
) -> ActionResult[Survey]:
    """Write a new survey, without questions.

    Args:
        permit: the permit.
        organization: the organization that asks.
        details: what its author states.
        by: the author.
        at: the time.

    Returns:
        The survey.
    """
    seed = sealed_answers.generate_key_seed()
    survey = Survey(
        organization=organization,
        key_seed=seed,
        key_digest=sealed_answers.hash_survey_key(sealed_answers.compute_link_key(seed)),
        written_by=by,
        written_at=at,
    )
    _set_details(survey, details)
    survey.save()
    return ActionResult(survey, subject=survey)


@action("survey.changed", asks=questions.may_change_survey, facts=_lock_survey_fact)
def change_survey(
    permit: Permit, /, *, survey: Survey, details: SurveyDetails, by: User, at: datetime
) -> ActionResult[None]:
    """Change a survey that was not opened.

    Args:
        permit: the permit.
        survey: the survey.
        details: what its author states now.
        by: the author.
        at: the time.
    """
    row = _lock_survey(survey)
    _set_details(row, details)
    row.save()
    return ActionResult(subject=row)


@action("survey.deleted", asks=questions.may_change_survey, facts=_lock_survey_fact)
def delete_draft_survey(
    permit: Permit, /, *, survey: Survey, by: User, at: datetime
) -> ActionResult[None]:
    """Delete a survey that was not opened, with its questions.

    Args:
        permit: the permit.
        survey: the survey.
        by: the user who decides.
        at: the time.
    """
    row = _lock_survey(survey)
    subject, detail = Survey(pk=row.pk, title=row.title), {"questions": row.questions.count()}
    row.delete()
    return ActionResult(subject=subject, detail=detail)


def _set_details(survey: Survey, details: SurveyDetails) -> None:
    survey.agreement_reference = details.agreement_reference
    survey.route, survey.answer_limit = details.route, details.answer_limit
    survey.opens_on, survey.closes_on = details.opens_on, details.closes_on
    for name, text in details.texts.items():
        setattr(survey, name, text)


@action("survey.question_saved", asks=questions.may_change_survey, facts=_lock_survey_fact)
def save_question(
    permit: Permit,
    /,
    *,
    survey: Survey,
    question: SurveyQuestion | None,
    details: QuestionDetails,
    by: User,
    at: datetime,
) -> ActionResult[SurveyQuestion]:
    """Add a question to a survey that was not opened, or change one.

    Args:
        permit: the permit.
        survey: the survey.
        question: the question; None for a new one.
        details: the question as its author wrote it.
        by: the author.
        at: the time.

    Returns:
        The question.
    """
    row = question or SurveyQuestion(survey=survey)
    for name in details.__slots__:
        setattr(row, name, getattr(details, name))
    row.save()
    others = list(survey.questions.exclude(pk=row.pk))
    _number_questions([*others[: row.position - 1], row, *others[row.position - 1 :]])
    return ActionResult(row, subject=survey)


@action("survey.question_removed", asks=questions.may_change_survey, facts=_lock_survey_fact)
def remove_question(
    permit: Permit, /, *, survey: Survey, question: SurveyQuestion, by: User, at: datetime
) -> ActionResult[None]:
    """Remove a question from a survey that was not opened.

    Args:
        permit: the permit.
        survey: the survey.
        question: the question.
        by: the author.
        at: the time.
    """
    survey.questions.filter(pk=question.pk).delete()
    _number_questions(survey.questions.all())
    return ActionResult(subject=survey)


def _number_questions(questions: Iterable[SurveyQuestion]) -> None:
    """Number questions from 1, in this order."""
    for position, question in enumerate(questions, 1):
        if question.position != position:
            question.position = position
            question.save(update_fields=["position"])


def decide_opening(survey: Survey, submission: intake_api.Submission) -> Decision:
    """Decide whether a survey may be opened, as its page shows and `open_survey` asks.

    Args:
        survey: the survey.
        submission: the file of its answers, as if it were handed in now.

    Returns:
        The decision.
    """
    mapping = build_answer_mapping(is_by_roster=survey.is_by_roster)
    asked = intake_api.load_receipt_facts(submission, mapping, None)
    fact = build_survey_fact(survey, submission.at)
    return questions.may_open_survey(
        fact,
        replace(asked.delivery, elements=list_collected_elements(fact)),
        asked.agreement,
        asked.actor,
        asked.on,
        overdue=asked.overdue,
    )


@transaction.atomic
def open_survey(*, survey: Survey, requester: Actor | None = None, by: User, at: datetime) -> None:
    """Open a survey, so that its link works in its days; by roster, make the personal links.

    Args:
        survey: the survey.
        requester: facts about `by`, where a browser session supplied them.
        by: the user who opens it.
        at: the time.

    Raises:
        Refused: its answers could not be imported today, or it is not complete.
        SurveyStateConflict: it is by roster, and there is no student that it may reach.
    """
    row = _lock_survey(survey)
    submission = build_survey_submission(row, by=by, at=at, requester=requester)
    decision = decide_opening(row, submission)
    decision.require()
    row.status, row.opened_at = SurveyStatus.OPEN.value, at
    row.save(update_fields=["status", "opened_at"])
    links = _make_missing_links(row, submission) if row.is_by_roster else 0
    if row.is_by_roster and not links:
        raise models.SurveyStateConflict(_NO_STUDENT)
    record_audit_event(
        "survey.opened", row, by=by, at=at, decision=decision, detail={"links": links}
    )


@transaction.atomic
def add_personal_links(
    *, survey: Survey, requester: Actor | None = None, by: User, at: datetime
) -> int:
    """Make links for the students who joined the roster since the survey was opened.

    Args:
        survey: the survey, open and by roster.
        requester: facts about `by`, where a browser session supplied them.
        by: the user who asks.
        at: the time.

    Returns:
        How many links were made.

    Raises:
        Refused: the user may not, or the answers could not be imported today.
        SurveyStateConflict: the survey is not open.
    """
    row = _lock_survey(survey)
    submission = build_survey_submission(row, by=by, at=at, requester=requester)
    actor = intake_api.load_receipt_facts(submission, None, None).actor
    decision = questions.may_manage_survey(row.organization.slug, actor, submission.on)
    decision.require()
    if not row.is_open or not row.is_by_roster:
        raise models.SurveyStateConflict(_NOT_OPEN)
    links = _make_missing_links(row, submission)
    record_audit_event(
        "survey.links_added", row, by=by, at=at, decision=decision, detail={"links": links}
    )
    return links


@action("survey.links_downloaded", asks=questions.may_manage_survey, facts=_get_surveying)
def export_personal_links(
    permit: Permit, /, *, survey: Survey, by: User, at: datetime
) -> ActionResult[list[PersonalLink]]:
    """Open the personal links of a survey for a file; the audit log keeps who did.

    It is no disclosure of its own under 34 CFR 99.32: those who may manage a survey act for the
    organization with the student IDs, or hold them since its roster was received.

    Args:
        permit: the permit.
        survey: the survey.
        by: the user who asks.
        at: the time.

    Returns:
        The links, by student ID.

    Raises:
        SurveyStateConflict: it is not open, or not by roster.
    """
    row = _lock_survey(survey)
    if not row.is_open or not row.is_by_roster:
        raise models.SurveyStateConflict(_NOT_OPEN)
    links = list_personal_links(row)
    return ActionResult(links, subject=row, detail={"links": len(links)})


@action("survey.links_named", asks=questions.may_name_survey_links, facts=_get_surveying)
def export_named_links(
    permit: Permit,
    decision: Decision,
    /,
    *,
    survey: Survey,
    names: Mapping[str, reachable_students.StudentName],
    by: User,
    at: datetime,
) -> ActionResult[list[NamedLink]]:
    """Open the personal links of a survey with the students' names, and log it as a disclosure.

    Args:
        permit: the permit.
        decision: the decision, for the disclosure log.
        survey: the survey.
        names: names by student ID, from `load_roster_names`.
        by: the user who asks.
        at: the time.

    Returns:
        The links, by student ID; without a name where no accepted roster has one.

    Raises:
        SurveyStateConflict: it is not open, or not by roster.
    """
    row = _lock_survey(survey)
    if not row.is_open or not row.is_by_roster:
        raise models.SurveyStateConflict(_NOT_OPEN)
    links = [
        NamedLink(link, *names.get(link.student, ("", ""))) for link in list_personal_links(row)
    ]
    organization = row.organization.slug
    students = [named.link.student for named in links]
    record_disclosure(
        decision,
        by=by,
        at=at,
        parties=[organization],
        interest=f"send families the personal links of the survey “{row.title}”",
        elements=reachable_students.NAME_ELEMENTS,
        children=make_child_namer(organization)(students),
        owners=[organization],
    )
    return ActionResult(links, subject=row, detail={"links": len(links)})


def _make_missing_links(survey: Survey, submission: intake_api.Submission) -> int:
    mapping = build_answer_mapping(is_by_roster=True)
    needed = list_collected_elements(build_survey_fact(survey, submission.at))
    local_ids = reachable_students.list_reachable_students(submission, mapping, needed)
    name_children = make_child_namer(survey.organization.slug)
    known = set(survey.links.values_list("student_key", flat=True))
    links = [
        _build_link(survey, key, local_id)
        for key, local_id in dict(zip(name_children(local_ids), local_ids, strict=True)).items()
        if key not in known
    ]
    SurveyLink.objects.bulk_create(links)
    return len(links)


def _build_link(survey: Survey, student_key: str, local_id: str) -> SurveyLink:
    seed = sealed_answers.generate_key_seed()
    digest = sealed_answers.hash_survey_key(sealed_answers.compute_link_key(seed))
    link = SurveyLink(survey=survey, key_seed=seed, key_digest=digest, student_key=student_key)
    link.sealed_student = sealed_answers.seal_student(link, local_id)
    return link


@action("survey.closed", asks=questions.may_manage_survey, facts=_get_surveying)
def close_survey(
    permit: Permit, /, *, survey: Survey, by: User, at: datetime
) -> ActionResult[None]:
    """Close a survey; its links then take no answer, and without answers forget their students.

    Args:
        permit: the permit.
        survey: the survey.
        by: the user who closes it.
        at: the time.

    Raises:
        SurveyStateConflict: it is not open.
    """
    row = _lock_survey(survey)
    if not row.is_open:
        raise models.SurveyStateConflict(_NOT_OPEN)
    row.status, row.closed_at = SurveyStatus.CLOSED.value, at
    row.save(update_fields=["status", "closed_at"])
    answers = row.responses.count()
    if not answers:
        _erase_answers(row)
    return ActionResult(subject=row, detail={"answers": answers})


@system_action("survey.imported", reason="it follows from the data submission that was accepted")
def record_imported_answers(
    *, survey: Survey, delivery: intake_api.Delivery, by: None, at: datetime
) -> ActionResult[None]:
    """Record that the answers are a data submission, and destroy them and the students here.

    Args:
        survey: the survey, closed.
        delivery: the data submission.
        by: None, since it follows from the import.
        at: the time.
    """
    row = _lock_survey(survey)
    row.delivery = delivery
    row.imported_answers = max(row.imported_answers, row.responses.count())
    row.save(update_fields=["delivery", "imported_answers"])
    _erase_answers(row)
    return ActionResult(subject=row, detail={"answers": row.imported_answers})


@action("survey.answers_discarded", asks=questions.may_manage_survey, facts=_get_surveying)
def discard_answers(
    permit: Permit, /, *, survey: Survey, by: User, at: datetime
) -> ActionResult[None]:
    """Destroy the answers of a closed survey instead of importing them.

    Args:
        permit: the permit.
        survey: the survey.
        by: the user who decides.
        at: the time.

    Raises:
        SurveyStateConflict: it is not closed, or the answers were imported or discarded.
    """
    row = _lock_survey(survey)
    if not row.is_waiting:
        raise models.SurveyStateConflict(_NOT_WAITING)
    return ActionResult(subject=row, detail={"answers": _discard_all(row, at)})


@system_action("survey.answers_destroyed", reason="a destruction that was decided, or the calendar")
def destroy_demanded_answers(
    *, survey: Survey, by: User | None, at: datetime
) -> ActionResult[None]:
    """Destroy the answers of a survey that were not imported, and close it.

    Args:
        survey: the survey.
        by: the user who carries out a destruction; None for the calendar.
        at: the time.
    """
    row = _lock_survey(survey)
    row.status, row.closed_at = SurveyStatus.CLOSED.value, row.closed_at or at
    row.save(update_fields=["status", "closed_at"])
    return ActionResult(subject=row, detail={"answers": _discard_all(row, at)})


def _discard_all(survey: Survey, at: datetime) -> int:
    answers = survey.responses.count()
    survey.discarded_at = at
    survey.save(update_fields=["discarded_at"])
    _erase_answers(survey)
    return answers


def _erase_answers(survey: Survey) -> None:
    survey.responses.all().delete()
    survey.links.update(sealed_student=None)


def _lock_answer_facts(
    *, survey: Survey, link: SurveyLink | None, at: datetime
) -> tuple[SurveyFact, int, AgreementFact]:
    fact = build_survey_fact(_lock_survey(survey), at)
    fresh = SurveyLink.objects.get(pk=link.pk) if link is not None else None
    terms = intake_api.load_agreement_by_reference(survey.agreement_reference)
    return fact, count_sendings(fresh), terms


@action("survey.answered", asks=questions.may_answer_survey, facts=_lock_answer_facts)
def record_answer(  # noqa: PLR0913 - each is one property of the answer
    permit: Permit,
    /,
    *,
    survey: Survey,
    link: SurveyLink | None,
    response_id: str,
    language: str,
    answers: Answers,
    who: Actor,
    by: None,
    at: datetime,
) -> ActionResult[None]:
    """Record the answers of a respondent who gave consent, or correct those sent before.

    Args:
        permit: the permit.
        survey: the survey.
        link: the personal link; None for an anonymous survey.
        response_id: random ID of the page that was filled in, so that one sent twice counts once.
        language: the language in which it was filled in.
        answers: the answers.
        who: the person who follows the link.
        by: None, since they have no account.
        at: the time.
    """
    own_id = response_id
    if link is not None:
        SurveyLink.objects.filter(pk=link.pk).update(sendings=F("sendings") + 1)
        earlier = survey.responses.filter(link=link).first()
        own_id = earlier.response_id if earlier else response_id
    models.SurveyResponse.objects.update_or_create(
        survey=survey,
        response_id=own_id,
        defaults={
            "link": link,
            "language": language,
            "sent_at": at,
            "sealed_answers": sealed_answers.seal_answers(survey, own_id, answers),
        },
    )
    return ActionResult(subject=survey)


@action("survey.consent_refused", asks=questions.may_answer_survey, facts=_lock_answer_facts)
def record_consent_refusal(
    permit: Permit,
    /,
    *,
    survey: Survey,
    link: SurveyLink | None,
    who: Actor,
    by: None,
    at: datetime,
) -> ActionResult[None]:
    """Count a refusal of consent; answers sent before with the same link are erased.

    Args:
        permit: the permit.
        survey: the survey.
        link: the personal link; None for an anonymous survey.
        who: the person who follows the link.
        by: None, since they have no account.
        at: the time.
    """
    Survey.objects.filter(pk=survey.pk).update(refusals=F("refusals") + 1)
    if link is not None:
        survey.responses.filter(link=link).delete()
    return ActionResult(subject=survey)


_NOT_OPEN: Final = "This survey is not open. Nothing changed."
_NOT_WAITING: Final = (
    "The answers of this survey do not wait: it is open, or they were imported or destroyed."
)
_NO_STUDENT: Final = (
    "There is no student whom this survey may reach: the organization has no accepted roster, or "
    "no student on it is covered by the agreement. Import the roster first. Nothing was opened."
)
