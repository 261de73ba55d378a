"""The directory of data tools: recorded by the data manager, read by all staff."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cairn.governance.partners.models import DataTool, Organization, ToolConnection
from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db

TOOLS = reverse("partners:tools")


@pytest.fixture
def manager(browser: Callable[..., Client]) -> Client:
    client = browser(Role.DATA_MANAGER, at="backbone")
    for slug, name in (("river", "River District"), ("arts", "Arts Club")):
        Organization.objects.get_or_create(
            slug=slug, defaults={"name": name, "kind": "community_program"}
        )
    return client


def _read(response: Any) -> str:
    return " ".join(response.content.decode().split())


def _add(client: Client, slug: str, name: str, **changed: str) -> Any:
    organization = Organization.objects.get(slug=slug)
    form = {"organization": str(organization.pk), "name": name, "used_for": "Attendance"}
    form |= {"yearly_cost": "1200", "contact": "Program lead"} | changed
    return client.post(reverse("partners:new_tool"), form, follow=True)


def test_tools_are_recorded_connected_and_downloaded(manager: Client) -> None:
    assert "No tools yet" in _read(manager.get(TOOLS))
    assert "Saved." in _read(_add(manager, "river", "Rosters"))
    _add(manager, "arts", "=Sheet()", yearly_cost="")
    page = _read(manager.get(TOOLS))
    assert "Not connected with any other tool" in page
    assert "No connection is recorded yet." in page
    first, second = DataTool.objects.order_by("name").reverse()
    form = {"source": first.pk, "target": second.pk, "carries": "Names", "method": "file"}
    connect = reverse("partners:new_connection")
    assert "Choose another tool." in _read(manager.post(connect, form | {"target": first.pk}))
    manager.post(connect, form)
    again = manager.post(connect, form | {"method": "by_hand"})
    assert (again.status_code, ToolConnection.objects.get().method) == (422, "file")
    assert _add(manager, "river", "Rosters", used_for="x").status_code == 422
    page = _read(manager.get(TOOLS))
    assert "By file" in page
    assert "Not connected" not in page
    table = manager.get(TOOLS, {"download": "csv"}).content.decode("utf-8-sig")
    assert "1200" in table
    assert "'=Sheet()" in table
    events = AuditLine.objects.filter(event__startswith="data_tool.").values_list(
        "event", flat=True
    )
    assert [*events].count("data_tool.recorded") == 2


def test_a_tool_is_changed_and_removed_with_its_connections(manager: Client) -> None:
    _add(manager, "river", "Rosters")
    _add(manager, "river", "Mailer")
    rosters, mailer = DataTool.objects.order_by("-name")
    connection = ToolConnection.objects.create(
        source=rosters, target=mailer, carries="Names", method="automatic"
    )
    change = reverse("partners:change_tool", args=[rosters.pk])
    manager.post(change, {"used_for": "Enrollment", "yearly_cost": "", "contact": ""})
    rosters.refresh_from_db()
    assert (rosters.name, rosters.used_for, rosters.yearly_cost) == ("Rosters", "Enrollment", None)
    bad = manager.post(change, {"used_for": "", "yearly_cost": "-1"})
    assert bad.status_code == 422
    remove = reverse("partners:remove_connection", args=[connection.pk])
    assert "Both tools stay." in _read(manager.get(remove))
    manager.post(remove)
    assert not ToolConnection.objects.exists()
    ToolConnection.objects.create(source=rosters, target=mailer, carries="x", method="file")
    remove = reverse("partners:remove_tool", args=[rosters.pk])
    assert "with its connections (1)" in _read(manager.get(remove))
    assert "The tool was removed." in _read(manager.post(remove, follow=True))
    assert DataTool.objects.get() == mailer
    assert manager.post(remove).status_code == 404


def test_staff_read_the_directory_and_do_not_change_it(
    manager: Client, browser: Callable[..., Client]
) -> None:
    _add(manager, "river", "Rosters")
    steward = browser(Role.STEWARD, at="river")
    page = _read(steward.get(TOOLS))
    assert "Rosters" in page
    assert "Add tool" not in page
    assert "/change/" not in page
    assert steward.get(reverse("partners:new_tool")).status_code == 403
    assert Client().get(TOOLS).status_code in (302, 403)
