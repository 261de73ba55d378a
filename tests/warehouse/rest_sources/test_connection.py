"""Cairn connects to public servers only, at the address that it checked."""

import socket
from typing import Any

import pytest

from cairn.warehouse.rest_sources import connection
from cairn.warehouse.schema import UnreadableFile


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, 443)) for text in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_named: found)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.1.2.3", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1"),
        *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1"),
        "2001:0:53aa:64c:0:0:f5ff:fffe",  # Teredo, which holds 10.0.0.1
    ],
)
def test_no_address_of_a_private_network_is_connected_to(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for addresses in ([address], ["93.184.215.14", address]):
        resolve_to(monkeypatch, *addresses)
        with pytest.raises(UnreadableFile, match="not on the public internet"):
            connection.find_public_address("sis.example.org", 443)
        with pytest.raises(UnreadableFile, match="not on the public internet"):
            connection.open_public_connection("sis.example.org", 443).connect()


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8"])
def test_the_connection_goes_to_the_address_that_was_checked(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, address)
    asked: dict[str, Any] = {}

    class Plain:
        closed = False

        def close(self) -> None:
            self.closed = True

    def connect(target: tuple[str, int], timeout: float) -> Plain:
        asked.update(target=target, timeout=timeout, plain=Plain())
        return asked["plain"]  # type: ignore[no-any-return]

    def wrap(_plain: Plain, server_hostname: str) -> str:
        asked["name"] = server_hostname
        return "encrypted"

    monkeypatch.setattr(socket, "create_connection", connect)
    opened: Any = connection.open_public_connection("sis.example.org", 8443)
    monkeypatch.setattr(opened._tls, "wrap_socket", wrap, raising=False)
    opened.connect()
    assert asked["target"] == (address, 8443)
    assert (asked["name"], asked["timeout"]) == ("sis.example.org", connection.SOCKET_SECONDS)
    assert opened._tls.check_hostname
    assert opened.sock == "encrypted"


def test_a_server_without_a_true_certificate_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "93.184.215.14")
    ours, theirs = socket.socketpair()
    theirs.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    theirs.close()
    monkeypatch.setattr(socket, "create_connection", lambda *_asked, **_named: ours)
    with pytest.raises(OSError, match=r".+"):
        connection.open_public_connection("sis.example.org", 443).connect()
    assert ours.fileno() == -1


def test_an_unknown_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_asked: Any, **_named: Any) -> None:
        raise socket.gaierror("x")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(UnreadableFile, match="was not found"):
        connection.find_public_address("nowhere.example", 443)
    resolve_to(monkeypatch)
    with pytest.raises(UnreadableFile, match="not on the public"):
        connection.find_public_address("nowhere.example", 443)
