"""A dictionary on record: guesses wait for a person, confirmations survive a new version."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cairn.governance.dictionaries import actions, queries
from cairn.governance.dictionaries.models import DataDictionary, DataElement
from cairn.governance.dictionaries.reader.entries import BadDictionary
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.agreements.data_dictionary import (
    ElementAvailability,
    find_element_availability,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import IdentifierClass, SpecialClass

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
FIELDS = b"""Element name,Definition,Type,Years
FIRST_NAME,First name,varchar,2010-
LUNCH_STS,Meal eligibility,char,2012-13 to 2018-19
X1,,,
"""

Person = Callable[..., User]
Browser = Callable[..., Client]


@pytest.fixture
def river(organization: Callable[..., Organization]) -> Organization:
    return organization("river")


@pytest.fixture
def steward(person: Person, river: Organization) -> User:
    return person(Role.STEWARD, at="river")


def _import(river: Organization, by: User, content: bytes = FIELDS) -> DataDictionary:
    imported = actions.import_dictionary(
        organization=river, name="fields.csv", content=content, by=by, at=AT
    )
    return imported.dictionaries[0]


def _named(row: DataDictionary, name: str) -> DataElement:
    return row.elements.get(name=name)


def test_what_nobody_confirmed_identifies(river: Organization, steward: User) -> None:
    row = _import(river, steward)
    (law,) = queries.load_current_dictionaries("river")
    assert all(element.is_pii for element in law.elements)
    assert all(element.identifier is None for element in law.elements)
    lunch = law.find("lunch_sts")
    assert lunch is not None
    assert lunch.special == {SpecialClass.MEAL_STATUS}
    assert (
        find_element_availability([law], "LUNCH_STS", "2013-14", "2014-15")
        is ElementAvailability.YES
    )
    assert (
        find_element_availability([law], "LUNCH_STS", "2013-14", "2019-20")
        is ElementAvailability.NOT_THOSE_YEARS
    )
    assert (
        find_element_availability([law], "X1", "2013-14", "2014-15")
        is ElementAvailability.YEARS_UNKNOWN
    )
    assert (
        find_element_availability([law], "student.given_name", "2020-21", "2026-27")
        is ElementAvailability.YES
    )
    assert row.report["counts"]["elements"] == 3


def test_a_person_confirms_and_may_take_it_back(river: Organization, steward: User) -> None:
    row = _import(river, steward)
    everything = list(row.elements.values_list("pk", flat=True))
    # X1 has no guess, so there is nothing to agree with.
    assert (
        actions.confirm_guessed_classes(dictionary=row, elements=everything, by=steward, at=AT) == 1
    )
    unknown = _named(row, "X1")
    actions.classify_element(
        element=unknown, identifier=IdentifierClass.NONE, special=[], by=steward, at=AT
    )
    (law,) = queries.load_current_dictionaries("river")
    assert [e.own_name for e in law.elements if not e.is_pii] == ["X1"]
    actions.withdraw_class_confirmation(element=unknown, by=steward, at=AT)
    (law,) = queries.load_current_dictionaries("river")
    assert all(element.is_pii for element in law.elements)
    told = set(AuditLine.objects.values_list("event", flat=True))
    assert {"dictionary.imported", "dictionary.confirmed", "element.classified"} <= told


def test_a_new_version_keeps_what_a_person_confirmed(river: Organization, steward: User) -> None:
    first = _import(river, steward)
    actions.classify_element(
        element=_named(first, "LUNCH_STS"),
        identifier=IdentifierClass.INDIRECT,
        special=[SpecialClass.MEAL_STATUS],
        by=steward,
        at=AT,
    )
    second = _import(river, steward, FIELDS + b"NEW,Something new,text,2024-25\n")
    assert second.version == 2
    assert _named(second, "LUNCH_STS").confirmed_by == steward
    assert _named(second, "NEW").confirmed_at is None
    (law,) = queries.load_current_dictionaries()
    assert law.version == 2


def test_a_bad_file_keeps_nothing(river: Organization, steward: User) -> None:
    with pytest.raises(BadDictionary):
        _import(river, steward, b"Who,When\na,b\n")
    assert not DataDictionary.objects.exists()


def test_another_districts_steward_is_refused(river: Organization, person: Person) -> None:
    other = person(Role.STEWARD, at="stony")
    with pytest.raises(Refused):
        _import(river, other)
    row = _import(river, person(Role.DATA_MANAGER))
    who = _actor(other)
    assert not queries.open_dictionary(row.pk, who, date(2026, 11, 24)).may_change
    with pytest.raises(Refused):
        queries.find_changeable_element(_named(row, "X1").pk, who, date(2026, 11, 24))


def _actor(user: User) -> object:
    from cairn.governance.partners.facts import load_actor

    return load_actor(user)


@pytest.mark.child_process
@pytest.mark.usefixtures("parses_nothing")
def test_pages_import_confirm_and_classify(browser: Browser, river: Organization) -> None:
    client = browser(Role.STEWARD, at="river")
    empty = client.get(reverse("dictionaries:list")).content.decode()
    assert "No data dictionaries yet" in empty
    file = SimpleUploadedFile("fields.csv", FIELDS)
    sent = client.post(
        reverse("dictionaries:import"), {"organization": river.pk, "file": file}, follow=True
    )
    row = DataDictionary.objects.get()
    page = sent.content.decode()
    assert "3 data elements imported." in page
    assert "Suggested" in page
    first = _named(row, "FIRST_NAME")
    client.post(reverse("dictionaries:confirm", args=[row.pk]), {"element": [first.pk, "junk"]})
    waiting = client.get(reverse("dictionaries:detail", args=[row.pk]), {"show": "waiting"})
    assert (
        "FIRST_NAME" not in waiting.content.decode().partition("<table")[2].partition("</table")[0]
    )
    unknown = reverse("dictionaries:classify", args=[_named(row, "X1").pk])
    assert client.post(unknown, {}).status_code == 422
    assert "No suggestion: Cairn does not know this name" in client.get(unknown).content.decode()
    said = {"identifier": "none", "special": ["health"], "matched": "student.city"}
    client.post(unknown, said)
    assert _named(row, "X1").matched == "student.city"
    assert _named(row, "X1").specials == [SpecialClass.HEALTH]
    client.post(unknown, {"undo": "1"})
    assert _named(row, "X1").confirmed_at is None


def test_a_bad_file_is_explained_on_the_page(browser: Browser, river: Organization) -> None:
    client = browser(Role.STEWARD, at="river")
    file = SimpleUploadedFile("list.csv", b"Who,When\na,b\n")
    sent = client.post(reverse("dictionaries:import"), {"organization": river.pk, "file": file})
    assert sent.status_code == 422
    assert "no column with the names of data elements" in sent.content.decode()


GROUPED = b"""Program,Element name,Definition,Years
Bright Start,Entry Date,Day the child began,2015-
Home Visits,Entry Date,Day of the first visit,2018-
"""


def test_one_name_in_two_programs_is_two_elements(
    river: Organization, steward: User, browser: Browser
) -> None:
    row = _import(river, steward, GROUPED)
    assert [e.group for e in row.elements.all()] == ["Bright Start", "Home Visits"]
    page = browser(steward).get(reverse("dictionaries:detail", args=[row.pk])).content.decode()
    assert "Bright Start" in page
    element = row.elements.get(group="Home Visits")
    page = browser(steward).get(reverse("dictionaries:classify", args=[element.pk]))
    assert "Home Visits" in page.content.decode()
    (law,) = queries.load_current_dictionaries("river")
    assert len(law.find_all("entry date")) == 2
    # The best answer of all elements with the name.
    answer = find_element_availability([law], "Entry Date", "2016-17", "2016-17")
    assert answer is ElementAvailability.YES


def test_a_confirmation_survives_a_version_with_groups(river: Organization, steward: User) -> None:
    first = _import(river, steward)
    actions.classify_element(
        element=_named(first, "X1"),
        identifier=IdentifierClass.NONE,
        special=[],
        by=steward,
        at=AT,
    )
    second = _import(river, steward, b"Program,Element name,Definition\nA,X1,\nB,FIRST_NAME,\n")
    assert _named(second, "X1").confirmed_at is not None
    twice = _import(river, steward, b"Program,Element name,Definition\nA,X1,\nB,X1,\n")
    confirmed = {e.group: e.confirmed_at is not None for e in twice.elements.all()}
    assert confirmed == {"A": True, "B": False}


def test_an_empty_template_is_refused_on_the_page(
    river: Organization, steward: User, browser: Browser
) -> None:
    file = SimpleUploadedFile("template.csv", b"Element name,Definition,Years\n,,\n")
    page = browser(steward).post(
        reverse("dictionaries:import"), {"organization": river.pk, "file": file}
    )
    assert page.status_code == 422
    assert "template.csv is an empty template" in page.content.decode()
