"""From a new partner to its first data submission, in few clicks, by the people who must act.

The data manager works here already, so their own access requirements are met.
"""

from collections.abc import Callable
from typing import Any, Final

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from playwright.sync_api import expect
from tests.journeys import agreement_steps
from tests.journeys.upload_steps import confirm_columns
from tests.journeys.visitor import PASSWORD, Visitor
from tests.one_time_codes import compute_code

from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_MOST_CLICKS: Final = 40
_CHILDREN: Final = 30


def test_from_new_partner_to_first_data_submission(
    visitor: Callable[..., Visitor], person: Callable[..., Any]
) -> None:
    manager, steward = visitor(), visitor()
    _sign_in(manager, person(Role.DATA_MANAGER, invented=False))
    link = agreement_steps.add_partner(manager)
    _draft(manager)
    agreement_steps.accept_invitation(steward, link)
    agreement_steps.record_review(steward)
    _send_and_sign(manager)
    _sign(steward)
    _upload(manager)
    clicks = manager.clicks + steward.clicks
    assert clicks <= _MOST_CLICKS, f"{manager.clicks} and {steward.clicks} clicks"


def _sign_in(manager: Visitor, user: User) -> None:
    """With the second factor that everyone with access to records has."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    manager.page.goto("/account/login/")
    manager.type_into(manager.page.get_by_label("Email"), user.email)
    manager.type_into(manager.page.get_by_label("Password", exact=True), PASSWORD)
    manager.press("Sign in")
    manager.type_into(manager.page.get_by_label("Code"), compute_code(secret))
    manager.press("Sign in")
    expect(manager.page.get_by_role("heading", level=1)).to_contain_text("Welcome")


def _draft(manager: Visitor) -> None:
    """From a template: everything that is known is filled in."""
    manager.follow("Write an agreement")
    manager.press("Create draft")
    manager.sees("answer the questions about the legal basis")
    agreement_steps.answer_criteria(manager)
    manager.press("Save and continue: Review and signatures")
    manager.press("Submit for counsel review")


def _send_and_sign(manager: Visitor) -> None:
    manager.reload()
    manager.press("Send for signature")
    manager.follow("Review and sign")
    agreement_steps.sign_here(manager, "Data Manager")


def _sign(steward: Visitor) -> None:
    steward.reload()
    steward.follow("Review and sign")
    agreement_steps.sign_here(steward, "Ada Bell")
    steward.sees("Every party has signed.", "This agreement is in force today")


def _upload(manager: Visitor) -> None:
    page = manager.page
    manager.follow("Elm School District")
    manager.follow("Upload a file")
    manager.type_into(page.get_by_label("Data set name"), "attendance")
    manager.attach(
        page.get_by_label("File", exact=True), name="attendance.csv", content=_attendance()
    )
    manager.press("Upload file")
    confirm_columns(manager)
    manager.sees("The file was uploaded.", f"{_CHILDREN}rows accepted")


def _attendance() -> bytes:
    rows = ["Student ID,School ID,School Year,Days Enrolled,Days Absent"]
    rows += [f"{1000 + n},Oak School,2025-26,180,{n % 20}" for n in range(_CHILDREN)]
    return "\n".join(rows).encode()
