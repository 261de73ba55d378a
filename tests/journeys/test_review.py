"""A reviewer says who is one child, with one key an answer."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.journeys.visitor import Visitor

from cairn.data.identity.review import match_questions
from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


@pytest.fixture
def manager(person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The data manager of a hub at which two records could be one child or two."""
    from django.utils import timezone
    from tests.data.identity.sample_records import ADA, build_records, crowd

    from cairn.data.identity.index.update import update_index
    from cairn.data.identity.storage.statements import IdentitySealer, store_delivery_statements
    from cairn.platform.storage.api import open_key_ring

    monkeypatch.setattr(match_questions, "MIN_ERROR_CHANCE", 0.0)
    sealer = IdentitySealer(open_key_ring())
    for delivery, told in enumerate(
        (
            crowd("river"),
            build_records("club", {**ADA, "local_id": "7"}),
            build_records("camp", {**ADA, "given_name": "Adda", "local_id": "3"}),
        ),
        1,
    ):
        store_delivery_statements(delivery, told, sealer, timezone.localtime())
        update_index(sealer, timezone.localtime())
    return person(Role.DATA_MANAGER)


def test_one_key_an_answer(visitor: Callable[..., Visitor], manager: Any) -> None:
    dana = visitor(manager)
    dana.open("linkage:summary")
    dana.follow("Review possible matches")
    dana.sees("Are these records the same student?", "Adda", "You have 1 possible match to review")
    dana.unfold("Evidence by field")
    dana.look_over_in_the_dark()
    _press(dana, "n")
    dana.sees("Your answer was saved.", "No possible matches to review")
    _press(dana, "z")
    dana.sees("The possible match is open again.", "Cairn currently counts A and B")
    dana.tab_to(dana.page.get_by_role("button", name="Same student"))
    _press(dana, "Enter")
    dana.sees("Your answer was saved.")
    dana.open("linkage:decisions")
    dana.sees("always the same student")
    dana.follow("Undo the decision")
    dana.press("Undo decision")
    dana.sees("The decision was undone.")


def test_on_a_phone_nothing_sticks_out(visitor: Callable[..., Visitor], manager: Any) -> None:
    dana = visitor(manager, phone=True)
    dana.open("linkage:review")
    expect(dana.page.get_by_role("heading", level=1)).to_be_visible()


def _press(visitor: Visitor, key: str) -> None:
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press(key)
    visitor.look_over()
