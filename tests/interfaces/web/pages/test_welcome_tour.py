"""The welcome tour on Home: by role, until it is closed, and again from Help."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cairn.governance.partners.api import load_actor
from cairn.interfaces.web.pages.welcome_tour import list_tour_stops
from cairn.platform.audit.models import AuditLine
from cairn.policy.facts import Actor
from cairn.policy.vocabulary.access import STAFF_ROLES, Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def _list_stops(client: Client, **query: str) -> list[Any]:
    return list(client.get(reverse("web:home"), query).context["tour"])


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_each_role_has_a_tour_whose_pages_open(browser: Callable[..., Client], role: Role) -> None:
    client = browser(role)
    stops = _list_stops(client)
    assert 4 <= len(stops) <= 5
    assert stops[-1].title == "Help"
    assert len({stop.url for stop in stops}) == len(stops)
    for stop in stops:
        assert client.get(stop.url, follow=True).status_code == 200, stop.url


def test_it_is_shown_until_closed_and_opens_again_from_help(
    browser: Callable[..., Client],
) -> None:
    client = browser(Role.STEWARD)
    assert _list_stops(client)
    assert client.post(reverse("web:close_tour")).url == reverse("web:home")
    assert not _list_stops(client)
    again = f"{reverse('web:home')}?tour=open"
    assert again in client.get(reverse("web:help")).content.decode()
    assert _list_stops(client, tour="open")
    client.post(reverse("web:close_tour"))
    assert AuditLine.objects.filter(event="tour.closed").count() == 2
    assert not _list_stops(client)


def test_who_may_not_see_records_yet_begins_with_training(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    stops = _list_stops(browser(person(Role.STEWARD, trained=False)))
    assert stops[0].url == reverse("training:mine")
    assert reverse("intake:deliveries") not in {stop.url for stop in stops}


def test_a_page_of_two_roles_is_named_once(person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river")
    other = person(Role.DATA_MANAGER)
    other.affiliations.update(user=user)
    stops = list_tour_stops(load_actor(user), timezone.localdate())
    assert [stop.title for stop in stops].count("Agreements") == 1
    assert len(stops) <= 5


def test_without_a_role_there_is_no_tour() -> None:
    assert list_tour_stops(Actor.public(), timezone.localdate()) == []
