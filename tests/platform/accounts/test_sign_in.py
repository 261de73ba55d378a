"""Signing in: by address and password, with a second factor where one was set up."""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache, caches
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings
from tests.one_time_codes import compute_code

from cairn.config import settings as fixed
from cairn.platform.accounts.invitation import build_invitation_path
from cairn.platform.accounts.models import SignInTime, User
from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def _sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password})


def _events() -> list[str]:
    return list(AuditLine.objects.values_list("event", flat=True))


def test_by_address_in_any_case(person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river", email="sam@river.example")
    client = Client()
    assert _sign_in(client, "SAM@river.example").status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session
    assert _events() == ["session.began", "session.ended"]


def test_an_office_of_fifty_signs_in_within_a_minute(person: Callable[..., Any]) -> None:
    """They share one address; guesses from it are refused all the same."""
    people = [person(Role.PROGRAM_STAFF, at="river") for _ in range(50)]
    assert [_sign_in(Client(), one.email).status_code for one in people] == [302] * 50
    guesses = [_sign_in(Client(), f"{n}@example.org", "wrong") for n in range(11)]
    assert b"not correct" in guesses[9].content
    assert b"Too many" in guesses[10].content


def test_a_wrong_password_says_no_more_than_a_stranger_hears(
    person: Callable[..., Any],
) -> None:
    user = person()
    known = _sign_in(Client(), user.email, "wrong")
    stranger = _sign_in(Client(), "stranger@example.org", "wrong")
    for answer in (known, stranger):
        assert b"not correct" in answer.content
    assert _events() == ["session.refused", "session.refused"]
    assert not AuditLine.objects.filter(actor_label__contains="@").exists()


def test_someone_locked_out_cannot_sign_in(person: Callable[..., Any]) -> None:
    user = person()
    user.is_active = False
    user.save()
    client = Client()
    _sign_in(client, user.email)
    assert "_auth_user_id" not in client.session


def test_guessing_is_slowed_down(person: Callable[..., Any]) -> None:
    user = person()
    answers = [_sign_in(Client(), user.email, f"guess {n}") for n in range(6)]
    assert b"Too many failed" in answers[-1].content
    client = Client()
    _sign_in(client, user.email)
    assert "_auth_user_id" not in client.session


def test_all_processes_count_the_same_guesses_and_charts_do_not_push_them_out(
    person: Callable[..., Any], settings: Settings, tmp_path: Path
) -> None:
    settings.CACHES = deepcopy(fixed.CACHES)
    settings.CACHES["default"]["LOCATION"] = tmp_path / "cache"
    user = person()
    for n in range(5):
        _sign_in(Client(), user.email, f"guess {n}")
    figures = caches["figures"]
    for n in range(5_100):
        figures.set(f"chart:{n}", "<svg/>", timeout=None)
    # As another process begins, with nothing in its memory.
    settings.CACHES = deepcopy(settings.CACHES)
    assert b"Too many failed" in _sign_in(Client(), user.email, "guess 6").content
    assert caches["figures"] is not figures


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_signing_in_leads_nowhere_else(person: Callable[..., Any], elsewhere: str) -> None:
    user = person(Role.STEWARD, at="river")
    given = {"login": user.email, "password": PASSWORD, "next": elsewhere}
    answer = Client().post(reverse("account_login"), given)
    assert answer.status_code == 302
    assert "elsewhere" not in answer.headers["Location"]


@pytest.mark.django_db(transaction=True)
def test_guessing_the_second_factor_is_slowed_down(person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river", invented=False)
    client = Client()
    _sign_in(client, user.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    client.post(reverse("mfa_activate_totp"), {"code": compute_code(secret)})
    cache.clear()
    guesser = Client()
    _sign_in(guesser, user.email)
    for _ in range(6):
        guesser.post(reverse("mfa_authenticate"), {"code": "000000"})
    guesser.post(reverse("mfa_authenticate"), {"code": compute_code(secret)})
    assert "_auth_user_id" not in guesser.session


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_themselves_up(method: str) -> None:
    given = {"email": "new@example.org", "password1": "seven stones high"}
    answer = getattr(Client(), method)(reverse("account_signup"), given)
    assert b"closed" in answer.content.lower()
    assert User.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_second_factor_is_set_up_kept_secret_and_asked_for(
    person: Callable[..., Any],
) -> None:
    user = person(Role.STEWARD, at="river", invented=False)
    client = Client()
    _sign_in(client, user.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    client.post(reverse("mfa_activate_totp"), {"code": compute_code(secret)})
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data)
    assert "second_factor.added" in _events()
    assert b"Set up two-step sign-in" not in client.get(reverse("web:home")).content

    cache.clear()
    again = Client()
    _sign_in(again, user.email)
    assert "_auth_user_id" not in again.session
    again.post(reverse("mfa_authenticate"), {"code": compute_code(secret)})
    assert again.session["_auth_user_id"] == str(user.pk)
    assert b"Set up two-step sign-in" not in again.get(reverse("web:home")).content

    again.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert b"Two-step sign-in is on" in again.get(reverse("mfa_index")).content
    assert b"Turn off the authenticator app?" in again.get(reverse("mfa_deactivate_totp")).content
    again.post(reverse("mfa_deactivate_totp"))
    assert "second_factor.removed" in _events()
    assert b"Two-step sign-in is off" in again.get(reverse("mfa_index")).content


def test_home_asks_whoever_sees_children_for_a_second_factor(
    browser: Callable[..., Client],
) -> None:
    real = browser(Role.STEWARD, at="river", invented=False)
    assert b"Set up two-step sign-in" in real.get(reverse("web:home")).content
    invented = browser(Role.STEWARD, at="river").get(reverse("web:home")).content
    assert b"Set up two-step sign-in" not in invented
    assert b"Demonstration." in invented
    reviewer = browser(Role.REVIEWER, at="lake", invented=False)
    assert b"Set up two-step sign-in" not in reviewer.get(reverse("web:home")).content


def test_ones_own_account(browser: Callable[..., Client]) -> None:
    client = browser(Role.STEWARD, at="river")
    assert b"Two-step sign-in" in client.get(reverse("accounts:mine")).content
    assert Client().get(reverse("accounts:mine")).status_code == 302


def test_the_forgotten_password_page_sends_no_mail() -> None:
    answer = Client().get(reverse("account_reset_password"))
    assert b"Ask your data manager" in answer.content


def test_a_password_link_ends_with_the_next_sign_in(person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river")
    paths = [build_invitation_path(user)]
    assert user.last_login is None
    assert b"password1" in Client().get(paths[0], follow=True).content
    for _ in range(2):
        _sign_in(Client(), user.email)
        assert user.last_login is not None
        assert b"password1" not in Client().get(paths[-1], follow=True).content
        SignInTime.objects.update(at=user.last_login - timedelta(days=1))
        paths.append(build_invitation_path(user))


def test_a_sign_in_changes_no_row_that_pages_rest_on(person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river")
    before = User.objects.filter(pk=user.pk).values().get()
    with CaptureQueriesContext(connection) as statements:
        _sign_in(Client(), user.email)
    assert User.objects.filter(pk=user.pk).values().get() == before
    table = User._meta.db_table
    assert not [one for one in statements if f'UPDATE "{table}"' in one["sql"]]


def test_one_address_is_one_person(person: Callable[..., Any]) -> None:
    person(email="sam@river.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="SAM@river.example", name="Other")
    user = User(email=" New@River.example ", name="N")
    user.clean()
    assert user.email == "new@river.example"
    assert (user.get_full_name(), user.get_short_name()) == ("N", "N")
