"""Answers become a data submission, by the same door as a file, and then they are gone here."""

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.data.surveys.sample_surveys import AT, LAST, import_roster
from tests.page_values import drop_random_values

from cairn.data.intake.models import Delivery
from cairn.data.surveys import actions
from cairn.data.surveys.answer_file import write_answer_file
from cairn.data.surveys.answer_retention import SurveyAnswerHolder
from cairn.data.surveys.models import Survey, SurveyResponse, SurveyStateConflict
from cairn.data.surveys.queries import list_survey_tasks
from cairn.data.surveys.sealed_answers import hash_survey_key, unseal_student
from cairn.data.surveys.tasks import destroy_left_answers
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.partners.api import load_actor
from cairn.platform.audit.models import AuditLine
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.people.access import Actor
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db


def _answer(survey: Survey, number: int = 0, *, scale: str = "4") -> None:
    """Answer by the personal link of the student with this number, or by the anonymous link."""
    given: dict[str, Any] = {
        "scale": scale,
        "one_choice": [1],
        "choices": [0, 1],
        "number": "2.5",
        "date": "2026-09-30",
        "text": "Kites",
    }
    links = sorted(survey.links.all(), key=unseal_student)
    actions.record_answer(
        survey=survey,
        link=links[number] if links else None,
        response_id=f"{number:032x}",
        language="es",
        answers={str(q.pk): given[q.kind] for q in survey.questions.all()},
        who=Actor.public(),
        by=None,
        at=AT,
    )


def _rows(delivery: Delivery) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = open_file_store().read(FileRef.parse(delivery.landed)).to_pylist()
    return rows


def _import(survey: Survey, manager: Any, browser: Callable[..., Client]) -> Any:
    return browser(manager).post(reverse("surveys:close", args=[survey.pk]), follow=True)


@pytest.mark.usefixtures("roster")
def test_answers_by_roster_are_imported_under_their_students(
    opened: Callable[..., Survey], manager: Any, browser: Callable[..., Client]
) -> None:
    survey = opened("roster")
    _answer(survey, 0)
    _answer(survey, 1, scale="1")
    page = _import(survey, manager, browser)
    assert "its answers were imported" in page.content.decode()
    survey.refresh_from_db()
    delivery = survey.delivery
    assert delivery
    assert (delivery.record, delivery.feed) == ("survey_answer", f"family-survey-{survey.pk}")
    assert delivery.period == "2026-27"
    rows = _rows(delivery)
    assert len(rows) == 2 * 7  # six questions, and two choices of one of them
    first = [row for row in rows if row["Student ID"] == "1"]
    assert {row["Survey language"] for row in first} == {"es"}
    assert [(row["Question ID"], row["Answer"], row["Answer as a number"]) for row in first] == [
        ("Q1", "4", "4"),
        ("Q2", "Car", ""),
        ("Q3", "Bus", ""),
        ("Q3", "Car", ""),
        ("Q4", "2.5", "2.5"),
        ("Q5", "2026-09-30", ""),
        ("Q6", "", ""),
    ]
    assert first[-1]["Answer to an open question"] == "Kites"
    assert first[0]["Question"] == "Question scale?"
    assert survey.imported_answers == 2
    assert not SurveyResponse.objects.exists()
    assert not survey.links.exclude(sealed_student=None).exists()


def test_anonymous_answers_have_no_student(
    opened: Callable[..., Survey], manager: Any, browser: Callable[..., Client]
) -> None:
    survey = opened(kinds=("scale",))
    _answer(survey, 3)
    _import(survey, manager, browser)
    delivery = Delivery.objects.get()
    assert delivery.record == "anonymous_survey_answer"
    (row,) = _rows(delivery)
    assert "Student ID" not in row
    assert (row["Response ID"], row["Answer"]) == (f"{3:032x}", "4")


