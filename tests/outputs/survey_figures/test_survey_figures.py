"""From the answers of a survey to figures that the public reads, each step by its own people."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.surveys.sample_surveys import AT
from tests.outputs.registers.test_spanish import same, words
from tests.school_statements import say

from cairn.data.identity.actions.linkage import link_current_deliveries
from cairn.data.intake.actions.conformance import check_delivery
from cairn.data.intake.models import Delivery
from cairn.data.surveys import actions
from cairn.data.surveys.answer_file import import_survey_answers
from cairn.data.surveys.models import Survey
from cairn.data.surveys.queries import find_accepted_answers
from cairn.governance.partners.api import load_actor
from cairn.outputs.survey_figures.facts import build_figures_fact
from cairn.outputs.survey_figures.models import SurveyFigures
from cairn.outputs.survey_figures.queries import list_survey_figure_tasks
from cairn.platform.tasks.api import NullProgress
from cairn.policy.facts.people.access import Actor
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)

_KINDS = ("one_choice", "choices", "scale", "text")
_SECRET = "My neighbor Ada Lund told me"


def _answer(survey: Survey, number: int, link: Any = None) -> None:
    given = {
        "one_choice": [number % 3 > 0],
        "choices": [0, 1] if number % 2 else [0],
        "scale": str(4 + (number < 36)),
        "text": _SECRET,
    }
    actions.record_answer(
        survey=survey,
        link=link,
        response_id=f"{number:032x}",
        language="en",
        answers={str(row.pk): given[row.kind] for row in survey.questions.all()},
        who=Actor.public(),
        by=None,
        at=AT,
    )


def _import(survey: Survey, by: Any) -> None:
    actions.close_survey(survey=survey, by=by, at=AT)
    received = import_survey_answers(
        survey, requester=load_actor(by), by=by, at=AT, on_received=lambda _delivery: None
    )
    check_delivery(delivery=received.delivery, by=by, at=AT, progress=NullProgress())
    survey.refresh_from_db()


@pytest.fixture
def answered(opened: Callable[..., Survey], manager: Any) -> Survey:
    """An anonymous survey whose 40 answers were accepted."""
    say("river", by=manager, at=AT)
    survey = opened("anonymous", _KINDS)
    for number in range(40):
        _answer(survey, number)
    _import(survey, manager)
    return survey


def _count(client: Client, survey: Survey) -> Any:
    chosen = [row.pk for row in survey.questions.exclude(kind="text")]
    url = reverse("survey_figures:count", args=[survey.pk])
    return client.post(url, {"chosen": chosen}, follow=True)


def test_anonymous_answers_become_figures_that_others_approved(
    answered: Survey,
    manager: Any,
    person: Callable[..., Any],
    browser: Callable[..., Client],
) -> None:
    def go(step: str, who: Any, **sends: str) -> Any:
        url = reverse(f"survey_figures:{step}", args=[answered.pk])
        return browser(who).post(url, {"seen_round": "1", **sends}, follow=True)

    steward, reviewers = person(Role.STEWARD, at="river"), [person(Role.REVIEWER) for _ in "12"]
    page = _count(browser(manager), answered)
    assert "Counted. Two reviewers and a data steward decide next." in page.content.decode()
    figures = SurveyFigures.objects.get()
    numbers = {
        table["wording"][0]: [choice["n"] for choice in table["choices"]]
        for table in figures.tables
    }
    assert numbers == {
        "Question one_choice?": [14, 26, 0],
        "Question choices? Bus": [40, 0],
        "Question choices? Car": [20, 20],
        "Question scale?": [0, 0, 0, None, None, 0],
    }
    assert {table["respondents"] for table in figures.tables} == {40}
    assert _SECRET not in str(figures.tables)
    assert figures.minimum_cell == 10

    for waiting in (*reviewers, steward):
        (task,) = list_survey_figure_tasks(load_actor(waiting), AT.date())
        assert (task.count, task.detail) == (1, answered.title)
    assert not list_survey_figure_tasks(load_actor(manager), AT.date())
    public = reverse("survey_figures:public", args=[figures.pk])
    assert same(Client(), reverse("survey_figures:public_list")) <= {"Cairn"}
    assert Client().get(public).status_code == 404
    assert go("publish", manager).status_code == 403
    assert go("review", manager, verdict="approve").status_code == 403
    assert go("review", reviewers[0], verdict="return").status_code == 422
    for reviewer in reviewers:
        assert "Decision recorded." in go("review", reviewer, verdict="approve").content.decode()
    assert go("review", reviewers[0], verdict="approve").status_code == 403
    assert go("publish", manager).status_code == 403
    assert "You confirmed the figures." in go("confirm", steward).content.decode()
    assert go("confirm", person(Role.STEWARD, at="river")).status_code == 403
    assert SurveyFigures.objects.get().confirmed_by == steward
    assert not list_survey_figure_tasks(load_actor(steward), AT.date())
    assert "The figures are published." in go("publish", manager).content.decode()

    page = Client().get(public).content.decode()
    assert "one person could answer more than once" in page
    assert "65%" in page
    assert "2 numbers" in page
    spanish = Client(headers={"accept-language": "es"}).get(public).content.decode()
    assert "¿Pregunta choices? Autobús" in spanish
    assert public in Client().get(reverse("survey_figures:public_list")).content.decode()
    assert same(Client(), reverse("survey_figures:public_list")) <= {"Cairn", "River District"}
    both = words(page) & words(spanish)
    assert both - {"English", "Español", "Cairn", "River District", "No"} == set()
    assert _count(browser(manager), answered).status_code == 403
    go("withdraw", steward, reason="A question was misread.")
    withdrawn = Client().get(public)
    assert withdrawn.status_code == 410
    assert "A question was misread." in withdrawn.content.decode()
    assert "65%" not in withdrawn.content.decode()
    assert _count(browser(manager), answered).status_code == 403


def test_counting_again_starts_the_reviews_over(
    answered: Survey, manager: Any, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    _count(browser(manager), answered)
    reviewer, url = person(Role.REVIEWER), reverse("survey_figures:review", args=[answered.pk])
    steward = person(Role.STEWARD, at="river")
    confirm = reverse("survey_figures:confirm", args=[answered.pk])
    for seen in "12":
        sent = {"verdict": "approve", "seen_round": seen}
        assert browser(reviewer).post(url, sent).status_code == 302
        _count(browser(manager), answered)
        for client, address in ((browser(reviewer), url), (browser(steward), confirm)):
            late = client.post(address, sent, follow=True).content.decode()
            assert "counted again after you opened the page" in late
    figures = SurveyFigures.objects.get()
    assert (figures.round, figures.confirmed_by) == (3, None)
    page = browser(manager).get(reverse("survey_figures:figures", args=[answered.pk]))
    assert "0 of 2" in page.content.decode()


def test_a_survey_whose_answers_were_not_imported_has_no_figures(
    opened: Callable[..., Survey],
    manager: Any,
    person: Callable[..., Any],
    browser: Callable[..., Client],
) -> None:
    survey = opened("anonymous", ("one_choice",))
    url = reverse("survey_figures:figures", args=[survey.pk])
    assert "Before the answers can be counted" in browser(manager).get(url).content.decode()
    assert _count(browser(manager), survey).status_code == 403
    for step in ("review", "confirm", "publish", "withdraw"):
        other = reverse(f"survey_figures:{step}", args=[survey.pk])
        assert browser(manager).post(other).status_code == 404
    stranger = browser(person(Role.STEWARD, at="hills"))
    assert stranger.get(url).status_code == 403


def _correct(survey: Survey, **changed: Any) -> Delivery:
    """A correction of the answers that was accepted, as the row of its data submission."""
    earlier = find_accepted_answers(survey)
    assert earlier
    Delivery.objects.filter(pk=earlier.pk).update(state="superseded")
    version = Delivery.objects.get(pk=earlier.pk)
    version.pk, version.supersedes, version.original = None, earlier, survey.delivery
    version.state = "conformed"
    for name, value in changed.items():
        setattr(version, name, value)
    version.save()
    survey.refresh_from_db()
    return version


def test_corrected_answers_are_counted_and_figures_from_before_are_not_published(
    answered: Survey, manager: Any, browser: Callable[..., Client]
) -> None:
    client, at = browser(manager), reverse("survey_figures:figures", args=[answered.pk])
    kept = _correct(answered, rows_kept=answered.delivery.rows_in - 1)
    assert "Rows of the answers were set aside" in client.get(at).content.decode()
    assert _count(client, answered).status_code == 403
    kept.rows_kept = kept.rows_in
    kept.save()
    assert "Counted." in _count(client, answered).content.decode()
    assert build_figures_fact(answered).is_current
    kept.conformed = f"{kept.conformed}x"
    kept.save()
    assert not build_figures_fact(answered).is_current
    assert "Count them again." in client.get(at).content.decode()
    _correct(answered, changes_as_of=AT.date())  # rows from elsewhere: nobody knows of how many
    assert find_accepted_answers(answered) is None
    assert _count(client, answered).status_code == 403


def test_nothing_is_counted_without_a_question(
    answered: Survey, manager: Any, browser: Callable[..., Client]
) -> None:
    url, text = reverse("survey_figures:count", args=[answered.pk]), answered.questions.last()
    assert text
    for sent in ({}, {"chosen": [text.pk]}):
        assert browser(manager).post(url, sent).status_code == 422
    assert not SurveyFigures.objects.exists()


@pytest.mark.usefixtures("roster")
def test_students_are_counted_once_they_are_matched_and_a_few_of_them_never_shown(
    opened: Callable[..., Survey], manager: Any, browser: Callable[..., Client]
) -> None:
    say("river", by=manager, at=AT)
    survey = opened("roster", ("one_choice",))
    for number, link in enumerate(survey.links.all()):
        _answer(survey, number, link)
    _import(survey, manager)
    page = _count(browser(manager), survey)
    assert "Run record matching" in page.content.decode()
    assert not SurveyFigures.objects.exists()
    link_current_deliveries(by=manager, at=timezone.now(), progress=NullProgress())
    page = _count(browser(manager), survey)
    assert "Counted." in page.content.decode()
    (table,) = SurveyFigures.objects.get().tables
    assert [choice["n"] for choice in table["choices"]] == [None, None, 0]
    assert table["respondents"] is None
