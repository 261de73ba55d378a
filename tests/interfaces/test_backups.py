"""The backup of a running installation: both databases of one moment, made and checked."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep
from types import SimpleNamespace
from typing import Any

import pyrage
import pytest
from django.conf import settings
from django.utils import timezone
from tests.migrated_databases import copy_migrated_databases

from cairn.config.environment import BackupSettings
from cairn.interfaces import backups
from cairn.interfaces.cli.operations import restoration
from cairn.platform.audit.api import record_audit_event
from cairn.platform.schedule.declaration import JobFindingError, find_scheduled_job
from cairn.platform.tasks.api import NullProgress

OFFICE = pyrage.x25519.Identity.generate()
_FILES = {"default": "governance.sqlite3", "identities": "identities.sqlite3"}


@pytest.fixture
def two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Two SQLite databases on disk, in the place of those of the settings."""
    paths = {alias: tmp_path / name for alias, name in _FILES.items()}
    for path in paths.values():
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE counter (n INTEGER)")
            connection.execute("INSERT INTO counter VALUES (0)")
            connection.commit()
    monkeypatch.setattr(
        backups, "connections", {alias: SimpleNamespace(vendor="sqlite") for alias in paths}
    )
    named = {alias: {"NAME": str(path)} for alias, path in paths.items()}
    monkeypatch.setattr(settings, "DATABASES", named)
    return paths


def test_both_databases_are_copied_as_of_one_moment_while_people_write(
    two_files: dict[str, Path], tmp_path: Path
) -> None:
    """A writer counts in the second database after the first; each copy agrees to one."""
    ended = threading.Event()

    def write() -> None:
        first, second = (
            sqlite3.connect(path, timeout=60, isolation_level=None) for path in two_files.values()
        )
        while not ended.is_set():
            for connection in (first, second):
                connection.execute("UPDATE counter SET n = n + 1")
        first.close()
        second.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for index in range(20):
            folder = tmp_path / str(index)
            folder.mkdir()
            pinned: list[int] = []
            kinds = backups.dump_databases(folder, lambda: pinned.append(1))  # noqa: B023
            assert (kinds, pinned) == ({"governance": "sqlite", "identities": "sqlite"}, [1])
            first, second = (_read_counter(folder / f"{name}.dump") for name in kinds)
            assert 0 <= first - second <= 1
    finally:
        ended.set()
        writer.join()
    assert first > 0


