"""Describe a partner's REST API in a small TOML file, so that the same records are read each time.

The secret is never in the file: it is in the environment, or stored encrypted by the caller.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, Self
from urllib.parse import SplitResult, parse_qsl, urlsplit

from cairn.warehouse.schema import UnreadableFile

_HTTPS_PORT: Final = 443
_BEARER_HEADER: Final = "Authorization"
_MAX_PAGE_SIZE: Final = 10_000
_SECRET_PARAMETER: Final = re.compile(r"token|secret|passw|api_?key|^key$|^sig", re.IGNORECASE)
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9-]+")
_PLAIN_ADDRESS: Final = re.compile(r"[!-~]+")
_ADDRESS_STARTS: Final = ("https:", "http:")


class Paging(StrEnum):
    """How an API divides its records into pages."""

    NONE = "none"
    OFFSET = "offset"
    PAGE = "page"
    LINK = "link"


_PARAMETERS: Final[Mapping[Paging, tuple[str, str]]] = {
    Paging.OFFSET: ("limit", "offset"),
    Paging.PAGE: ("per_page", "page"),
}
"""The usual names of the parameters for the size of a page, and for its position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestSource:
    """The records of one REST API, as a source file describes them.

    Attributes:
        url: address of the records; HTTPS, without a user or a secret.
        secret_variable: environment variable with the token, or with the secret of the client
            where ``token_url`` is given; empty if the API asks for none.
        token_header: header in which the token is sent; as "Bearer" in Authorization, alone in
            any other.
        token_url: address that gives a token for the client's ID and secret (OAuth 2.0, RFC 6749
            section 4.4); empty if the secret is the token.
        client_id: the client's ID for ``token_url``.
        scope: scope to ask for at ``token_url``; empty for none.
        records: path of the list of records in the answer, such as "users"; empty for the answer
            itself, or its only list.
        paging: how the records are divided into pages.
        page_size: records to ask for at once.
        size_parameter: name of the parameter for the page size; empty for the usual one.
        position_parameter: name of the parameter for the offset or page; empty for the usual one.
        next_field: path of the next page's address in the answer; empty for the Link header
            (RFC 8288).
        demographics: address of the demographics of the same server, which OneRoster keeps apart
            from users; they are read after the records, and joined to them. Empty for none.
    """

    url: str
    secret_variable: str = ""
    token_header: str = _BEARER_HEADER
    token_url: str = ""
    client_id: str = ""
    scope: str = ""
    records: str = ""
    paging: Paging = Paging.NONE
    page_size: int = 500
    size_parameter: str = ""
    position_parameter: str = ""
    next_field: str = ""
    demographics: str = ""

    @classmethod
    def parse(cls, name: str, text: str) -> Self:
        """Parse the text of a source file.

        Args:
            name: name of the file.
            text: its text, in TOML.

        Returns:
            The source.

        Raises:
            UnreadableFile: it is no source file, or holds a secret.
        """
        keys = _parse_toml(name, text)
        known = {field.name: field.type for field in fields(cls)}
        unknown = sorted(keys.keys() - known.keys())
        wrong = [key for key, value in keys.items() if key in known and not _is_of_type(key, value)]
        if unknown or wrong or "url" not in keys:
            entry = next(iter([*unknown, *wrong]), "url")
            raise UnreadableFile(
                f"{name} does not describe a REST API: see the entry “{entry}”. Write url, and "
                "secret_variable if the API asks for a token."
            )
        try:
            keys["paging"] = Paging(keys.get("paging", Paging.NONE))
        except ValueError as error:
            choices = ", ".join(Paging)
            raise UnreadableFile(f"{name}: paging is one of {choices}.") from error
        source = cls(**keys)
        for problem in source._find_problems():
            raise UnreadableFile(f"{name}: {problem}")
        return source

    def name_parameters(self) -> tuple[str, str]:
        """Return the names of the parameters for the size of a page, and for its position."""
        size, position = _PARAMETERS.get(self.paging, ("", ""))
        return self.size_parameter or size, self.position_parameter or position

    def _find_problems(self) -> Iterator[str]:
        addresses = {"url": self.url, "token_url": self.token_url}
        addresses["demographics"] = self.demographics
        problems = [
            problem
            for key, address in addresses.items()
            if address or key == "url"
            for problem in _find_address_problems(key, address)
        ]
        yield from problems
        if self.demographics and not problems and not _is_same_server(self.url, self.demographics):
            yield "demographics is an address of another server, which would get the token."
        if bool(self.token_url) != bool(self.client_id):
            yield "token_url and client_id belong together. Write both, or neither."
        if self.token_url and not self.secret_variable:
            yield "a client has a secret. Write the environment variable as secret_variable."
        if not 1 <= self.page_size <= _MAX_PAGE_SIZE:
            yield f"page_size is from 1 to {_MAX_PAGE_SIZE:,}."
        if not _HEADER_NAME.fullmatch(self.token_header):
            yield "token_header is the name of a header, such as X-API-Key."


def _is_same_server(first: str, second: str) -> bool:
    return split_url(first)[:2] == split_url(second)[:2]


def is_rest_description(text: str) -> bool:
    """Return whether a source file describes a REST API, and not the query of a database.

    Args:
        text: text of the file.

    Returns:
        True if its ``url`` is that of a web server.
    """
    try:
        url = tomllib.loads(text).get("url")
    except tomllib.TOMLDecodeError:
        return False
    return isinstance(url, str) and url.lower().startswith(_ADDRESS_STARTS)


def split_url(url: str) -> tuple[str, int, str]:
    """Split an address into host, port, and path with parameters.

    Args:
        url: an HTTPS address.

    Returns:
        Host, port, and the path with its parameters.

    Raises:
        ValueError: the port is no number.
    """
    parts = urlsplit(url)
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    return parts.hostname or "", parts.port or _HTTPS_PORT, f"{path}{query}"


def _parse_toml(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFile(f"{name} is not valid TOML: {error}.") from error


def _is_of_type(key: str, value: object) -> bool:
    if key == "page_size":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str)


def _find_address_problems(key: str, address: str) -> Iterator[str]:
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        parts, has_host = SplitResult("", "", "", "", ""), False
    if parts.scheme != "https" or not has_host or not _PLAIN_ADDRESS.fullmatch(address):
        yield f"{key} is no HTTPS address. Example: https://sis.example.org/api/students"
    elif parts.username or parts.password:
        yield (
            f"{key} holds a user or a password. Put the token into an environment variable, and "
            "write the variable's name as secret_variable."
        )
    elif any(_SECRET_PARAMETER.search(name) for name, _value in parse_qsl(parts.query)):
        yield (
            f"{key} holds a secret among its parameters. Remove it, and use secret_variable and "
            "token_header."
        )
