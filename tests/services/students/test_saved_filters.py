"""Filters of the list of students by characteristic, and the filters that a user saves."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.test import Client
from django.utils import timezone
from tests.confirmation_page import check_asks_first
from tests.governance.consents.sample_consents import AT, World
from tests.services.students import school_world as school
from tests.services.students.test_school_list import list_rows, read
from tests.services.students.test_views import _count_queries

from cairn.governance.consents.actions.children import withhold_elements
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.policy.vocabulary.access import Role
from cairn.services.students.models import SavedFilter
from cairn.services.students.saved_filters import actions

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

LIST = "/students/river/"
NEW = f"{LIST}filters/new/"
ELM = {"school": "Elm"}


@pytest.fixture
def world(
    person: Callable[..., Any], organization: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> World:
    """Three students with school and grade, in November; the district withholds one grade."""
    monkeypatch.setattr(timezone, "now", lambda: AT)
    made = school.make_school(person, organization)
    withhold_elements(
        organization=made.river,
        local_ids=["S-2"],
        elements=["enrollment.grade"],
        by=made.steward,
        at=AT,
    )
    return made


@pytest.fixture
def steward(world: World, browser: Callable[..., Client]) -> Client:
    """The browser of the district's steward."""
    return browser(world.steward)


def save(client: Client, name: str, query: str = "school=Elm") -> Any:
    return client.post(f"{NEW}?{query}", {"name": name})


def test_a_filter_matches_only_what_is_shared_and_says_who_is_left_out(steward: Client) -> None:
    page = read(steward, LIST)
    assert {key: cells[4:6] for key, cells in list_rows(steward, LIST).items()} == {
        "S-1": ["Grade 4", "Elm"],
        "S-2": ["Not shared", "Elm"],
        "S-3": ["Grade 6", "Oak"],
        "S-4": ["Not shared", "Not shared"],
    }
    assert '<option value="Not shared"' not in page
    assert "School" in page
    assert "Home language" not in page  # shared of nobody
    assert "left out" not in page
    fourth = f"{LIST}?grade=Grade+4"
    assert set(list_rows(steward, fourth)) == {"S-1"}
    assert "2 are left out: what you filter by is not shared." in read(steward, fourth)
    # The student at Elm is not at Oak, whatever the grade; of S-4 neither is known.
    assert "1 is left out" in read(steward, f"{LIST}?grade=Grade+6&school=Oak")
    for guess in ("Grade 5", "Not shared", "5"):
        assert list_rows(steward, f"{LIST}?grade={quote_plus(guess)}") == {}
    lines = DisclosureRecord.objects.filter(action="list", kind="disclosed")
    assert lines.count() == 8


def test_a_filter_is_saved_opened_renamed_and_deleted(steward: Client, world: World) -> None:
    assert f'href="{NEW}?school=Elm"' in read(steward, f"{LIST}?school=Elm")
    assert save(steward, "Ours at Elm").headers["Location"] == f"{LIST}?school=Elm"
    assert save(steward, "Ours at Elm").status_code == 302  # sent twice
    (row,) = SavedFilter.objects.all()
    assert (row.user, row.choices) == (world.steward, ELM)
    page = " ".join(read(steward, LIST).split())
    assert '<a href="?school=Elm">Ours at Elm</a> (2)' in page
    opened = read(steward, f"{LIST}?school=Elm")
    assert 'aria-current="true">Ours at Elm' in opened
    assert "Save this filter" not in opened
    assert "You saved another filter" in save(steward, "ours at elm", "school=Oak").content.decode()
    where = f"{LIST}filters/{row.pk}/"
    steward.post(where, {"name": "Elm"})
    check_asks_first(steward, f"{where}delete/", "“Elm” is deleted", "record changes")
    assert steward.post(f"{where}delete/").headers["Location"] == LIST
    assert steward.post(f"{where}delete/").status_code == 404
    assert not SavedFilter.objects.exists()


def test_a_saved_filter_is_the_users_own_and_ends_with_the_role(
    steward: Client, world: World, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    save(steward, "Ours at Elm")
    row = SavedFilter.objects.get()
    colleague = browser(person(Role.STEWARD, email="second@example.org", at="river"))
    assert "Ours at Elm" not in read(colleague, LIST)
    for where in (f"{LIST}filters/{row.pk}/", f"{LIST}filters/{row.pk}/delete/"):
        assert colleague.post(where, {"name": "Taken"}).status_code == 404
    assert browser(world.tutor).get(f"{NEW}?school=Elm").status_code == 404
    assert SavedFilter.objects.get().name == "Ours at Elm"


def test_a_value_that_is_no_longer_shared_matches_nobody(steward: Client, world: World) -> None:
    save(steward, "Grade 4", "grade=Grade+4")
    before = _count_queries(steward, LIST)
    for number in range(3):
        save(steward, f"Filter {number}")
    assert _count_queries(steward, LIST) <= before
    withhold_elements(
        organization=world.river,
        local_ids=["S-1"],
        elements=["enrollment.grade"],
        by=world.steward,
        at=AT,
    )
    assert '<a href="?grade=Grade+4">Grade 4</a> (0)' in read(steward, LIST)
    page = read(steward, f"{LIST}?grade=Grade+4")
    assert "3 are left out" in page
    assert '<option value="Grade 4" selected>Grade 4 (0)</option>' in page


def test_nothing_chosen_saves_nothing_and_there_is_an_end(steward: Client, world: World) -> None:
    assert save(steward, "Everything", "page=2").headers["Location"] == LIST
    for number in range(20):
        save(steward, f"Filter {number}")
    assert "Delete one first" in save(steward, "One more").content.decode()
    saved = SavedFilter.objects.first()
    assert saved is not None
    SavedFilter.objects.all().delete()
    given = {"organization": world.river, "by": world.steward, "at": AT}
    with pytest.raises(actions.SavedFilterConflict, match="deleted meanwhile"):
        actions.rename_filter(saved=saved, name="Late", **given)
    with pytest.raises(actions.SavedFilterConflict, match="Choose a filter"):
        actions.save_filter(name="None", choices={}, **given)
