"""A free place is offered to the family that waits longest, and goes to one child."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.services.programs.reading_club import NOW, TODAY, Club

from cairn.platform.audit.models import AuditLine
from cairn.platform.notifications.messages import unseal_text
from cairn.platform.notifications.models import MailMessage
from cairn.policy.engine.decision import Refused
from cairn.policy.facts import Actor
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions
from cairn.services.programs.models import Registration, RegistrationOffer, SessionSeries
from cairn.services.programs.participant_identity import ParticipantDetails
from cairn.services.programs.registration.actions import register_child
from cairn.services.programs.registration.place_offers import answer_offer, offer_next_place
from cairn.services.programs.registration.registration_identity import RegistrationDetails

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


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
    message = MailMessage.objects.get()
    text = unseal_text(message.address, message.sealed)
    assert "Hay un lugar libre en Reading club" in text
    assert "Dee" not in text
    return next(line for line in text.split() if "/register/offers/" in line).partition("//")[2]


def test_a_family_accepts_in_its_language_and_is_enrolled(
    club: Club, tutor: Client, queue: list[Registration]
) -> None:
    page = reverse("programs:offer_place", args=[club.series.pk])
    answer = _text(tutor.post(page, {"days": "5"}, follow=True))
    assert f"A place is offered to registration {queue[0].reference}." in answer
    link = "/" + _read_link().partition("/")[2]
    family = Client(headers={"accept-language": "es"})
    shown = _text(family.get(link))
    assert "Aceptar el lugar" in shown
    assert "Moss" not in shown
    assert "Usted aceptó el lugar" in _text(family.post(link, {"answer": "yes"}, follow=True))
    late = _text(family.post(link, {"answer": "no"}, follow=True))
    assert "Usted aceptó el lugar" in late, "answered once"
    enroll = reverse("programs:enroll_accepted", args=[club.series.pk])
    assert "Moss, Dee" in _text(tutor.get(enroll))
    sent = {"registrations": [queue[0].pk], "starts": TODAY.isoformat()}
    assert "1 child enrolled." in _text(tutor.post(enroll, sent, follow=True))
    assert "No accepted place to enroll" in _text(tutor.get(enroll))
    assert tutor.post(enroll, sent).status_code == 422
    assert Registration.objects.get(pk=queue[0].pk).state == "enrolled"
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