def test_while_one_database_is_busy_the_other_is_not_kept_locked(
    two_files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another person's long write is in the second one; writers of the first wait a moment only."""
    monkeypatch.setattr(backups, "_LOCK_PATIENCE_SECONDS", 1)
    said: list[str] = []

    def dump() -> None:
        try:
            backups.dump_databases(tmp_path, lambda: None)
        except backups.backup.BackupProblem as problem:
            said.append(str(problem))

    thread = threading.Thread(target=dump)
    first, second = two_files.values()
    with (
        closing(sqlite3.connect(second, isolation_level=None)) as busy,
        closing(sqlite3.connect(first, timeout=2, isolation_level=None)) as writer,
    ):
        busy.execute("BEGIN IMMEDIATE")
        thread.start()
        for _time in range(5):
            writer.execute("UPDATE counter SET n = n + 1")
            sleep(0.1)
        thread.join(timeout=5)
        assert said == ["The database is busy."]
        busy.execute("ROLLBACK")
    dump()
    assert len(said) == 1


@pytest.mark.django_db
def test_a_destruction_that_began_before_a_backup_and_ended_after_it_closes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A line has the time at which its work began."""
    began = timezone.now()
    asked: list[Any] = []

    def write(*_places: Any, destroyed_at: Any, **_more: Any) -> Any:
        asked.append(destroyed_at)
        if len(asked) == 4:
            _record_destruction("linkage.forgotten", began)
        return backups.backup.BackupResult("name", 0, 0, 0, 0)

    monkeypatch.setattr(backups.backup, "write_backup", write)
    places: Any = None

    def back_up(hours: int) -> Any:
        backups.back_up_installation(places, began + timedelta(hours=hours), NullProgress())
        return asked[-1]

    assert back_up(1) is None
    _record_destruction("destruction.destroyed", began)
    _record_destruction("survey.answers_discarded", began - timedelta(hours=1))
    assert back_up(2) == began + timedelta(hours=2)
    assert back_up(3) == began
    assert back_up(4) == began  # another destruction ends while this one is written
    assert back_up(5) == began + timedelta(hours=5)


def _record_destruction(event: str, at: datetime) -> None:
    record_audit_event(event, "holding:1", by=None, at=at)


def test_a_restored_folder_is_removed_if_the_databases_refuse_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "new"
    monkeypatch.setenv("CAIRN_DATA", str(folder))
    monkeypatch.setattr(restoration, "open_restoring_key", lambda *_: "key")
    monkeypatch.setattr(restoration.installation, "set_up_django", lambda: None)
    (tmp_path / "office.txt").write_text(f"{OFFICE}\n")

    def restore(*_values: Any, **_more: Any) -> Any:
        (folder / "zones").mkdir(parents=True)
        (folder / "secret.key").write_text("key")
        return SimpleNamespace(databases={"governance": "another", "identities": "another"})

    monkeypatch.setattr(restoration, "restore_backup", restore)
    output: Any = SimpleNamespace(show_progress=lambda: nullcontext(NullProgress()))
    sources = (str(tmp_path / "b"), str(tmp_path / "k"))
    with pytest.raises(backups.backup.BackupProblem, match="is of another"):
        restoration.restore_installation(output, sources, tmp_path / "office.txt", "")
    assert not folder.exists()


def _read_counter(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT n FROM counter").fetchone()[0])


@pytest.mark.slow
def test_a_backup_is_made_checked_and_restored_by_its_commands(tmp_path: Path) -> None:
    """From the commands that an operator types; the restored audit log continues the old one."""
    copy_migrated_databases(tmp_path / "data")
    (tmp_path / "office.txt").write_text(f"{OFFICE}\n")
    run = _make_runner(tmp_path)
    run("people", "add", "ana@county.example", "--name", "Ana", "--role", "data_manager", fails=())
    made = run("backup")
    assert run("backup", "--check")["findings"] == []
    old_key = (tmp_path / "data.key").read_text()
    (tmp_path / "new.key").write_text(old_key)
    (tmp_path / "new.key").chmod(0o600)
    restored = run(
        *("restore", "--from", "b", "--keys-from", "k", "--identity", "office.txt"), data="new"
    )
    assert (restored["backup"], restored["findings"]) == (made["backup"], [])
    assert run("verify", data="new")["findings"] == []
    with closing(sqlite3.connect(tmp_path / "new" / "governance.sqlite3")) as connection:
        events = [
            row[0]
            for row in connection.execute("SELECT event FROM audit_auditline ORDER BY sequence")
        ]
    assert events[-2:] == ["backup.restored", "verified"]


def _make_runner(folder: Path) -> Callable[..., dict[str, Any]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    kept |= {
        "CAIRN_BACKUP": "b",
        "CAIRN_BACKUP_KEYS": "k",
        "CAIRN_BACKUP_RECIPIENTS": str(OFFICE.to_public()),
    }

    def run(*arguments: str, data: str = "data", fails: tuple[int, ...] = ()) -> dict[str, Any]:
        command = [sys.executable, "-m", "cairn.interfaces.cli.main", *arguments, "--json"]
        done = subprocess.run(
            [*command, "--data", data], env=kept, cwd=folder, capture_output=True, check=False
        )
        assert done.returncode in (0, *fails), done.stderr.decode() + done.stdout.decode()
        answer = json.loads(done.stdout)
        assert isinstance(answer, dict)
        return answer

    return run


def test_without_a_place_no_job_is_declared_and_a_failure_names_the_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_scheduled_job("installation.backup") is None
    now = timezone.now()
    assert backups.back_up_each_night(now) == "No place for backups is set."
    assert backups.check_backup_each_night(now) == "No place for backups is set."
    one_place = BackupSettings(str(tmp_path), str(tmp_path), (str(OFFICE.to_public()),), 30)
    monkeypatch.setattr(settings, "CAIRN_BACKUP", one_place)
    assert find_scheduled_job("installation.backup") is not None
    with pytest.raises(JobFindingError, match="must be apart"):
        backups.back_up_each_night(now)
