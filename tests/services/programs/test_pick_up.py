"""A child leaves with an adult on its list, whom no order names; who, when and by whom is kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.services.programs.reading_club import NOW, TODAY, Club

from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions
from cairn.services.programs.models import AttendanceStatus, ChildPickUp, PickUpIdentity
from cairn.services.programs.participant_identity import (
    ParticipantDetails,
    compute_details_digest,
    load_participant_details,
)
from cairn.services.programs.pick_up.actions import sign_child_out
from cairn.services.programs.pick_up.pick_up_records import (
    build_pick_up_fact,
    list_authorized_adults,
)

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def _text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def _know(club: Club, **known: str) -> None:
    """What Ana's record says about adults."""
    child = club.enrolled["Ana"].participant
    before = load_participant_details([child])[child.key]
    actions.change_participant_details(
        participant=child,
        details=replace(before, **known),
        seen=compute_details_digest(before),
        by=club.tutor,
        at=NOW,
    )


@pytest.fixture
def page(club: Club, tutor: Client) -> str:
    """The page of today's session, of a child with a mother, an aunt and an order."""
    _know(
        club,
        guardian="Rosa Reyes",
        phone="555-0101",
        pick_up="Maja Lind, 555-0172; Marco Reyes",
        barred_adults="Marco Reyes",
    )
    return reverse("programs:pick_up", args=[club.series.pk, TODAY.isoformat()])


def _sign_out(club: Club, client: Client, page: str, adult: str, **other: str) -> Any:
    sent = {"child": str(club.enrolled["Ana"].pk), "adult": adult, **other}
    return client.post(page, sent, follow=True)


def test_the_adults_of_a_record() -> None:
    details = ParticipantDetails("Ana", "Reyes", guardian="Rosa Reyes", pick_up=" ;Maja Lind, 55\n")
    assert list_authorized_adults(details) == ("Rosa Reyes", "Maja Lind, 55")
    listed = build_pick_up_fact("maja LIND", details)
    assert (listed.is_listed, listed.is_barred) == (True, False)
    assert not build_pick_up_fact("Maja", details).is_listed
    barred = replace(details, barred_adults="Marco Reyes")
    for name in ("Marco Reyes", "Marco", "Rosa and Marco Reyes", "marco a. reyes"):
        assert build_pick_up_fact(name, barred).is_barred
    assert not build_pick_up_fact("Rosa Reyes", barred).is_barred


def test_a_child_leaves_with_an_adult_of_the_list(club: Club, tutor: Client, page: str) -> None:
    shown = _text(tutor.get(page))
    assert "0 of 3 signed out" in shown
    assert "these adults may not pick the child up: Marco Reyes" in shown
    answer = _text(_sign_out(club, tutor, page, "Maja Lind, 555-0172"))
    assert "Ana Reyes is signed out." in answer
    assert "3:30 p.m., with Maja Lind, 555-0172, by Program Staff" in answer
    row = ChildPickUp.objects.get()
    assert (row.recorded_at, row.recorded_by, row.day) == (NOW, club.tutor, TODAY)
    assert b"Maja" not in bytes(PickUpIdentity.objects.get(key=row.key).sealed)
    (line,) = AuditLine.objects.filter(event="program.child_signed_out")
    assert line.detail == {"day": "2026-11-23", "signed": "no"}
    assert "Maja" not in str(vars(line))


def test_an_adult_signs_on_the_screen(club: Club, tutor: Client, page: str) -> None:
    assert "data-signature hidden" in _text(tutor.get(page)), "without a script the name suffices"
    drawn = "M10 90L60 10L110 90M30 60L90 60"
    answer = _text(_sign_out(club, tutor, page, "Rosa Reyes", signature=drawn))
    assert f'aria-label="Signature of Rosa Reyes"><path d="{drawn}"/>' in answer
    identity = PickUpIdentity.objects.get()
    assert identity.sealed_signature
    assert drawn.encode() not in bytes(identity.sealed_signature)
    (line,) = AuditLine.objects.filter(event="program.child_signed_out")
    assert line.detail == {"day": "2026-11-23", "signed": "yes"}
    _sign_out(club, tutor, page, "Rosa Reyes", signature="M1 1")
    assert f'd="{drawn}"' in _text(tutor.get(page)), "sent twice, the first one counts"


@pytest.mark.parametrize(
    "text", ["L10 10", "M1000 1", 'M1 1"/><script>', "M1 1 ", "M\u0661 1", "M1 1" + "L1 1" * 2000]
)
def test_a_signature_is_lines_and_nothing_else(
    text: str, club: Club, tutor: Client, page: str
) -> None:
    answer = _sign_out(club, tutor, page, "Rosa Reyes", signature=text)
    assert answer.status_code == 422
    assert "The signature could not be read" in _text(answer)
    assert not ChildPickUp.objects.exists()


