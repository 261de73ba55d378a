"""Killing the worker at any point loses nothing: shown with a real process and a real SIGKILL."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from tests.migrated_databases import copy_migrated_databases

TASKS = """
from pathlib import Path
from django_tasks import task

@task()
def write(folder: str) -> str:
    "Blocks on a pipe the first time; a second run finds no pipe and finishes."
    gate = Path(folder, "gate")
    if gate.exists():
        gate.read_text()
    Path(folder, "done").write_text("done")
    return "done"

@task()
def stumble() -> None:
    raise ValueError("Maria Lopez")
"""

STATE = """
SELECT status, json_array_length(worker_ids), exception_class_path, traceback
FROM django_tasks_database_dbtaskresult ORDER BY enqueued_at
"""

pytestmark = pytest.mark.slow


class Installation:
    """Runs programs with a data folder, and errands, of its own."""

    def __init__(self, folder: Path) -> None:
        (folder / "errands.py").write_text(TASKS)
        self.data = folder / "data"
        self.environment = {
            **os.environ,
            "CAIRN_DATA": str(self.data),
            "PYTHONPATH": os.pathsep.join([str(folder), *sys.path]),
            "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
        }
        self.environment.pop("DATABASE_URL", None)
        self.environment.pop("IDENTITY_DATABASE_URL", None)

    def __call__(self, *arguments: str) -> str:
        """What the program prints; it must succeed."""
        return subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout

    def read_state(self) -> str:
        """Each task on a line: its state, how many workers began it, its error and its trace."""
        with closing(sqlite3.connect(self.data / "governance.sqlite3")) as database:
            rows = database.execute(STATE).fetchall()
        return "\n".join(" ".join(map(str, row)) for row in rows)

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """The program, running."""
        return subprocess.Popen(
            [sys.executable, *arguments], env=self.environment, stderr=subprocess.PIPE
        )


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose tables stand."""
    folder = tmp_path_factory.mktemp("migrated")
    copy_migrated_databases(folder / "data")
    return folder / "data"


@pytest.fixture
def python(migrated: Path, tmp_path: Path) -> Installation:
    """An installation of one test's own."""
    shutil.copytree(migrated, tmp_path / "data")
    return Installation(tmp_path)


def _enqueue(call: str) -> str:
    return f"import django; django.setup(); import errands; {call}"


UNTIL_EMPTY = (
    "import django; django.setup(); from cairn.interfaces.web.worker import run_worker; "
    "run_worker(until_empty=True)"
)


def test_a_killed_task_is_done_by_the_next_worker(python: Installation, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    python("-c", _enqueue(f"errands.write.enqueue({str(tmp_path)!r})"))
    worker = python.start("-m", "django", "work")
    with gate.open("w"):  # opens once the task reads: it is in the middle of its work
        worker.send_signal(signal.SIGKILL)
        worker.communicate(timeout=20)
    gate.unlink()
    assert python.read_state().startswith("RUNNING 1")

    python("-c", UNTIL_EMPTY)
    assert python.read_state().startswith("SUCCESSFUL 2")
    assert (tmp_path / "done").read_text() == "done"


def test_a_second_signal_ends_at_once_and_the_task_is_kept(
    python: Installation, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    python("-c", _enqueue(f"errands.write.enqueue({str(tmp_path)!r})"))
    worker = python.start("-m", "django", "work")
    with gate.open("w"):
        worker.send_signal(signal.SIGTERM)
        assert worker.stderr
        worker.stderr.readline()  # it says that it heard the first signal
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=20)
    assert python.read_state().startswith("RUNNING 1")


def test_an_error_is_kept_by_its_kind_and_the_worker_goes_on(
    python: Installation, tmp_path: Path
) -> None:
    python(
        "-c",
        _enqueue(f"errands.stumble.enqueue(); errands.write.enqueue({str(tmp_path)!r})"),
    )
    python("-c", UNTIL_EMPTY)
    state = python.read_state()
    assert "FAILED 1 cairn.interfaces.web.worker.TaskFailed" in state
    assert "ValueError" in state
    assert "SUCCESSFUL 1" in state
    assert "Maria" not in state


def test_writers_that_come_together_leave_no_gap(python: Installation) -> None:
    program = textwrap.dedent(
        """
        import django; django.setup()
        from django.utils import timezone
        from cairn.platform.audit.api import record_audit_event
        for _ in range(25):
            record_audit_event("seen", "door:home", by=None, at=timezone.localtime())
        """
    )
    environment = python.environment  # type: ignore[attr-defined]
    writers = [subprocess.Popen([sys.executable, "-c", program], env=environment) for _ in range(4)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    verdict = python(
        "-c",
        "import django; django.setup(); "
        "from cairn.platform.audit.api import AuditLine, verify_audit_chain;"
        "print(AuditLine.objects.count(), verify_audit_chain())",
    )
    assert verdict.strip() == "100 []"
