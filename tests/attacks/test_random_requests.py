"""No odd request ends in an error of the server, and no text that was sent comes back as markup.

For each route, what it is about is made once. Then odd parts of the address, odd queries and odd
forms are sent by somebody who may use it: fields of the page's own forms with values that no person
enters. A refusal or a page that names the mistake is right; a status of 500 is a bug.

`CAIRN_ODD_REQUESTS=20` sends twenty forms and queries to each route instead of one.
"""

import os
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from lxml import html
from tests.entry_points.undone import undone
from tests.test_every_entry_point import ROUTES

from cairn.policy.vocabulary.access import STAFF_ROLES, Role

pytestmark = [
    pytest.mark.django_db(databases=["default", "identities"]),
    pytest.mark.slow,
    pytest.mark.one_database,
]

_ROUNDS: Final = int(os.environ.get("CAIRN_ODD_REQUESTS", "1"))
_SEED: Final = int(os.environ.get("CAIRN_ODD_SEED", "1"))
_MARKUP: Final = "<script>hostile</script>"
_ODD_TEXTS: Final = (
    *("", " ", "0", "-1", "1.5", "NaN", "1e999", "null", "true", "[]", "{}", "{'a': 1}"),
    *("9" * 30, "x" * 5000, "a\x00b", "\x1b[31m", "\U0001f600 ñ \u202e", "\r\n\r\nX: y"),
    *("2026-13-45", "0000-00-00", "9999-12-31", "31.02.2026", "25:61", "2026-27", "1999-98"),
    *("' OR 1=1 --", '"><img src=x onerror=alert(1)>', _MARKUP, "{{ 7*7 }}", "=cmd|' /C calc'!A0"),
    *(
        "../../etc/passwd",
        "//elsewhere.example/",
        "javascript:alert(1)",
        "%00",
        "K",
        "on",
        "approve",
    ),
)
_ODD_NUMBERS: Final = (0, 2**31, 2**63, 2**70)
_USUAL_QUERIES: Final = ("page", "sort", "q", "year", "status", "language", "show", "next", "n")
_SIGNED_IN: Final = sorted(STAFF_ROLES)


def test_no_odd_request_is_an_error_of_the_server(browser: Callable[..., Client]) -> None:
    draw = random.Random(_SEED)
    hub = (Role.DATA_MANAGER, Role.ANALYST)
    cookies = {
        role: browser(role, at="backbone" if role in hub else "district").cookies
        for role in _SIGNED_IN
    }
    wrong: dict[str, str] = {}
    for name in sorted(ROUTES):
        route = ROUTES[name]
        role = next((role for role in _SIGNED_IN if role in route.roles), None)
        with undone():
            arguments = route.make()
            address = reverse(name, kwargs=arguments)

            def send(
                method: str, address: str, fields: Mapping[str, Any], role: Role | None = role
            ) -> HttpResponse:
                client = Client(raise_request_exception=False)
                client.cookies = deepcopy(cookies[role]) if role else client.cookies
                with undone():
                    return getattr(client, method)(address, dict(fields))

            page = send("get", address, {})
            names = _list_fields(page)
            names = names or dict.fromkeys(route.sends, "text")
            for method, where, fields in _draw_requests(draw, name, arguments, names):
                fault = _find_fault(send(method, where, fields))
                if fault:
                    wrong[f"{method} {name}"] = f"{fault}: {where[:80]} {str(fields)[:900]}"
    assert not wrong, "\n".join(f"{key}: {value}" for key, value in wrong.items())


def _list_fields(page: HttpResponse) -> dict[str, str]:
    """The fields of the page's forms by name, with their kind; buttons count."""
    if page.status_code != 200 or "html" not in page.get("Content-Type", "") or page.streaming:
        return {}
    found = html.fromstring(page.content).xpath("//main//*[@name][not(self::meta)]")
    return {field.get("name"): field.get("type") or field.tag for field in found}


def _draw_requests(
    draw: random.Random, name: str, arguments: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Draw, in each round, an odd address, an odd query and an odd form."""
    address = reverse(name, kwargs=arguments)
    for _round in range(_ROUNDS):
        odd = {key: _draw_argument(draw, value) for key, value in arguments.items()}
        with suppress(NoReverseMatch):
            yield "get", reverse(name, kwargs=odd), {}
        queries = (*_USUAL_QUERIES, *names)
        yield "get", address, {key: draw.choice(_ODD_TEXTS) for key in queries}
        # One field in ten is not sent.
        sent = (key for key in names if draw.random() > 0.1)
        yield "post", address, {key: _draw_value(draw, names[key]) for key in sent}


def _draw_argument(draw: random.Random, value: Any) -> Any:
    return draw.choice(
        _ODD_NUMBERS if isinstance(value, int) else ("0", "x" * 300, "a-b", "ñ", value)
    )


def _draw_value(draw: random.Random, kind: str) -> Any:
    if kind == "file" and draw.random() > 0.3:
        content = draw.choice(_ODD_TEXTS).encode("utf-8", "surrogatepass")
        return SimpleUploadedFile(draw.choice(("a.csv", "a.zip", "a.xlsx", "../a.json")), content)
    if draw.random() > 0.8:
        return [draw.choice(_ODD_TEXTS) for _number in range(3)]
    return draw.choice(_ODD_TEXTS)


def _find_fault(answer: HttpResponse) -> str:
    if answer.status_code >= 500:
        return f"answered {answer.status_code}"
    if not answer.streaming and "html" in answer.get("Content-Type", ""):
        content = answer.content.decode()
        if _MARKUP in content or "<img src=x" in content:
            return "sent markup back"
    return ""
