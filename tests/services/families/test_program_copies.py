"""A program's steward gives a family the copy of its own record: notes by rule, none unread."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.page_values import drop_random_values
from tests.services.programs.reading_club import NOW, TODAY, Club, make_club
from tests.services.students.school_world import add_enrollment_agreement

from cairn.governance.agreements.models import Agreement
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import AgreementState
from cairn.policy.vocabulary.families import NoteAudience
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.notes import actions as notes
from cairn.services.notes.models import ContactOutcome, NoteKind
from cairn.services.programs.actions import change_participant_details
from cairn.services.programs.models import AttendanceStatus, ContactChannel
from cairn.services.programs.participant_identity import (
    build_identity,
    compute_details_digest,
    load_participant_details,
)

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
FAMILY_TEXT, STAFF_TEXT = "Retells the story", "Sits far from the door"
SENSITIVE_TEXT, CONTACT_TEXT = "Moved to a shelter", "Invited to the reading evening"


@pytest.fixture
def club(person: Callable[..., User], monkeypatch: pytest.MonkeyPatch) -> Club:
    """Ana was there once, and has a note of each audience and a contact."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    made = make_club(
        person(Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    )
    made.take(Ana=AttendanceStatus.PRESENT)
    ana = made.enrolled["Ana"].participant
    given: dict[str, Any] = {"participant": ana, "by": made.tutor, "at": NOW}
    for number, (audience, text) in enumerate(
        (
            (NoteAudience.FAMILY, FAMILY_TEXT),
            (NoteAudience.STAFF, STAFF_TEXT),
            (NoteAudience.STEWARD, SENSITIVE_TEXT),
        )
    ):
        details = notes.NoteDetails(TODAY, NoteKind.ACADEMIC, audience, text)
        notes.write_note(details=details, key=f"{number:032x}", **given)
    notes.record_family_contact(
        details=notes.ContactDetails(
            TODAY,
            ContactChannel.CALL,
            ContactOutcome.REACHED,
            "Marco Reyes",
            "English",
            CONTACT_TEXT,
            None,
        ),
        key="c" * 32,
        **given,
    )
    return made


@pytest.fixture
def page(club: Club) -> str:
    return reverse("families:program_copy", args=[club.enrolled["Ana"].participant_id])


@pytest.fixture
def keeper(club: Club, person: Callable[..., User]) -> User:
    return person(Role.STEWARD, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)


@pytest.fixture
def steward(keeper: User, browser: Callable[..., Client]) -> Client:
    return browser(keeper)


def _find_seen(answer: Any) -> str:
    text = answer.content.decode()
    return str(text.partition('name="seen" value="')[2].partition('"')[0])


def _prefer_spanish(club: Club) -> None:
    ana = club.enrolled["Ana"].participant
    details = load_participant_details([ana])[ana.key]
    build_identity(ana.key, "maple", replace(details, language="Spanish")).save()


def test_what_goes_out_and_what_stays_by_which_rule(
    club: Club, steward: Client, page: str, browser: Callable[..., Client]
) -> None:
    first = steward.get(page)
    text = first.content.decode()
    out, stays = text.partition('id="stays"')[0], text.partition('id="stays"')[2]
    assert FAMILY_TEXT not in out, "nobody has read it"
    assert "Times in programs" in out
    assert "it may name other students" in stays.lower()
    assert "34 CFR 99.3" in stays
    assert "42 USC 5106a" in stays
    for hidden in (STAFF_TEXT, SENSITIVE_TEXT, "Marco"):
        assert hidden not in text
    shown = steward.post(page, {"step": "look", "texts_read": "on"})
    for expected in (FAMILY_TEXT, CONTACT_TEXT):
        assert expected in shown.content.decode().partition('id="stays"')[0]
    # What was not shown before is not given out; the same again is.
    early = steward.post(page, {"step": "csv", "texts_read": "on", "seen": _find_seen(first)})
    assert early.status_code == 422
    assert not AuditLine.objects.filter(event="program.copy_released").exists()
    sent = {"texts_read": "on", "seen": _find_seen(shown)}
    csv = steward.post(page, sent | {"step": "csv"}).content.decode()
    for expected in (FAMILY_TEXT, CONTACT_TEXT, "Reading club", "November 2026"):
        assert expected in csv
    for hidden in (STAFF_TEXT, SENSITIVE_TEXT, "Marco"):
        assert hidden not in csv
    assert steward.post(page, sent | {"step": "pdf"}).content.startswith(b"%PDF")
    _prefer_spanish(club)
    spanish = steward.post(page, sent | {"step": "csv"}).content.decode()
    for expected in (
        FAMILY_TEXT,
        "Días de asistencia",
        "Contacto, ",
        "Llamada, se habló con la familia",
    ):
        assert expected in spanish
    lines = AuditLine.objects.filter(event="program.copy_released")
    assert lines.count() == 3
    assert "Reyes" not in str([line.detail for line in lines])
    assert browser(club.tutor).get(page).status_code == 403
    record = reverse("programs:participant", args=[club.enrolled["Ana"].participant_id])
    assert page in steward.get(record).content.decode()
    assert page not in browser(club.tutor).get(record).content.decode()


def test_staff_notes_go_out_while_an_agreement_lets_the_program_act_for_a_school(
    steward: Client,
    page: str,
    person: Callable[..., User],
    organization: Callable[..., Organization],
) -> None:
    def list_shown() -> set[str]:
        text = steward.post(page, {"step": "look", "texts_read": "on"}).content.decode()
        return {one for one in (FAMILY_TEXT, STAFF_TEXT, SENSITIVE_TEXT) if one in text}

    organization("river")
    add_enrollment_agreement(person(Role.DATA_MANAGER), recipient="maple")
    assert list_shown() == {FAMILY_TEXT, STAFF_TEXT}
    for change in (
        {"state": AgreementState.OUT_FOR_SIGNATURE},
        {"state": AgreementState.TERMINATED, "terminated_on": TODAY},
    ):
        Agreement.objects.update(**change)
        assert list_shown() == {FAMILY_TEXT}


def test_an_order_on_record_needs_counsel_and_a_part_is_left_out_for_a_reason(
    club: Club, keeper: User, steward: Client, page: str
) -> None:
    ana = club.enrolled["Ana"].participant
    details = load_participant_details([ana])[ana.key]
    change_participant_details(
        participant=ana,
        details=replace(details, barred_adults="Rex Reyes"),
        seen=compute_details_digest(details),
        by=keeper,
        at=NOW,
    )
    sent = {"texts_read": "on", "left_out": ["program.attendance"], "seen": ""}
    kept = steward.post(page, sent | {"step": "pdf"})
    assert kept.status_code == 422
    text = kept.content.decode()
    assert "no counsel reviewed the copy" in text
    assert "left out records without a reason" in text
    assert "Rex" not in drop_random_values(text)
    sent |= {"counsel": "Ines Okafor", "exclusions": ["other_students"]}
    shown = steward.post(page, sent | {"step": "look"})
    csv = steward.post(page, sent | {"step": "csv", "seen": _find_seen(shown)}).content.decode()
    assert FAMILY_TEXT in csv
    assert "November 2026" not in csv