def test_answers_that_the_agreement_no_longer_lets_in_stay_until_they_are_destroyed(
    opened: Callable[..., Survey],
    manager: Any,
    browser: Callable[..., Client],
    agreement: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from django.utils import timezone

    survey = opened(kinds=("scale",))
    _answer(survey)
    monkeypatch.setattr(timezone, "now", lambda: AT.replace(year=2031, month=8))
    page = _import(survey, manager, browser)
    assert "Its answers were not imported" in page.content.decode()
    assert Delivery.objects.get().state == "refused"
    survey.refresh_from_db()
    assert survey.is_waiting
    assert SurveyResponse.objects.count() == 1
    client = browser(manager)
    detail = client.get(reverse("surveys:survey", args=[survey.pk])).content.decode()
    assert "The answers were not imported yet." in detail
    url = reverse("surveys:discard", args=[survey.pk])
    assert (
        "Answers to “Family survey” that were not imported: 1" in client.get(url).content.decode()
    )
    client.post(url)
    assert not SurveyResponse.objects.exists()
    assert "do not wait" in client.post(url, follow=True).content.decode()


@pytest.mark.usefixtures("roster")
def test_an_import_that_broke_off_is_finished_by_the_next_one(
    opened: Callable[..., Survey],
    manager: Any,
    browser: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from cairn.data.surveys import answer_file

    survey = opened("roster")
    _answer(survey)

    def fail(**_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(answer_file, "record_imported_answers", fail)
        with pytest.raises(RuntimeError):
            _import(survey, manager, browser)
    assert SurveyResponse.objects.count() == 1
    _import(survey, manager, browser)
    assert Delivery.objects.filter(record="survey_answer").count() == 1
    assert not SurveyResponse.objects.exists()


def test_a_survey_without_answers_imports_nothing(
    opened: Callable[..., Survey], manager: Any, browser: Callable[..., Client]
) -> None:
    survey = opened(kinds=("scale",))
    page = _import(survey, manager, browser)
    assert "There are no answers to import." in page.content.decode()
    assert not Delivery.objects.exists()
    survey.refresh_from_db()
    with pytest.raises(SurveyStateConflict):
        actions.close_survey(survey=survey, by=manager, at=AT)


def test_a_draft_is_not_closed(
    write: Callable[..., Survey], manager: Any, browser: Callable[..., Client]
) -> None:
    survey = write(kinds=("scale",))
    page = _import(survey, manager, browser).content.decode()
    assert "This survey is not open. Nothing changed." in page
    assert "The survey is closed" not in page
    survey.refresh_from_db()
    assert survey.is_draft


def test_two_who_close_it_at_once_import_it_once(
    opened: Callable[..., Survey],
    manager: Any,
    browser: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    survey = opened(kinds=("scale",))
    _answer(survey)
    close = actions.close_survey

    def close_twice(**given: Any) -> None:
        close(**given)
        close(**given)

    monkeypatch.setattr(actions, "close_survey", close_twice)
    assert "not open. Nothing changed." in _import(survey, manager, browser).content.decode()
    monkeypatch.undo()


def test_answers_left_behind_are_destroyed_after_14_days(opened: Callable[..., Survey]) -> None:
    survey = opened(kinds=("scale",))
    _answer(survey)
    days = timedelta(days=(LAST - AT.date()).days)
    assert destroy_left_answers(AT + days + timedelta(days=14)).endswith(": 0.")
    assert destroy_left_answers(AT + days + timedelta(days=15)).endswith(": 1.")
    assert not SurveyResponse.objects.exists()
    survey.refresh_from_db()
    assert survey.status == "closed"
    assert destroy_left_answers(AT + days + timedelta(days=15)).endswith(": 0.")


@pytest.mark.usefixtures("roster")
def test_student_ids_of_a_survey_without_answers_are_erased_too(
    opened: Callable[..., Survey], manager: Any, browser: Callable[..., Client]
) -> None:
    left, closed = opened("roster"), opened("roster")
    _import(closed, manager, browser)
    assert not closed.links.exclude(sealed_student=None).exists()
    over = AT + timedelta(days=(LAST - AT.date()).days)
    destroy_left_answers(over + timedelta(days=14))
    assert left.links.exclude(sealed_student=None).exists()
    assert destroy_left_answers(over + timedelta(days=15)).endswith(": 1.")
    assert not left.links.exclude(sealed_student=None).exists()
    assert destroy_left_answers(over + timedelta(days=15)).endswith(": 0.")


def test_a_demand_for_destruction_reaches_answers(
    opened: Callable[..., Survey], manager: Any
) -> None:
    survey, holder = opened(kinds=("scale",)), SurveyAnswerHolder()
    assert not [*holder.holdings()]
    _answer(survey)
    (holding,) = holder.holdings()
    assert (holding.agreement, holding.owner) == ("RV-DSA-01", "river")
    (detail,) = holder.items([holding.reference])
    assert [file.rows for file in detail.files] == [1]
    assert holder.destroy(holding.reference, by=manager, at=AT).files == detail.files
    assert not SurveyResponse.objects.exists()
    assert holder.destroy(holding.reference, by=manager, at=AT).files == ()


@pytest.mark.usefixtures("roster")
def test_a_demand_for_destruction_reaches_students_who_did_not_answer(
    opened: Callable[..., Survey], manager: Any
) -> None:
    survey, holder = opened("roster"), SurveyAnswerHolder()
    (holding,) = holder.holdings()
    assert [file.rows for file in holder.destroy(holding.reference, by=manager, at=AT).files] == [0]
    assert not survey.links.exclude(sealed_student=None).exists()
    assert not [*holder.holdings()]


def test_students_who_join_the_roster_get_links_too(
    agreement: Any,
    manager: Any,
    opened: Callable[..., Survey],
    write: Callable[..., Survey],
    browser: Callable[..., Client],
) -> None:
    with pytest.raises(SurveyStateConflict, match="no student whom this survey may reach"):
        actions.open_survey(survey=write("roster"), by=manager, at=AT)
    import_roster(agreement, manager)
    survey = opened("roster")
    keys = {link.key_digest for link in survey.links.all()}
    more = b"ID,First,Last,Born,Sex,Lunch,Counselor\n4,Dee,Dunn,2015-03-01,F,x,x\n"
    import_roster(agreement, manager, content=more)
    url = reverse("surveys:more_links", args=[survey.pk])
    page = browser(manager).post(url, follow=True)
    assert "1 link was made." in page.content.decode()
    assert keys < {link.key_digest for link in survey.links.all()}
    links = browser(manager).get(reverse("surveys:links", args=[survey.pk])).content.decode()
    assert '<th scope="row">4</th>' in links
    assert "Dee" not in drop_random_values(links)
    actions.close_survey(survey=survey, by=manager, at=AT)
    assert "is not open" in browser(manager).post(url, follow=True).content.decode()
    assert browser(manager).get(reverse("surveys:links", args=[survey.pk])).status_code == 404


def test_personal_links_are_a_file_to_merge_and_each_download_is_logged(
    roster: Any,
    manager: Any,
    opened: Callable[..., Survey],
    browser: Callable[..., Client],
) -> None:
    survey, client = opened("roster", texts={"title": "=1+1"}), browser(manager)
    url = reverse("surveys:links_file", args=[survey.pk])
    assert url in client.get(reverse("surveys:links", args=[survey.pk])).content.decode()
    answer = client.post(url)
    rows = [*csv.DictReader(answer.content.decode("utf-8-sig").splitlines())]
    assert [row["Student ID"] for row in rows] == sorted(map(unseal_student, survey.links.all()))
    assert {row["Survey"] for row in rows} == {"'=1+1"}
    key = rows[0]["Link"].rstrip("/").rpartition("/")[2]
    assert survey.links.filter(key_digest=hash_survey_key(key)).exists()
    assert not any("Ada" in value for row in rows for name, value in row.items() if name != "Link")
    assert answer["Content-Disposition"].endswith('-links.csv"')
    line = AuditLine.objects.get(event="survey.links_downloaded")
    assert line.detail == {"links": len(rows)}
    assert client.get(url).status_code == 405
    actions.close_survey(survey=survey, by=manager, at=AT)
    assert "is not open" in client.post(url, follow=True).content.decode()
    assert AuditLine.objects.filter(event="survey.links_downloaded").count() == 1


@pytest.mark.usefixtures("roster")
def test_names_go_to_the_organizations_own_staff_and_into_the_disclosure_log(
    manager: Any,
    opened: Callable[..., Survey],
    person: Callable[..., Any],
    browser: Callable[..., Client],
) -> None:
    survey, steward = opened("roster"), person(Role.STEWARD, at="river")
    url = reverse("surveys:named_links_file", args=[survey.pk])
    listing = reverse("surveys:links", args=[survey.pk])
    assert url not in browser(manager).get(listing).content.decode()
    assert browser(manager).post(url).status_code == 403
    assert browser(person(Role.STEWARD, at="hills")).post(url).status_code in (403, 404)
    assert url in browser(steward).get(listing).content.decode()
    answer = browser(steward).post(url)
    rows = [*csv.DictReader(answer.content.decode("utf-8-sig").splitlines())]
    assert len(rows) == survey.links.count()
    assert rows[0]["First name"] == "Ada"
    line = DisclosureRecord.objects.latest("pk")
    assert "personal links" in line.interest
    assert line.people == len(rows)
    actions.close_survey(survey=survey, by=manager, at=AT)
    page = browser(steward).post(url, follow=True).content.decode()
    assert "is not open" in page


def test_only_students_of_the_agreement_get_links(
    sign: Callable[..., Any], manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agreement about those born from April 2015 on reaches one of the three."""
    from tests.data.surveys import sample_surveys

    from cairn.governance.partners.models import Organization

    text = sample_surveys.AGREEMENT.replace(
        "[legal_basis]", "[children]\nborn_from = 2015-04-01\n\n[legal_basis]", 1
    )
    monkeypatch.setattr(sample_surveys, "AGREEMENT", text)
    import_roster(sign("survey_answer"), manager)
    survey = actions.draft_survey(
        organization=Organization.objects.get(slug="river"),
        details=sample_surveys.describe_survey("roster"),
        by=manager,
        at=AT,
    )
    actions.save_question(
        survey=survey,
        question=None,
        details=sample_surveys.describe_question(1, "scale"),
        by=manager,
        at=AT,
    )
    actions.open_survey(survey=survey, by=manager, at=AT)
    assert [unseal_student(link) for link in survey.links.all()] == ["2"]


def test_nobody_else_opens_closes_or_discards(
    opened: Callable[..., Survey], write: Callable[..., Survey], person: Callable[..., Any]
) -> None:
    survey, draft = opened(kinds=("scale",)), write(kinds=("scale",))
    for by in (person(Role.PROGRAM_STAFF, at="river"), person(Role.STEWARD, at="hills")):
        with pytest.raises(Refused):
            actions.close_survey(survey=survey, by=by, at=AT)
        with pytest.raises(Refused):
            actions.discard_answers(survey=survey, by=by, at=AT)
        with pytest.raises(Refused):
            actions.open_survey(survey=draft, by=by, at=AT)
        with pytest.raises(Refused):
            actions.add_personal_links(survey=survey, by=by, at=AT)


def test_the_file_escapes_what_people_write(opened: Callable[..., Survey]) -> None:
    survey = opened(kinds=("text",))
    actions.record_answer(
        survey=survey,
        link=None,
        response_id="0" * 32,
        language="en",
        answers={str(survey.questions.get().pk): 'a,"b"\nc'},
        who=Actor.public(),
        by=None,
        at=AT,
    )
    assert b'"a,""b""\nc"' in write_answer_file(survey)


def test_answers_to_import_are_a_task(
    opened: Callable[..., Survey], manager: Any, person: Callable[..., Any]
) -> None:
    steward, stranger = person(Role.STEWARD, at="river"), person(Role.STEWARD, at="hills")
    surveys = [opened(kinds=("scale",)), opened(kinds=("scale",))]
    over = LAST + timedelta(days=1)
    assert not list_survey_tasks(load_actor(manager), over)
    _answer(surveys[0])
    assert not list_survey_tasks(load_actor(manager), LAST)
    for who in (manager, steward):
        (task,) = list_survey_tasks(load_actor(who), over)
        assert (task.count, task.due) == (1, LAST + timedelta(days=14))
        assert task.url == reverse("surveys:survey", args=[surveys[0].pk])
    assert not list_survey_tasks(load_actor(stranger), over)
    _answer(surveys[1])
    actions.close_survey(survey=surveys[1], by=manager, at=AT)
    (task,) = list_survey_tasks(load_actor(manager), over)
    assert (task.count, task.url) == (2, reverse("surveys:surveys"))
