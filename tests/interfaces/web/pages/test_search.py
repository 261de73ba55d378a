"""Search finds what the user may see, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def _search(client: Client, text: str) -> str:
    response = client.get(reverse("web:search"), {"q": text})
    assert response.status_code == 200
    return response.content.decode()


def _add_sol(person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river", email="sol@river.example")
    user.name = "Sol Marchetti"
    user.save(update_fields=["name"])


def test_partners_and_people_are_found_by_name_and_email(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    _add_sol(person)
    page = _search(browser(Role.DATA_MANAGER), "RIVER sol@")
    assert "Sol Marchetti" in page
    assert reverse("web:partner", args=["river"]) in page


def test_a_person_is_not_found_by_someone_who_may_not_see_people(
    browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    _add_sol(person)
    page = _search(browser(Role.ANALYST), "Marchetti")
    assert "sol@river.example" not in page
    assert "No results for “Marchetti”" in page


def test_help_is_searched_too(browser: Callable[..., Client]) -> None:
    page = _search(browser(Role.PROGRAM_STAFF, at="tutors"), "destroy on time")
    assert reverse("web:help_page", args=["how-to/destroy-on-time"]) in page


def test_an_empty_search_says_where_it_looks(browser: Callable[..., Client]) -> None:
    assert "It does not look in students" in _search(browser(), " ")
