"""A page is in one language: the reader's where families read, English everywhere else."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from cairn.interfaces.web.middleware import FAMILY_PAGES
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

SPANISH = {"HTTP_ACCEPT_LANGUAGE": "es"}
SWITCH = 'name="language"'


@pytest.mark.parametrize("page", ["web:home", "dashboards:index", "registers:list"])
def test_whoever_reads_without_an_account_reads_spanish(client: Client, page: str) -> None:
    answer = client.get(reverse(page), **SPANISH)
    assert answer.headers["Content-Language"] == "es"
    assert '<html lang="es">' in answer.text
    assert SWITCH in answer.text


@pytest.mark.parametrize("page", ["account_login", "linkage:summary", "web:home"])
def test_a_page_of_staff_is_english_throughout(
    client: Client, person: Callable[..., User], page: str
) -> None:
    if page != "account_login":
        client.force_login(person(Role.DATA_MANAGER))
    answer = client.get(reverse(page), **SPANISH)
    assert answer.headers["Content-Language"] == "en"
    assert '<html lang="en">' in answer.text
    assert "Sign" in answer.text
    assert SWITCH not in answer.text


def test_a_page_that_is_not_there_says_so_in_the_readers_language(client: Client) -> None:
    answer = client.get("/nowhere/", **SPANISH)
    assert answer.status_code == 404
    assert '<html lang="es">' in answer.text


def test_english_for_staff_does_not_change_the_next_page_a_family_reads(client: Client) -> None:
    client.get(reverse("account_login"), **SPANISH)
    assert client.get(reverse("dashboards:index"), **SPANISH).headers["Content-Language"] == "es"


def test_every_page_that_families_read_is_one_of_the_site() -> None:
    site = {
        f"{namespace}:{name}"
        for namespace, (_, room) in get_resolver().namespace_dict.items()
        for name in room.reverse_dict
        if isinstance(name, str)
    }
    assert site >= FAMILY_PAGES
