"""Read surveys, narrowed to the requester before anything is fetched."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet

from cairn.data.surveys.models import KEEP_DAYS, Survey, SurveyLink
from cairn.data.surveys.sealed_answers import compute_link_key, hash_survey_key, unseal_student
from cairn.policy.facts import Actor
from cairn.policy.questions import find_surveying_organizations
from cairn.warehouse.measures import load_outcome_catalogue

_SURVEY_RECORD = "survey_answer"


def filter_visible_surveys(requester: Actor, on: date) -> QuerySet[Survey]:
    """Filter the surveys that a person may see.

    Args:
        requester: the policy facts about the person.
        on: the day.

    Returns:
        The surveys, newest first, each with the number of its answers as `answer_count`.
    """
    scope = find_surveying_organizations(requester, on)
    rows = Survey.objects.select_related("organization")
    rows = rows.annotate(answer_count=Count("responses"))
    if scope.every:
        return rows
    return rows.filter(organization__slug__in=scope.organizations)


def list_expired_surveys(on: date) -> list[Survey]:
    """List the surveys with answers that were not imported in time.

    Args:
        on: the day.

    Returns:
        The surveys.
    """
    last_day = on - timedelta(days=KEEP_DAYS)
    rows = Survey.objects.filter(closes_on__lt=last_day, responses__isnull=False)
    return list(rows.distinct())


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
