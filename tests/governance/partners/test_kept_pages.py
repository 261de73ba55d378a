"""A page of staff is used again until a row that it shows changes, and for its user alone."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from tests.row_logs import keeping_results

from cairn.governance.partners.kept_pages import keep_page_while_rows_unchanged
from cairn.governance.partners.models import Affiliation, Organization
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identities"])
KEPT = (
    *("partners:list", "agreements:list", "releases:list", "intake:deliveries"),
    *("projects:list", "programs:list"),
)
_READERS = {"programs:list": Role.PROGRAM_STAFF}
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture(autouse=True)
def keeping() -> Iterator[None]:
    with keeping_results():
        yield


@pytest.fixture
def manager(person: Callable[..., Any]) -> Any:
    return person(Role.DATA_MANAGER)


@pytest.fixture
def reader(person: Callable[..., Any], route: str) -> Any:
    """Who may open the page of the route."""
    return person(_READERS.get(route, Role.DATA_MANAGER))


@pytest.fixture
def made() -> list[str]:
    """Who asked for each page that was really made."""
    return []


@pytest.fixture
def ask(made: list[str]) -> Callable[..., HttpResponse]:
    """Asks for a page that lists the organizations: `ask(user)`."""

    @keep_page_while_rows_unchanged
    def show(request: HttpRequest, file: str = "") -> HttpResponse:
        made.append(str(request.user))
        if file == "added":
            messages.info(request, "Added by the page.")
        names = ",".join(Organization.objects.order_by("slug").values_list("name", flat=True))
        shown = "".join(str(message) for message in messages.get_messages(request))
        kind = {"content_type": "text/csv"} if file == "csv" else {}
        return HttpResponse(f"{names} {shown}", **kind)

    def request_page(user: Any, *, said: str = "", query: str = "", file: str = "") -> str:
        request = RequestFactory().get(f"/list/{query}")
        request.user, request.session = user, {}
        request._messages = FallbackStorage(request)
        if said:
            messages.info(request, said)
        return show(request, file=file).content.decode().strip()

    return request_page


@pytest.mark.parametrize("route", KEPT)
def test_a_kept_page_is_the_page(route: str, reader: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    client.get(reverse(route))
    first, second = (client.get(reverse(route)) for _ in range(2))
    assert first.status_code == 200
    tokens = {*_TOKEN.findall(first.content.decode()), *_TOKEN.findall(second.content.decode())}
    assert len(tokens) == 2, "each page has a token of its own"
    texts = [_TOKEN.sub("", page.content.decode()) for page in (first, second)]
    assert texts[0] == texts[1]
    assert first.headers == second.headers
    (token,) = {*_TOKEN.findall(second.content.decode())}
    wrong = client.post(reverse("account_logout"), {"csrfmiddlewaretoken": token[::-1]})
    assert wrong.status_code == 403
    assert client.post(reverse("account_logout"), {"csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.parametrize("route", KEPT)
def test_a_kept_page_asks_who_is_there_and_whether_a_row_changed(
    route: str, reader: Any, django_assert_max_num_queries: Callable[..., CaptureQueriesContext]
) -> None:
    client = Client()
    client.force_login(reader)
    client.get(reverse(route))
    client.get(reverse(route))
    with django_assert_max_num_queries(10):
        client.get(reverse(route))


def test_a_change_of_a_row_shows_at_once(
    manager: Any, ask: Callable[..., str], made: list[str]
) -> None:
    assert [ask(manager), ask(manager), len(made)] == ["Backbone", "Backbone", 1]
    Organization.objects.update(name="Hub")
    assert [ask(manager), ask(manager), len(made)] == ["Hub", "Hub", 2]


def test_each_user_and_address_has_a_page_of_its_own(
    person: Callable[..., Any], manager: Any, ask: Callable[..., str], made: list[str]
) -> None:
    other = person(Role.DATA_MANAGER)
    ask(manager)
    ask(other)
    ask(manager, query="?q=hub")
    assert len(made) == 3
    ask(other)
    manager.name = "Another Name"
    ask(manager)
    assert len(made) == 4, "a page shows the name of its reader"


def test_a_role_that_ended_closes_a_kept_page(manager: Any) -> None:
    client = Client()
    client.force_login(manager)
    for _ in range(2):
        assert client.get(reverse("releases:list")).status_code == 200
    Affiliation.objects.filter(user=manager).update(ends=date(2020, 1, 2))
    assert client.get(reverse("releases:list")).status_code == 403


def test_a_message_is_shown_once(manager: Any, ask: Callable[..., str], made: list[str]) -> None:
    ask(manager)
    assert ask(manager, said="Saved.") == "Backbone Saved."
    assert [ask(manager), len(made)] == ["Backbone", 2]


def test_a_file_is_made_each_time(manager: Any, ask: Callable[..., str], made: list[str]) -> None:
    assert [ask(manager, file="csv"), ask(manager, file="csv"), len(made)] == ["Backbone"] * 2 + [2]


def test_a_page_that_adds_a_message_is_made_each_time(
    manager: Any, ask: Callable[..., str], made: list[str]
) -> None:
    texts = [ask(manager, file="added", query="?a"), ask(manager, file="added", query="?a")]
    assert [*texts, len(made)] == ["Backbone Added by the page."] * 2 + [2]


def test_a_visitor_is_refused_as_without_keeping(manager: Any) -> None:
    known, stranger = Client(), Client()
    known.force_login(manager)
    for _ in range(2):
        known.get(reverse("releases:list"))
    answer = stranger.get(reverse("releases:list"))
    assert answer.status_code in (302, 403)


def test_another_language_has_a_page_of_its_own(
    manager: Any, ask: Callable[..., str], made: list[str]
) -> None:
    ask(manager)
    with override("es"):
        ask(manager)
    assert len(made) == 2
    assert settings.LANGUAGE_CODE.startswith("en")
