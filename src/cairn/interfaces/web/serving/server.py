"""Run the processes of the site for `cairn serve`: those that answer requests, and a worker."""

import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from typing import Final

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from waitress import wasyncore
from waitress.server import create_server

from cairn.interfaces.web.serving import request_limits
from cairn.platform.garbage_collection import collect_garbage_seldom

_LOG = logging.getLogger("cairn.server")
_EXTRA_BYTES: Final = 1024 * 1024
_STOP_TIMEOUT_SECONDS: Final = 10
_START_TIMEOUT_SECONDS: Final = 60
_MAX_CONNECTIONS: Final = 900
_IDLE_TIMEOUT_SECONDS: Final = 60
_MAX_DEFAULT_PROCESSES: Final = 4
"""Each takes about 300 MB of memory (RSS); past four cores an office names its own number."""


class PortInUse(Exception):
    """Report that another program uses the port; the message says what to do."""


class NoAnswer(Exception):
    """Report that the processes of the site do not answer."""


def count_default_processes() -> int:
    """Return how many processes answer requests unless the caller says: one for each core.

    Returns:
        1 to 4; 1 on Windows, where processes cannot share a socket.
    """
    return 1 if os.name == "nt" else max(1, min(os.cpu_count() or 1, _MAX_DEFAULT_PROCESSES))


def run_server(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    with_worker: bool = True,
    processes: int = 1,
    on_ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve until interrupted. Each process that dies is started again.

    Args:
        host: the address to listen on.
        port: the port to listen on.
        with_worker: whether to run a worker, too.
        processes: how many processes answer requests; 1 is this one.
        on_ready: called with the URL when the server is ready.
    Raises:
        PortInUse: another program uses the port.
        NoAnswer: no process answers within a minute.
    """
    listener = _open_listener(host, port)
    commands: list[tuple[str, ...]] = [("work",)] if with_worker else []
    if processes > 1:
        options = ("--socket", str(listener.fileno()), "--host", host)
        command = ("answer_requests", *options, "--processes", str(processes))
        commands += [command] * processes
    bound_port = listener.getsockname()[1]
    url_host = f"[{host}]" if ":" in host else host
    with interrupting_on_termination(), _supervising(commands, listener):
        if processes > 1:
            if not _wait_for_answer(host, bound_port):
                raise NoAnswer("No process answers after a minute. The lines above say why.")
            on_ready(f"http://{url_host}:{bound_port}")
            threading.Event().wait()
        else:
            answer_requests(listener, host, lambda: on_ready(f"http://{url_host}:{bound_port}"))


def answer_requests(
    listener: socket.socket, host: str, on_ready: Callable[[], None] = lambda: None
) -> None:
    """Answer requests in this process until interrupted.

    Args:
        listener: a socket that listens.
        host: the address it listens on.
        on_ready: called before the first request.
    """
    settings.CAIRN_LISTENS_ON = host
    open_sockets: dict[int, object] = {}
    application = get_wsgi_application()
    # All pages are loaded before the first request.
    import_module(settings.ROOT_URLCONF)
    collect_garbage_seldom()
    server = create_server(
        application, map=open_sockets, sockets=[listener], **_build_waitress_settings()
    )
    request_limits.limit_requests(server)
    try:
        on_ready()
        server.run()
    finally:
        wasyncore.close_all(open_sockets)


@contextmanager
def interrupting_on_termination() -> Iterator[None]:
    """Within the block, the signal to terminate raises `KeyboardInterrupt`."""
    earlier_handler = signal.signal(signal.SIGTERM, _raise_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier_handler)


@contextmanager
def _supervising(commands: Sequence[Sequence[str]], listener: socket.socket) -> Iterator[None]:
    """Within the block, each command runs in a process of its own."""
    supervisors = [_ProcessSupervisor(command, listener.fileno()) for command in commands]
    try:
        for supervisor in supervisors:
            supervisor.start()
        yield
    finally:
        for supervisor in supervisors:
            supervisor.ended.set()
        for supervisor in supervisors:
            supervisor.stop()
        listener.close()


def _wait_for_answer(host: str, port: int) -> bool:
    """Wait until a process answers; return False if none does in a minute."""
    ends = time.monotonic() + _START_TIMEOUT_SECONDS
    while time.monotonic() < ends:
        connection = HTTPConnection(host or "127.0.0.1", port, timeout=_START_TIMEOUT_SECONDS)
        with suppress(OSError, HTTPException):
            connection.request("HEAD", "/health/")
            connection.getresponse().read()
            return True
        connection.close()
        time.sleep(0.2)
    return False


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
    to a temporary file: see `uploads.SealingRequestParser`.
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
        **request_limits.build_limits(),
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


class _ProcessSupervisor(threading.Thread):
    """Keep one process alive until stopped."""

    def __init__(self, command: Sequence[str], socket_number: int) -> None:
        super().__init__(name=f"supervisor-{command[0]}", daemon=True)
        self.command = command
        self.socket_number = socket_number
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            process = self._start_process()
            while process.poll() is None and not self.ended.wait(0.5):
                pass
            if self.ended.is_set():
                _end_process(process)
                return
            _LOG.warning(
                "The process for %s ended (%s); starting another.",
                self.command[0],
                process.returncode,
            )
            self.ended.wait(1)

    def stop(self) -> None:
        """Let the process finish or leave what it does, and wait for it."""
        self.ended.set()
        self.join()

    def _start_process(self) -> "subprocess.Popen[bytes]":
        # -P: a file in the current folder must not be imported as a library.
        command = [sys.executable, "-P", "-m", "django", *self.command]
        shared = () if os.name == "nt" else (self.socket_number,)
        return subprocess.Popen(  # noqa: S603 (our own command, no shell)
            [*command, "--parent", str(os.getpid())],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=shared if self.command[0] == "answer_requests" else (),
        )


def _end_process(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        # Its task is requeued when the next worker starts.
        process.kill()
        process.wait()
