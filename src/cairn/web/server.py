"""The web server and the worker beside it, as `cairn serve` runs them."""

import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from waitress import wasyncore
from waitress.server import create_server

_LOG = logging.getLogger("cairn.server")
_SLACK = 1024 * 1024
_PATIENCE = 10


class PortInUse(Exception):
    """Another program listens there; the message says how to go on."""


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    with_worker: bool = True,
    on_ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serves until interrupted. `on_ready` gets the address once the door is open.

    Raises `PortInUse`. The worker beside it is started again whenever it dies.
    """
    door = _listen(host, port)
    settings.CAIRN_LISTENS_ON = host
    open_sockets: dict[int, object] = {}
    server = create_server(
        get_wsgi_application(), map=open_sockets, sockets=[door], **_adjustments()
    )
    keeper = _WorkerKeeper() if with_worker else None
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        if keeper:
            keeper.start()
        shown = f"[{host}]" if ":" in host else host
        on_ready(f"http://{shown}:{server.effective_port}")
        server.run()
    finally:
        signal.signal(signal.SIGTERM, before)
        wasyncore.close_all(open_sockets)
        if keeper:
            keeper.stop()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise PortInUse(
            f"Port {port} on {host} is in use, perhaps by another Cairn. "
            f"Stop that one, or choose another port: cairn serve --port {port + 1}"
        ) from error


def _adjustments() -> dict[str, object]:
    """How waitress is set up.

    `inbuf_overflow` is above the upload limit because waitress spools what overflows to a
    temporary file, and a partner's raw file must never touch the disk.
    """
    room = settings.CAIRN_UPLOAD_LIMIT + _SLACK
    adjustments: dict[str, object] = {
        "threads": 8,
        "ident": None,
        "max_request_body_size": room,
        "inbuf_overflow": room + _SLACK,
        # On loopback nobody believes them, but they betray a proxy (`accounts.facts`).
        "clear_untrusted_proxy_headers": settings.SECURE_SSL_REDIRECT,
    }
    if settings.SECURE_SSL_REDIRECT:
        # Not on loopback only: a proxy on this machine ends TLS and says who asked.
        adjustments |= {
            "trusted_proxy": "127.0.0.1",
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        }
    return adjustments


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


class _WorkerKeeper(threading.Thread):
    """Keeps one worker process alive until told to stop."""

    def __init__(self) -> None:
        super().__init__(name="worker-keeper", daemon=True)
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            process = self._begin()
            while process.poll() is None and not self.ended.wait(0.5):
                pass
            if self.ended.is_set():
                _end(process)
                return
            _LOG.warning("The worker ended (%s); starting another.", process.returncode)
            self.ended.wait(1)

    def stop(self) -> None:
        """Lets the worker finish or leave its task, and waits for it."""
        self.ended.set()
        self.join()

    def _begin(self) -> "subprocess.Popen[bytes]":
        # -P: a file in the folder where someone typed `cairn serve` must not pose as a library.
        command = [sys.executable, "-P", "-m", "django", "work", "--parent", str(os.getpid())]
        return subprocess.Popen(  # noqa: S603 (our own command, no shell)
            command, stdin=subprocess.DEVNULL, start_new_session=True
        )


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        # Its task goes back in the queue when the next worker starts.
        process.kill()
        process.wait()
