"""Clients that begin a request and never end it do not shut others out."""

import socket
import threading
from contextlib import ExitStack
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from cairn.interfaces.web.serving.server import _build_waitress_settings

_CLIENTS = 200
_BEGUN = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


def _answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]


def test_an_upload_may_stall_for_half_a_minute() -> None:
    """As a phone does between two antennas; an idle connection is still closed in a minute."""
    assert 30 < _build_waitress_settings()["channel_timeout"] <= 60


def test_a_request_is_answered_beside_two_hundred_that_never_end() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    open_sockets: dict[int, Any] = {}
    settings = {**_build_waitress_settings(), "map": open_sockets, "sockets": [listener]}
    server = create_server(_answer, **settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    with ExitStack() as clients:
        for _client in range(_CLIENTS):
            client = clients.enter_context(socket.create_connection(address, timeout=5))
            client.sendall(_BEGUN)
        visitor = clients.enter_context(socket.create_connection(address, timeout=5))
        visitor.sendall(_BEGUN + b"Connection: close\r\n\r\n")
        assert visitor.recv(100).startswith(b"HTTP/1.1 200 OK")
    server.task_dispatcher.shutdown()
    wasyncore.close_all(open_sockets)
    thread.join(timeout=5)
