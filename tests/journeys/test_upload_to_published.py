"""A data manager takes files from their upload to a page that everyone can read."""

import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import expect
from tests.journeys.river_files import CANARY, SCHOOLS, YEAR, attendance, roster
from tests.journeys.upload_steps import confirm_columns
from tests.journeys.visitor import Visitor

from cairn.policy.vocabulary.access import Role
from cairn.warehouse.store.file_refs import FileRef

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]
_AGREEMENT = Path(__file__).with_name("RV-DSA-01.toml")
_CHILDREN = sum(children for _school, children, _often in SCHOOLS)
_OFTEN = sum(often for _school, _children, often in SCHOOLS)


def test_from_upload_to_published_page(
    visitor: Callable[..., Visitor], person: Callable[..., Any], own_data_folder: Path
) -> None:
    manager = visitor()
    manager.sign_in(person(Role.DATA_MANAGER).email)
    manager.look_over_in_the_dark()
    _agree(manager)
    # The district came with its agreement; its steward comes after it.
    steward = person(Role.STEWARD, at="river")
    _send(manager, "roster", roster(), kept=_CHILDREN + 1)
    manager.sees("Columns not imported", "Lunch Status", "Rows set aside")
    manager.sees("River District must complete its statement about its records")
    _say(visitor(steward))
    manager.look_over_in_the_dark()
    assert CANARY not in manager.page.content()
    _send(manager, "attendance", attendance(), kept=_CHILDREN)
    _link(manager)
    _draft(manager)
    release = manager.page.url.rstrip("/").rpartition("/")[2]
    manager.press("Run disclosure check")
    manager.sees("Passed: no suppressed number could be calculated")
    manager.look_over_in_the_dark()
    manager.press("Submit for review")
    for reader in (person(Role.REVIEWER), person(Role.REVIEWER)):
        _review(visitor(reader))
    manager.open("releases:detail", release)
    manager.follow("Send to data owners")
    manager.press("Send to data owners")
    _confirm(visitor(steward))
    manager.open("releases:detail", release)
    manager.follow("Publish")
    manager.press("Publish")
    manager.sees("Release published.")
    _read_in_public(visitor())
    _assert_not_stored(CANARY, own_data_folder)


def _agree(manager: Visitor) -> None:
    """Puts the agreement on record by the page, as a file."""
    manager.open("agreements:list")
    manager.open("agreements:load")
    manager.page.get_by_label("TOML file").set_input_files(_AGREEMENT)
    manager.press("Review terms")
    manager.sees("This agreement would be in force today")
    manager.press("Save agreement")
    manager.sees("The agreement was not saved", "These parties are not registered as partners yet")
    manager.choose(manager.page.get_by_label("River District river"))
    manager.press("Save agreement")
    manager.sees("This agreement is in force today")


def _say(steward: Visitor) -> None:
    """The district's steward says what its records hold, without which nobody is counted."""
    for about in ("Tribal nations of students", "Data withheld for a student"):
        steward.open("consents:state")
        steward.page.get_by_label("Subject", exact=True).select_option(label=about)
        steward.page.get_by_label("Our records show none for any student").check()
        steward.press("Save")
        steward.sees("Declaration saved with your name.")


def _send(manager: Visitor, feed: str, content: bytes, *, kept: int) -> None:
    """Sends one file by the page; the worker checks it at once."""
    manager.open("intake:deliveries")
    manager.follow("Upload a file")
    manager.page.get_by_label("Organization that provides the data").select_option("river")
    manager.page.get_by_label("Agreement", exact=True).select_option("RV-DSA-01")
    manager.type_into(manager.page.get_by_label("Data set name"), feed)
    manager.type_into(manager.page.get_by_label("Period"), YEAR)
    file = {"name": f"{feed}.csv", "mimeType": "text/csv", "buffer": content}
    manager.page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
    manager.press("Upload file")
    confirm_columns(manager)
    manager.sees("The file was uploaded.", f"{kept}rows accepted")


def _link(manager: Visitor) -> None:
    manager.open("linkage:summary")
    manager.press("Run record matching")
    manager.sees(re.compile(rf"{_CHILDREN}\s+people"))


def _draft(manager: Visitor) -> None:
    manager.open("releases:list")
    manager.follow("New release")
    page = manager.page
    manager.type_into(page.get_by_label("Title"), "Chronic absence in River District")
    manager.choose(page.get_by_label("Chronic absence", exact=True))
    manager.choose(page.get_by_label("Exact counts, small groups hidden"))
    manager.choose(page.get_by_label("By race and gender"), yes=False)
    manager.type_into(page.get_by_label("The story behind the numbers"), "The bus line closed.")
    manager.press("Save draft")
    manager.sees("Draft saved.")


def _review(reviewer: Visitor) -> None:
    """Home says that it waits; the reviewer reads and approves."""
    reviewer.open("releases:list")
    reviewer.follow("Chronic absence in River District")
    reviewer.follow("Review")
    reviewer.choose(reviewer.page.get_by_role("radio", name="Approve"))
    reviewer.press("Submit decision")
    reviewer.sees("Decision recorded.")


def _confirm(steward: Visitor) -> None:
    """By the keyboard alone, once the table is open."""
    steward.open("releases:list")
    steward.follow("Chronic absence in River District")
    steward.follow("Preview and answer")
    steward.tab_to(steward.page.get_by_role("radio", name="Confirm"))
    steward.page.keyboard.press("Space")
    steward.tab_to(steward.page.get_by_role("button", name="Submit answer"))
    steward.page.keyboard.press("Enter")
    steward.sees("Answer recorded.")


def _read_in_public(reader: Visitor) -> None:
    """Someone who never signed in finds the figure, and what was withheld."""
    reader.open("account_login")
    reader.open("dashboards:index")
    reader.look_over_in_the_dark()
    reader.follow("Chronic absence")
    reader.sees(f"{_OFTEN / _CHILDREN:.0%}", "Nothing" if _OFTEN == 0 else "suppressed")
    reader.look_over_in_the_dark()
    for picture in reader.page.get_by_role("img").all():
        assert picture.evaluate("drawn => drawn.decode().then(() => drawn.naturalWidth)") > 0
    for summary in reader.page.locator("main details > summary").all():
        if not summary.evaluate("summary => summary.parentElement.open"):
            summary.click()
    reader.look_over()
    elm = reader.page.get_by_role("row").filter(has_text="Elm School")
    expect(elm).to_contain_text("suppressed", ignore_case=True)
    with reader.page.expect_download() as saved:
        reader.page.get_by_role("link", name="CSV").click()
    assert "Elm School" in saved.value.path().read_text(encoding="utf-8")


def _assert_not_stored(planted: str, folder: Path) -> None:
    """Not in a file as it lies on the disk, not in one unsealed, not in a database."""
    for path in (p for p in folder.rglob("*") if p.is_file()):
        assert planted.encode() not in path.read_bytes(), path
    assert list(_unsealed())
    for text in _unsealed():
        assert planted not in text
    for database in ("default", "identities"):
        dumped = StringIO()
        call_command("dumpdata", database=database, stdout=dumped)
        assert planted not in dumped.getvalue()


def _unsealed() -> Iterator[str]:
    """What each file of the storehouse says to whoever has the key."""
    from cairn.platform.storage.api import open_file_store

    store = open_file_store()
    for manifest in store.manifests():
        held = store.read(FileRef.parse(f"{manifest.zone}/{manifest.digest}"))
        yield f"{manifest} {held.to_pydict()}"
