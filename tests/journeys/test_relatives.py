"""A reviewer sees who is related to whom and corrects it, with the keyboard alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect
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
    from tests.data.identity.sample_records import ADA, EVA, crowd, said

    from cairn.data.identity.index.update import find_people_by_keys, update_index
    from cairn.data.identity.storage.statements import IdentitySealer, store_delivery_statements
    from cairn.platform.storage.api import open_key_ring

    home = {"street": "12 Oak Street", "guardian_name": "Maria Lund"}
    children = [
        crowd("river"),
        said("club", {**ADA, **home, "local_id": "7"}),
        said("camp", {**EVA, **home, "local_id": "3"}),
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
    dana.sees("likely her twin", "Lund Maria", "Records of both state one address")
    dana.look_over_in_the_dark()
    dana.follow("Correct what person")
    dana.sees("Are A and B related?", "So it is")
    dana.choose(dana.page.get_by_label("not related"))
    dana.type_into(dana.page.get_by_label("Why, and who told you"), "cousins, says their aunt")
    dana.press("So it is")
    dana.sees("Kept. It can be undone below.", "No longer", "cousins, says their aunt")
    dana.enter(dana.page.get_by_role("button", name="Undo what was said"))
    dana.sees("It no longer holds.", "likely her twin")
    dana.follow("Correct that Lund Maria is a guardian")
    dana.sees("Is this adult no guardian of hers?")
    dana.type_into(dana.page.get_by_label("Why, and who told you"), "a former foster parent")
    dana.press("Not her guardian")
    dana.sees("not her guardian", "a former foster parent")
    dana.unfold("Somebody is missing")
    dana.follow("Name a guardian whom no record names")
    dana.sees("Who is a guardian of hers?")
    dana.look_over()
    dana.type_into(dana.page.get_by_label("Name of the adult"), "Jo Beck")
    dana.type_into(dana.page.get_by_label("Why, and who told you"), "her aunt, by a court's order")
    dana.press("So it is")
    dana.sees("Kept. It can be undone below.", "Beck Jo", "A reviewer said so", "a court's order")
    dana.unfold("Somebody is missing")
    dana.type_into(dana.page.get_by_label("Number of the other person"), other)
    dana.press("Lay them side by side")
    dana.sees("Nothing is kept of them")
    dana.open("linkage:decisions")
    dana.sees("Who is related", "a former foster parent")


def test_on_a_phone_nothing_sticks_out(
    visitor: Callable[..., Visitor], person: Callable[..., Any], twins: list[str]
) -> None:
    dana = visitor(person(Role.DATA_MANAGER), phone=True)
    dana.open("linkage:person", twins[1])
    dana.page.goto(reverse("linkage:relative", args=twins[:2]))
    dana.look_over()
    expect(dana.page.get_by_role("heading", level=1)).to_be_visible()
