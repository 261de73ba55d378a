"""The records of a partner's API arrive as one file, whole or not at all."""

import base64
import csv
import io
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from tests.warehouse.rest_sources.rest_server import Answer, Asked, RestServer, run_rest_server

from cairn.warehouse.readers import read_file
from cairn.warehouse.rest_sources import RestFile, RestSource, pages, read_rest_source
from cairn.warehouse.rest_sources.description import Paging
from cairn.warehouse.schema import UnreadableFile

URL = "https://sis.example.org/api/students"
STUDENTS = [{"id": f"{n:03}", "name": f"Ana {n}", "gpa": 3.10} for n in range(7)]
SECRET = "a-token-of-the-partner"


@pytest.fixture(scope="module")
def running() -> Iterator[RestServer]:
    with run_rest_server() as server:
        yield server


@pytest.fixture
def server(running: RestServer) -> RestServer:
    running.asked.clear()
    return running


def read(server: RestServer, secret: str = "", **described: Any) -> RestFile:
    source = RestSource(url=described.pop("url", URL), **described)
    return read_rest_source("students", source, secret, open_connection=server.open_connection)


def serve_slices(asked: Asked, **headers: str) -> Answer:
    first = int(asked.query.get("offset", 0))
    return Answer(STUDENTS[first : first + 3], headers=headers)


def list_ids(file: RestFile) -> list[str]:
    (sheet,) = read_file(file.name, file.content)
    ids: list[str] = sheet.table["id"].to_pylist()
    return ids


ALL_IDS = [student["id"] for student in STUDENTS]


def test_pages_by_offset_are_joined_whatever_their_size(server: RestServer) -> None:
    server.answer = lambda asked: serve_slices(asked, **{"X-Total-Count": "7"})
    file = read(server, SECRET, paging=Paging.OFFSET, page_size=100, secret_variable="T")
    assert (file.name, list_ids(file)) == ("students.json", ALL_IDS)
    assert [asked.query["offset"] for asked in server.asked] == ["0", "3", "6", "7"]
    assert {asked.headers["Authorization"] for asked in server.asked} == {f"Bearer {SECRET}"}
    assert b'"3.1"' in file.content  # digits as sent
    server.answer = lambda asked: Answer([*serve_slices(asked).json][::-1])
    assert read(server, paging=Paging.OFFSET) == file  # the order of a page changes nothing


def test_numbered_pages_and_links_are_followed(server: RestServer) -> None:
    def answer(asked: Asked) -> Answer:
        page = int(asked.query.get("page", 1))
        link = {"Link": f'<{URL}?page={page + 1}>; rel="next"'} if page < 3 else {}
        return Answer({"users": STUDENTS[3 * page - 3 : 3 * page], "page": page}, headers=link)

    server.answer = answer
    for paging, records in ((Paging.PAGE, ""), (Paging.LINK, ""), (Paging.LINK, "users")):
        assert list_ids(read(server, paging=paging, records=records)) == ALL_IDS
    server.answer = lambda asked: Answer(
        {"data": {"rows": STUDENTS[:3]}, "more": "?x=2"}
        if not asked.query
        else {"data": {"rows": STUDENTS[3:]}, "more": None}
    )
    file = read(server, paging=Paging.LINK, records="data.rows", next_field="more")
    assert list_ids(file) == ALL_IDS


def test_csv_keeps_its_cells_and_has_one_header(server: RestServer) -> None:
    rows = [["id", "note"], ["001", 'Came "late",\nagain'], ["002", ""]]

    def answer(asked: Asked) -> Answer:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([rows[0], *rows[int(asked.query["page"]) :][:1]])
        return Answer(body=text.getvalue().encode(), headers={"Content-Type": "text/csv"})

    server.answer = answer
    file = read(server, paging=Paging.PAGE)
    assert file.name == "students.csv"
    assert list(csv.reader(io.StringIO(file.content.decode(), newline=""))) == rows


