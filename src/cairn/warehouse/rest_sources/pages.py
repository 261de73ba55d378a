"""Ask a REST API for its records page by page, and join them to one file, in memory.

Every page must be of one form, and the number of records must be what the server says, so that a
page that is lost or sent twice is noticed. Nothing that a server says is ever quoted, since it may
quote a record.
"""

import base64
import csv
import http.client
import io
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote_plus, unquote, urlencode, urljoin, urlsplit

from cairn.warehouse.rest_sources.connection import open_public_connection
from cairn.warehouse.rest_sources.description import Paging, RestSource, split_url
from cairn.warehouse.schema import UnreadableFile

__all__ = ["RestFile", "read_rest_source"]

MAX_BYTES: Final = 128 << 20
"""What all pages of one reading may have together."""

MAX_SECONDS: Final = 900.0
"""How long one reading may take."""

_MAX_PAGES: Final = 20_000
_MAX_REDIRECTS: Final = 5
_READ_BYTES: Final = 1 << 16
_MAX_TOKEN_BYTES: Final = 1 << 16

_OK: Final = 200
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_NOT_ALLOWED: Final = (401, 403)
_TOTAL_HEADERS: Final = ("X-Total-Count", "Total-Count")
"""How OneRoster and Ed-Fi say the number of all records."""

_MAX_TOTAL_DIGITS: Final = 18
"""More digits are no number of records, and Python reads no number of over 4,300."""

_NEXT_LINK: Final = re.compile(r'<([^>]*)>[^,<]*;\s*rel="?next"?', re.IGNORECASE)
_SECRET: Final = re.compile(r"[!-~]+")

OpenConnection = Callable[[str, int], http.client.HTTPConnection]


@dataclass(frozen=True, slots=True)
class RestFile:
    """The records of an API as a file.

    Attributes:
        name: name of the source file with the ending of the content, such as "students.json".
        content: a JSON array of the records in an order that does not depend on the pages, or a
            CSV file.
        sent_name: the name by which the server sent the first page (Content-Disposition, RFC
            6266), or else the last part of its address; only for a date in it.
        modified_at: when the records changed, as the server says (Last-Modified); the earliest
            of the pages, also of the demographics. None if it does not say it of each.
    """

    name: str
    content: bytes
    sent_name: str = ""
    modified_at: datetime | None = None


def read_rest_source(
    stem: str,
    source: RestSource,
    secret: str = "",
    *,
    open_connection: OpenConnection = open_public_connection,
) -> RestFile:
    """Ask an API for all its records.

    Args:
        stem: name of the source file without its ending, for messages and for the file.
        source: the API.
        secret: the token, or the secret of the client; empty if the API asks for none.
        open_connection: opens a connection to a host and port.

    Returns:
        The file.

    Raises:
        UnreadableFile: the server cannot be reached, is not public, refuses, answers in another
            form, leads to another server, or has too much. The message holds neither the secret
            nor anything of an answer.
    """
    if secret and not _SECRET.fullmatch(secret):
        raise UnreadableFile(
            f"{stem}: the secret has spaces, line breaks or letters that a header cannot hold. "
            "Check the environment variable."
        )
    if source.secret_variable and not secret:
        raise UnreadableFile(f"{stem}: the environment variable {source.secret_variable} is empty.")
    reading = _Reading(stem, source, open_connection)
    try:
        token = _ask_for_token(reading, secret) if source.token_url else secret
        headers = _build_headers(source, token)
        pages = list(_read_pages(reading, headers))
        others = _read_demographics(reading, headers)
    except (OSError, http.client.HTTPException) as error:
        raise UnreadableFile(
            f"{stem}: the server {urlsplit(source.url).hostname} could not be reached, or broke "
            f"off ({type(error).__name__}). Nothing was imported."
        ) from None
    finally:
        reading.close()
    try:
        return _join_pages(stem, pages, others)
    except (UnicodeEncodeError, RecursionError):
        raise reading.refuse("the answer has text that is no Unicode, or many levels.") from None


def _read_demographics(reading: "_Reading", headers: Mapping[str, str]) -> list["_Page"]:
    """Read the demographics of a OneRoster API, if the source names their address."""
    source = reading.source
    if not source.demographics:
        return []
    reading.source = replace(
        source, url=source.demographics, records="demographics" if source.records else ""
    )
    return list(_read_pages(reading, headers))


