"""From a new partner to its first data submission, in few clicks, by the people who must act.

The data manager works here already, so their own access requirements are met.
"""

import time
from collections.abc import Callable
from typing import Any, Final

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from playwright.sync_api import expect
from tests.journeys.visitor import PASSWORD, Visitor

from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_MOST_CLICKS: Final = 40
_CHILDREN: Final = 30
_NEW_PASSWORD: Final = "three herons at the weir"


def test_from_new_partner_to_first_data_submission(
    visitor: Callable[..., Visitor], person: Callable[..., Any]
) -> None:
    manager, steward = visitor(), visitor()
    _sign_in(manager, person(Role.DATA_MANAGER, invented=False))
    link = _add_partner(manager)
    _draft(manager)
    _accept_invitation(steward, link)
    _review(steward)
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
    manager.type_into(manager.page.get_by_label("Code"), _code(secret))
    manager.press("Sign in")
    expect(manager.page.get_by_role("heading", level=1)).to_contain_text("Welcome")


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def _add_partner(manager: Visitor) -> str:
    """The partner and its data steward on one page; the link by which the steward comes in."""
    page = manager.page
    manager.enter(page.get_by_role("link", name="People & partners", exact=True).first)
    manager.follow("Add partner")
    manager.type_into(page.get_by_label("Name", exact=True), "Elm School District")
    manager.pick(page.get_by_label("Type of organization"), "school_district")
    manager.type_into(page.get_by_label("Name of its data steward"), "Ada Bell")
    manager.type_into(page.get_by_label("Email of its data steward"), "ada@elm.example")
    manager.press("Add partner")
    manager.sees("Steps to the first data submission", "Ada Bell: no password set yet.")
    manager.press("Create sign-in link")
    link = page.get_by_text("/account/password/reset/key/").inner_text()
    manager.follow("Next: steps of Elm School District")
    return link


def _draft(manager: Visitor) -> None:
    """From a template: everything that is known is filled in."""
    manager.follow("Write an agreement")
    manager.press("Create draft")
    manager.sees("answer the questions about the legal basis")
    _answer_criteria(manager)
    manager.press("Save")
    manager.follow("View draft")
    manager.press("Submit for counsel review")


def _answer_criteria(manager: Visitor) -> None:
    """Each criterion: its answer, and the clause of the template that says so."""
    answers = {
        "designation": ("designated", "Designation"),
        "activity": ("", "Audit or evaluation"),
        "education_program": ("", "Education program"),
        "destruction": ("3 years", "Destruction of records"),
        "policies": ("", "Policies and procedures"),
    }
    for key, (answer, clause) in answers.items():
        name = f"legal_basis-0-criterion_{key}"
        field = manager.page.locator(f"[name={name}_value]")
        if answer and key == "destruction":
            manager.type_into(field, answer)
        elif answer:
            manager.pick(field, answer)
        manager.pick(manager.page.locator(f"[name={name}_clause]"), clause)


def _accept_invitation(steward: Visitor, link: str) -> None:
    """A password, then a second factor, without which nobody signs."""
    steward.page.goto(link)
    for label in ("New password", "New password again"):
        steward.type_into(steward.page.get_by_label(label, exact=True), _NEW_PASSWORD)
    steward.press("Set password")
    steward.sees("What you can do in Cairn", "Complete your access requirements")
    steward.follow("Set up two-step sign-in")
    steward.type_into(steward.page.get_by_label("Password", exact=True), _NEW_PASSWORD)
    steward.press("Continue")
    secret = steward.page.get_by_label("Secret").input_value()
    steward.type_into(steward.page.get_by_label("code"), _code(secret))
    steward.press("Turn on two-step sign-in")


def _review(steward: Visitor) -> None:
    """The district's counsel does not use Cairn; its steward records the review."""
    steward.follow("Next: your tasks")
    steward.follow("draft to review as counsel")
    steward.type_into(
        steward.page.get_by_label("Counsel", exact=True), "Ines Ortiz, Ortiz and Sons"
    )
    steward.type_into(steward.page.get_by_label("Date"), time.strftime("%Y-%m-%d"))
    steward.choose(steward.page.get_by_label("Counsel confirmed each criterion"))
    steward.press("Record review")


def _send_and_sign(manager: Visitor) -> None:
    manager.reload()
    manager.press("Send for signature")
    manager.follow("Review and sign")
    _sign_here(manager, "Data Manager")


def _sign(steward: Visitor) -> None:
    steward.reload()
    steward.follow("Review and sign")
    _sign_here(steward, "Ada Bell")
    steward.sees("Every party has signed.", "This agreement is in force today")


def _sign_here(signer: Visitor, name: str) -> None:
    here = signer.page.locator(
        "form", has=signer.page.get_by_role("heading", name="Sign electronically")
    )
    signer.type_into(here.get_by_label("Your full name"), name)
    signer.type_into(here.get_by_label("Title"), "Director")
    signer.press("Sign agreement")


def _upload(manager: Visitor) -> None:
    page = manager.page
    manager.follow("Elm School District")
    manager.follow("Upload a file")
    manager.type_into(page.get_by_label("Data set name"), "attendance")
    manager.attach(
        page.get_by_label("File", exact=True), name="attendance.csv", content=_attendance()
    )
    manager.press("Upload file")
    manager.sees("The file was uploaded.", f"{_CHILDREN}rows accepted")


def _attendance() -> bytes:
    rows = ["Student ID,School ID,School Year,Days Enrolled,Days Absent"]
    rows += [f"{1000 + n},Oak School,2025-26,180,{n % 20}" for n in range(_CHILDREN)]
    return "\n".join(rows).encode()