def test_a_client_asks_for_its_token_and_the_records_get_no_secret(server: RestServer) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/oauth/token":
            return Answer({"access_token": "short-lived", "expires_in": 60})
        return Answer(STUDENTS)

    server.answer = answer
    client = {"token_url": "https://sis.example.org/oauth/token", "client_id": "cairn a"}
    file = read(server, "a+secret:x", secret_variable="S", scope="roster.readonly", **client)
    assert list_ids(file) == ALL_IDS
    token, records = server.asked
    assert token.body == "grant_type=client_credentials&scope=roster.readonly"
    sent = base64.b64decode(token.headers["Authorization"].removeprefix("Basic ")).decode()
    assert sent == "cairn+a:a%2Bsecret%3Ax"
    assert records.headers["Authorization"] == "Bearer short-lived"
    assert "secret" not in json.dumps(records.headers)
    read(server, SECRET, secret_variable="S", token_header="X-API-Key")
    assert server.asked[-1].headers["X-API-Key"] == SECRET


def test_a_redirect_within_the_server_is_followed(server: RestServer) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/api/students":
            return Answer(status=307, headers={"Location": "/v2/students"})
        return Answer(STUDENTS)

    server.answer = answer
    assert list_ids(read(server)) == ALL_IDS


MONDAY = "Mon, 28 Sep 2026 23:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "name", "modified"),
    [
        ({}, "latest", ""),
        ({"Content-Disposition": 'attachment; filename="r_20260928.csv"'}, "r_20260928.csv", ""),
        ({"Content-Disposition": "attachment; filename*=utf-8''a%2Fb_20260928.csv"},
         "b_20260928.csv", ""),
        ({"Content-Disposition": "inline; filename*=x'y'%FF", "Last-Modified": "soon"}, None, ""),
        ({"Last-Modified": MONDAY}, "latest", "2026-09-28T23:00:00+00:00"),
        ({"Last-Modified": MONDAY.replace("GMT", "-0000")}, "latest", "2026-09-28T23:00:00+00:00"),
    ],
)  # fmt: skip
def test_the_server_says_a_name_and_when_the_records_changed(
    server: RestServer, headers: dict[str, str], name: str | None, modified: str
) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/api/students":
            return Answer(status=302, headers={"Location": "/exports/latest?day=2026-09-28"})
        return Answer(STUDENTS, headers=headers)

    server.answer = answer
    file = read(server)
    assert name is None or file.sent_name == name
    assert (file.modified_at.isoformat() if file.modified_at else "") == modified


def test_pages_changed_when_the_first_of_them_did(server: RestServer) -> None:
    days: dict[str, dict[str, str]] = {"0": {"Last-Modified": MONDAY}}

    def answer(asked: Asked) -> Answer:
        page = serve_slices(asked)
        return Answer(page.json, headers={**page.headers, **days.get(asked.query["offset"], {})})

    server.answer = answer
    assert read(server, paging=Paging.OFFSET).modified_at is None
    later = {"Last-Modified": "Tue, 29 Sep 2026 01:00:00 GMT"}
    days |= {"3": later, "6": later}
    file = read(server, paging=Paging.OFFSET)
    assert file.modified_at is not None
    assert file.modified_at.isoformat() == "2026-09-28T23:00:00+00:00"


_SAME = Answer(STUDENTS)
_LINKED = {"paging": Paging.LINK, "records": "a", "next_field": "next"}
_LEADS_AWAY = (
    "https://other.example.org/x",
    "http://sis.example.org/x",
    "//10.0.0.1/x",
    "",
    "https://[",
)


