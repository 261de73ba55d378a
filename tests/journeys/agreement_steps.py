"""What two people do on the way to a signed agreement, in more than one journey."""

import time
from typing import Final

from tests.journeys.visitor import Visitor
from tests.one_time_codes import compute_code

NEW_PASSWORD: Final = "three herons at the weir"


def accept_invitation(guest: Visitor, link: str) -> None:
    """A password, then a second factor, without which nobody signs."""
    guest.page.goto(link)
    for label in ("New password", "New password again"):
        guest.type_into(guest.page.get_by_label(label, exact=True), NEW_PASSWORD)
    guest.press("Set password")
    guest.sees("What you can do in Cairn", "Complete your access requirements")
    guest.follow("Set up two-step sign-in")
    guest.follow("Set up an authenticator app")
    guest.type_into(guest.page.get_by_label("Password", exact=True), NEW_PASSWORD)
    guest.press("Continue")
    secret = guest.page.get_by_label("Secret").input_value()
    guest.type_into(guest.page.get_by_label("code"), compute_code(secret))
    guest.press("Turn on two-step sign-in")


def add_partner(manager: Visitor) -> str:
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


def answer_criteria(manager: Visitor) -> None:
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


def record_review(steward: Visitor) -> None:
    """The district's counsel does not use Cairn; its steward records the review."""
    steward.follow("Next: your tasks")
    steward.follow("draft to review as counsel")
    steward.type_into(
        steward.page.get_by_label("Counsel", exact=True), "Ines Ortiz, Ortiz and Sons"
    )
    steward.type_into(steward.page.get_by_label("Date"), time.strftime("%Y-%m-%d"))
    steward.choose(steward.page.get_by_label("Counsel confirmed each criterion"))
    steward.press("Record review")


def sign_here(signer: Visitor, name: str) -> None:
    """The signature form of a page that shows the whole text."""
    here = signer.page.locator(
        "form", has=signer.page.get_by_role("heading", name="Sign electronically")
    )
    signer.type_into(here.get_by_label("Your full name"), name)
    signer.type_into(here.get_by_label("Title"), "Director")
    signer.press("Sign agreement")
