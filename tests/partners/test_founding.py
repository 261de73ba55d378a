"""The first person of an installation."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from cairn.audit.models import AuditLine
from cairn.partners.facts import actor
from cairn.partners.founding import AlreadyFounded, found, is_founded
from cairn.rules.access import may_open
from cairn.rules.vocabulary import Action

pytestmark = pytest.mark.django_db


def test_the_first_person_may_do_everything_and_is_the_first_line() -> None:
    at = timezone.localtime()
    assert not is_founded()
    user = found(email="Ana@river.example", name="Ana", organization="river-county", at=at)
    assert is_founded()
    assert user.email == "ana@river.example"
    assert user.affiliations.get().organization.name == "River County"
    assert may_open(Action.CHANGE_PEOPLE, actor(user), on=at.date()).allowed
    assert AuditLine.objects.get(sequence=1).event == "installation.founded"


def test_nobody_founds_a_house_that_has_people(person: Callable[..., Any]) -> None:
    person()
    with pytest.raises(AlreadyFounded):
        found(email="x@x.example", name="X", organization="x", at=timezone.localtime())
