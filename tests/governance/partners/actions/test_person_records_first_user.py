"""The first person of an installation."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from cairn.governance.partners.actions.person_records import (
    AlreadyInstalled,
    create_first_user,
    has_first_user,
)
from cairn.governance.partners.facts import load_actor
from cairn.platform.audit.models import AuditLine
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary.actions import Action

pytestmark = pytest.mark.django_db


def test_the_first_person_may_do_everything_and_is_the_first_line() -> None:
    at = timezone.localtime()
    assert not has_first_user()
    user = create_first_user(
        email="Ana@river.example", name="Ana", organization="river-county", at=at
    )
    assert has_first_user()
    assert user.email == "ana@river.example"
    assert user.affiliations.get().organization.name == "River County"
    assert may_open_page(Action.CHANGE_PEOPLE, load_actor(user), on=at.date()).allowed
    assert AuditLine.objects.get(sequence=1).event == "installation.founded"


def test_nobody_founds_a_house_that_has_people(person: Callable[..., Any]) -> None:
    person()
    with pytest.raises(AlreadyInstalled):
        create_first_user(email="x@x.example", name="X", organization="x", at=timezone.localtime())
