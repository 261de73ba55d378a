"""One page per partner: what a user may see of its agreements, data, people and reports."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def _read(client: Client, slug: str = "river") -> str:
    response = client.get(reverse("web:partner", args=[slug]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_new_partner_says_what_to_do_next(
    browser: Callable[..., Client], organization: Callable[..., Any]
) -> None:
    organization("river")
    page = _read(browser(Role.DATA_MANAGER))
    assert "No agreement yet" in page
    assert reverse("agreements:begin") in page
    assert "No data submission yet" in page
    assert "No people yet" in page


def test_people_are_shown_to_those_who_may_see_them(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    person(Role.STEWARD, at="river", email="sol@river.example")
    assert "sol@river.example" in _read(browser(Role.DATA_MANAGER))
    assert "sol@river.example" not in _read(browser(Role.ANALYST))


def test_an_unknown_partner_is_not_found(browser: Callable[..., Client]) -> None:
    assert browser().get(reverse("web:partner", args=["nowhere"])).status_code == 404
