"""A survey is written, checked and opened on pages; once open it does not change."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.data.surveys.sample_surveys import AT, FIRST, LAST

from cairn.data.surveys import actions
from cairn.data.surveys.models import Survey
from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db

_SURVEY = {
    "organization": "river",
    "agreement": "RV-DSA-01",
    "route": "anonymous",
    "title": "Family survey",
    "title_es": "Encuesta",
    "notice": "We ask.",
    "notice_es": "Preguntamos.",
    "consent_question": "Do you agree?",
    "consent_question_es": "¿Acepta?",
    "opens_on": str(FIRST),
    "closes_on": str(LAST),
    "answer_limit": "50",
}
_QUESTION = {
    "kind": "scale",
    "wording": "Welcome?",
    "wording_es": "¿Bienvenidos?",
    "choices": "",
    "choices_es": "",
    "scale_top": "5",
    "topic": "",
    "outcome": "",
    "position": "1",
}


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_survey_is_written_and_opened(
    agreement: Any, browser: Callable[..., Client], manager: Any
) -> None:
    client = browser(manager)
    assert "No survey was written yet" in _text(client.get(reverse("surveys:surveys")))
    wrong = client.post(reverse("surveys:new"), _SURVEY | {"closes_on": "2026-09-01"})
    assert "The last day is before the first day." in _text(wrong)
    hub = client.post(reverse("surveys:new"), _SURVEY | {"organization": "backbone"})
    assert "The organization provides no data under it." in _text(hub)
    page = client.post(reverse("surveys:new"), _SURVEY, follow=True)
    assert "No question yet" in _text(page)
    survey = Survey.objects.get()
    new = reverse("surveys:question_new", args=[survey.pk])
    page = client.post(new, _QUESTION, follow=True)
    assert "Welcome?" in _text(page)
    assert "Open the survey" in _text(page)
    client.post(new, _QUESTION | {"wording": "First?"})
    assert [q.wording for q in survey.questions.all()] == ["First?", "Welcome?"]
    first = survey.questions.first()
    assert first
    url = reverse("surveys:question", args=[survey.pk, first.pk])
    assert client.get(url).context["form"]["wording"].value() == "First?"
    client.post(url, _QUESTION | {"wording": "Last?", "position": "2"})
    assert [(q.position, q.wording) for q in survey.questions.all()] == [
        (1, "Welcome?"),
        (2, "Last?"),
    ]
    remove = reverse("surveys:question_remove", args=[survey.pk, first.pk])
    assert "“Last?” is removed from the survey." in _text(client.get(remove))
    client.post(remove)
    assert survey.questions.count() == 1
    change = reverse("surveys:change", args=[survey.pk])
    assert client.get(change).context["form"]["title_es"].value() == "Encuesta"
    client.post(change, _SURVEY | {"title": "Welcome survey"})
    opening = reverse("surveys:open", args=[survey.pk])
    assert "cannot be changed after that" in _text(client.get(opening))
    page = _text(client.post(opening, follow=True))
    assert "Welcome survey" in page
    assert "Open: it can be answered." in page
    assert "Link to print or send" in page
    assert "Family" not in _text(client.get(reverse("surveys:surveys")))
    closing = _text(client.get(reverse("surveys:close", args=[survey.pk])))
    assert "Answers to “Welcome survey”: 0." in closing
    for name, args in (
        ("change", [survey.pk]),
        ("open", [survey.pk]),
        ("question_new", [survey.pk]),
        ("question", [survey.pk, survey.questions.get().pk]),
        ("question_remove", [survey.pk, survey.questions.get().pk]),
    ):
        refused = client.post(reverse(f"surveys:{name}", args=args), _QUESTION | _SURVEY)
        assert refused.status_code == 403, name
        assert "its questions stay as they are" in _text(refused)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "choices"}, "Write 2 to 20 different choices, one per line."),
        ({"kind": "choices", "choices": "Bus"}, "Write 2 to 20 different choices"),
        ({"kind": "choices", "choices": "Bus\nBus", "choices_es": "a\nb"}, "different choices"),
        (
            {"kind": "one_choice", "choices": "Bus\n \nCar", "choices_es": "Autobús"},
            "Write one line for each choice in English.",
        ),
        ({"kind": "guess"}, "Select a valid choice"),
        ({"wording": ""}, "This field is required"),
    ],
)
def test_a_question_that_is_not_complete_is_not_saved(
    changed: dict[str, str],
    words: str,
    write: Callable[..., Survey],
    browser: Callable[..., Client],
    manager: Any,
) -> None:
    survey = write(kinds=())
    url = reverse("surveys:question_new", args=[survey.pk])
    answer = browser(manager).post(url, _QUESTION | changed)
    assert answer.status_code == 422
    assert words in _text(answer)
    assert not survey.questions.exists()


def test_a_figure_needs_its_scale_and_one_question(
    write: Callable[..., Survey], browser: Callable[..., Client], manager: Any
) -> None:
    survey, client = write("roster", kinds=()), browser(manager)
    url = reverse("surveys:question_new", args=[survey.pk])
    counted = _QUESTION | {"outcome": "family_welcome"}
    for changed in ({"scale_top": "7"}, {"kind": "number"}):
        assert "A figure needs a scale from 1 to 5." in _text(client.post(url, counted | changed))
    client.post(url, counted)
    question = survey.questions.get()
    assert question.name == "family_welcome"
    assert "Another question counts toward this figure." in _text(client.post(url, counted))
    own = reverse("surveys:question", args=[survey.pk, question.pk])
    assert client.post(own, counted | {"wording": "How welcome?"}).status_code == 302
    assert (
        "outcome"
        not in client.get(reverse("surveys:question_new", args=[write(kinds=()).pk]))
        .context["form"]
        .fields
    )


def test_the_page_says_what_is_missing(
    sign: Callable[..., Any], manager: Any, browser: Callable[..., Client]
) -> None:
    sign("anonymous_survey_answer", fields=("survey", "question", "answer"))
    client = browser(manager)
    client.post(reverse("surveys:new"), _SURVEY)
    survey = Survey.objects.get()
    client.post(reverse("surveys:question_new", args=[survey.pk]), _QUESTION | {"kind": "text"})
    page = _text(client.get(reverse("surveys:survey", args=[survey.pk])))
    assert "Before you can open it" in page
    assert "does not cover Anonymous survey answers: answer to an open question" in page
    assert page.count("Anonymous survey answers: answer to an open question") == 1
    refused = client.post(reverse("surveys:open", args=[survey.pk]))
    assert refused.status_code == 403
    survey.refresh_from_db()
    assert survey.is_draft


def test_without_a_roster_a_survey_by_roster_does_not_open(
    write: Callable[..., Survey], browser: Callable[..., Client], manager: Any
) -> None:
    survey = write("roster", kinds=("scale",))
    page = browser(manager).post(reverse("surveys:open", args=[survey.pk]), follow=True)
    assert "Import the roster first. Nothing was opened." in _text(page)
    survey.refresh_from_db()
    assert survey.is_draft


@pytest.mark.usefixtures("roster")
def test_a_survey_by_roster_shows_counts_only(
    opened: Callable[..., Survey], browser: Callable[..., Client], manager: Any
) -> None:
    survey = opened("roster", kinds=("scale",))
    page = _text(browser(manager).get(reverse("surveys:survey", args=[survey.pk])))
    assert "<dd>0 of 3 links</dd>" in page
    assert "Show the links" in page
    assert "/answer/" not in page


def test_a_draft_is_deleted_after_a_confirmation_and_an_open_survey_is_not(
    write: Callable[..., Survey], manager: Any, browser: Callable[..., Client]
) -> None:
    survey, client = write(), browser(manager)
    page = reverse("surveys:delete", args=[survey.pk])
    assert page in _text(client.get(reverse("surveys:survey", args=[survey.pk])))
    assert f"its questions ({survey.questions.count()})" in _text(client.get(page))
    assert Survey.objects.exists()
    assert "The draft was deleted." in _text(client.post(page, follow=True))
    assert not Survey.objects.exists()
    assert client.post(page).status_code == 404
    line = AuditLine.objects.get(event="survey.deleted")
    assert line.detail == {"questions": 6}
    opened = write(kinds=("scale",))
    actions.open_survey(survey=opened, by=manager, at=AT)
    assert client.post(reverse("surveys:delete", args=[opened.pk])).status_code == 403
    assert Survey.objects.get() == opened


def test_a_survey_of_another_organization_is_not_found(
    write: Callable[..., Survey], browser: Callable[..., Client]
) -> None:
    survey = write(kinds=("scale",))
    client = browser(Role.STEWARD, at="hills")
    assert "No survey was written yet" in _text(client.get(reverse("surveys:surveys")))
    for name in ("survey", "change", "open", "close", "discard", "links", "delete"):
        assert client.get(reverse(f"surveys:{name}", args=[survey.pk])).status_code == 404


def test_the_steward_of_the_organization_may(
    write: Callable[..., Survey], browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    survey = write(kinds=("scale",))
    steward = person(Role.STEWARD, at="river")
    page = browser(steward).get(reverse("surveys:survey", args=[survey.pk]))
    assert "Open the survey" in _text(page)
    actions.open_survey(survey=survey, by=steward, at=AT)
