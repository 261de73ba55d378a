"""What anybody may read of a project, once it was let through."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from tests.governance.projects.sample_projects import World

from cairn.warehouse.schema import describe_element

pytestmark = pytest.mark.django_db


def test_a_draft_is_not_public(client: Client, world: World) -> None:
    version = world.propose()
    assert "No approved projects yet" in client.get(reverse("registers:projects")).content.decode()
    address = reverse("registers:project", args=[version.project.reference])
    assert client.get(address).status_code == 404


def test_an_approved_project_says_what_it_asks_and_who_agreed(client: Client, world: World) -> None:
    version = world.to_authorization(enrollment__grade="We do not share it")
    world.authorize(version)
    listed = client.get(reverse("registers:projects")).content.decode()
    assert "miss less school" in listed
    assert "That data serve children." in listed
    page = client.get(reverse("registers:project", args=[version.project.reference]))
    told = page.content.decode()
    assert "Do they miss less?" in told
    assert escape(describe_element("attendance_total.days_absent")) in told
    assert escape(describe_element("enrollment.grade")) not in told, "its owner withholds it"
    assert "River" in told
    assert "Committee, " in told
    assert "Executive, " in told
    for person in (world.analyst, world.steward, world.manager):
        assert person.email not in told
        assert f">{person.name}" not in told


def test_the_list_of_projects_is_filtered_and_downloaded(client: Client, world: World) -> None:
    world.authorize(world.to_authorization())
    address = reverse("registers:projects")
    listed = client.get(address, {"state": "Active", "q": "miss less school"}).content.decode()
    assert "1 of 1" in listed
    assert "No row matches" in client.get(address, {"purpose": "Research"}).content.decode()
    assert "miss less school" in client.get(address, {"download": "csv"}).content.decode()
