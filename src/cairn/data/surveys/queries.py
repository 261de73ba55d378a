"""Read surveys, narrowed to the requester before anything is fetched."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from cairn.data.intake.api import Delivery
from cairn.data.surveys.models import KEEP_DAYS, Survey, SurveyLink, SurveyQuestion
from cairn.data.surveys.sealed_answers import compute_link_key, hash_survey_key, unseal_student
from cairn.platform.inbox.api import InboxTask
from cairn.policy.facts import Actor
from cairn.policy.questions import find_surveying_organizations
from cairn.policy.vocabulary import DeliveryState, QuestionKind, SurveyStatus
from cairn.warehouse.measures import load_outcome_catalogue

__all__ = [
    "CountableQuestion",
    "find_accepted_answers",
    "list_countable_questions",
    "list_survey_tasks",
]

_SURVEY_RECORD = "survey_answer"


def filter_visible_surveys(requester: Actor, on: date) -> QuerySet[Survey]:
    """Filter the surveys that a person may see.

    Args:
        requester: the policy facts about the person.
        on: the day.

    Returns:
        The surveys, newest first.
    """
    scope = find_surveying_organizations(requester, on)
    rows = Survey.objects.select_related("organization")
    if scope.every:
        return rows
    return rows.filter(organization__slug__in=scope.organizations)


def filter_surveys_to_erase() -> QuerySet[Survey]:
    """Filter the surveys with answers, or with students of personal links, that are not erased.

    Returns:
        The surveys; none is a draft.
    """
    is_kept = Q(responses__isnull=False) | Q(links__sealed_student__isnull=False)
    return Survey.objects.filter(is_kept).distinct()


def list_expired_surveys(on: date) -> list[Survey]:
    """List the surveys with answers or student IDs that were not erased in time.

    Args:
        on: the day.

    Returns:
        The surveys.
    """
    last_day = on - timedelta(days=KEEP_DAYS)
    return list(filter_surveys_to_erase().filter(closes_on__lt=last_day))


def list_survey_tasks(requester: Actor, on: date) -> list[InboxTask]:
    """List the surveys with answers to import: their last day is over, or they are closed.

    Args:
        requester: the policy facts about the person.
        on: the day.

    Returns:
        Entries for the person's task list; due on the day on which the answers are destroyed.
    """
    rows = filter_visible_surveys(requester, on).filter(responses__isnull=False).distinct()
    is_over = Q(closes_on__lt=on) | Q(status=SurveyStatus.CLOSED.value)
    surveys = list(rows.filter(is_over).order_by("closes_on", "pk"))
    if not surveys:
        return []
    count = len(surveys)
    return [
        InboxTask(
            count,
            ngettext("survey with answers to import", "surveys with answers to import", count),
            reverse("surveys:survey", args=[surveys[0].pk])
            if count == 1
            else reverse("surveys:surveys"),
            due=surveys[0].destroy_on,
            minutes=5,
            keys=tuple(f"survey.import:{survey.pk}" for survey in surveys),
        )
    ]


@dataclass(frozen=True, slots=True)
class FollowedLink:
    """The survey behind the key of a link, and the personal link; None for an anonymous one."""

    survey: Survey
    link: SurveyLink | None


def find_followed_link(key: str) -> FollowedLink | None:
    """Find what the key of a link leads to.

    The anonymous link of a survey by roster leads nowhere.

    Args:
        key: the key in the address.

    Returns:
        The survey, and the personal link; None if there is no such link.
    """
    digest = hash_survey_key(key)
    link = SurveyLink.objects.filter(key_digest=digest).select_related("survey__organization")
    if (personal := link.first()) is not None:
        return FollowedLink(personal.survey, personal)
    surveys = Survey.objects.filter(key_digest=digest).select_related("organization")
    survey = surveys.first()
    if survey is None or survey.is_by_roster:
        return None
    return FollowedLink(survey, None)


@dataclass(frozen=True, slots=True)
class PersonalLink:
    """One personal link, for the person who hands it out.

    Attributes:
        student: the organization's own student ID; empty once it was erased.
        key: the key of the link.
    """

    student: str
    key: str


@dataclass(frozen=True, slots=True)
class NamedLink:
    """A personal link with the student's name, for letters of the student's own organization.

    Attributes:
        link: the link.
        given_name: the given name; empty if no accepted roster has it.
        family_name: the family name; empty if no accepted roster has it.
    """

    link: PersonalLink
    given_name: str
    family_name: str


def list_personal_links(survey: Survey) -> list[PersonalLink]:
    """List the personal links of a survey, by student ID.

    Args:
        survey: the survey.

    Returns:
        The links, without whether one was answered.
    """
    links = [
        PersonalLink(unseal_student(link), compute_link_key(link.key_seed))
        for link in survey.links.all()
    ]
    return sorted(links, key=lambda link: link.student)


def get_survey_outcomes() -> dict[str, str]:
    """Return the figures toward which a survey's answers can count: title by ID."""
    return {
        definition.id: definition.title["en"]
        for definition in load_outcome_catalogue().values()
        if definition.denominator.record == _SURVEY_RECORD
    }


@dataclass(frozen=True, slots=True)
class CountableQuestion:
    """A question with answers that can be counted: its choices are fixed, and none is free text.

    Attributes:
        id: ID of the question on this site.
        wording: the question in English and Spanish; English is what the answers on record say.
        choices: each choice in English and Spanish, in order.
        is_exclusive: whether a respondent chooses one at most.
    """

    id: int
    wording: tuple[str, str]
    choices: tuple[tuple[str, str], ...]
    is_exclusive: bool


def list_countable_questions(survey: Survey) -> list[CountableQuestion]:
    """List the questions of a survey with fixed choices or a scale.

    One that counts toward an outcome is left out: a release has its figure, and two figures of the
    same answers would disclose each other's suppressed numbers. So is one with the wording of
    another question, since the answers on record name a question by its wording.

    Args:
        survey: the survey.

    Returns:
        The questions, in order.
    """
    questions = list(survey.questions.all())
    wordings = [question.wording for question in questions]
    return [
        CountableQuestion(
            question.pk,
            (question.wording, question.wording_es),
            _list_fixed_choices(question),
            is_exclusive=question.kind != QuestionKind.CHOICES,
        )
        for question in questions
        if _list_fixed_choices(question)
        and not question.outcome
        and wordings.count(question.wording) == 1
    ]


def find_accepted_answers(survey: Survey) -> Delivery | None:
    """Find the accepted data submission with the answers of a survey, or its last correction.

    A file that replaced the answers, or changes that were applied to them, were not answered here:
    nothing says how many people took part in them.

    Args:
        survey: the survey.

    Returns:
        The data submission; None if there is none, or a pilot's.
    """
    answers = survey.delivery
    if answers is None or answers.synthetic:
        return None
    if answers.state == DeliveryState.CONFORMED:
        return answers
    version = current = answers.corrections.filter(state=DeliveryState.CONFORMED.value).first()
    while version is not None and version != answers:
        version = None if version.changes_as_of else version.supersedes
    return current if version else None


def _list_fixed_choices(question: SurveyQuestion) -> tuple[tuple[str, str], ...]:
    if question.kind == QuestionKind.SCALE:
        return tuple((str(step), str(step)) for step in range(1, question.scale_top + 1))
    return tuple((english, spanish) for english, spanish in question.choices)
