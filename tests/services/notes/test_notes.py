"""Notes about a participant: who reads them, what a correction keeps, what is taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.confirmation_page import check_asks_first
from tests.services.programs.reading_club import NOW, TODAY, Club

from cairn.platform.audit.models import AuditLine
from cairn.services.notes.models import NoteText, NoteVersion, ParticipantNote

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

KEY = "a" * 32
NOTE = {
    "key": KEY,
    "day": TODAY.isoformat(),
    "kind": "academic",
    "audience": "staff",
    "text": "Reads with expression",
}


def _text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def pages(club: Club) -> list[str]:
    """The list of Ana's notes and the page that writes one."""
    ana = club.enrolled["Ana"].participant_id
    return [reverse(f"notes:{name}", args=[ana]) for name in ("notes", "new_note")]


@pytest.fixture
def write(pages: list[str], tutor: Client) -> Callable[..., Any]:
    """Writes a note as the tutor, or as someone else."""

    def send(client: Client = tutor, **changes: str) -> Any:
        return client.post(pages[1], NOTE | changes, follow=True)

    return send


def _page(name: str = "note", note: ParticipantNote | None = None) -> str:
    return reverse(f"notes:{name}", args=[(note or ParticipantNote.objects.get()).pk])


def test_a_note_is_written_once_and_encrypted(
    club: Club, tutor: Client, colleague: Client, pages: list[str], write: Callable[..., Any]
) -> None:
    assert "No note that you may read" in _text(tutor.get(pages[0]))
    assert "45 CFR 164.501" in _text(tutor.get(pages[1]))
    for _ in range(2):
        assert "Note saved." in _text(write())
    changed = write(text="Another text")
    assert changed.status_code == 422
    assert "saved before with other entries" in _text(changed)
    # Sent again for the data steward only: it is not saved so, and the page does not say that.
    assert write(audience="steward").status_code == 422
    version = NoteVersion.objects.get()
    assert (version.author, version.written_at, version.day) == (club.tutor, NOW, TODAY)
    assert b"expression" not in bytes(NoteText.objects.get(key=version.key).sealed)
    (line, _again) = AuditLine.objects.filter(event="note.written")
    assert line.detail == {"audience": "staff"}
    shown = _text(colleague.get(pages[0]))
    assert "Reads with expression" in shown
    assert "Nothing here comes from a school" in shown
    assert "Reads with expression" in _text(colleague.get(_page()))


def test_notes_are_searched_filtered_and_paged(
    tutor: Client, pages: list[str], write: Callable[..., Any]
) -> None:
    for number in range(12):
        kind = "behavior" if number else "academic"
        write(key=f"{number:032x}", text=f"Number {number}", kind=kind)
    assert "Page 1 of 3" in _text(tutor.get(pages[0]))
    found = _text(tutor.get(pages[0], {"q": "number 7"}))
    assert "Number 7" in found
    assert "Number 8" not in found
    academic = _text(tutor.get(pages[0], {"kind": "Academic"}))
    assert "Number 0" in academic
    assert "1 of 12" in academic


def test_a_sensitive_note_is_for_the_data_steward(
    tutor: Client, steward: Client, pages: list[str], write: Callable[..., Any]
) -> None:
    write(audience="steward", text="Disclosed at pick-up")
    # The author too: the same answer as for an unknown number.
    assert "No note that you may read" in _text(tutor.get(pages[0]))
    assert "Disclosed" not in _text(tutor.get(pages[0], {"q": "disclosed"}))
    assert tutor.get(_page()).status_code == 404
    for name in ("correct_note", "withdraw_note"):
        assert tutor.get(_page(name)).status_code == 404
        assert tutor.post(_page(name), NOTE | {"reason": "wrong", "seen": "1"}).status_code == 404
    listed = _text(steward.get(pages[0]))
    assert "open it to read" in listed
    assert "Disclosed" not in listed
    assert not AuditLine.objects.filter(event="note.sensitive_viewed").exists()
    assert "Disclosed at pick-up" in _text(steward.get(_page()))
    assert AuditLine.objects.filter(event="note.sensitive_viewed").count() == 1


