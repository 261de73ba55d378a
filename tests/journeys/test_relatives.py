"""A reviewer sees who is related to whom and corrects it, with the keyboard alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, expect
from tests.journeys.visitor import Visitor

from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


@pytest.fixture
def twins() -> list[str]:
    """Two children of one home, at two organizations; a third child of another."""
    from django.utils import timezone
    from tests.data.identity.sample_records import ADA, EVA, build_records, crowd

    from cairn.data.identity.index.update import find_people_by_keys, update_index
    from cairn.data.identity.storage.statements import IdentitySealer, store_delivery_statements
    from cairn.platform.storage.api import open_key_ring

    home = {"street": "12 Oak Street", "guardian_name": "Maria Lund"}
    children = [
        crowd("river"),
        build_records("club", {**ADA, **home, "local_id": "7"}),
        build_records("camp", {**EVA, **home, "local_id": "3"}),
    ]
    sealer = IdentitySealer(open_key_ring())
    for delivery, told in enumerate(children, 1):
        store_delivery_statements(delivery, told, sealer, timezone.localtime())
        update_index(sealer, timezone.localtime())
    keys = [children[2][0].key, children[1][0].key, children[0][0].key]
    people = find_people_by_keys(keys)
    return [people[key] for key in keys]


def test_related_and_not(
    visitor: Callable[..., Visitor], person: Callable[..., Any], twins: list[str]
) -> None:
    _eva, ada, other = twins
    dana = visitor(person(Role.DATA_MANAGER))
    dana.open("linkage:person", ada)
    dana.sees("likely twin", "Lund Maria", "Records of both have the same address")
    dana.look_over_in_the_dark()
    dana.follow("Correct the relationship to person")
    dana.sees("Are A and B related?", "Save statement")
    dana.choose(dana.page.get_by_label("not related"))
    dana.type_into(_reason(dana), "cousins, says their aunt")
    dana.press("Save statement")
    dana.sees("Saved. You can undo it below.", "Past relationships", "cousins, says their aunt")
    dana.follow("Undo the statement")
    dana.press("Undo statement")
    dana.sees("The statement was undone.", "likely twin")
    dana.follow("Remove guardian Lund Maria")
    dana.sees("Remove this guardian?")
    dana.type_into(_reason(dana), "a former foster parent")
    dana.press("Remove guardian")
    dana.sees("not a guardian", "a former foster parent")
    dana.unfold("Add a missing relationship")
    dana.follow("Add a guardian")
    dana.sees("This gives the adult no rights.")
    dana.look_over()
    dana.type_into(dana.page.get_by_label("Name of the adult"), "Jo Beck")
    dana.type_into(
        _reason(dana),
        "her aunt, by a court's order",
    )
    dana.press("Add guardian")
    dana.sees(
        "Saved. You can undo it below.", "Beck Jo", "A reviewer stated this", "a court's order"
    )
    dana.unfold("Add a missing relationship")
    dana.type_into(dana.page.get_by_label("Person ID of the other person"), other)
    dana.press("Compare")
    dana.sees("No relationship is recorded")
    dana.open("linkage:decisions")
    dana.sees("Statements about relationships", "a former foster parent")


def _reason(dana: Visitor) -> Locator:
    return dana.page.get_by_label("Reason and source of this information")


def test_on_a_phone_nothing_sticks_out(
    visitor: Callable[..., Visitor], person: Callable[..., Any], twins: list[str]
) -> None:
    dana = visitor(person(Role.DATA_MANAGER), phone=True)
    dana.open("linkage:person", twins[1])
    dana.page.goto(reverse("linkage:relative", args=twins[:2]))
    dana.look_over()
    expect(dana.page.get_by_role("heading", level=1)).to_be_visible()
