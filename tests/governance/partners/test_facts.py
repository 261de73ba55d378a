"""From rows to facts: who someone is today, and how they proved it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Affiliation
from cairn.platform.actions.actors import CurrentRequestMiddleware, load_current_actor
from cairn.policy.vocabulary.access import Role, SecondFactor

pytestmark = pytest.mark.django_db


def _request(user: Any, **session: Any) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    request.session = session
    return request


def test_nobody_is_the_public() -> None:
    assert load_actor(None).id == load_actor(AnonymousUser()).id == "public"
    assert load_actor(AnonymousUser()).list_roles(date(2026, 1, 1)) == {Role.PUBLIC}


def test_an_affiliation_counts_on_its_days_only(person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river")
    Affiliation.objects.update(ends=date(2026, 6, 30))
    who = load_actor(user)
    assert who.id == str(user.pk)
    assert who.list_organizations(date(2026, 6, 30)) == {"river"}
    assert who.list_organizations(date(2026, 7, 1)) == frozenset()
    live = Affiliation.objects.filter_active
    assert live(date(2026, 6, 30)).count() == 1
    assert live(date(2026, 7, 1)).count() == live(date(2019, 12, 31)).count() == 0


def test_whoever_may_not_sign_in_has_no_role(person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river")
    user.is_active = False
    user.save()
    assert load_actor(user).list_roles(date(2026, 1, 1)) == {Role.PUBLIC}


def test_a_shell_needs_no_second_factor(person: Callable[..., Any]) -> None:
    assert load_actor(person()).second_factor is SecondFactor.LOCAL_SHELL


@pytest.mark.parametrize(
    ("invented", "listens_on", "factor"),
    [
        (True, "127.0.0.1", SecondFactor.EXCUSED),
        (True, "::1", SecondFactor.EXCUSED),
        (True, "0.0.0.0", SecondFactor.ABSENT),  # noqa: S104 (this is what must not be excused)
        (True, "192.0.2.7", SecondFactor.ABSENT),
        (True, "", SecondFactor.ABSENT),
        (True, "localhost.example", SecondFactor.ABSENT),
        (False, "127.0.0.1", SecondFactor.ABSENT),
    ],
)
def test_only_invented_people_on_loopback_are_excused(
    person: Callable[..., Any],
    settings: Settings,
    invented: bool,
    listens_on: str,
    factor: SecondFactor,
) -> None:
    settings.CAIRN_LISTENS_ON = listens_on
    user = person(Role.STEWARD, at="river", invented=invented)
    assert load_actor(user, request=_request(user)).second_factor is factor


@pytest.mark.parametrize("hosts", [("cairn.county.example",), ("localhost", "cairn.example")])
def test_nobody_is_excused_where_a_proxy_brings_visitors(
    person: Callable[..., Any], settings: Settings, hosts: tuple[str, ...]
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, hosts=hosts)
    user = person(Role.STEWARD, at="river")
    assert load_actor(user, request=_request(user)).second_factor is SecondFactor.ABSENT


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_nobody_is_excused_whose_request_was_passed_on(
    person: Callable[..., Any], header: str
) -> None:
    user = person(Role.STEWARD, at="river")
    request = _request(user)
    request.META[f"HTTP_{header.upper().replace('-', '_')}"] = "192.0.2.7"
    assert load_actor(user, request=request).second_factor is SecondFactor.ABSENT


def test_a_page_loads_its_user_once(
    person: Callable[..., Any], django_assert_num_queries: Callable[..., Any]
) -> None:
    user, other = person(Role.STEWARD, at="river"), person(Role.DATA_MANAGER)
    request = _request(user)
    who = load_actor(user, request=request)
    with django_assert_num_queries(0):
        assert load_actor(user, request=request) is who
    assert load_actor(other, request=request).list_roles(date(2026, 1, 1)) == {Role.DATA_MANAGER}
    assert load_actor(user, request=_request(user)) is not who


def test_what_changes_something_loads_its_user_anew(person: Callable[..., Any]) -> None:
    """A role that ends while the page is made is no right of an action, nor of what follows it."""
    user, day = person(Role.STEWARD, at="river"), date(2026, 1, 1)
    page, form = _request(user), _request(user)
    form.method = "POST"
    for request in (page, form):
        assert load_actor(user, request=request).list_roles(day) == {Role.STEWARD}
    Affiliation.objects.update(ends=date(2020, 12, 31))
    assert load_actor(user).list_roles(day) == {Role.PUBLIC}
    asked: list[Any] = []

    def view(_request: object) -> HttpResponse:
        asked.append(load_current_actor(user))
        return HttpResponse()

    for request in (page, form):
        CurrentRequestMiddleware(view)(request)
        assert asked.pop().list_roles(day) == {Role.PUBLIC}
    assert load_actor(user, request=form).list_roles(day) == {Role.PUBLIC}
