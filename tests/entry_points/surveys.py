"""The doors of surveys."""

from typing import Any

from django.utils import timezone
from tests.entry_points import intake
from tests.entry_points.entry import Route

from cairn.data.intake.models import Delivery
from cairn.data.surveys.models import Survey
from cairn.data.surveys.sealed_answers import compute_link_key, hash_survey_key
from cairn.outputs.survey_figures.models import SurveyFigures
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action

AUTHORS = {Role.DATA_MANAGER, Role.STEWARD}


def survey(status: str = "draft", route: str = "anonymous") -> dict[str, Any]:
    """A survey of the district that the roles of these tests act for."""
    delivery = Delivery.objects.get(**intake.delivery())
    seed = "a seed"
    row = Survey.objects.create(
        organization=delivery.organization,
        agreement_reference=delivery.agreement_reference,
        title="Family survey",
        route=route,
        status=status,
        opens_on=timezone.localdate(),
        closes_on=timezone.localdate(),
        answer_limit=5,
        key_seed=seed,
        key_digest=hash_survey_key(compute_link_key(seed)),
        written_by=delivery.received_by,
        written_at=delivery.received_at,
    )
    return {"pk": row.pk}


def open_survey() -> dict[str, Any]:
    """An open survey of that district, by roster."""
    return survey("open", "roster")


def question() -> dict[str, Any]:
    """A question of a draft."""
    about = survey()
    row = Survey.objects.get(**about).questions.create(position=1, kind="scale", wording="Welcome?")
    return {**about, "question": row.pk}


def link() -> dict[str, Any]:
    """The link of an open survey, which opens without a sign-in."""
    return {"key": compute_link_key(Survey.objects.get(**survey("open")).key_seed)}


def figures(state: str = "in_review") -> dict[str, Any]:
    """Figures of a closed survey that wait for review, without any number."""
    about = survey("closed")
    row = Survey.objects.get(**about)
    SurveyFigures.objects.create(
        survey=row,
        state=state,
        purpose="public_reporting",
        tables=[],
        minimum_cell=10,
        author=row.written_by,
        counted_at=row.written_at,
    )
    return about


def published() -> dict[str, Any]:
    """Published figures, by the survey."""
    return figures("published")


def public() -> dict[str, Any]:
    """Published figures, by their own number."""
    return {"pk": SurveyFigures.objects.get(survey_id=published()["pk"]).pk}


_VIEW = (Action.VIEW_RELEASE,)
READERS = {Role.DATA_MANAGER, Role.STEWARD, Role.ANALYST, Role.REVIEWER}
_MANAGE = (Action.MANAGE_SURVEY,)
ROUTES = {
    "surveys:surveys": Route(AUTHORS, "get", dict, _MANAGE),
    "surveys:new": Route(AUTHORS, "get", dict, _MANAGE),
    "surveys:survey": Route(AUTHORS, "get", survey, _MANAGE),
    "surveys:change": Route(AUTHORS, "get", survey, _MANAGE),
    "surveys:open": Route(AUTHORS, "get", survey, _MANAGE),
    "surveys:links": Route(AUTHORS, "get", open_survey, _MANAGE),
    "surveys:links_file": Route(
        AUTHORS, "post", open_survey, _MANAGE, records=("survey.links_downloaded",)
    ),
    "surveys:named_links_file": Route(
        {Role.STEWARD},
        "post",
        open_survey,
        (*_MANAGE, Action.NAME_SURVEY_LINKS),
        records=("disclosure.disclosed", "survey.links_named"),
    ),
    "surveys:delete": Route(AUTHORS, "get", survey, _MANAGE),
    "surveys:more_links": Route(AUTHORS, "post", survey, _MANAGE),
    "surveys:close": Route(AUTHORS, "get", open_survey, _MANAGE),
    "surveys:discard": Route(AUTHORS, "get", survey, _MANAGE),
    "surveys:question_new": Route(AUTHORS, "get", survey, _MANAGE),
    "surveys:question": Route(AUTHORS, "get", question, _MANAGE),
    "surveys:question_remove": Route(AUTHORS, "get", question, _MANAGE),
    "survey_figures:figures": Route(READERS, "get", figures, _VIEW),
    "survey_figures:count": Route(set(), "post", survey, (*_VIEW, Action.PROTECT)),
    "survey_figures:review": Route(
        {Role.REVIEWER},
        "post",
        figures,
        (*_VIEW, Action.REVIEW_RELEASE),
        records=("survey_figures.reviewed",),
        sends={"verdict": "approve", "seen_round": "1"},
    ),
    "survey_figures:confirm": Route(
        {Role.STEWARD},
        "post",
        figures,
        (*_VIEW, Action.ANSWER_SEND_BACK),
        records=("survey_figures.confirmed",),
        sends={"seen_round": "1"},
    ),
    "survey_figures:publish": Route(set(), "get", figures, (*_VIEW, Action.PUBLISH_RELEASE)),
    "survey_figures:withdraw": Route(
        {Role.DATA_MANAGER, Role.STEWARD}, "get", published, (*_VIEW, Action.WITHDRAW_RELEASE)
    ),
    "survey_figures:public_list": Route(set(Role), "get", dict, (Action.VIEW_PUBLISHED,)),
    "survey_figures:public": Route(set(Role), "get", public, (Action.VIEW_PUBLISHED,)),
    "surveys:answer": Route(set(Role), "get", link, (Action.ANSWER_SURVEY,)),
}