@pytest.mark.parametrize(
    ("answer", "described", "says"),
    [
        *(
            (Answer(status=302, headers={"Location": target}), {}, "another server")
            for target in _LEADS_AWAY
        ),
        (Answer(status=302, headers={"Location": URL}), {}, "in a circle"),
        (
            Answer(STUDENTS, headers={"Link": '<https://other.example.org/2>; rel="next"'}),
            {"paging": Paging.LINK},
            "another server",
        ),
        (Answer(STUDENTS, headers={"Link": f'<{URL}?p=2>; rel="next"'}), {}, "a further page"),
        (_SAME, {"paging": Paging.OFFSET}, "the same page twice"),
        (Answer(STUDENTS, headers={"Total-Count": "9"}), {}, "has 9 records and sent 7"),
        (Answer(STUDENTS, headers={"Total-Count": "9" * 5_000}), {}, "how many records"),
        (Answer([{"name": "Ana \ud800"}]), {}, "no Unicode"),
        (Answer({"a": STUDENTS, "next": "/é"}), _LINKED, "plain letters"),
        (Answer({"a": STUDENTS, "next": "/\ud800"}), _LINKED, "plain letters"),
        (Answer({"secret": "Ana"}, status=500), {}, r"an error \(500\)"),
        (Answer({"secret": "Ana"}, status=401), {}, "refused the token"),
        (Answer({"error": "Ana"}), {}, "not one list of records"),
        (Answer({"a": [], "b": []}), {}, "not one list of records"),
        (Answer([1, 2]), {}, "not one list of records"),
        (Answer(STUDENTS), {"records": "users.list"}, "not one list of records"),
        (Answer(body=b"<html>Ana"), {}, "neither JSON nor CSV"),
        (Answer(body=b"[" * 100_000), {}, "neither JSON nor CSV"),
        (Answer(body=b'a,"b\n', headers={"Content-Type": "text/csv"}), {}, "no CSV in UTF-8"),
        (Answer(body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"}), {}, "compresses"),
        (Answer(body=b"[{}", claimed_length=50), {}, "broke off"),
        (
            Answer({"token": "x"}),
            {"token_url": URL, "client_id": "c", "secret_variable": "S", "secret": SECRET},
            "gave no token",
        ),
        (Answer([]), {"secret_variable": "S"}, "S is empty"),
        (Answer([]), {"secret": "a b\nc"}, "cannot hold"),
    ],
)
def test_whatever_is_not_the_whole_answer_is_refused_without_a_word_of_it(
    server: RestServer, answer: Answer, described: dict[str, Any], says: str
) -> None:
    server.answer = lambda _asked: answer
    with pytest.raises(UnreadableFile, match=says) as refusal:
        read(server, **described)
    assert "Ana" not in str(refusal.value)
    assert SECRET not in str(refusal.value)


def test_pages_of_different_columns_are_refused(server: RestServer) -> None:
    bodies = iter([b"id,name\n1,x\n", b"name,id\nx,2\n"])
    server.answer = lambda _asked: Answer(body=next(bodies), headers={"Content-Type": "text/csv"})
    with pytest.raises(UnreadableFile, match="different columns"):
        read(server, paging=Paging.PAGE)


def test_size_time_and_pages_have_limits(
    server: RestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer = lambda asked: Answer([{"id": asked.query.get("page", "1")}])
    for name, value, says in (
        ("MAX_SECONDS", -1.0, "more than"),
        ("_MAX_PAGES", 2, "more than 2 pages"),
        ("MAX_BYTES", 10, "more than"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(pages, name, value)
            if name == "MAX_BYTES":
                patch.setattr(pages._Reading, "__init__", _start_with_few_bytes)
            with pytest.raises(UnreadableFile, match=says):
                read(server, paging=Paging.PAGE)


_start = pages._Reading.__init__


def _start_with_few_bytes(self: pages._Reading, *arguments: Any) -> None:
    _start(self, *arguments)
    self.remaining = 10


def test_a_server_that_is_away_is_no_traceback(server: RestServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        away = RestServer(free.getsockname()[1])
    with pytest.raises(UnreadableFile, match=r"sis\.example\.org could not be reached"):
        read(away)
