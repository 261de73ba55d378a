"""For whom a command acts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cairn.governance.partners.models import Affiliation
from cairn.governance.partners.requesters import NoOperator, find_operator
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db


def test_the_person_named_in_any_case(person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river", email="sam@river.example")
    assert find_operator("Sam@River.example") == user


def test_the_only_data_manager(person: Callable[..., Any]) -> None:
    person(Role.STEWARD, at="river")
    person(Role.DATA_MANAGER, at="river", email="local@river.example")
    manager = person(Role.DATA_MANAGER)
    assert find_operator(None) == manager


@pytest.mark.parametrize("managers", [0, 2])
def test_nobody_obvious_says_what_to_write(person: Callable[..., Any], managers: int) -> None:
    for _ in range(managers):
        person(Role.DATA_MANAGER)
    with pytest.raises(NoOperator, match="--as EMAIL" if managers else "cairn demo"):
        find_operator(None)


def test_a_stranger_and_someone_locked_out(person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river")
    user.is_active = False
    user.save()
    for email in ("stranger@example.org", user.email):
        with pytest.raises(NoOperator, match=email):
            find_operator(email)


def test_a_manager_whose_time_is_over_does_not_count(person: Callable[..., Any]) -> None:
    person(Role.DATA_MANAGER)
    Affiliation.objects.update(ends=date(2020, 1, 2))
    with pytest.raises(NoOperator):
        find_operator(None)
