"""A free place is offered to the family that waits longest, and goes to one child."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.services.programs.reading_club import NOW, TODAY, Club

from cairn.governance.partners.facts import load_actor
from cairn.platform.audit.models import AuditLine
from cairn.platform.notifications.models import BouncedAddress, MailMessage
from cairn.policy.engine.decision import Refused
from cairn.policy.facts import Actor
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions
from cairn.services.programs.models import (
    Registration,
    RegistrationIdentity,
    RegistrationOffer,
    SessionSeries,
)
from cairn.services.programs.participant_identity import ParticipantDetails
from cairn.services.programs.registration.actions import register_child
from cairn.services.programs.registration.place_offers import answer_offer, offer_next_place
from cairn.services.programs.registration.registration_identity import (
    RegistrationDetails,
    build_registration_identity,
)
from cairn.services.programs.staff.daily_tasks import list_registration_tasks
from cairn.services.programs.tasks import erase_declined_registrations

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


@pytest.fixture(autouse=True)
def mail_server(settings: Any) -> None:
    settings.CAIRN_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def _text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def queue(club: Club, tutor: Client) -> list[Registration]:
    """Two families who wait for the one free place; the first gave an email address."""
    RegistrationOffer.objects.create(
        series=club.series, closes_on=date(2027, 1, 1), opened_by=club.tutor, opened_at=NOW
    )
    return [
        register_child(
            series=club.series,
            details=RegistrationDetails(ParticipantDetails(given, "Moss", date(2019, 1, 2)), email),
            consents=None,
            language="es",
            token=given,
            who=Actor.public(),
            by=None,
            at=NOW,
        )
        for given, email in (("Dee", "dee@families.example"), ("Eli", ""))
    ]


def _offer(club: Club) -> tuple[Registration, str]:
    return offer_next_place(series=club.series, days=5, by=club.tutor, at=NOW)


def _answer(row: Registration, *, accepts: bool, at: Any = NOW) -> None:
    answer_offer(registration=row, accepts=accepts, who=Actor.public(), by=None, at=at)


def _read_link() -> str:
    text = str(mail.outbox[-1].body)
    assert "Hay un lugar libre en Reading club" in text
    assert "Dee" not in text
    return next(line for line in text.split() if "/register/offers/" in line).partition("//")[2]


def test_a_family_accepts_in_its_language_and_is_enrolled(
    club: Club, tutor: Client, queue: list[Registration]
) -> None:
    page = reverse("programs:offer_place", args=[club.series.pk])
    answer = _text(tutor.post(page, {"days": "5"}, follow=True))
    assert f"A place is offered to registration {queue[0].reference} until " in answer
    link = "/" + _read_link().partition("/")[2]
    family = Client(headers={"accept-language": "es"})
    shown = _text(family.get(link))
    assert "Aceptar el lugar" in shown
    assert "Moss" not in shown
    accepted = family.post(link, {"answer": "yes"}, follow=True)
    assert accepted.status_code == 200
    assert "Usted aceptó el lugar" in _text(accepted)
    late = _text(family.post(link, {"answer": "no"}, follow=True))
    assert "Usted aceptó el lugar" in late, "answered once"
    enroll = reverse("programs:enroll_accepted", args=[club.series.pk])
    assert "Moss, Dee" in _text(tutor.get(enroll))
    sent = {"registrations": [queue[0].pk], "starts": TODAY.isoformat()}
    assert "1 child enrolled." in _text(tutor.post(enroll, sent, follow=True))
    assert "No accepted place to enroll" in _text(tutor.get(enroll))
    assert tutor.post(enroll, sent).status_code == 422
    assert Registration.objects.get(pk=queue[0].pk).state == "enrolled"
    assert "ya tiene un lugar" in _text(family.get(link))
    kept = str([vars(line) for line in AuditLine.objects.all()])
    assert "Moss" not in kept
    assert link.split("/")[-2] not in kept


def test_one_place_is_promised_once(club: Club, queue: list[Registration]) -> None:
    _offer(club)
    with pytest.raises(Refused):
        _offer(club)
    with pytest.raises(Refused):
        actions.enroll_participant(
            series=club.series,
            participant=None,
            details=ParticipantDetails("Fay", "Lund"),
            starts=TODAY,
            by=club.tutor,
            at=NOW,
        )
    _answer(queue[0], accepts=True)
    with pytest.raises(Refused):
        _offer(club)
    with pytest.raises(Refused):
        _answer(queue[0], accepts=False)


def test_a_declined_or_expired_place_goes_to_the_next(
    club: Club, tutor: Client, queue: list[Registration]
) -> None:
    _offer(club)
    _answer(queue[0], accepts=False)
    row, link = _offer(club)
    assert (row.pk, MailMessage.objects.count()) == (queue[1].pk, 1)
    assert "/register/offers/" in link, "a family without an email address gets it from staff"
    late = NOW + timedelta(days=6)
    with pytest.raises(Refused):
        _answer(row, accepts=True, at=late)
    Registration.objects.filter(pk=row.pk).update(offered_until=TODAY - timedelta(days=1))
    assert "Offer expired" in _text(tutor.get(reverse("programs:queue", args=[club.series.pk])))
    actions.enroll_participant(
        series=club.series,
        participant=None,
        details=ParticipantDetails("Fay", "Lund"),
        starts=TODAY,
        by=club.tutor,
        at=NOW,
    )


@pytest.mark.parametrize("why", ["no mail server", "bounced", ""])
def test_staff_see_the_link_of_a_family_that_gets_no_email(
    why: str, club: Club, tutor: Client, queue: list[Registration], settings: Any
) -> None:
    if why == "no mail server":
        settings.CAIRN_EMAIL_BACKEND = ""
    if why == "bounced":
        BouncedAddress.objects.create(address="DEE@families.example", bounced_at=NOW)
    page = reverse("programs:offer_place", args=[club.series.pk])
    shown = _text(tutor.post(page, follow=True))
    assert ("The family gets no email. Give it this link: http" in shown) == bool(why)
    assert MailMessage.objects.exists() == (not why)
    line = AuditLine.objects.get(event="program.place_offered")
    assert line.detail["emailed"] == int(not why)


def test_an_expired_offer_comes_after_those_who_wait(club: Club, queue: list[Registration]) -> None:
    first, _link = _offer(club)
    later = NOW + timedelta(days=6)
    offered = [
        offer_next_place(
            series=club.series, days=5, by=club.tutor, at=later + timedelta(days=number)
        )[0]
        for number in (0, 6)
    ]
    assert [row.pk for row in offered] == [queue[1].pk, queue[0].pk]
    assert MailMessage.objects.count() == 2
    again = Registration.objects.get(pk=first.pk)
    assert again.offer_digest != first.offer_digest, "the earlier link ends"
    _answer(again, accepts=True, at=later + timedelta(days=6))


def test_the_page_of_the_link_is_in_the_language_of_the_registration(
    club: Club, queue: list[Registration]
) -> None:
    _offer(club)
    link = "/" + _read_link().partition("/")[2]
    assert "Aceptar el lugar" in _text(Client(headers={"accept-language": "en"}).get(link))
    reader = Client(headers={"accept-language": "es"})
    reader.cookies["django_language"] = "en"
    assert "Accept the place" in _text(reader.get(link)), "the reader chose English"


def test_staff_do_not_decline_over_an_answer_that_they_did_not_see(
    club: Club, tutor: Client, queue: list[Registration]
) -> None:
    _offer(club)
    link = "/" + _read_link().partition("/")[2]
    page = reverse("programs:registration", args=[queue[0].pk])
    assert 'name="shown_state" value="offered"' in _text(tutor.get(page))
    _answer(queue[0], accepts=True)
    decline = {"decision": "decline", "starts": TODAY.isoformat(), "shown_state": "offered"}
    late = _text(tutor.post(page, decline))
    assert "The status changed in the meantime" in late
    assert 'name="shown_state" value="accepted"' in late
    assert Registration.objects.get(pk=queue[0].pk).state == "accepted"
    assert tutor.post(page, decline | {"shown_state": "accepted"}).status_code == 302
    closed = Client().get(link)
    assert closed.status_code == 410
    assert "Usted rechazó" not in _text(closed), "the family did not decline"


def test_the_address_of_a_family_is_deleted_with_what_it_entered(
    club: Club, queue: list[Registration], browser: Callable[..., Client]
) -> None:
    _offer(club)
    MailMessage.objects.update(state=MailMessage.State.FAILED, attempts=5, attempted_at=NOW)
    BouncedAddress.objects.create(address="dee@families.example", bounced_at=NOW)
    page = _text(browser(Role.DATA_MANAGER, at="backbone").get(reverse("web:mail")))
    unsent = page.partition("Addresses that bounced")[0]
    assert "A family" in unsent
    assert "dee@families.example" not in unsent
    _answer(queue[0], accepts=False)
    _offer(club)
    sibling = MailMessage.objects.create(
        kind=MailMessage.Kind.PLACE_OFFER,
        address="dee@families.example",
        created_at=NOW + timedelta(days=20),
        next_try_at=NOW,
    )
    erase_declined_registrations(NOW + timedelta(days=31))
    assert MailMessage.objects.get() == sibling, "a later email is about another registration"
    assert BouncedAddress.objects.exists()
    MailMessage.objects.update(created_at=NOW)
    Registration.objects.filter(pk=queue[1].pk).update(state="declined", decided_at=NOW)
    RegistrationIdentity.objects.filter(key=queue[1].key).delete()
    build_registration_identity(
        queue[1].key, RegistrationDetails(ParticipantDetails("Eli", "Moss"), "dee@families.example")
    ).save()
    erase_declined_registrations(NOW + timedelta(days=31))
    assert not MailMessage.objects.exists()
    assert not BouncedAddress.objects.exists()


@pytest.mark.parametrize("has_last_day", [True, False])
def test_what_families_entered_is_erased_30_days_after_the_group_ended(
    has_last_day: bool, club: Club, queue: list[Registration]
) -> None:
    end = TODAY + timedelta(days=20)
    SessionSeries.objects.update(last_day=end if has_last_day else None)
    closes = TODAY - timedelta(days=90) if has_last_day else end
    RegistrationOffer.objects.update(closes_on=closes)
    after = NOW + timedelta(days=20)
    assert erase_declined_registrations(after + timedelta(days=30)).endswith(": 0.")
    # A place that was offered late may still be answered, or was accepted.
    Registration.objects.filter(pk=queue[0].pk).update(
        state="accepted", offered_until=end + timedelta(days=9), offer_digest="x"
    )
    assert erase_declined_registrations(after + timedelta(days=31)).endswith(": 1.")
    assert Registration.objects.get(pk=queue[1].pk).state == "declined"
    assert erase_declined_registrations(after + timedelta(days=40)).endswith(": 1.")
    row = Registration.objects.get(pk=queue[0].pk)
    assert (row.state, row.offer_digest) == ("declined", "")
    assert not RegistrationIdentity.objects.exists()


def test_an_erased_registration_gets_no_offer(club: Club, queue: list[Registration]) -> None:
    RegistrationIdentity.objects.filter(key=queue[0].key).delete()
    assert _offer(club)[0] == queue[1]


def test_nobody_waits_or_the_group_is_full(
    club: Club, tutor: Client, queue: list[Registration]
) -> None:
    page = reverse("programs:offer_place", args=[club.series.pk])
    SessionSeries.objects.update(capacity=3)
    assert "All 3 places of this group are taken" in _text(tutor.post(page, follow=True))
    SessionSeries.objects.update(capacity=9)
    for _ in range(2):
        tutor.post(page)
    assert "No family waits" in _text(tutor.post(page, follow=True))


def test_a_wrong_key_and_another_organization(
    club: Club, queue: list[Registration], browser: Callable[..., Client]
) -> None:
    assert Client().get(reverse("programs:answer_offer", args=["guess"])).status_code == 404
    other = browser(Role.STEWARD, at="oak", kind=OrganizationKind.COMMUNITY_PROGRAM)
    for name in ("offer_place", "enroll_accepted"):
        assert other.post(reverse(f"programs:{name}", args=[club.series.pk])).status_code == 404
    assert not Registration.objects.exclude(state="waiting").exists()


def test_staff_have_a_task_when_they_can_act(club: Club, queue: list[Registration]) -> None:
    def read(on: date = TODAY) -> list[tuple[int, str]]:
        tasks = list_registration_tasks(load_actor(club.tutor), on)
        return [(task.count, task.url) for task in tasks]

    page = reverse("programs:queue", args=[club.series.pk])
    assert read() == [(2, page)]
    row, _key = _offer(club)
    assert read() == []  # the one free place is promised, so the other family waits
    assert read(TODAY + timedelta(days=6)) == [(2, page)]  # the offer has expired
    _answer(row, accepts=True)
    assert read() == [(1, page)]
    with CaptureQueriesContext(connection) as one_group:
        read()
    other = SessionSeries.objects.get(pk=club.series.pk)
    other.pk, other.name = None, "Another group"
    other.save()
    waiting = Registration.objects.filter(state="waiting")[0]
    waiting.pk, waiting.series, waiting.token, waiting.key = None, other, "other", "other"
    waiting.reference = "OTHER123"
    waiting.save()
    with CaptureQueriesContext(connection) as two_groups:
        assert read() == [(1, page), (1, reverse("programs:queue", args=[other.pk]))]
    assert len(two_groups) == len(one_group)
