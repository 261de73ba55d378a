"""A page is in one language: the reader's where families read, English everywhere else."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.test_every_entry_point import ROUTES

from cairn.interfaces.web.middleware import FAMILY_PAGES
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

FAMILY_ACTIONS = {Action.ENTER_FAMILY, Action.PARENT_VIEW, Action.FAMILY_ANSWER}
ENGLISH_WITHOUT_ACCOUNT = {
    "for the signer of an agreement, who reads its English text": (
        "agreements:confirm_signature agreements:confirmation_page"
    ),
    "the documentation, and the parts of pages for those who build them": (
        "web:help web:help_page web:gallery"
    ),
    "for a calendar program": "deadlines:subscribed_feed",
    "the committee's public page, linked from its members' pages": "projects:body_public",
    "of the demonstration alone": "web:mailbox web:mailbox_mail web:progress",
    "finds pages for staff": "web:search",
}
"""Pages that open without an account and are in English alone, by reason."""
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


def test_the_pages_in_spanish_are_those_that_a_family_may_open() -> None:
    """As the table of routes says who opens each; a new page for families is missed nowhere."""
    of_families = {
        name
        for name, route in ROUTES.items()
        if {Role.FAMILY, Role.PUBLIC} & set(route.roles) or FAMILY_ACTIONS & set(route.asks)
    }
    in_english = {name for names in ENGLISH_WITHOUT_ACCOUNT.values() for name in names.split()}
    assert in_english <= of_families
    # The language itself is kept in a cookie, and asks nobody.
    assert of_families - in_english | {"web:language"} == FAMILY_PAGES
