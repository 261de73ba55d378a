"""A reader narrows figures, composes a table, and asks for one that is not public."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.outputs.releases.community import AT, CANARY, Community

from cairn.outputs.dashboards.figure_requests import queries, tasks
from cairn.outputs.dashboards.models import FigureQuestion, QuestionState
from cairn.outputs.dashboards.views import composer
from cairn.platform.notifications.api import MailMessage
from cairn.platform.notifications.messages import unseal_text
from cairn.policy.facts import Actor
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
PAGE = "/public/chronic_absence/"
COMPOSE = "/public/ask-for-a-figure/?outcome=chronic_absence"
ASK = "/public/ask-for-a-figure/committee/?outcome=chronic_absence&rows=home_language"
SENT = {
    "wish": "Do children who speak Spanish at home miss more days?",
    "email": "ana@reader.example",
}


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: AT)


def text(address: str, **headers: str) -> str:
    response = Client().get(address, headers=headers)
    assert response.status_code == 200, address
    return response.content.decode()


def test_the_address_narrows_the_page_its_charts_and_its_files(community: Community) -> None:
    community.published()
    page = text(f"{PAGE}?district=Elm")
    assert "120 of 450 children" in page
    # A district stands beside all children, a school beside its district too.
    beside = "<p>All children: 63% (difference \N{MINUS SIGN}36.7 points).</p>"
    assert beside in page
    school = text(f"{PAGE}?school=Elm%3ADrake")
    assert "<p>Elm: 27% (difference \N{MINUS SIGN}1.7 points).</p>" in school
    assert "<p>All children" not in text(PAGE)
    assert "Drake" in page
    assert "Acorn</th>" not in page
    assert "chronic_absence.csv?district=Elm" in page
    assert "Embed a chart" not in page
    lines = text("/public/chronic_absence.csv?district=Elm").splitlines()
    assert {line.split(",")[2] for line in lines[1:]} == {"Elm"}
    assert "selected>Elm<" in page


def test_a_choice_without_figures_gets_one_message(community: Community) -> None:
    community.published()
    page = text(f"{PAGE}?district=Elm&group=gender:F")
    assert page.count("No figure is published for this choice") == 1
    assert "Elm, Girls" in page
    assert "by district; by district and school; " in page
    assert "committee/?outcome=chronic_absence&amp;district=Elm&amp;group=gender%3AF" in page
    assert "1,513" not in page
    assert Client().get("/public/chronic_absence.csv?year=1999").status_code == 404


def test_a_public_table_is_there_at_once(community: Community) -> None:
    community.published()
    page = text(f"{COMPOSE}&rows=school&district=Oak")
    for words in (
        "Burr",
        "suppressed",
        "rows=school",
        "34 CFR 99.31",
        "2,387"[:1],
        "March 2, 2026",
    ):
        assert words in page.replace("Mar. 2", "March 2").replace("Mar 2", "March 2"), words
    for canary in (str(CANARY), f"{CANARY:,}"):
        assert canary not in page
    spanish = text(f"{COMPOSE}&rows=school&district=Oak", accept_language="es")
    assert "Pida una cifra" in spanish
    assert "Show the table" not in spanish


@pytest.mark.parametrize(
    "choice", ["rows=zip", "rows=gender&district=Elm", "rows=school&year=1999", "rows=disability"]
)
def test_any_other_table_is_a_question_without_a_number(community: Community, choice: str) -> None:
    community.published()
    page = text(f"{COMPOSE}&{choice}")
    assert "This table is not public" in page
    assert "/public/ask-for-a-figure/committee/?outcome=chronic_absence" in page
    assert "<table" not in page


def test_an_unknown_address_is_an_empty_form(community: Community) -> None:
    community.published()
    page = text("/public/ask-for-a-figure/?outcome=<script>&rows=nothing")
    assert "This table is not public" not in page
    assert "&lt;script" not in page


def ask(client: Client, **changes: str) -> Any:
    return client.post(ASK, {**SENT, **changes})


def test_a_question_is_answered_by_email_and_who_asked_is_erased(
    community: Community, browser: Callable[..., Client]
) -> None:
    community.published()
    reader = Client(headers={"accept-language": "es"})
    assert ask(reader).status_code == 302
    (question,) = FigureQuestion.objects.all()
    assert queries.read_contact(question) == ("", "ana@reader.example")
    assert b"reader.example" not in bytes(question.sealed_contact or b"")
    committee = browser(Role.COMMITTEE_MEMBER)
    page = committee.get("/figures/questions/").content.decode()
    assert "Chronic absence; one row for each: home language" in page
    assert "reader.example" not in page
    address = f"/figures/questions/{question.pk}/"
    assert "ana@reader.example" in committee.get(address).content.decode()
    answer = {"text": "Prevista para marzo.", "seen_state": "open", "link": "https://evil.example"}
    assert committee.post(address, {**answer, "state": "planned"}).status_code == 422
    answer["link"] = "/public/chronic_absence/"
    assert committee.post(address, {**answer, "state": "planned"}).status_code == 302
    question.refresh_from_db()
    assert question.sealed_contact is not None
    # Somebody who opened the page before that answers into nothing.
    committee.post(address, {**answer, "state": "declined"})
    question.refresh_from_db()
    assert question.state == QuestionState.PLANNED
    final = {**answer, "state": "answered", "seen_state": "planned", "change": "A new breakdown."}
    committee.post(address, final)
    committee.post(address, final)
    question.refresh_from_db()
    assert (question.state, question.sealed_contact) == (QuestionState.ANSWERED, None)
    mails = MailMessage.objects.filter(kind=MailMessage.Kind.FIGURE_ANSWER)
    assert [mail.address for mail in mails] == ["ana@reader.example"] * 2
    assert {mail.recipient for mail in mails} == {"A reader"}
    told = unseal_text("ana@reader.example", mails.latest("pk").sealed)
    assert "/public/chronic_absence/" in told
    assert "borramos su nombre" in told
    (line,) = queries.list_question_lines()
    assert (line.change, line.agreements) == ("A new breakdown.", "DSA-elm, DSA-oak")


def test_a_question_is_kept_once_and_not_too_many(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Client()
    token = reader.get(ASK).context["token"]
    assert [ask(reader, token=token).status_code for _ in range(2)] == [302, 302]
    assert FigureQuestion.objects.count() == 1
    assert ask(reader, email="no address").status_code == 422
    assert ask(reader, wish="").status_code == 422
    monkeypatch.setattr(composer, "QUESTIONS_AN_HOUR", 3)
    assert [ask(reader).status_code for _ in range(2)] == [302, 422]
    assert FigureQuestion.objects.count() == 2


def test_open_questions_are_a_task_of_those_who_may_answer(
    community: Community, person: Callable[..., Any]
) -> None:
    member, steward = person(Role.COMMITTEE_MEMBER), person(Role.STEWARD, at="elm")
    from cairn.governance.partners.api import load_actor

    assert queries.list_figure_question_tasks(load_actor(member), AT.date()) == []
    ask(Client())
    (task,) = queries.list_figure_question_tasks(load_actor(member), AT.date())
    assert task.count == 1
    for other in (load_actor(steward), Actor.public()):
        assert queries.list_figure_question_tasks(other, AT.date()) == []


def test_who_asked_is_erased_after_a_year(community: Community) -> None:
    ask(Client())
    assert tasks.erase_question_askers(AT + timedelta(days=364)).endswith(": 0.")
    assert tasks.erase_question_askers(AT + timedelta(days=366)).endswith(": 1.")
    assert FigureQuestion.objects.get().sealed_contact is None