def test_a_correction_keeps_the_old_text_with_its_author_and_reason(
    club: Club, tutor: Client, steward: Client, colleague: Client, write: Callable[..., Any]
) -> None:
    write()
    page = _page("correct_note")
    corrected = NOTE | {"text": "Reads fluently", "reason": "Second reading", "seen": "1"}
    assert colleague.get(page).status_code == 403, "another member of staff wrote it"
    assert "Reads with expression" in _text(tutor.get(page))
    assert "Correction saved" in _text(tutor.post(page, corrected, follow=True))
    shown = _text(tutor.get(_page()))
    for words in ("Reads fluently", "Second reading", "Reads with expression", "Program Staff"):
        assert words in shown
    second = steward.post(page, corrected)
    assert second.status_code == 422
    assert "corrected this note in the meantime" in _text(second)
    # A note that becomes sensitive closes its earlier text, too; a sensitive text stays closed.
    steward.post(page, corrected | {"audience": "steward", "seen": "2"})
    assert tutor.get(_page()).status_code == 404
    steward.post(page, corrected | {"audience": "staff", "text": "Reads", "seen": "3"})
    opened = _text(tutor.get(_page()))
    assert "Earlier text</summary>" not in opened
    assert "Reads fluently" in opened, "the second version was for staff"
    assert opened.count("Reads fluently") == 1, "the third one was not"
    seen = AuditLine.objects.filter(event="note.sensitive_viewed")
    before = seen.count()
    assert "Reads fluently" in _text(steward.get(_page()))
    assert seen.count() == before + 1, "a version for the data steward only was shown"


def test_a_mistaken_note_is_taken_back(
    tutor: Client, pages: list[str], write: Callable[..., Any]
) -> None:
    write()
    page = _page("withdraw_note")
    check_asks_first(tutor, page, "Take back the note about Ana Reyes")
    assert "Note taken back." in _text(tutor.post(page, {"reason": "wrong_child"}, follow=True))
    assert "No note that you may read" in _text(tutor.get(pages[0]))
    shown = _text(tutor.get(_page()))
    assert "About another child. Program Staff" in shown
    assert "Reads with expression" in shown
    again = tutor.post(page, {"reason": "wrong_child"})
    assert "taken back already" in _text(again)
    correction = NOTE | {"reason": "x", "seen": "1"}
    assert "taken back already" in _text(tutor.post(_page("correct_note"), correction))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"day": "2026-11-24"}, "has not come"),
        ({"day": "2026-08-31"}, "covers no record of 2026-08-31"),
        ({"kind": "health"}, "does not state that it holds no such record"),
        ({"text": ""}, "This field is required"),
    ],
)
def test_what_is_not_saved(
    changes: dict[str, str], problem: str, write: Callable[..., Any]
) -> None:
    answer = write(**changes)
    assert answer.status_code == 422
    assert problem in _text(answer)
    assert not ParticipantNote.objects.exists()


def test_after_the_enrollment_ended_notes_are_read_and_no_longer_written(
    club: Club, tutor: Client, pages: list[str], write: Callable[..., Any]
) -> None:
    write()
    ana = club.enrolled["Ana"]
    type(ana).objects.filter(pk=ana.pk).update(
        starts="2025-09-01", ends="2026-08-20", exit_reason="moved"
    )
    assert "Reads with expression" in _text(tutor.get(pages[0]))
    assert "covers no record" in _text(write(key="b" * 32))
    type(ana).objects.filter(pk=ana.pk).update(ends=None, exit_reason="")
    type(club.series).objects.filter(pk=club.series.pk).update(last_day="2026-08-20")
    assert "covers no record" in _text(write(key="b" * 32)), "the group has ended"
    type(ana).objects.filter(pk=ana.pk).update(ends="2026-11-01")
    assert "Note saved." in _text(write(key="b" * 32, kind="health", has_no_treatment_record="on"))


def test_another_organization_gets_the_answer_of_an_unknown_number(
    stranger: Client, pages: list[str], write: Callable[..., Any]
) -> None:
    write()
    addresses = [*pages, *(_page(name) for name in ("note", "correct_note", "withdraw_note"))]
    for address in addresses:
        unknown = "/".join("999999" if part.isdecimal() else part for part in address.split("/"))
        for sent in (None, NOTE | {"reason": "wrong", "seen": "1"}):
            answers = [
                stranger.post(one, sent) if sent else stranger.get(one)
                for one in (address, unknown)
            ]
            assert {answer.status_code for answer in answers} <= {404, 405}
            mains = {answer.content.partition(b"<main")[2] for answer in answers}
            assert len(mains) == 1
    assert NoteVersion.objects.count() == 1