def test_sent_twice_and_by_two_people(club: Club, tutor: Client, page: str) -> None:
    for _ in range(2):
        _sign_out(club, tutor, page, "Rosa Reyes")
    assert ChildPickUp.objects.count() == 1
    second = _sign_out(club, tutor, page, "Maja Lind, 555-0172")
    assert second.status_code == 422
    assert "This child was signed out at 3:30 p.m. already." in _text(second)


def test_an_adult_who_is_not_on_the_list(club: Club, tutor: Client, page: str) -> None:
    answer = _sign_out(club, tutor, page, "other", other="Uncle Bo")
    assert answer.status_code == 422
    text = _text(answer)
    assert "not on the child&#x27;s list" in text
    assert "call the parent or guardian" in text
    assert 'Rosa Reyes: <a href="tel:555-0101">' in text
    assert not ChildPickUp.objects.exists()
    (line,) = AuditLine.objects.filter(event="refused")
    assert "Bo" not in str(vars(line))
    # Once the family has added the uncle, he may.
    _know(club, pick_up="Uncle Bo")
    assert "is signed out" in _text(_sign_out(club, tutor, page, "other", other="uncle bo"))


def test_an_order_on_record_bars_an_adult_of_the_list(club: Club, tutor: Client, page: str) -> None:
    answer = _sign_out(club, tutor, page, "Marco Reyes")
    assert "An order on record says" in _text(answer)
    assert not ChildPickUp.objects.exists()


def test_the_order_is_not_on_the_roster_or_the_sheet(club: Club, tutor: Client, page: str) -> None:
    for name in ("attendance", "sheet", "offline_roster"):
        shown = tutor.get(reverse(f"programs:{name}", args=[club.series.pk, TODAY.isoformat()]))
        assert "Marco" not in shown.content.decode()


def test_a_sign_out_is_taken_back(club: Club, tutor: Client, page: str) -> None:
    _sign_out(club, tutor, page, "Rosa Reyes")
    address = reverse("programs:withdraw_pick_up", args=[ChildPickUp.objects.get().pk])
    assert "Sign-out taken back." in _text(tutor.post(address, follow=True))
    assert "taken back already" in _text(tutor.post(address, follow=True))
    assert "is signed out" in _text(_sign_out(club, tutor, page, "Maja Lind, 555-0172"))
    assert ChildPickUp.objects.count() == 2


def test_a_child_who_is_not_there(club: Club, tutor: Client, page: str) -> None:
    club.take(Ana=AttendanceStatus.ABSENT)
    assert "of 2 signed out" in _text(tutor.get(page))
    assert "Choose who picks the child up" in _text(_sign_out(club, tutor, page, "Rosa Reyes"))
    given = {"enrollment": club.enrolled["Ana"], "adult": "Rosa Reyes", "by": club.tutor, "at": NOW}
    with pytest.raises(actions.ProgramConflict, match="recorded as absent"):
        sign_child_out(day=TODAY, **given)
    with pytest.raises(Refused):
        sign_child_out(day=TODAY - timedelta(days=7), **given)


def test_nobody_is_signed_out_without_an_adult_or_a_session(
    club: Club, tutor: Client, page: str
) -> None:
    assert "Choose who picks" in _text(_sign_out(club, tutor, page, "other", other=" "))
    ana = club.enrolled["Ana"]
    type(ana).objects.filter(pk=ana.pk).update(ends=TODAY - timedelta(days=1), exit_reason="moved")
    given = {"enrollment": ana, "adult": "Rosa Reyes", "by": club.tutor, "at": NOW}
    with pytest.raises(actions.ProgramConflict, match="not in the group"):
        sign_child_out(day=TODAY, **given)
    actions.cancel_session(series=club.series, day=TODAY, reason="Snow", by=club.tutor, at=NOW)
    with pytest.raises(actions.ProgramConflict, match="was cancelled"):
        sign_child_out(day=TODAY, **given)
    assert "No session on this day" in _text(tutor.get(page))


def test_an_earlier_day_is_only_read(club: Club, tutor: Client, page: str) -> None:
    earlier = reverse("programs:pick_up", args=[club.series.pk, "2026-11-16"])
    assert "no sign-out on record" in _text(tutor.get(earlier))
    answer = _sign_out(club, tutor, earlier, "Rosa Reyes")
    assert "on the day of the session" in _text(answer)


def test_another_organization_takes_nothing_back(
    club: Club,
    tutor: Client,
    page: str,
    person: Callable[..., Any],
    browser: Callable[..., Client],
) -> None:
    _sign_out(club, tutor, page, "Rosa Reyes")
    oak = person(Role.PROGRAM_STAFF, at="oak", kind=OrganizationKind.COMMUNITY_PROGRAM)
    address = reverse("programs:withdraw_pick_up", args=[ChildPickUp.objects.get().pk])
    assert browser(oak).post(address).status_code == 404
    assert ChildPickUp.objects.get().withdrawn_at is None
