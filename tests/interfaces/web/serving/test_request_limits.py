"""Large bodies are refused from the headers on; those that are let in have one limit together."""

import gc

import pytest
from django.conf import settings
from django.urls import reverse
from waitress.adjustments import Adjustments

from cairn.interfaces.web.serving import request_limits
from cairn.interfaces.web.serving.request_limits import LimitedRequestParser

LARGE = 600
SESSION = f"{settings.SESSION_COOKIE_NAME}=abc"


def parse(path: str, *lines: str, body: bytes = b"", limit: int = 1_000) -> LimitedRequestParser:
    parser = LimitedRequestParser(Adjustments(max_request_body_size=limit))
    head = "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()
    parser.received(head)
    if body:
        parser.received(body)
    return parser


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "ANONYMOUS_BODY_BYTES", 100)
    monkeypatch.setattr(request_limits, "_STEP_BYTES", 100)
    monkeypatch.setattr(request_limits, "BUDGET", request_limits._BodyBudget())


@pytest.mark.parametrize(
    ("path", "lines", "code"),
    [
        ("/account/login/", (), 413),
        ("/account/login/", ("Cookie: csrftoken=x",), 413),
        ("/account/login/", ('Cookie: "broken;;=',), 413),
        ("/intake/new/", (f"Cookie: {SESSION}",), None),
        ("/intake/send/KEY/", (), None),
    ],
)
def test_who_may_send_a_large_body(path: str, lines: tuple[str, ...], code: int | None) -> None:
    parser = parse(path, f"Content-Length: {LARGE}", *lines)
    assert (parser.error and parser.error.code) == code


def test_the_page_for_a_requested_file_accepts_a_large_body() -> None:
    path = reverse("intake:requested_file", args=["KEY"])
    assert parse(path, f"Content-Length: {LARGE}").error is None


@pytest.mark.parametrize(
    ("lines", "size", "message"),
    [
        ((), LARGE, "Sign in again, then send the file again."),
        ((f"Cookie: {SESSION}",), 2_000, "this site accepts 10 MB. Split it."),
    ],
)
def test_a_body_that_is_too_large_is_refused_in_plain_words(
    lines: tuple[str, ...], size: int, message: str
) -> None:
    error = parse("/intake/new/", f"Content-Length: {size}", *lines).error
    _, _, body = error.to_response()
    assert message in body.decode()
    assert "max_body" not in body.decode()


def test_a_small_body_needs_no_account() -> None:
    parser = parse("/account/login/", "Content-Length: 5", body=b"a=1&b")
    assert (parser.error, parser.completed) == (None, True)


def test_a_body_without_a_stated_length_may_not_be_large() -> None:
    lines = ("Transfer-Encoding: chunked", f"Cookie: {SESSION}")
    chunk = b"%x\r\n%s\r\n" % (LARGE, b"a" * LARGE)
    assert parse("/intake/new/", *lines, body=chunk).error.code == 413
    small = parse("/intake/new/", *lines, body=b"2\r\nab\r\n0\r\n\r\n")
    assert (small.error, small.completed) == (None, True)


def test_one_large_body_too_many_waits_until_others_have_ended() -> None:
    lines = (f"Content-Length: {LARGE}", f"Cookie: {SESSION}")
    body = b"a" * (LARGE - 1)
    stated = [parse("/intake/new/", *lines) for _ in range(9)]
    assert not any(parser.error for parser in stated)  # what is stated takes no room
    held = [parse("/intake/new/", *lines, body=body) for _ in range(4)]
    assert [parser.error and parser.error.code for parser in held] == [None, None, None, 503]
    held.clear()
    gc.collect()
    assert parse("/intake/new/", *lines, body=body).error is None


@pytest.mark.parametrize(("processes", "limit"), [(1, 2_000), (2, 1_000), (4, 1_000)])
def test_processes_share_the_room_but_each_has_enough_for_one(processes: int, limit: int) -> None:
    budget = request_limits._BodyBudget()
    budget.processes = processes
    assert budget.find_limit(1_000) == limit
    assert budget.take(limit, 1_000)
    assert not budget.take(1, 1_000)
    budget.give_back([limit])
    assert budget.take(1, 1_000)


def test_headers_have_a_limit() -> None:
    assert request_limits.build_limits() == {"max_request_header_size": 32_768}
