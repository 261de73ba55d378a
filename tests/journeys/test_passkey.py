"""A person's first device signs them in without a password; it is lost, and another takes over."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import CDPSession, Page, expect
from tests.journeys.visitor import Visitor

from cairn.platform.accounts.api import build_invitation_path
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_NEW_PASSWORD: Final = "three herons at the weir"
# A phone with a fingerprint reader, whose owner touches it at once.
_DEVICE: Final = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def _give_device(page: Page) -> tuple[CDPSession, str]:
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    made = browser.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
    return browser, made["authenticatorId"]


def test_first_and_lost_device(visitor: Callable[..., Visitor], person: Callable[..., Any]) -> None:
    manager = person(Role.DATA_MANAGER)
    user = person(Role.STEWARD, at="river", invented=False, email="sam@river.example")
    User.objects.filter(pk=user.pk).update(password="!")
    user.refresh_from_db()
    sam = visitor()
    browser, phone = _give_device(sam.page)
    _accept_invitation(sam, build_invitation_path(user))
    _add_passkey(sam, "Sam's phone")
    sam.sees("Recovery codes", "10 of 10 codes are unused")

    # Without a password.
    sam.press("Sign out")
    _sign_in_with_passkey(sam)

    # The device is lost: it knows nothing any more, and the person asks the data manager.
    sam.press("Sign out")
    browser.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": phone})
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
    sam.page.goto("/account/login/")
    sam.page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    expect(sam.page.get_by_text("Your device gave no passkey.")).to_be_visible()
    _reset(visitor(manager), user)
    sam.type_into(sam.page.get_by_label("Email"), user.email)
    sam.type_into(sam.page.get_by_label("Password", exact=True), _NEW_PASSWORD)
    sam.press("Sign in")
    sam.sees("reset your two-step sign-in", "Reason: Lost phone.")
    sam.follow("Set up two-step sign-in")
    _add_passkey(sam, "Sam's new phone")
    sam.press("Sign out")
    _sign_in_with_passkey(sam)
    sam.open("mfa_index")
    sam.sees("Two-step sign-in is on.", "Sam's new phone")
    sam.follow("Rename")
    sam.follow("Use your passkey")
    sam.press("Use your passkey")
    sam.type_into(sam.page.get_by_label("Name of this passkey"), "Phone")
    sam.press("Save name")
    sam.sees("Two-step sign-in is on.", "Phone")


def _accept_invitation(sam: Visitor, link: str) -> None:
    sam.page.goto(link)
    for label in ("New password", "New password again"):
        sam.type_into(sam.page.get_by_label(label, exact=True), _NEW_PASSWORD)
    sam.press("Set password")
    sam.follow("Set up two-step sign-in")


def _add_passkey(sam: Visitor, name: str) -> None:
    sam.follow("Add a passkey")
    sam.type_into(sam.page.get_by_label("Password", exact=True), _NEW_PASSWORD)
    sam.press("Continue")
    sam.type_into(sam.page.get_by_label("Name of this passkey"), name)
    sam.press("Add passkey")
    sam.sees("The passkey was added.")


def _sign_in_with_passkey(sam: Visitor) -> None:
    sam.page.goto("/account/login/")
    sam.press("Sign in with a passkey")
    sam.sees("Welcome")


def _reset(manager: Visitor, user: User) -> None:
    manager.open("partners:reset_second_factor", user.pk)
    manager.sees("Their passkeys, authenticator app and recovery codes stop working.")
    manager.type_into(manager.page.get_by_label("Reason"), "Lost phone.")
    manager.press("Reset two-step sign-in")
    manager.sees("was reset.")
