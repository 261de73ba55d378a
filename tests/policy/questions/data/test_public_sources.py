"""Who may read published tables, and who may add them."""

from collections.abc import Callable
from datetime import date

import pytest

from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.data.public_sources import (
    may_add_public_source,
    may_view_public_source,
)
from cairn.policy.vocabulary.access import STAFF_ROLES, Role

Acting = Callable[..., Actor]


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_staff_read_and_the_data_manager_adds(role: Role, acting: Acting, on: date) -> None:
    assert may_view_public_source(acting(role), on).allowed
    assert may_add_public_source(acting(role), on).allowed == (role is Role.DATA_MANAGER)


def test_a_visitor_without_an_account_does_neither(on: date) -> None:
    assert not may_view_public_source(Actor.public(), on).allowed
    assert not may_add_public_source(Actor.public(), on).allowed
