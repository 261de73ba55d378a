"""The export of a survey, from the upload to its rows: proposed, confirmed, and noticed later."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.data.intake import conftest
from tests.data.intake.confirmed_uploads import confirm_upload
from tests.warehouse.survey_exports import CONSENT, EXPORTS, google_forms, qualtrics, write_csv

from cairn.data.intake.feed_recognition import UnrecognizedFile, guess_file_mapping, recognize_feeds
from cairn.data.intake.models import Delivery, ProposedFile
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.readers import read_file

pytestmark = pytest.mark.django_db

_FIELDS = ["survey", "question", "question_id", "answer", "answer_value", "language", "date"]
_SURVEY_LAW = """
[legal_basis.criteria.survey_authority]
clause = "§4.1"
quotation = "Families had notice of the survey and could opt out."
confirmed_by = "A. Superintendent"
confirmed_for = "river"
confirmed_on = 2024-06-12

[legal_basis.criteria.survey_condition]
value = "notice_and_opt_out"
clause = "§4.1"
quotation = "Families had notice of the survey and could opt out."
confirmed_by = "A. Superintendent"
confirmed_for = "river"
confirmed_on = 2024-06-12

"""


def _write_terms(*records: str, open_answers: bool = False) -> str:
    fields = [*_FIELDS, "response_id", *(["answer_text"] if open_answers else [])]
    return "".join(
        f'[[data]]\nrecord = "{record}"\n'
        f"elements = {[*(['local_id'] if record == 'survey_answer' else []), *fields]}\n"
        'years = ["2020-21", "2030-31"]\nclause = "Exhibit A, 3"\n'
        for record in records
    )


@pytest.fixture
def sign(manager: Any) -> Callable[..., Any]:
    """Records an agreement that also covers the answers of surveys: `sign("survey_answer")`."""
    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    def record(*records: str, open_answers: bool = False) -> Any:
        terms = _write_terms(*records, open_answers=open_answers)
        text = conftest.AGREEMENT.replace("[retention]", f"{terms}\n[retention]")
        text = text.replace("[[data]]", f"{_SURVEY_LAW}[[data]]", 1)
        return load_agreement(text=text, newcomers=["river"], by=manager, at=conftest.AT)

    return record


def _upload(client: Client, content: bytes, name: str = "Youth Voice.csv", **changed: str) -> Any:
    form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "survey"}
    form |= {"period": "2026-27", "record": ""}
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("intake:upload"), {**form, **changed, "file": file})


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def _change(content: bytes, change: Callable[[list[str], int], list[str]]) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode())))
    return write_csv([change(row, i) for i, row in enumerate(rows)])


def test_a_survey_is_proposed_with_its_consent_and_lands_until_a_question_changes(
    sign: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    sign("survey_answer")
    steward = browser(Role.STEWARD, at="river")
    proposed = _upload(steward, qualtrics())
    page = _text(steward.get(proposed.url))
    assert "Asks for consent; respondents who did not answer yes are left out" in page
    assert (
        "2 rows are left out: Rows left out by the rule “respondents who did not consent”" in page
    )
    assert "An open question; it is read only if the agreement covers" in page
    assert "Idea" not in page
    assert "The survey tool&#x27;s own column; one word, the same in each row" in page
    assert "chosen by a person" not in page.lower()
    confirm_upload(steward, proposed)
    row = Delivery.objects.get()
    assert (row.state, row.rows_kept) == ("conformed", 6 * 2 + 3)  # scale, art; chess of three
    assert "Idea" not in str(row.report)
    # The same survey a month later has no question for a person.
    later = _upload(steward, qualtrics().replace(b"2026-11-20", b"2026-11-27"), part="november")
    assert "/waiting/" not in later.url
    assert Delivery.objects.count() == 2
    changed = qualtrics().replace(b"What would you change?", b"What was best?")
    waiting = _upload(steward, changed, period="2028-29")
    page = _text(steward.get(waiting.url))
    assert "New columns: Q4: What was best?." in page
    assert "Columns that are gone: Q4: What would you change?." in page


def test_a_consent_question_that_is_gone_holds_the_file(
    sign: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    sign("survey_answer")
    steward = browser(Role.STEWARD, at="river")
    confirm_upload(steward, _upload(steward, qualtrics()))
    without = _change(qualtrics(), lambda row, i: row[:17] + row[18:])
    waiting = _upload(steward, without, period="2027-28")
    assert f"Columns that are gone: Q1: {CONSENT}." in _text(steward.get(waiting.url))
    assert Delivery.objects.count() == 1


def test_a_person_may_say_that_it_is_not_about_consent(
    sign: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    sign("survey_answer")
    steward = browser(Role.STEWARD, at="river")
    proposed = _upload(steward, qualtrics())
    form = steward.get(proposed.url).context["form"]
    assert form["consent-0"].value() is True
    chosen = {name: form[name].value() or "" for name in form.fields if name != "consent-0"}
    steward.post(proposed.url, chosen)
    assert "did not consent" not in _text(steward.get(proposed.url))
    confirm_upload(steward, proposed)
    assert Delivery.objects.get().rows_kept == 8 * 2 + 4


def test_open_answers_land_where_the_agreement_covers_them(
    sign: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    sign("survey_answer", open_answers=True)
    steward = browser(Role.STEWARD, at="river")
    confirm_upload(steward, _upload(steward, qualtrics()))
    assert Delivery.objects.get().rows_kept == 6 * 3 + 3 + 1


def test_an_anonymous_survey_lands_only_where_the_agreement_covers_it(
    sign: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    sign("survey_answer")
    steward = browser(Role.STEWARD, at="river")
    proposed = _upload(steward, google_forms())
    form = steward.get(proposed.url).context["form"]
    chosen = {name: form[name].value() or "" for name in form.fields}
    preview = _text(steward.post(proposed.url, chosen, follow=True))
    assert "Confirm and import" not in preview
    assert not Delivery.objects.filter(state="conformed").exists()


def test_an_anonymous_survey_lands_without_a_student(
    sign: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    sign("survey_answer", "anonymous_survey_answer")
    steward = browser(Role.STEWARD, at="river")
    confirm_upload(steward, _upload(steward, google_forms()))
    assert Delivery.objects.get().rows_kept == 4 * 3


def test_a_survey_with_names_and_no_student_id_says_what_to_do(
    sign: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    sign("survey_answer", "anonymous_survey_answer")
    steward = browser(Role.STEWARD, at="river")
    named = google_forms().replace(b"Rate us [Art]", b"Your name")
    answer = _upload(steward, named)
    assert "names its respondents and has no student ID" in _text(answer)
    assert not ProposedFile.objects.exists()
    with pytest.raises(UnrecognizedFile, match="Your name"):
        recognize_feeds("x.csv", read_file("x.csv", named), {})


def test_repeated_groups_are_read_with_their_survey() -> None:
    sheets = read_file(*EXPORTS["KoboToolbox"])
    (feed,) = recognize_feeds("Camp.zip", sheets, {})
    targets = feed.mapping.find_result_columns([h for sheet in sheets for h in sheet.header])
    assert {"child/How is it?", "sibling/How old is the sibling?"} <= {*targets}
    assert recognize_feeds("Camp.zip", sheets, {"camp": feed.mapping})[0].guessed is False


def test_a_table_of_any_tool_is_read_as_a_survey_if_its_sender_says_so() -> None:
    sheets = read_file("x.csv", b"Student ID,How safe is it?\n101,4\n102,5\n")
    mapping = guess_file_mapping(sheets, "survey_answer")
    assert mapping.find_result_columns(sheets[0].header).keys() == {"How safe is it?"}
    assert guess_file_mapping(
        read_file("x.csv", b"Student ID,Question,Answer\n1,a,b\n"), "survey_answer"
    ).columns == {"Student ID": "local_id", "Question": "question", "Answer": "answer"}


def test_incomplete_responses_are_left_out_unless_the_box_is_cleared(
    sign: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    sign("survey_answer")
    steward = browser(Role.STEWARD, at="river")
    head = ["Respondent ID", "Collector ID", "Your student ID", "How was it?", "How safe?"]
    rows = [
        ["1", "4", "101", "Good", "4"],
        ["2", "4", "102", "Poor", "5"],
        ["3", "4", "103", "Good", ""],
    ]
    proposed = _upload(steward, write_csv([head, *rows]))
    page = _text(steward.get(proposed.url))
    assert "1 row is left out: Rows left out by the rule “incomplete responses”" in page
    assert 'name="drops_incomplete"' in page
    confirm_upload(steward, proposed, drops_incomplete="")
    assert Delivery.objects.get().rows_kept == 5
