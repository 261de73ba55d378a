"""Run the web server with a worker beside it, for `cairn serve`."""

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

from cairn.interfaces.web.uploads import SealingChannel

_LOG = logging.getLogger("cairn.server")
_EXTRA_BYTES = 1024 * 1024
_STOP_TIMEOUT_SECONDS = 10
_MAX_CONNECTIONS = 900
_IDLE_TIMEOUT_SECONDS = 60


class PortInUse(Exception):
    """Report that another program uses the port; the message says what to do."""


def run_server(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    with_worker: bool = True,
    on_ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve until interrupted. The worker beside it is restarted whenever it dies.

    Args:
        host: the address to listen on.
        port: the port to listen on.
        with_worker: whether to run a worker, too.
        on_ready: called with the URL when the server is ready.
    Raises:
        PortInUse: another program uses the port.
    """
    listener = _open_listener(host, port)
    settings.CAIRN_LISTENS_ON = host
    open_sockets: dict[int, object] = {}
    server = create_server(
        get_wsgi_application(), map=open_sockets, sockets=[listener], **_build_waitress_settings()
    )
    server.channel_class = SealingChannel
    supervisor = _WorkerSupervisor() if with_worker else None
    earlier_handler = signal.signal(signal.SIGTERM, _raise_interrupt)
    try:
        if supervisor:
            supervisor.start()
        url_host = f"[{host}]" if ":" in host else host
        on_ready(f"http://{url_host}:{server.effective_port}")
        server.run()
    finally:
        signal.signal(signal.SIGTERM, earlier_handler)
        wasyncore.close_all(open_sockets)
        if supervisor:
            supervisor.stop()


def _open_listener(host: str, port: int) -> socket.socket:
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


def _build_waitress_settings() -> dict[str, object]:
    """Return the settings of waitress.

    Bodies of requests do not use waitress's own buffer, which `inbuf_overflow` would let overflow
    to a temporary file: see `SealingChannel`.
    """
    size_limit = settings.CAIRN_UPLOAD_LIMIT + _EXTRA_BYTES
    adjustments: dict[str, object] = {
        "threads": 8,
        "ident": None,
        "max_request_body_size": size_limit,
        "inbuf_overflow": size_limit + _EXTRA_BYTES,
        # By default, waitress accepts 100 connections and keeps an idle one for two minutes: 100
        # clients that begin a request and never end it would keep all others waiting.
        "connection_limit": _MAX_CONNECTIONS,
        "channel_timeout": _IDLE_TIMEOUT_SECONDS,
        "cleanup_interval": 5,
        "asyncore_use_poll": True,
        # On loopback these headers are not trusted, but they reveal a proxy (`accounts.facts`).
        "clear_untrusted_proxy_headers": settings.SECURE_SSL_REDIRECT,
    }
    if settings.SECURE_SSL_REDIRECT:
        # Beyond loopback, a proxy on this machine ends TLS and reports the client's address.
        adjustments |= {
            "trusted_proxy": "127.0.0.1",
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        }
    return adjustments


def _raise_interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


class _WorkerSupervisor(threading.Thread):
    """Keep one worker process alive until stopped."""

    def __init__(self) -> None:
        super().__init__(name="worker-keeper", daemon=True)
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            process = self._start_worker()
            while process.poll() is None and not self.ended.wait(0.5):
                pass
            if self.ended.is_set():
                _end_process(process)
                return
            _LOG.warning("The worker ended (%s); starting another.", process.returncode)
            self.ended.wait(1)

    def stop(self) -> None:
        """Let the worker finish or leave its task, and wait for it."""
        self.ended.set()
        self.join()

    def _start_worker(self) -> "subprocess.Popen[bytes]":
        # -P: a file in the current folder must not be imported as a library.
        command = [sys.executable, "-P", "-m", "django", "work", "--parent", str(os.getpid())]
        return subprocess.Popen(  # noqa: S603 (our own command, no shell)
            command, stdin=subprocess.DEVNULL, start_new_session=True
        )


def _end_process(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        # Its task is requeued when the next worker starts.
        process.kill()
        process.wait()
