"""One child, typed in: she is entered, found where she is known, and nobody is told more."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from tests.data.identity.sample_records import ADA, Taking, build_records, crowd

from cairn.data.identity.actions import child_registration, linkage
from cairn.data.identity.actions.child_registration import EnteredChild
from cairn.data.identity.index import update
from cairn.data.identity.models.person_index import Link, Statement
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


@pytest.fixture
def program(organization: Callable[..., Any]) -> Any:
    return organization("tutoring")


@pytest.fixture
def staff(person: Callable[..., Any], program: Organization) -> Any:
    """Somebody of the program, who is cleared."""
    return person(Role.PROGRAM_STAFF, at="tutoring")


def enter(program: Organization, by: User, **fields: str) -> EnteredChild:
    born = date.fromisoformat(fields.pop("born"))
    return child_registration.find_or_add_child(
        organization=program, fields=fields, birth_date=born, by=by, at=timezone.localtime()
    )


def test_a_known_child_is_found(taking: Taking, program: Organization, staff: User) -> None:
    taking(1, crowd("river"))
    taking(2, build_records("club", {**ADA, "local_id": "7"}))
    (ada,) = update.find_people_by_keys(
        [build_records("club", {**ADA, "local_id": "7"})[0].key]
    ).values()
    found = enter(
        program, staff, given_name="Ada", family_name="Lund", born="2012-03-04", postal_code="21201"
    )
    assert (found.person, found.known) == (ada, True)
    line = AuditLine.objects.get(event="linkage.child_entered")
    assert line.detail == {"doubtful": int(found.doubtful)}


def test_an_unknown_child_is_entered_once(
    taking: Taking, program: Organization, staff: User
) -> None:
    taking(1, crowd("river"))
    child = {"given_name": "Zuleika", "family_name": "Quist", "born": "2014-05-06"}
    first, again = enter(program, staff, **child), enter(program, staff, **child)
    assert not first.known
    assert first.person == again.person
    assert Statement.objects.filter(delivery=0).count() == 1
    enter(program, staff, **child, phone="4105550123")
    assert Statement.objects.filter(delivery=0).count() == 1
    assert Link.objects.filter(person=first.person, until=None).count() == 1


def test_the_first_child_of_all(program: Organization, staff: User) -> None:
    assert not enter(program, staff, given_name="Ada", family_name="Lund", born="2012-03-04").known


def test_nobody_enters_a_child_for_others(
    program: Organization, person: Callable[..., Any]
) -> None:
    elsewhere = person(Role.PROGRAM_STAFF, at="elsewhere")
    with pytest.raises(Refused):
        enter(program, elsewhere, given_name="Ada", family_name="Lund", born="2012-03-04")


def test_a_child_needs_a_name(program: Organization, staff: User) -> None:
    with pytest.raises(child_registration.MissingName):
        enter(program, staff, phone="4105550123", born="2012-03-04")


def test_who_was_typed_in_stays_when_deliveries_are_linked(
    send: Callable[..., Any], manager: User, program: Organization, staff: User
) -> None:
    child = enter(program, staff, given_name="Ada", family_name="Lund", born="2012-03-04")
    send("students", "id,first,last,born,race\n101,Ada,Lund,2012-03-04,asian\n")
    run = linkage.link_current_deliveries(by=manager, at=timezone.localtime(), whole=True)
    assert run.records == 2
    assert Link.objects.filter(person=child.person, until=None).exists()