@dataclass(slots=True)
class _Reading:
    """One reading of a source: its connections, and its remaining time and bytes."""

    stem: str
    source: RestSource
    open_connection: OpenConnection
    remaining: int = MAX_BYTES
    ends_at: float = field(default_factory=lambda: time.monotonic() + MAX_SECONDS)
    connections: dict[tuple[str, int], http.client.HTTPConnection] = field(default_factory=dict)
    last_url: str = ""

    def close(self) -> None:
        """Close the connections."""
        for connection in self.connections.values():
            connection.close()

    def refuse(self, problem: str) -> UnreadableFile:
        """Return the refusal of this reading; nothing was imported."""
        return UnreadableFile(f"{self.stem}: {problem} Nothing was imported.")

    def request(
        self, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> tuple[bytes, http.client.HTTPMessage]:
        """Send a request, and again where the same server redirects it."""
        for _ in range(_MAX_REDIRECTS):
            host, port, path = split_url(url)
            if (host, port) not in self.connections:
                self.connections[host, port] = self.open_connection(host, port)
            connection = self.connections[host, port]
            connection.request("POST" if body else "GET", path, body, dict(headers))
            with connection.getresponse() as answer:
                content = self._read_body(answer)
            if answer.status not in _REDIRECTS:
                self._check_status(answer, host)
                self.last_url = url
                return content, answer.headers
            url = self.follow(url, answer.headers.get("Location", ""))
        raise self.refuse("the server redirects in a circle.")

    def follow(self, url: str, target: str) -> str:
        """Return the address to which a server points, if it is its own."""
        joined = ""
        try:
            joined = urljoin(url, target)
            is_own = split_url(joined)[:2] == split_url(url)[:2]
        except ValueError:
            is_own = False
        if not (target and is_own and urlsplit(joined).scheme == "https"):
            raise self.refuse(
                "the server leads to another server, which would get the token. Ask the partner "
                "for the address itself."
            )
        if not joined.isascii():
            raise self.refuse("the server leads to an address that is not in plain letters.")
        return joined

    def _read_body(self, answer: http.client.HTTPResponse) -> bytes:
        blocks: list[bytes] = []
        while block := answer.read1(_READ_BYTES):
            self.remaining -= len(block)
            if self.remaining < 0:
                raise self.refuse(f"it has more than {MAX_BYTES >> 20} MB. Ask for a file instead.")
            if time.monotonic() > self.ends_at:
                raise self.refuse(f"it took more than {MAX_SECONDS / 60:.0f} minutes.")
            blocks.append(block)
        if answer.length:
            raise http.client.IncompleteRead(b"")
        return b"".join(blocks)

    def _check_status(self, answer: http.client.HTTPResponse, host: str) -> None:
        if answer.status in _NOT_ALLOWED:
            raise self.refuse(f"the server {host} refused the token ({answer.status}).")
        if answer.status != _OK:
            raise self.refuse(f"the server {host} answered with an error ({answer.status}).")
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise self.refuse(f"the server {host} compresses its answer, which Cairn did not ask.")


def _build_headers(source: RestSource, token: str) -> dict[str, str]:
    headers = {"Accept": "application/json, text/csv;q=0.9", "Accept-Encoding": "identity"}
    if token:
        is_bearer = source.token_header.lower() == "authorization"
        headers[source.token_header] = f"Bearer {token}" if is_bearer else token
    return headers


def _ask_for_token(reading: _Reading, secret: str) -> str:
    """Ask for a token with the client's ID and secret (RFC 6749, sections 2.3.1 and 4.4)."""
    source = reading.source
    grant = {
        "grant_type": "client_credentials",
        **({"scope": source.scope} if source.scope else {}),
    }
    client = f"{quote_plus(source.client_id)}:{quote_plus(secret)}"
    headers = {
        "Accept": "application/json",
        "Authorization": f"Basic {base64.b64encode(client.encode()).decode()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    content, _headers = reading.request(source.token_url, headers, urlencode(grant).encode())
    try:
        token = json.loads(content[:_MAX_TOKEN_BYTES])["access_token"]
    except (ValueError, KeyError, TypeError):
        token = None
    if not isinstance(token, str) or not _SECRET.fullmatch(token):
        raise reading.refuse("the address of token_url gave no token.")
    return token


@dataclass(frozen=True, slots=True)
class _Page:
    """The records of one page: objects of JSON, or lines of CSV below a header."""

    records: Sequence[Any]
    header: Sequence[str] | None
    next_target: str
    total: int | None
    sent_name: str
    modified_at: datetime | None

    def has_same_records(self, other: "_Page") -> bool:
        return bool(self.records) and self.records == other.records


def _read_pages(reading: _Reading, headers: Mapping[str, str]) -> Iterator[_Page]:
    """Yield the pages with records, and check their number."""
    source = reading.source
    size_name, position_name = source.name_parameters()
    url, count, last = source.url, 0, None
    for number in range(1, _MAX_PAGES + 1):
        if position_name:
            position = count if source.paging is Paging.OFFSET else number
            url = _add_parameters(
                source.url, {size_name: source.page_size, position_name: position}
            )
        content, answer_headers = reading.request(url, headers)
        page = _parse_page(reading, content, answer_headers)
        if last is not None and page.has_same_records(last):
            raise reading.refuse("the server sent the same page twice. Check paging.")
        if last is not None and page.records and page.header != last.header:
            raise reading.refuse("the pages have different columns.")
        count += len(page.records)
        if page.records or number == 1:
            yield page
        is_last = not (page.next_target if source.paging is Paging.LINK else page.records)
        if source.paging is Paging.NONE or is_last:
            if page.total is not None and page.total != count:
                raise reading.refuse(
                    f"the server has {page.total:,} records and sent {count:,}. Check paging."
                )
            if source.paging is Paging.NONE and page.next_target:
                raise reading.refuse("there is a further page. Write paging, such as “link”.")
            return
        last = page
        if source.paging is Paging.LINK:
            url = reading.follow(url, page.next_target)
    raise reading.refuse(f"it has more than {_MAX_PAGES:,} pages. Choose a larger page_size.")


def _add_parameters(url: str, values: Mapping[str, int]) -> str:
    address, _sign, _fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(values)}"


def _parse_page(reading: _Reading, content: bytes, headers: http.client.HTTPMessage) -> _Page:
    link = _NEXT_LINK.search(headers.get("Link", ""))
    target = link[1] if link else ""
    totals = [headers[name] for name in _TOTAL_HEADERS if headers.get(name, "").isdecimal()]
    if totals and len(totals[0]) > _MAX_TOTAL_DIGITS:
        raise reading.refuse("the server does not say how many records it has.")
    total = int(totals[0]) if totals else None
    origin = _find_sent_name(headers, reading.last_url), _find_modified_time(headers)
    if headers.get_content_subtype() == "csv":
        lines = _parse_csv(reading, content)
        return _Page(lines[1:], lines[0] if lines else None, target, total, *origin)
    try:
        body = json.loads(content, parse_float=str, parse_int=str)  # with the digits as sent
    except (ValueError, RecursionError) as error:
        raise reading.refuse("the answer is neither JSON nor CSV.") from error
    if reading.source.next_field:
        address = _look_up(body, reading.source.next_field)
        target = address if isinstance(address, str) else ""
    return _Page(_find_records(reading, body), None, target, total, *origin)


def _find_sent_name(headers: http.client.HTTPMessage, url: str) -> str:
    """Return the name by which a server sent a page, or else the last part of its address."""
    try:
        name = headers.get_filename("")
    except (LookupError, TypeError, ValueError):
        name = ""
    return re.split(r"[/\\]", name or unquote(urlsplit(url).path))[-1]


def _find_modified_time(headers: http.client.HTTPMessage) -> datetime | None:
    try:
        time_sent = parsedate_to_datetime(headers.get("Last-Modified", ""))
    except (TypeError, ValueError):
        return None
    return time_sent if time_sent.tzinfo else time_sent.replace(tzinfo=UTC)


def _parse_csv(reading: _Reading, content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
        return [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise reading.refuse("the answer is no CSV in UTF-8.") from error


def _find_records(reading: _Reading, body: Any) -> list[Any]:
    """Find the list of records in an answer; a page after the last may have none."""
    records = _look_up(body, reading.source.records) if reading.source.records else body
    if isinstance(records, dict) and not reading.source.records:
        lists = [value for value in records.values() if isinstance(value, list)]
        records = lists[0] if len(lists) == 1 else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise reading.refuse(
            "the answer has not one list of records. Write its path as records, such as “users”."
        )
    return records


def _look_up(body: Any, path: str) -> Any:
    for key in path.split("."):
        body = body.get(key) if isinstance(body, dict) else None
    return body


def _join_pages(stem: str, pages: Sequence[_Page], others: Sequence[_Page]) -> RestFile:
    header, times = pages[0].header, [page.modified_at for page in (*pages, *others)]
    origin = pages[0].sent_name, min(filter(None, times)) if all(times) else None
    records = [record for page in pages for record in page.records]
    if header is not None and others:
        raise UnreadableFile(f"{stem}: demographics are joined to JSON, and the server sent CSV.")
    if header is not None:
        lines = io.StringIO(newline="")
        csv.writer(lines).writerows([header, *records])
        return RestFile(f"{stem}.csv", lines.getvalue().encode(), *origin)
    text = _write_records(pages)
    if others:
        text = f'{{"users": {text}, "demographics": {_write_records(others)}}}'
    return RestFile(f"{stem}.json", f"{text}\n".encode(), *origin)


def _write_records(pages: Sequence[_Page]) -> str:
    """Write records in an order that does not depend on the pages."""
    records = (record for page in pages for record in page.records)
    lines = sorted(json.dumps(record, ensure_ascii=False) for record in records)
    return "[\n" + ",\n".join(lines) + "\n]"
