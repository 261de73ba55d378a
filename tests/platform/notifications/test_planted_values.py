"""No kind of email has anything about a child: values are planted, and every message is read."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.intake.conftest import AGREEMENT
from tests.governance.agreements.draft_steps import make as make_writing
from tests.governance.consents.sample_consents import make as make_families
from tests.governance.consents.sample_consents import paper
from tests.outputs.dashboards.test_saved_views import publish
from tests.services.programs.reading_club import NOW as CLUB_TIME
from tests.services.programs.reading_club import make_club

from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.interfaces.web import tasks as email_run
from cairn.outputs.dashboards.figure_requests.actions import (
    AskedFigure,
    FigureAnswer,
    answer_figure_question,
    ask_figure_question,
)
from cairn.outputs.dashboards.models import QuestionState
from cairn.outputs.dashboards.saved_views.actions import start_subscription
from cairn.outputs.dashboards.saved_views.digest import send_digests
from cairn.platform.accounts.models import User
from cairn.platform.inbox.api import InboxTask
from cairn.platform.notifications import delivery
from cairn.platform.notifications.models import MailMessage
from cairn.platform.notifications.sign_in_notices import email_added_factor
from cairn.policy.facts import Actor
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import api as programs_api
from cairn.services.programs.models import RegistrationOffer
from cairn.services.programs.participant_identity import ParticipantDetails
from cairn.services.programs.registration.drafts import (
    email_draft_link,
    save_unfinished_registration,
)
from cairn.services.programs.registration.place_offers import offer_next_place

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

Make = Callable[..., Any]
NOON = datetime(2026, 11, 27, 17, tzinfo=UTC)
PLANTED = ("Q7-PLANTED", "Zyxwvuta")
"""A student ID and a name that occur nowhere else."""


@pytest.fixture(autouse=True)
def mail_server(settings: Any) -> None:
    settings.CAIRN_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def _email_tasks(person: Make, organization: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks of every kind whose second line, organization and key name a child."""
    world = make_families(person, organization)
    world.record(paper(*PLANTED))
    listed = email_run.list_user_tasks

    def list_with_planted(who: Any, on: Any) -> list[InboxTask]:
        planted = " ".join(PLANTED)
        more = InboxTask(1, "draft", "/agreements/", planted, minutes=5, keys=(planted,))
        return [*listed(who, on), more]

    monkeypatch.setattr(email_run, "list_user_tasks", list_with_planted)
    email_run.email_new_tasks(NOON)


