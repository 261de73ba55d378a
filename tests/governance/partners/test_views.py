"""Adding partners and people, ending roles, and what each leaves behind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cairn.governance.partners.actions import person_records
from cairn.governance.partners.models import Affiliation, Contact, Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db


def _events() -> list[str]:
    return list(
        AuditLine.objects.exclude(event__startswith="session").values_list("event", flat=True)
    )


@pytest.fixture
def manager(browser: Callable[..., Client]) -> Client:
    return browser(Role.DATA_MANAGER)


def test_a_partner_is_added_and_recorded(manager: Client) -> None:
    answer = manager.post(
        reverse("partners:new"),
        {"name": "North Fork", "slug": "north-fork", "kind": "school_district"},
        follow=True,
    )
    assert b"North Fork was added." in answer.content
    assert Organization.objects.get(slug="north-fork").name == "North Fork"
    assert _events() == ["partner.added"]


def test_two_partners_never_share_a_short_name(
    manager: Client, organization: Callable[..., Any]
) -> None:
    organization("river")
    answer = manager.post(
        reverse("partners:new"), {"name": "River 2", "slug": "River", "kind": "health"}
    )
    assert answer.status_code == 422
    assert b"Another partner has this short name." in answer.content
    assert _events() == []


def test_a_person_is_added_invited_and_sets_a_password(
    manager: Client, organization: Callable[..., Any]
) -> None:
    river = organization("river")
    given = {
        "name": "Sam",
        "email": "Sam@River.example",
        "organization": river.pk,
        "role": "steward",
        "starts": timezone.localdate().isoformat(),
    }
    answer = manager.post(reverse("partners:new_person"), given, follow=True)
    assert b"Sam was added." in answer.content
    row = Affiliation.objects.get(user__email="sam@river.example")
    assert not row.user.has_usable_password()

    answer = manager.post(reverse("partners:invite", args=[row.pk]))
    link = answer.context["link"]
    assert _events() == ["person.added", "person.invited"]

    guest = Client()
    form = guest.get(link, follow=True)
    guest.post(
        form.request["PATH_INFO"],
        {"password1": "seven stones high", "password2": "seven stones high"},
    )
    row.user.refresh_from_db()
    assert row.user.check_password("seven stones high")

    again = Client().get(link, follow=True)
    assert b"already been used" in again.content


def test_the_same_role_is_not_given_twice(manager: Client, person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river", email="sam@river.example")
    answer = manager.post(
        reverse("partners:new_person"),
        {
            "name": "Sam",
            "email": "SAM@river.example",
            "organization": user.affiliations.get().organization.pk,
            "role": "steward",
            "starts": "2026-01-01",
        },
    )
    assert answer.status_code == 422
    assert Affiliation.objects.filter(user=user).count() == 1


def test_a_known_person_gets_a_second_role_on_the_same_account(
    manager: Client, person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    user = person(Role.STEWARD, at="river")
    by = User.objects.get(affiliations__role="data_manager")
    person_records.add_person(
        email=user.email,
        name="ignored",
        organization=organization("lake"),
        role=Role.REVIEWER,
        starts=timezone.localdate(),
        by=by,
        at=timezone.localtime(),
    )
    user.refresh_from_db()
    assert user.affiliations.count() == 2
    assert user.name != "ignored"


def test_ending_a_role_asks_first_and_acts_at_once(
    manager: Client, browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    steward = person(Role.STEWARD, at="river")
    theirs = browser(steward)
    assert theirs.get(reverse("partners:people")).status_code == 200
    row = steward.affiliations.get()
    address = reverse("partners:end", args=[row.pk])

    asked = manager.get(address)
    assert b"End the role" in asked.content
    row.refresh_from_db()
    assert row.ends is None

    manager.post(address)
    row.refresh_from_db()
    assert row.ends == timezone.localdate() - timedelta(days=1)
    assert "person.ended" in _events()
    assert theirs.get(reverse("partners:people")).status_code == 403


def test_a_steward_sees_the_people_of_their_own_organization_only(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    person(Role.STEWARD, at="lake", email="other@lake.example")
    answer = browser(Role.STEWARD, at="river", email="me@river.example").get(
        reverse("partners:people")
    )
    assert b"me@river.example" in answer.content
    assert b"other@lake.example" not in answer.content


def test_a_manager_of_one_district_changes_nobody_elsewhere(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    local = browser(Role.DATA_MANAGER, at="river")
    row = person(Role.STEWARD, at="lake").affiliations.get()
    assert local.post(reverse("partners:end", args=[row.pk])).status_code == 403
    assert local.post(reverse("partners:invite", args=[row.pk])).status_code == 403
    row.refresh_from_db()
    assert row.ends is None
    assert set(_events()) == {"refused"}


def test_a_manager_of_one_district_takes_over_nobodys_account(
    browser: Callable[..., Client], person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    """A link sets a new password, so it is for whoever may change all that the account can do."""
    hub = person(Role.DATA_MANAGER)
    local = person(Role.DATA_MANAGER, at="river")
    row = person_records.add_person(
        email=hub.email,
        name="",
        organization=organization("river"),
        role=Role.PROGRAM_STAFF,
        starts=timezone.localdate(),
        by=local,
        at=timezone.localtime(),
    )
    assert browser(local).post(reverse("partners:invite", args=[row.pk])).status_code == 403
    assert "person.invited" not in _events()
    assert browser(hub).post(reverse("partners:invite", args=[row.pk])).status_code == 200


def test_an_action_asks_the_rule_itself(
    person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    steward = person(Role.STEWARD, at="river")
    with pytest.raises(Refused):
        person_records.add_organization(
            slug="x", name="X", kind=OrganizationKind.HEALTH, by=steward, at=timezone.localtime()
        )
    with pytest.raises(Refused):
        person_records.end_affiliation(
            affiliation=steward.affiliations.get(), by=steward, at=timezone.localtime()
        )
    assert not Organization.objects.filter(slug="x").exists()


def test_an_empty_partnership_says_what_to_do_first(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    client = browser(Role.STEWARD, at="river")
    assert b"River" in client.get(reverse("partners:list")).content


def test_rows_say_what_they_are(
    person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    user = person(Role.STEWARD, at="river")
    river = organization("river")
    assert str(user.affiliations.get()).endswith("Data steward at River")
    assert str(Contact(organization=river, name="Kim")) == "Kim (River)"
