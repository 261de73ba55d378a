"""Adding partners and people, ending roles, and what each leaves behind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
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


def test_a_partner_is_added_with_its_data_steward(manager: Client) -> None:
    given = {"name": "North Fork", "kind": "school_district"}
    steward = {"steward_name": "Sam", "steward_email": "Sam@north-fork.example"}
    for lacking in steward:
        answer = manager.post(reverse("partners:new"), given | steward | {lacking: ""})
        assert answer.status_code == 422
    answer = manager.post(reverse("partners:new"), given | steward, follow=True)
    assert b"Give the data steward a sign-in link" in answer.content
    row = Affiliation.objects.get(user__email="sam@north-fork.example")
    assert (row.organization.slug, row.role) == ("north-fork", "steward")
    assert _events() == ["partner.added", "person.added"]


def test_a_form_for_a_role_is_filled_in_from_the_link(
    manager: Client, organization: Callable[..., Any]
) -> None:
    river = organization("river")
    asked = {"organization": "river", "role": "steward"}
    form = manager.get(reverse("partners:new_person"), asked).context["form"]
    assert form["organization"].initial == river
    assert form["role"].initial == "steward"


@pytest.mark.parametrize(
    ("name", "typed", "slug"),
    [("São North Fork", "", "sao-north-fork"), ("X", " The-Fork ", "the-fork")],
)
def test_a_short_name_is_made_from_the_name_or_taken_as_typed(
    manager: Client, name: str, typed: str, slug: str
) -> None:
    manager.post(reverse("partners:new"), {"name": name, "slug": typed, "kind": "health"})
    assert Organization.objects.get(name=name).slug == slug


def test_a_short_name_that_cannot_be_is_answered_with_a_suggestion(manager: Client) -> None:
    for typed, told in (("North Fork!", b"Suggestion: north-fork"), ("", b"Enter a short name")):
        form = {"name": "!", "slug": typed, "kind": "health"}
        answer = manager.post(reverse("partners:new"), form)
        assert answer.status_code == 422
        assert told in answer.content


def test_two_partners_never_share_a_short_name(
    manager: Client, organization: Callable[..., Any]
) -> None:
    organization("river")
    answer = manager.post(
        reverse("partners:new"), {"name": "River 2", "slug": "River", "kind": "health"}
    )
    assert answer.status_code == 422
    assert b"Another partner has this short name: river." in answer.content
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
    home = guest.post(
        form.request["PATH_INFO"],
        {"password1": "seven stones high", "password2": "seven stones high"},
        follow=True,
    )
    row.user.refresh_from_db()
    assert row.user.check_password("seven stones high")
    assert home.redirect_chain[-1][0] == reverse("web:home")
    assert b"Complete your access requirements" in home.content

    again = Client().get(link, follow=True)
    assert b"already been used" in again.content
    assert mail.outbox == []


def test_a_sign_in_link_is_emailed_where_a_mail_server_is_set_up(
    manager: Client, person: Callable[..., Any], settings: Any
) -> None:
    settings.CAIRN_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    invited = person(Role.STEWARD, email="sam@river.example")
    invited.set_unusable_password()
    invited.save()
    answer = manager.post(reverse("partners:invite", args=[invited.affiliations.get().pk]))
    assert b"Cairn emails this link to sam@river.example." in answer.content
    (message,) = mail.outbox
    assert message.to == ["sam@river.example"]
    assert answer.context["link"] in message.body


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
    assert b"End the role of" in asked.content
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


def test_a_name_and_an_address_are_corrected(manager: Client, person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river", email="sma@river.example")
    other = person(Role.ANALYST, email="other@example.org")
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    address = reverse("partners:edit_person", args=(user.pk,))
    assert b"sma@river.example" in manager.get(address).content
    taken = manager.post(address, {"name": "Sam", "email": other.email.upper()})
    assert (taken.status_code, b"Another person has this email" in taken.content) == (422, True)
    page = manager.post(address, {"name": "Sam Ames", "email": "Sam@River.example"}, follow=True)
    assert b"Sam Ames was updated." in page.content
    user.refresh_from_db()
    assert (user.name, user.email) == ("Sam Ames", "sam@river.example")
    assert not EmailAddress.objects.exists()
    line = AuditLine.objects.get(event="person.corrected")
    assert line.detail == {"changed": "name, email"}


def test_a_role_is_changed_and_the_earlier_one_stays_on_record(
    manager: Client, person: Callable[..., Any]
) -> None:
    user, today = person(Role.ANALYST, at="river"), timezone.localdate()
    first = user.affiliations.get()
    address = reverse("partners:change_role", args=(first.pk,))
    last = today + timedelta(days=30)
    manager.post(address, {"role": "analyst", "ends": last.isoformat()})
    first.refresh_from_db()
    assert (first.role, first.ends) == ("analyst", last)
    manager.post(address, {"role": "reviewer", "ends": ""})
    first.refresh_from_db()
    second = user.affiliations.exclude(pk=first.pk).get()
    assert first.ends == today - timedelta(days=1)
    assert (second.role, second.starts, second.ends) == ("reviewer", today, None)
    assert _events() == ["person.role_changed", "person.role_changed"]
    assert manager.get(address).status_code == 404
    page = manager.get(reverse("partners:person", args=(user.pk,))).content.decode()
    assert "Release reviewer" in page
    assert "Ended" in page


@pytest.mark.parametrize(
    ("role", "days", "told"),
    [("analyst", -1, b"not in the past"), ("reviewer", 1, b"already has this role")],
)
def test_a_role_change_that_cannot_be(
    manager: Client, person: Callable[..., Any], role: str, days: int, told: bytes
) -> None:
    user, today = person(Role.ANALYST, at="river"), timezone.localdate()
    row = user.affiliations.get()
    Affiliation.objects.create(
        user=user, organization=row.organization, role="reviewer", starts=today
    )
    form = {"role": role, "ends": (today + timedelta(days=days)).isoformat()}
    answer = manager.post(reverse("partners:change_role", args=(row.pk,)), form)
    assert answer.status_code == 422
    assert told in answer.content
    assert _events() == []


def test_an_account_is_corrected_only_where_all_its_roles_may_be_changed(
    browser: Callable[..., Client], person: Callable[..., Any], organization: Callable[..., Any]
) -> None:
    """An address is a way into the account, also of a person whose roles have ended."""
    hub, local = person(Role.DATA_MANAGER), person(Role.DATA_MANAGER, at="river")
    Affiliation.objects.create(
        user=hub, organization=organization("river"), role="reviewer", starts=timezone.localdate()
    )
    gone = person(Role.STEWARD, at="lake")
    gone.affiliations.update(ends=timezone.localdate() - timedelta(days=1))
    for user in (hub, gone):
        address = reverse("partners:edit_person", args=(user.pk,))
        assert browser(local).get(address).status_code == 403
        assert browser(hub).get(address).status_code == 200
        with pytest.raises(Refused):
            person_records.correct_person(
                user=user, name="x", email="x@x.example", by=local, at=timezone.localtime()
            )


def test_a_person_is_seen_only_with_the_roles_that_one_may_see(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    client = browser(Role.STEWARD, at="river", email="me@river.example")
    mine = User.objects.get(email="me@river.example")
    page = client.get(reverse("partners:person", args=(mine.pk,))).content
    assert b"Data steward" in page
    assert b"Edit name and email" not in page
    other = person(Role.STEWARD, at="lake")
    assert client.get(reverse("partners:person", args=(other.pk,))).status_code == 404


def test_partners_and_people_are_searched_and_downloaded(
    manager: Client, person: Callable[..., Any]
) -> None:
    person(Role.STEWARD, at="river", email="sam@river.example")
    person(Role.STEWARD, at="lake", email="kim@lake.example")
    page = manager.get(reverse("partners:people"), {"q": "kim@"}).content
    assert b"kim@lake.example" in page
    assert b"sam@river.example" not in page
    people = manager.get(reverse("partners:people"), {"download": "csv", "q": "lake"})
    header, line = people.content.decode("utf-8-sig").splitlines()
    assert header == "Name,Email,Organization,Role,First day,Last day,Status"
    assert line.startswith("Steward,kim@lake.example,Lake,Data steward,")
    assert line.endswith(",No end date,Current")
    partners = manager.get(reverse("partners:list"), {"download": "csv", "q": "river"})
    assert partners.content.decode("utf-8-sig").splitlines() == [
        "Name,Short name,Type,People today",
        "River,river,School district,1",
    ]
    listed = manager.get(reverse("partners:list")).content.decode()
    assert reverse("web:partner", args=("river",)) in listed
    assert reverse("partners:clearance", args=("river",)) in listed


def test_the_people_with_access_are_listed_with_what_is_missing(
    manager: Client, person: Callable[..., Any]
) -> None:
    person(Role.STEWARD, at="river")
    person(Role.PROGRAM_STAFF, at="river", trained=False)
    address = reverse("partners:clearance", args=("river",))
    page = manager.get(address, {"status": "In progress"}).content.decode()
    assert "Confidentiality agreement, From mission to outcomes" in page
    assert "Record training" in page
    assert ">Steward<" not in page
    text = manager.get(address, {"download": "csv"}).content.decode("utf-8-sig")
    assert text.splitlines()[0] == "Name,Role,Training,Valid through,Still to do"


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