def _email_invitation(person: Make, organization: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_families(person, organization)
    world.record(paper(*PLANTED))
    client, invited = Client(), person(Role.STEWARD, email="sam@river.example", at="river")
    client.force_login(person(Role.DATA_MANAGER, email="dana@example.org", at="backbone"))
    User.objects.filter(pk=invited.pk).update(password="!")
    client.post(reverse("partners:invite", args=[invited.affiliations.get().pk]))


def _email_paper_link(person: Make, organization: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    writing = make_writing(person, organization)
    draft, client = writing.out(), Client()
    client.force_login(writing.manager)
    address = f"/agreements/drafts/{draft.pk}/sign/"
    page = client.get(address).content.decode()
    client.post(
        address,
        {
            "do": "attest",
            "organization": "elm",
            "digest": page.split('name="digest" value="')[1].split('"')[0],
            "name": "M. Okafor",
            "capacity": "Head",
            "on": "2026-11-02",
            "page": SimpleUploadedFile(f"{PLANTED[1]}.pdf", b"%PDF-1.7 " + PLANTED[1].encode()),
            "email": "okafor@elm.example",
        },
    )


def _email_file_request(person: Make, organization: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    manager, client = person(Role.DATA_MANAGER, at="backbone"), Client()
    load_agreement(text=AGREEMENT, newcomers=["river"], by=manager, at=NOON)
    make_families(person, organization).record(paper(*PLANTED))
    client.force_login(manager)
    form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "roster"}
    form |= {"period": "2026-27", "record": "student", "name": "Kim"}
    form |= {"email": "kim@river.example", "due_on": str(timezone.localdate())}
    client.post(reverse("intake:file_request_new"), form)


def _email_place_offer(person: Make, organization: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    tutor = person(Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    series = make_club(tutor).series
    RegistrationOffer.objects.create(
        series=series, closes_on=date(2027, 1, 1), opened_by=tutor, opened_at=CLUB_TIME
    )
    child = ParticipantDetails(PLANTED[1], PLANTED[1], own_id=PLANTED[0], guardian=PLANTED[1])
    programs_api.register_child(
        series=series,
        details=programs_api.RegistrationDetails(child, "family@families.example"),
        consents=None,
        language="es",
        token="once",
        who=Actor.public(),
        by=None,
        at=CLUB_TIME,
    )
    offer_next_place(series=series, days=5, by=tutor, at=CLUB_TIME)


def _email_new_passkey(person: Make, organization: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_families(person, organization)
    world.record(paper(*PLANTED))
    data = {"name": " ".join(PLANTED)}
    user = person(Role.STEWARD, at="river")
    passkey = Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
    email_added_factor(user=user, authenticator=passkey)


def _email_registration_link(
    person: Make, organization: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    tutor = person(Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    series = make_club(tutor).series
    RegistrationOffer.objects.create(
        series=series, closes_on=date(2027, 1, 1), opened_by=tutor, opened_at=CLUB_TIME
    )
    asked: dict[str, Any] = {"series": series, "who": Actor.public(), "by": None, "at": CLUB_TIME}
    fields = {"given_name": PLANTED[1], "own_id": PLANTED[0]}
    draft = save_unfinished_registration(token="once", fields=fields, code="", version=0, **asked)
    email_draft_link(draft=draft, address="family@families.example", language="es", **asked)


def _email_figure_answer(person: Make, organization: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make_families(person, organization).record(paper(*PLANTED))
    asked = AskedFigure("", "", "Absence by ZIP code", "Kim", "kim@river.example", "en")
    given: dict[str, Any] = {"at": NOON}
    row = ask_figure_question(question=asked, token="once", who=Actor.public(), by=None, **given)
    answer = FigureAnswer(QuestionState.DECLINED, "Too few children.", "", "")
    manager = person(Role.DATA_MANAGER, at="backbone")
    answer_figure_question(question=row, seen_state=row.state, answer=answer, by=manager, **given)


def _email_figures(person: Make, organization: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    make_families(person, organization).record(paper(*PLANTED))
    member = person(Role.COMMITTEE_MEMBER)
    start_subscription(by=member, at=NOON - timedelta(days=8))
    publish(member, "Absence", NOON - timedelta(days=1))
    send_digests(NOON)


MAKERS = {
    MailMessage.Kind.REGISTRATION_LINK: _email_registration_link,
    MailMessage.Kind.FIGURE_ANSWER: _email_figure_answer,
    MailMessage.Kind.FIGURES: _email_figures,
    MailMessage.Kind.SIGN_IN: _email_new_passkey,
    MailMessage.Kind.PLACE_OFFER: _email_place_offer,
    MailMessage.Kind.TASKS: _email_tasks,
    MailMessage.Kind.INVITATION: _email_invitation,
    MailMessage.Kind.PAPER_SIGNATURE: _email_paper_link,
    MailMessage.Kind.FILE_REQUEST: _email_file_request,
}


def test_every_kind_of_email_is_read() -> None:
    assert set(MAKERS) == set(MailMessage.Kind)


@pytest.mark.parametrize("kind", MAKERS)
def test_no_email_has_a_planted_value(
    kind: MailMessage.Kind, person: Make, organization: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    MAKERS[kind](person, organization, monkeypatch)
    delivery.send_due_email(datetime.now(UTC))
    assert MailMessage.objects.filter(kind=kind).exists()
    for message in mail.outbox:
        raw = message.message().as_string() + message.body
        assert not re.search("|".join(PLANTED), raw)
    assert mail.outbox
