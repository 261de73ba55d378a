"""The server beside its worker: where it listens, what it keeps off the disk, how it ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings
from tests.migrated_databases import copy_migrated_databases
from waitress.adjustments import Adjustments

from cairn.interfaces.web.serving import server
from cairn.interfaces.web.uploads import SealingRequestParser


def test_a_port_in_use_is_a_clear_message() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(server.PortInUse, match=f"--port {port + 1}"):
            server.run_server(port=port, with_worker=False)


def test_the_body_of_a_request_is_sealed_as_it_arrives(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    pread = os.pread
    monkeypatch.setattr(os, "pread", lambda *at: written.append(pread(*at)) or written[-1])
    parser = SealingRequestParser(Adjustments())
    body = b"Ana Kovac," * 250_000
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    for piece in (head, *(body[start : start + 7_777] for start in range(0, len(body), 7_777))):
        assert parser.received(piece) == len(piece)
    assert parser.completed
    assert parser.get_body_stream().read() == body
    assert len(written) == 2  # two chunks on disk, the rest in memory
    assert not any(b"Ana Kovac," in sealed for sealed in written)
    parser.close()
    chunked = SealingRequestParser(Adjustments())
    request = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    request += b"3\r\nAna\r\n0\r\n\r\n"
    while request:
        request = request[chunked.received(request) :]
    assert chunked.get_body_stream().read() == b"Ana"
    assert chunked.headers["CONTENT_LENGTH"] == "3"


def test_no_request_is_larger_than_an_upload_may_be(settings: Settings) -> None:
    adjustments = server._build_waitress_settings()
    assert adjustments["max_request_body_size"] > settings.CAIRN_UPLOAD_LIMIT  # type: ignore[operator]
    assert "trusted_proxy" not in adjustments


def test_on_loopback_a_proxy_is_seen_and_not_believed() -> None:
    # Seen, because the demo's people are then no longer excused; see `accounts.facts`.
    adjustments = server._build_waitress_settings()
    assert adjustments["clear_untrusted_proxy_headers"] is False
    assert "trusted_proxy_headers" not in adjustments


def test_off_loopback_only_a_proxy_of_this_machine_is_believed(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    adjustments = server._build_waitress_settings()
    assert adjustments["trusted_proxy"] == "127.0.0.1"
    assert adjustments["clear_untrusted_proxy_headers"] is True


@pytest.mark.slow
def test_it_serves_says_where_and_ends_on_a_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Any] = []

    class Keeper:
        def __init__(self, command: tuple[str, ...], socket_number: int) -> None:
            self.ended = threading.Event()

        def start(self) -> None:
            answers.append("worker started")

        def stop(self) -> None:
            answers.append("worker stopped")

    def visit(address: str) -> None:
        with urllib.request.urlopen(f"{address}/health/", timeout=10) as answer:  # noqa: S310
            answers.append(answer.read())
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(server, "_ProcessSupervisor", Keeper)
    listens_on: list[str] = []

    def ready(address: str) -> None:
        listens_on.append(django_settings.CAIRN_LISTENS_ON)
        threading.Thread(target=visit, args=(address,)).start()

    try:
        server.run_server(port=0, on_ready=ready)
    except KeyboardInterrupt:
        answers.append("interrupted")
    assert answers[:2] == ["worker started", b"ok"]
    assert "worker stopped" in answers
    assert listens_on == ["127.0.0.1"]


@pytest.mark.slow
def test_a_process_that_dies_is_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun: list[Any] = []
    second = threading.Event()
    begin = server._ProcessSupervisor._start_process

    def counted(self: server._ProcessSupervisor) -> Any:
        process = begin(self)
        begun.append(process)
        if len(begun) == 1:
            process.kill()
        else:
            second.set()
        return process

    monkeypatch.setattr(server._ProcessSupervisor, "_start_process", counted)
    keeper = server._ProcessSupervisor(("work",), 0)
    keeper.start()
    assert second.wait(20)
    keeper.stop()
    assert all(process.poll() is not None for process in begun)


@pytest.mark.slow
def test_several_processes_answer_and_a_killed_one_is_replaced(tmp_path: Path) -> None:
    copy_migrated_databases(tmp_path)
    surroundings = {**os.environ, "CAIRN_DATA": str(tmp_path)}
    command = ("-c", "from cairn.interfaces.cli.main import app; app()", "serve", "--no-worker")
    with subprocess.Popen(
        [sys.executable, *command, "--processes", "2", "--port", str(find_free_port())],
        env=surroundings,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout
        address = parent.stdout.readline().split()[1].rstrip(".")
        children = wait_for_children(parent.pid, count=2)
        assert ask(address) == b"ok"
        os.kill(children[0], signal.SIGKILL)
        assert ask(address) == b"ok"
        replaced = wait_for_children(parent.pid, count=2, without=children[0])
        assert ask(address) == b"ok"
        parent.terminate()
        parent.wait(20)
        assert not any(is_alive(child) for child in {*children, *replaced})


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def ask(address: str) -> bytes:
    with urllib.request.urlopen(f"{address}/health/", timeout=20) as answer:  # noqa: S310
        content: bytes = answer.read()
    return content


def wait_for_children(parent: int, *, count: int, without: int = 0) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children")
    for _ in range(200):
        tasks = Path(f"/proc/{parent}/task").glob("*/children")
        found = [int(pid) for task in tasks for pid in task.read_text().split()]
        if len(found) == count and without not in found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{listed}: not {count} processes")


def is_alive(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def test_a_worker_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_STOP_TIMEOUT_SECONDS", 0.1)
    deaf = (
        "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('deaf', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", deaf], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        server._end_process(process)
        assert process.returncode == -signal.SIGKILL
