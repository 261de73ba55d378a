"""A server of a partner's API on this machine, for tests: it answers as it is told."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request that arrived.

    Attributes:
        path: path without parameters.
        query: the last value of each parameter.
        headers: its headers.
        body: its body.
    """

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str


@dataclass
class Answer:
    """One answer: JSON unless it has a body of its own."""

    json: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    claimed_length: int | None = None

    def write(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps(self.json).encode() if self.body is None else self.body
        handler.send_response(self.status)
        headers = {"Content-Type": "application/json", **self.headers}
        headers["Content-Length"] = str(self.claimed_length or len(body))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


@dataclass
class RestServer:
    """A running server. ``asked`` are the requests, in their order."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    answer: Callable[[Asked], Answer] = lambda _asked: Answer([])

    def open_connection(self, _host: str, _port: int) -> http.client.HTTPConnection:
        """Open a connection to this server, whatever the name."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)


@contextmanager
def run_rest_server() -> Iterator[RestServer]:
    """Run a server for the time of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            asked = Asked(parts.path, query, dict(self.headers), body)
            server.asked.append(asked)
            server.answer(asked).write(self)

        do_POST = do_GET  # noqa: N815 - the name that the library calls

        def log_message(self, *_arguments: Any) -> None:
            """Print nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = RestServer(listener.server_address[1])
    thread = threading.Thread(target=lambda: listener.serve_forever(poll_interval=0.01))
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
