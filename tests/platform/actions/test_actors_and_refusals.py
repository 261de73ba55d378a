"""Who acts is loaded once, in one way; a refusal is recorded once, by whoever is outermost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.platform.actions import actors
from cairn.platform.actions.api import (
    NoActorLoaderError,
    load_current_actor,
    record_anonymous_refusal,
    record_refusal,
)
from cairn.platform.audit.api import AuditLine, Work
from cairn.platform.tasks.api import track_work
from cairn.policy.engine import Refused
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, Role, SecondFactor

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def refuse(action: Action = Action.VIEW_AUDIT) -> Refused:
    return Refused(may_open_page(action, Actor.public(), on=AT.date()))


def test_a_user_outside_of_a_request_works_in_the_shell(person: Callable[..., Any]) -> None:
    user = person(Role.STEWARD, at="river")
    assert load_current_actor(user).second_factor is SecondFactor.LOCAL_SHELL
    assert load_current_actor(None) == Actor.public()


def test_the_user_of_the_request_counts_with_the_session(person: Callable[..., Any]) -> None:
    user, other = (person(Role.STEWARD, at="river", invented=False) for _ in range(2))
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    request.user = user
    seen: dict[str, SecondFactor] = {}

    def view(_request: object) -> HttpResponse:
        seen["user"] = load_current_actor(user).second_factor
        seen["other"] = load_current_actor(other).second_factor
        return HttpResponse()

    actors.CurrentRequestMiddleware(view)(request)
    assert seen == {"user": SecondFactor.ABSENT, "other": SecondFactor.LOCAL_SHELL}
    assert load_current_actor(user).second_factor is SecondFactor.LOCAL_SHELL


def test_without_a_loader_nobody_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actors, "_loaders", [])
    with pytest.raises(NoActorLoaderError):
        load_current_actor(None)


def test_a_refusal_is_recorded_once(person: Callable[..., Any]) -> None:
    user, refused = person(), refuse()
    record_refusal(refused, "door:audit:list", by=user, at=AT)
    record_refusal(refused, "command:view_audit", by=user, at=AT)
    record_refusal(refuse(), "door:audit:list", by=None, at=AT)
    lines = AuditLine.objects.filter(event="refused").order_by("sequence")
    assert [(line.subject, line.actor_id) for line in lines] == [
        ("door:audit:list", str(user.pk)),
        ("door:audit:list", ""),
    ]


def test_a_refusal_of_a_task_is_not_recorded_again_by_the_command_that_ran_it() -> None:
    with pytest.raises(Refused) as caught, track_work("conform", "delivery:1", by=None):
        raise refuse()
    record_refusal(caught.value, "command:conform", by=None, at=AT)
    assert AuditLine.objects.get(event="refused").subject == "delivery:1"
    assert not Work.objects.get().is_running


def test_a_refused_request_for_data_is_in_the_disclosure_log_too() -> None:
    record_refusal(refuse(Action.EXPORT), "door:x", by=None, at=AT)
    record_refusal(refuse(), "door:x", by=None, at=AT)
    row = DisclosureRecord.objects.get()
    assert (row.kind, row.action) == ("refused", "export")
    assert AuditLine.objects.filter(event="refused").count() == 2


def test_a_listener_that_fails_leaves_no_half_of_the_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError("disk full")

    refused = refuse()
    with monkeypatch.context() as patch:
        patch.setattr("cairn.platform.actions.refusals._listeners", [fail])
        with pytest.raises(OSError, match="disk full"):
            record_refusal(refused, "door:x", by=None, at=AT)
    assert not AuditLine.objects.exists()
    record_refusal(refused, "door:x", by=None, at=AT)
    assert AuditLine.objects.get().event == "refused"


@pytest.mark.parametrize(("method", "loads"), [("get", 1), ("head", 1), ("post", 2)])
def test_only_a_request_that_reads_remembers(method: str, loads: int) -> None:
    loaded: list[str] = []

    def load() -> str:
        memory = actors.open_request_cache("facts")
        if "of today" not in memory:
            loaded.append("of today")
            memory["of today"] = "a fact"
        return str(memory["of today"])

    def view(_request: Any) -> HttpResponse:
        return HttpResponse(load() + load())

    middleware = actors.CurrentRequestMiddleware(view)
    middleware(getattr(RequestFactory(), method)("/"))
    assert len(loaded) == loads
    middleware(getattr(RequestFactory(), method)("/"))
    assert len(loaded) == 2 * loads
    load()
    assert len(loaded) == 2 * loads + 1
    loaded.clear()

    def act(_request: Any) -> HttpResponse:
        load()
        actors.clear_request_cache()
        return HttpResponse(load() + load())

    actors.CurrentRequestMiddleware(act)(RequestFactory().get("/"))
    assert len(loaded) == 3, "nothing is remembered once an action has begun"


def test_of_anonymous_refusals_the_first_tenth_and_hundredth_of_an_hour_are_recorded() -> None:
    cache.clear()
    for _ in range(120):
        record_anonymous_refusal(refuse(), "door:audit:log", at=AT)
    record_anonymous_refusal(refuse(), "door:web:home", at=AT)
    record_anonymous_refusal(refuse(), "door:audit:log", at=AT + timedelta(hours=1))
    lines = AuditLine.objects.filter(event="refused").order_by("sequence")
    assert [(line.subject_id, line.detail.get("times_in_this_hour")) for line in lines] == [
        *(("audit:log", times) for times in (None, 10, 100)),
        *(("web:home", None), ("audit:log", None)),
    ]
    assert {line.actor_id for line in lines} == {""}


def test_a_made_up_session_is_an_anonymous_reader(
    client: Client, person: Callable[..., Any]
) -> None:
    cache.clear()
    client.cookies["sessionid"] = "made-up"
    for _ in range(12):
        assert client.get(reverse("audit:log")).status_code == 403
    assert AuditLine.objects.filter(event="refused").count() == 2
    client.force_login(person(Role.ANALYST, at="river"))
    for _ in range(3):
        assert client.get(reverse("audit:log")).status_code == 403
    assert AuditLine.objects.filter(event="refused").count() == 5
