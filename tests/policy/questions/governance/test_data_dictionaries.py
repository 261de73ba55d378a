"""Who may read what partners' files contain, and who may say how an element identifies."""

from collections.abc import Callable
from datetime import date

import pytest

from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.data_dictionaries import (
    may_change_data_dictionary,
    may_view_data_dictionary,
)
from cairn.policy.vocabulary.access import STAFF_ROLES, Role

Acting = Callable[..., Actor]
CHANGERS = {Role.DATA_MANAGER, Role.STEWARD}


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_everyone_of_the_partnership_reads(role: Role, acting: Acting, on: date) -> None:
    assert may_view_data_dictionary(acting(role), on).allowed


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_its_own_steward_and_the_data_manager_change(role: Role, acting: Acting, on: date) -> None:
    assert may_change_data_dictionary("river", acting(role, "river"), on).allowed == (
        role in CHANGERS
    )


def test_nobody_else_changes_and_the_public_reads_nothing(acting: Acting, on: date) -> None:
    assert not may_change_data_dictionary("oak", acting(Role.STEWARD, "river"), on).allowed
    assert not may_view_data_dictionary(Actor.public(), on).allowed
