"""Passkeys: added, named and removed by their owner, and accepted from their owner alone."""

import json
import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tests.platform.accounts.software_passkey import SoftwarePasskey

from cairn.platform.accounts.models import User
from cairn.platform.accounts.sign_in_changes import has_second_factor
from cairn.platform.audit.models import AuditLine
from cairn.platform.notifications.api import send_email_task
from cairn.platform.notifications.models import MailMessage
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db
PASSWORD: Final = "a long enough password"
HOST: Final = "cairn.county.example"
ORIGIN: Final = f"https://{HOST}"
ALONE, BESIDE = "alone", "beside a password"


@pytest.fixture(autouse=True)
def named_site(settings: Settings) -> None:
    cache.clear()
    settings.ALLOWED_HOSTS = [HOST, "localhost"]
    settings.CAIRN_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def _open(host: str = HOST) -> Client:
    return Client(headers={"host": host})


def _is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def _type_password(client: Client, user: User) -> None:
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def _read_options(page: str) -> Any:
    found = re.search(r'<script id="passkey-options" type="application/json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def _ask(client: Client, way: str) -> Any:
    """What the page asks the device for."""
    if way == ALONE:
        answer = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
        return answer.json()
    return _read_options(client.get(reverse("mfa_authenticate")).content.decode())


def _send(client: Client, way: str, credential: str) -> str:
    address = reverse("mfa_login_webauthn" if way == ALONE else "mfa_authenticate")
    return client.post(address, {"credential": credential}, follow=True).content.decode()


def _add(client: Client, device: SoftwarePasskey, name: str = "", **answer: Any) -> str:
    """Confirms who it is, and adds what the device makes."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    options = _read_options(client.get(reverse("mfa_add_webauthn")).content.decode())
    credential = device.create(options, **{"origin": ORIGIN} | answer)
    sent = {"name": name, "credential": credential}
    return client.post(reverse("mfa_add_webauthn"), sent, follow=True).content.decode()


@pytest.fixture
def owner(person: Callable[..., Any]) -> Any:
    return person(Role.STEWARD, at="river", invented=False, email="sam@river.example")


@pytest.fixture
def passkey(owner: User) -> SoftwarePasskey:
    """The device of somebody who is not signed in any more."""
    client, device = _open(), SoftwarePasskey()
    _type_password(client, owner)
    _add(client, device)
    assert has_second_factor(owner)
    return device


@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_added_named_used_and_removed_and_its_owner_emailed(owner: User) -> None:
    client, device = _open(), SoftwarePasskey()
    _type_password(client, owner)
    assert b"Set up two-step sign-in" in client.get(reverse("web:home")).content
    assert "was not accepted" in _add(client, SoftwarePasskey(), verified=False)
    assert "10 of 10 codes are unused" in _add(client, device, "Work laptop")
    assert b"Set up two-step sign-in" not in client.get(reverse("web:home")).content
    row = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    edit = reverse("mfa_edit_webauthn", args=[row.pk])
    assert "Old laptop" in client.post(edit, {"name": "Old laptop"}, follow=True).content.decode()
    assert "at most 60 characters" in client.post(edit, {"name": "x" * 61}).content.decode()

    back = _open()
    _send(back, ALONE, device.sign(_ask(back, ALONE), ORIGIN))
    assert _is_in(back)
    assert b"Set up two-step sign-in" not in back.get(reverse("web:home")).content
    remove = reverse("mfa_remove_webauthn", args=[row.pk])
    assert back.post(remove).status_code == 302
    assert Authenticator.objects.filter(pk=row.pk).exists(), "removed without confirming who it is"
    again = reverse("mfa_reauthenticate_webauthn")
    wrong = back.post(again, {"credential": '{"id": 1}'}, follow=True).content.decode()
    assert "was not accepted" in wrong
    back.post(again, {"credential": device.sign(_read_options(wrong), ORIGIN)})
    assert "Old laptop" in back.get(remove).content.decode()
    back.post(remove)
    assert not Authenticator.objects.exists(), "recovery codes alone are no second step"
    assert not has_second_factor(owner)

    lines = AuditLine.objects.filter(event__startswith="second_factor.").order_by("pk")
    assert [(line.event.partition(".")[2], line.detail.get("kind", "")) for line in lines] == [
        ("added", "webauthn"),
        ("added", "recovery_codes"),
        ("renamed", ""),
        ("removed", "webauthn"),
        ("removed", "recovery_codes"),
    ]
    assert "laptop" not in str([line.detail for line in lines])
    for message in MailMessage.objects.order_by("pk"):
        send_email_task.func(message.pk)
    assert [sent.subject for sent in mail.outbox] == [
        "Cairn: A passkey was added",
        "Cairn: A passkey was removed",
    ]
    assert all("tell your data manager at once" in sent.body for sent in mail.outbox)


def _sign_elsewhere(device: SoftwarePasskey, options: Any) -> str:
    return device.sign(options, "https://elsewhere.example")


def _sign_below(device: SoftwarePasskey, options: Any) -> str:
    return device.sign(options, f"https://old.{HOST}")


def _sign_without_tls(device: SoftwarePasskey, options: Any) -> str:
    return device.sign(options, f"http://{HOST}")


def _sign_without_pin(device: SoftwarePasskey, options: Any) -> str:
    return device.sign(options, ORIGIN, verified=False)


def _sign_another_challenge(device: SoftwarePasskey, options: Any) -> str:
    options["request_options"]["publicKey"]["challenge"] = "AAAA" * 8
    return device.sign(options, ORIGIN)


def _sign_with_another_key(device: SoftwarePasskey, options: Any) -> str:
    """A device that claims the name and owner of the passkey."""
    fake = SoftwarePasskey()
    fake._id, fake._owner = device._id, device._owner
    return fake.sign(options, ORIGIN)


FORGERIES = (
    _sign_elsewhere,
    _sign_below,
    _sign_without_tls,
    _sign_without_pin,
    _sign_another_challenge,
    _sign_with_another_key,
)


def test_only_this_sites_fresh_question_answered_by_the_owners_device_signs_in(
    owner: User, passkey: SoftwarePasskey
) -> None:
    before = AuditLine.objects.filter(event="session.refused").count()
    for way in (ALONE, BESIDE):
        cache.clear()
        for count, forge in enumerate(FORGERIES):
            client = _open()
            if way == BESIDE:
                cache.clear()
                _type_password(client, owner)
            page = _send(client, way, forge(passkey, _ask(client, way)))
            assert "This passkey was not accepted." in page, (way, forge.__name__)
            assert not _is_in(client), (way, forge.__name__, count)
        lawful = _open()
        if way == BESIDE:
            _type_password(lawful, owner)
            assert not _is_in(lawful)
        answer = passkey.sign(_ask(lawful, way), ORIGIN)
        _send(lawful, way, answer)
        assert lawful.session["_auth_user_id"] == str(owner.pk)
        # Sent again, in this window or in another one, the same answer is worth nothing.
        lawful.post(reverse("account_logout"))
        for window in (lawful, _open()):
            if way == BESIDE:
                _type_password(window, owner)
            _send(window, way, answer)
            assert not _is_in(window)
    assert AuditLine.objects.filter(event="session.refused").count() - before == 16


def test_a_passkey_opens_its_owners_account_and_no_other(
    owner: User, passkey: SoftwarePasskey, person: Callable[..., Any]
) -> None:
    other, own_device = person(Role.DATA_MANAGER, invented=False), SoftwarePasskey()
    client = _open()
    _type_password(client, other)
    _add(client, own_device)
    # A person who knows the password of the manager has a passkey of their own.
    guesser = _open()
    _type_password(guesser, other)
    _send(guesser, BESIDE, passkey.sign(_ask(guesser, BESIDE), ORIGIN))
    assert not _is_in(guesser)
    # Alone it cannot claim to be the manager's.
    passkey._owner = own_device._owner
    claimant = _open()
    _send(claimant, ALONE, passkey.sign(_ask(claimant, ALONE), ORIGIN))
    assert not _is_in(claimant)
    # Nor does one person rename or remove what another one added.
    row = Authenticator.objects.get(user=owner, type=Authenticator.Type.WEBAUTHN)
    for route in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.post(reverse(route, args=[row.pk]), {"name": "x"}).status_code == 404


def test_a_deactivated_sign_in_is_not_opened_by_a_passkey(
    owner: User, passkey: SoftwarePasskey
) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    client = _open()
    page = _send(client, ALONE, passkey.sign(_ask(client, ALONE), ORIGIN))
    assert "Your account is not active" in page
    assert not _is_in(client)


def test_guessing_with_passkeys_is_slowed_down(owner: User, passkey: SoftwarePasskey) -> None:
    cache.clear()
    client = _open()
    _type_password(client, owner)
    for _ in range(6):
        _send(client, BESIDE, _sign_with_another_key(passkey, _ask(client, BESIDE)))
    page = _send(client, BESIDE, passkey.sign(_ask(client, BESIDE), ORIGIN))
    assert "Too many failed sign-ins" in page
    assert not _is_in(client)


def test_localhost_is_a_host_name_too_and_another_name_is_another_site(owner: User) -> None:
    here, device = _open("localhost:8000"), SoftwarePasskey()
    _type_password(here, owner)
    _add(here, device, origin="http://localhost:8000")
    back = _open("localhost:8000")
    _send(back, ALONE, device.sign(_ask(back, ALONE), "http://localhost:8000"))
    assert _is_in(back)
    elsewhere = _open()
    _send(elsewhere, ALONE, device.sign(_ask(elsewhere, ALONE), "http://localhost:8000"))
    assert not _is_in(elsewhere)


def test_signing_in_leads_to_the_page_that_was_asked_for_and_nowhere_else(
    owner: User, passkey: SoftwarePasskey
) -> None:
    for wanted, leads in (("/account/mine/", "/account/mine/"), ("https://e.example/", "/")):
        client = _open()
        sent = {"credential": passkey.sign(_ask(client, ALONE), ORIGIN), "next": wanted}
        assert client.post(reverse("mfa_login_webauthn"), sent).headers["Location"] == leads


def _vary(answer: str) -> list[str]:
    """What no device sends: parts left out, of another type, cut, or not even JSON."""
    whole = json.loads(answer)
    varied: list[Any] = ["", 0, None, [], {}, "x", whole | {"response": []}]
    for key in whole:
        varied += [{k: v for k, v in whole.items() if k != key}, whole | {key: 7}]
    for key, value in whole["response"].items():
        for other in (
            None,
            7,
            "",
            "A",
            "!",
            value[:-9],
            value[:20],
            "o2Nmb28",
            "AAAA" * 60,
            value * 2,
        ):
            varied.append(whole | {"response": whole["response"] | {key: other}})
    return [*map(json.dumps, varied), "", "{", '{"response": 1}']


def test_an_answer_that_no_device_gives_is_refused_and_breaks_nothing(
    owner: User, passkey: SoftwarePasskey, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    client = _open()
    for credential in _vary(_sign_with_another_key(passkey, _ask(client, ALONE))):
        client.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert not _is_in(client)
    _type_password(client, owner)
    options = _ask(client, BESIDE)
    for credential in _vary(_sign_with_another_key(passkey, options))[::3]:
        answer = client.post(reverse("mfa_authenticate"), {"credential": credential})
        assert answer.status_code == 200
    assert not _is_in(client)
    _send(client, BESIDE, passkey.sign(_ask(client, BESIDE), ORIGIN))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    options = _read_options(client.get(reverse("mfa_add_webauthn")).content.decode())
    for credential in _vary(SoftwarePasskey().create(options, ORIGIN, verified=False)):
        client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": credential})
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1
