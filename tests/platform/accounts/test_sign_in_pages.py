"""The pages of the sign-in library: our templates, plain words, and a next step on each."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.template.loader import get_template
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import Settings

from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
LIBRARY = Path(allauth.__file__).parent / "templates"
# Messages of what is turned off: letters with links or codes, telephones.
TURNED_OFF = (
    "account/messages/email_",
    "account/messages/login_code_sent",
    "account/messages/phone_",
    "account/messages/cannot_delete_primary_email",
    "account/messages/primary_email_set",
    "account/messages/unverified_primary_email",
)


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def _walk(patterns: Iterable[Any]) -> Iterator[Any]:
    for pattern in patterns:
        yield from _walk(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]


def _list_library_pages() -> dict[str, str]:
    """Each route of the sign-in library that can be reached, with its template."""
    first: dict[str, Any] = {}
    for pattern in _walk(get_resolver("cairn.platform.accounts.urls").url_patterns):
        first.setdefault(pattern.name, pattern.callback)
    views = {name: getattr(view, "view_class", None) for name, view in first.items()}
    # Signing in with a passkey alone has no page: it leads back to the sign-in page.
    return {name: view.template_name for name, view in views.items() if view and view.template_name}


def _is_ours_or_wordless(template: str) -> bool:
    source = Path(get_template(template).template.origin.name)  # type: ignore[attr-defined]
    return not source.is_relative_to(LIBRARY) or "trans" not in source.read_text("utf-8")


def test_no_page_has_a_template_of_the_library() -> None:
    pages = _list_library_pages()
    assert {"account_logout", "mfa_view_recovery_codes", "account_inactive"} <= set(pages)
    assert [page for page, template in pages.items() if not _is_ours_or_wordless(template)] == []


def test_no_message_is_one_of_the_library() -> None:
    names = [
        str(path.relative_to(LIBRARY))
        for group in ("account", "mfa")
        for path in (LIBRARY / group / "messages").glob("*.txt")
    ]
    reachable = [name for name in names if not name.startswith(TURNED_OFF)]
    assert len(reachable) == 9
    assert [name for name in reachable if not _is_ours_or_wordless(name)] == []


def test_a_user_cannot_change_the_address_that_the_data_manager_vouched_for(
    person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    user = person(Role.STEWARD, at="river", email="sam@river.example")
    client = browser(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    added = {"email": "other@elsewhere.example"}
    for action in ("action_add", "action_primary"):
        answer = client.post(reverse("account_email"), added | {action: ""})
        assert answer.status_code == 405
    user.refresh_from_db()
    assert user.email == "sam@river.example"


@pytest.mark.parametrize(
    "address",
    ["email/", "confirm-email/", "confirm-email/x:y/", "login/code/confirm/"],
)
def test_a_page_about_letters_says_who_corrects_an_address(address: str) -> None:
    page = Client().get(f"/account/{address}").content.decode()
    assert "Your data manager adds and corrects it." in page
    assert f'class="button" href="{reverse("account_login")}"' in page


def _main(client: Client, route: str) -> str:
    page = client.get(reverse(route)).content.decode()
    assert page.count("<h1>") == 1
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "href=" in main, f"{route}: no next step"
    return main


@pytest.mark.django_db(transaction=True)
def test_each_page_about_the_second_factor_has_a_next_step(
    person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    user = person(Role.STEWARD, at="river", invented=False)
    client = browser(user)
    assert "Current password" in _main(client, "account_change_password")
    TOTP.activate(user, generate_totp_secret())
    codes = RecoveryCodes.activate(user).get_unused_codes()
    assert "Use your authenticator app" in _main(client, "account_reauthenticate")
    assert "Code from your app, or recovery code" in _main(client, "mfa_reauthenticate")
    answer = client.post(reverse("mfa_reauthenticate"), {"code": "000000"})
    assert b"Enter the code that your app shows now." in answer.content
    client.post(reverse("mfa_reauthenticate"), {"code": codes.pop()})
    shown = _main(client, "mfa_view_recovery_codes")
    assert all(code in shown for code in codes)
    assert f"{len(codes)} of {len(codes) + 1} codes are unused" in shown
    assert "that you have not used stop working" in _main(client, "mfa_generate_recovery_codes")
    answer = client.post(reverse("mfa_generate_recovery_codes"), follow=True)
    assert b"Only the newest codes work." in answer.content
    assert "Stay signed in" in _main(client, "account_logout")
    answer = client.post(reverse("account_logout"), follow=True)
    assert b"You are signed out." in answer.content


@pytest.mark.parametrize("route", ["account_inactive", "account_reset_password_from_key_done"])
def test_a_visitor_finds_a_way_on(route: str) -> None:
    assert 'class="button"' in _main(Client(), route)


def test_who_asks_too_often_reads_a_page_of_ours(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    sent = {"login": "sam@river.example", "password": "wrong"}
    answers = [Client().post(reverse("account_login"), sent) for _ in range(2)]
    assert answers[-1].status_code == 429
    assert b"Wait a minute, then try again." in answers[-1].content
