"""A survey is answered by its link: consent first, once for each respondent, in two languages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.surveys.sample_surveys import AT, describe_question

from cairn.data.surveys import actions
from cairn.data.surveys.models import Survey, SurveyLink, SurveyResponse
from cairn.data.surveys.sealed_answers import (
    compute_link_key,
    unseal_answers,
    unseal_student,
)
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.people.access import Actor

pytestmark = pytest.mark.django_db
_DAY = timedelta(days=1)


def _open(survey: Survey | SurveyLink, **headers: str) -> tuple[Client, str]:
    client = Client(headers=headers or None)
    return client, reverse("surveys:answer", args=[compute_link_key(survey.key_seed)])


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def _fill(survey: Survey, page: Any, *, text: str = "Kites") -> dict[str, Any]:
    """What a browser sends for the page with the questions."""
    answers: dict[str, Any] = {
        "scale": "4",
        "one_choice": "1",
        "choices": ["0", "1"],
        "number": "2.5",
        "date": "2026-10-01",
        "text": text,
    }
    sent = {
        f"question-{question.pk}": answers[question.kind] for question in survey.questions.all()
    }
    return sent | {"consent": "yes", "response": page.context["form"]["response"].value()}


def _send(survey: Survey, link: SurveyLink | None = None, *, text: str = "Kites") -> Any:
    client, url = _open(link or survey)
    page = client.post(url, {"consent": "yes"})
    return client.post(url, _fill(survey, page, text=text))


def _store_answers(survey: Survey, count: int) -> None:
    SurveyResponse.objects.bulk_create(
        SurveyResponse(
            survey=survey, response_id=str(n), language="en", sent_at=AT, sealed_answers=b""
        )
        for n in range(count)
    )


def test_consent_comes_first_and_the_answers_after(opened: Callable[..., Survey]) -> None:
    survey = opened()
    client, url = _open(survey)
    first = _text(client.get(url))
    assert "We ask how welcome families feel." in first
    assert "Do you agree to take part?" in first
    assert "Question scale?" not in first
    page = client.post(url, {"consent": "yes"})
    assert "Question scale?" in _text(page)
    assert "1 is the lowest and 5 the highest." in _text(page)
    assert "Question choices? (optional)" in _text(page)
    assert not SurveyResponse.objects.exists()
    done = client.post(url, _fill(survey, page))
    assert "Thank you. Your answers were received." in _text(done)
    response = SurveyResponse.objects.get()
    assert [*unseal_answers(response).values()] == ["4", [1], [0, 1], "2.5", "2026-10-01", "Kites"]
    assert b"Kites" not in bytes(response.sealed_answers)
    assert (response.language, response.link) == ("en", None)


def test_answers_without_consent_are_not_kept(opened: Callable[..., Survey]) -> None:
    survey = opened()
    client, url = _open(survey)
    page = client.post(url, {"consent": "yes"})
    for consent in ("", "perhaps"):
        sent = client.post(url, _fill(survey, page) | {"consent": consent})
        assert sent.status_code == 422
        assert "Do you agree to take part?" in _text(sent)
    assert not SurveyResponse.objects.exists()


def test_a_no_is_counted_and_nothing_else_is_kept(opened: Callable[..., Survey]) -> None:
    survey = opened()
    client, url = _open(survey)
    page = client.post(url, {"consent": "yes"})
    refused = client.post(url, _fill(survey, page) | {"consent": "no"})
    assert "You said no. Nothing you wrote is kept." in _text(refused)
    survey.refresh_from_db()
    assert survey.refusals == 1
    assert not SurveyResponse.objects.exists()
    line = AuditLine.objects.order_by("pk").last()
    assert line is not None
    assert line.event == "survey.consent_refused"


def test_it_is_in_spanish(opened: Callable[..., Survey]) -> None:
    survey = opened(kinds=("one_choice",))
    client, url = _open(survey, accept_language="es")
    first = _text(client.get(url))
    assert "Preguntamos si las familias se sienten bienvenidas." in first
    assert "¿Acepta participar?" in first
    page = client.post(url, {"consent": "yes"})
    assert "Autobús" in _text(page)
    assert "Enviar mis respuestas" in _text(page)
    assert "Gracias. Recibimos sus respuestas." in _text(client.post(url, _fill(survey, page)))
    assert SurveyResponse.objects.get().language == "es"


def test_a_page_sent_twice_counts_once(opened: Callable[..., Survey]) -> None:
    survey = opened()
    client, url = _open(survey)
    page = client.post(url, {"consent": "yes"})
    for _ in range(2):
        client.post(url, _fill(survey, page))
    assert SurveyResponse.objects.count() == 1
    _send(survey)
    assert SurveyResponse.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("scale", "6"),
        ("scale", ""),
        ("one_choice", "2"),
        ("choices", ["0", "9"]),
        ("number", "many"),
        ("date", "soon"),
        ("text", "x" * 2_001),
        ("response", "x"),
    ],
)
def test_an_answer_that_was_not_offered_is_not_taken(
    kind: str, wrong: Any, opened: Callable[..., Survey]
) -> None:
    survey = opened()
    client, url = _open(survey)
    page = client.post(url, {"consent": "yes"})
    fields = {question.kind: f"question-{question.pk}" for question in survey.questions.all()}
    sent = client.post(url, _fill(survey, page) | {fields.get(kind, kind): wrong})
    assert sent.status_code == 422
    assert not SurveyResponse.objects.exists()


def test_a_question_may_be_left_out(opened: Callable[..., Survey]) -> None:
    survey = opened()
    client, url = _open(survey)
    page = client.post(url, {"consent": "yes"})
    scale = survey.questions.get(kind="scale")
    client.post(
        url,
        {
            "consent": "yes",
            "response": page.context["form"]["response"].value(),
            f"question-{scale.pk}": "1",
        },
    )
    assert unseal_answers(SurveyResponse.objects.get()) == {str(scale.pk): "1"}


@pytest.mark.usefixtures("roster")
def test_a_personal_link_says_no_name_and_a_second_answer_replaces_the_first(
    opened: Callable[..., Survey],
) -> None:
    survey = opened("roster")
    link, other, third = survey.links.all()
    assert {unseal_student(row) for row in (link, other, third)} == {"1", "2", "3"}
    client, url = _open(link)
    first = _text(client.get(url))
    assert "Answers were sent with this link before" not in first
    for name in ("Ada", "Ames", "Ben", "Boyd"):
        assert name not in first
    _send(survey, link)
    _send(survey, link, text="Boats")
    response = SurveyResponse.objects.get()
    assert "Boats" in unseal_answers(response).values()
    page = _text(client.get(url))
    assert "Answers were sent with this link before. If you send new ones" in page
    assert "Boats" not in page
    client.post(url, {"consent": "no"})
    assert not SurveyResponse.objects.exists()
    survey.refresh_from_db()
    assert survey.refusals == 1
    _send(survey, other)
    assert SurveyResponse.objects.get().link == other


@pytest.mark.usefixtures("roster")
def test_a_personal_link_takes_twenty_answers(opened: Callable[..., Survey]) -> None:
    survey = opened("roster")
    link = survey.links.first()
    assert link
    SurveyLink.objects.filter(pk=link.pk).update(sendings=19)
    assert _send(survey, link).status_code == 200
    client, url = _open(link)
    closed = client.get(url)
    assert closed.status_code == 429
    assert "too many times" in _text(closed)


@pytest.mark.usefixtures("roster")
def test_the_anonymous_link_of_a_survey_by_roster_leads_nowhere(
    opened: Callable[..., Survey],
) -> None:
    client, url = _open(opened("roster"))
    assert client.get(url).status_code == 404
    assert "No such survey" in _text(client.get(url))
    assert client.post(url, {"consent": "yes"}).status_code == 404


@pytest.mark.parametrize(
    ("days", "words"),
    [(-1, "This survey opens on"), (0, "Continue"), (13, "Continue"), (14, "is closed")],
)
def test_the_link_says_when_it_is_open(
    days: int, words: str, opened: Callable[..., Survey], monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = opened()
    monkeypatch.setattr(timezone, "now", lambda: AT + days * _DAY)
    client, url = _open(survey)
    page = client.get(url)
    assert words in _text(page)
    assert page.status_code == (200 if words == "Continue" else 410)


def test_a_draft_and_a_closed_survey_take_nothing(
    write: Callable[..., Survey], manager: Any
) -> None:
    survey = write()
    client, url = _open(survey)
    assert "is not open yet" in _text(client.get(url))
    actions.open_survey(survey=survey, by=manager, at=AT)
    page = client.post(url, {"consent": "yes"})
    sent = _fill(survey, page)
    actions.close_survey(survey=survey, by=manager, at=AT)
    assert client.post(url, sent).status_code == 410
    assert client.post(url, {"consent": "no"}).status_code == 410
    survey.refresh_from_db()
    assert survey.refusals == 0
    assert not SurveyResponse.objects.exists()


def test_the_link_closes_when_the_agreement_ends(
    opened: Callable[..., Survey], monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = opened(kinds=("scale",), closes_on=AT.date() + 3_000 * _DAY)
    client, url = _open(survey)
    page = client.post(url, {"consent": "yes"})
    sent = _fill(survey, page)
    monkeypatch.setattr(timezone, "now", lambda: AT.replace(year=2031, month=8))
    closed = client.post(url, sent)
    assert closed.status_code == 410
    assert "is closed" in _text(closed)
    assert not SurveyResponse.objects.exists()


def test_an_answer_that_arrives_as_the_survey_closes_is_refused(
    opened: Callable[..., Survey], manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cairn.data.surveys.views import answer_page

    survey = opened()
    client, url = _open(survey)
    page = client.post(url, {"consent": "yes"})
    sent, take = _fill(survey, page), answer_page._take_step

    def close_first(*args: Any) -> Any:
        actions.close_survey(survey=survey, by=manager, at=AT)
        return take(*args)

    monkeypatch.setattr(answer_page, "_take_step", close_first)
    assert client.post(url, sent).status_code == 410
    assert not SurveyResponse.objects.exists()


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [({"answer_limit": 1}, 410, "all the answers"), ({}, 429, "Wait a minute")],
)
def test_an_answer_that_arrives_as_the_survey_fills_is_told_why(
    changed: dict[str, int],
    status: int,
    words: str,
    opened: Callable[..., Survey],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from cairn.data.surveys.views import answer_page

    survey = opened(**changed)
    client, url = _open(survey)
    page = client.post(url, {"consent": "yes"})
    sent, take = _fill(survey, page), answer_page._take_step

    def fill_first(*args: Any) -> Any:
        _store_answers(survey, 60)
        return take(*args)

    monkeypatch.setattr(answer_page, "_take_step", fill_first)
    refused = client.post(url, sent)
    assert refused.status_code == status
    assert words in _text(refused)
    assert SurveyResponse.objects.count() == 60


def test_it_takes_no_more_than_it_was_set_for(opened: Callable[..., Survey]) -> None:
    survey = opened(kinds=("scale",), answer_limit=1)
    assert _send(survey).status_code == 200
    client, url = _open(survey)
    full = client.get(url)
    assert full.status_code == 410
    assert "all the answers that it was set for" in _text(full)


def test_it_takes_sixty_answers_a_minute(opened: Callable[..., Survey]) -> None:
    survey = opened(kinds=("scale",))
    _store_answers(survey, 60)
    client, url = _open(survey)
    busy = client.get(url)
    assert busy.status_code == 429
    assert "Wait a minute" in _text(busy)
    survey.responses.update(sent_at=AT - timedelta(minutes=1))
    assert client.get(url).status_code == 200


def test_a_large_request_is_refused_before_it_is_read(opened: Callable[..., Survey]) -> None:
    client, url = _open(opened())
    assert client.post(url, {"consent": "yes", "x": "x" * 70_000}).status_code == 413
    for length in ("-1", "many"):
        answer = client.generic("POST", url, b"consent=no", CONTENT_LENGTH=length)
        assert answer.status_code == 413


def test_another_page_cannot_send_an_answer(opened: Callable[..., Survey]) -> None:
    survey = opened()
    client = Client(enforce_csrf_checks=True)
    _, url = _open(survey)
    assert client.post(url, {"consent": "no"}).status_code == 403
    survey.refresh_from_db()
    assert survey.refusals == 0


def test_a_protected_area_is_said_before_the_consent(
    write: Callable[..., Survey], manager: Any
) -> None:
    survey = write(kinds=("scale",))
    actions.save_question(
        survey=survey,
        question=None,
        details=describe_question(2, "one_choice", topic="religion"),
        by=manager,
        at=AT,
    )
    actions.open_survey(survey=survey, by=manager, at=AT)
    client, url = _open(survey)
    assert "a federal law protects (20 USC 1232h)" in _text(client.get(url))


def test_the_action_itself_asks(write: Callable[..., Survey]) -> None:
    with pytest.raises(Refused):
        actions.record_answer(
            survey=write(),
            link=None,
            response_id="0" * 32,
            language="en",
            answers={},
            who=Actor.public(),
            by=None,
            at=AT,
        )


def test_a_long_survey_is_answered_section_by_section(opened: Callable[..., Survey]) -> None:
    survey = opened(kinds=("scale", "choices", "text", "one_choice", "scale", "text"))
    client, url = _open(survey, accept_language="es")
    page = client.post(url, {"consent": "yes"})
    first, second = page.context["form"].sections
    assert "Parte 1 de 2" in _text(page)
    sent = {"consent": "yes", "response": page.context["form"]["response"].value()}
    refused = client.post(url, sent | {"section": "0", "go": "next"})
    assert (refused.status_code, refused.context["form"].shown) == (422, 0)
    assert set(refused.context["form"].errors) == {first[0]}
    sent |= {first[0]: "4", first[1]: ["0", "1"], first[2]: "Kites"}
    page = client.post(url, sent | {"section": "0", "go": "next"})
    assert "Parte 2 de 2" in _text(page)
    assert page.status_code == 200
    carried = {field.name: field.value() for field in page.context["form"].carried_fields}
    assert carried.items() >= {first[1]: ["0", "1"], first[2]: "Kites"}.items()
    assert _text(page).count(f'type="hidden" name="{first[1]}"') == 2
    back = client.post(url, sent | {"section": "1", "go": "back"})
    assert (back.status_code, back.context["form"].shown) == (200, 0)
    assert not SurveyResponse.objects.exists()
    forgot = client.post(url, sent | {"section": "1"})
    assert (forgot.status_code, forgot.context["form"].shown) == (422, 1)
    sent |= dict(zip(second, ("1", "5", "Drums"), strict=True))
    wrong = client.post(url, sent | {"section": "1", first[0]: "9"})
    assert (wrong.status_code, wrong.context["form"].shown) == (422, 0)
    assert "Gracias. Recibimos" in _text(client.post(url, sent | {"section": "1"}))
    assert len(unseal_answers(SurveyResponse.objects.get())) == 6


def test_a_section_that_is_not_there_is_the_last(opened: Callable[..., Survey]) -> None:
    survey = opened(kinds=("one_choice",))
    client, url = _open(survey)
    page = client.post(url, {"consent": "yes"})
    for section in ("7", "-1", "x", "9" * 5_000):
        sent = client.post(url, _fill(survey, page) | {"section": section})
        assert "Thank you. Your answers were received." in _text(sent)
