"""The report on a data submission reaches its owner, and that it was given is on record."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.visitor import Visitor

from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


def test_a_steward_reads_and_a_manager_gives_it_back(
    visitor: Callable[..., Visitor], person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.outputs.releases.partner_reports import test_partner_reports as world

    monkeypatch.setattr(world, "AT", timezone.localtime())
    by = person(Role.DATA_MANAGER)
    delivery = world.delivered(by)
    world.link(delivery, by)
    world.counted(delivery, by)
    steward = visitor(person(Role.STEWARD, at="river"))
    steward.open("intake:delivery", delivery.pk)
    steward.follow("Report to River")
    steward.sees("matched to a child", "Readiness", world.PROMISED, "Field completeness")
    steward.look_over_in_the_dark()
    with steward.page.expect_download() as saved:
        steward.page.get_by_role("link", name="Download as CSV").click()
    assert "rows,received,3," in saved.value.path().read_text("utf-8")
    manager = visitor(by)
    manager.open("releases:give_back", delivery.pk)
    manager.follow("Record report to partner")
    manager.type_into(manager.page.get_by_label("Notes"), "In a meeting with the principals.")
    manager.press("Record report")
    manager.sees("Report to partner recorded.", "In a meeting with the principals.")
    steward.open("releases:give_back", delivery.pk)
    steward.sees("In a meeting with the principals.")
