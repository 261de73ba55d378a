"""The server beside its worker: where it listens, what it keeps off the disk, how it ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from cairn.interfaces.web import server


def test_a_port_in_use_is_a_clear_message() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(server.PortInUse, match=f"--port {port + 1}"):
            server.run_server(port=port, with_worker=False)


def test_an_upload_never_overflows_to_a_temporary_file(settings: Settings) -> None:
    adjustments = server._build_waitress_settings()
    assert adjustments["inbuf_overflow"] > adjustments["max_request_body_size"]  # type: ignore[operator]
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
        def start(self) -> None:
            answers.append("worker started")

        def stop(self) -> None:
            answers.append("worker stopped")

    def visit(address: str) -> None:
        with urllib.request.urlopen(f"{address}/health/", timeout=10) as answer:  # noqa: S310
            answers.append(answer.read())
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(server, "_WorkerSupervisor", Keeper)
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
def test_a_worker_that_dies_is_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun: list[Any] = []
    second = threading.Event()
    begin = server._WorkerSupervisor._start_worker

    def counted(self: server._WorkerSupervisor) -> Any:
        process = begin(self)
        begun.append(process)
        if len(begun) == 1:
            process.kill()
        else:
            second.set()
        return process

    monkeypatch.setattr(server._WorkerSupervisor, "_start_worker", counted)
    keeper = server._WorkerSupervisor()
    keeper.start()
    assert second.wait(20)
    keeper.stop()
    assert all(process.poll() is not None for process in begun)


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
