"""Back up this installation while it runs, and check each night that the backup can be restored."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, time
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from django.conf import settings
from django.db import connections
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from cairn.platform.actions.api import ActionResult, system_action
from cairn.platform.audit.api import AuditLine
from cairn.platform.schedule.api import EveryDay, JobFindingError, ScheduledJob
from cairn.platform.storage.api import open_key_ring
from cairn.platform.tasks.api import NullProgress, Progress
from cairn.warehouse import backup
from cairn.warehouse.store import MASTER_KEY_VARIABLE, FileStore

_DATABASE_NAMES: Final = {"default": "governance", "identities": "identities"}
_DESTRUCTION_EVENTS: Final = (
    "agreement.closed",
    "consent.scan_destroyed",
    "delivery.destroyed",
    "delivery.held_canceled",
    "delivery.proposal_canceled",
    "delivery.proposal_expired",
    "destruction.destroyed",
    "linkage.forgotten",
    "program.records_destroyed",
    "survey.answers_destroyed",
    "survey.answers_discarded",
)
"""After these events, earlier copies of the databases must be closed: they hold what was erased."""
_BACKUP_EVENT: Final = "backup.made"
_PG_TIMEOUT_SECONDS: Final = 6 * 60 * 60
_LOCK_SECONDS: Final = 0.2
_LOCK_PAUSE_SECONDS: Final = 0.5
_LOCK_PATIENCE_SECONDS: Final = 10 * 60


def open_configured_places() -> backup.BackupPlaces | None:
    """Open the places that the environment names; None if it names none."""
    chosen = settings.CAIRN_BACKUP
    if chosen is None:
        return None
    return backup.BackupPlaces(
        backup.BackupDestination(chosen.data),
        backup.BackupDestination(chosen.keys),
        chosen.recipients,
        chosen.kept_days,
    )


def back_up_installation(
    places: backup.BackupPlaces, at: datetime, progress: Progress
) -> backup.BackupResult:
    """Make a backup of both databases, every file and the keys, and record it.

    Args:
        places: its two places, and the public keys it is encrypted to.
        at: the time.
        progress: is shown each step.

    Returns:
        What was written.

    Raises:
        BackupProblem: the last good backup is as it was.
    """
    newest = AuditLine.objects.aggregate(number=Max("sequence"))["number"] or 0
    result = backup.write_backup(
        settings.CAIRN_DATA,
        open_key_ring(),
        places,
        dump_databases,
        at=at,
        destroyed_at=_find_last_destruction(at),
        progress=progress,
    )
    _record_backup(result=result, newest=newest, by=None, at=at)
    return result


def _find_last_destruction(at: datetime) -> datetime | None:
    """Find when data were last destroyed: this moment, if a line says so since the last backup.

    The time of a line is when its work began, which may be before a backup that has the data.
    """
    destroyed = AuditLine.objects.filter(event__in=_DESTRUCTION_EVENTS)
    made = AuditLine.objects.filter(event=_BACKUP_EVENT).order_by("-sequence").first()
    if destroyed.filter(sequence__gt=made.detail.get("newest_entry", 0) if made else 0).exists():
        return at
    latest: datetime | None = destroyed.aggregate(latest=Max("at"))["latest"]
    return latest


@system_action("backup.made", reason="the schedule, or an operator with the machine, backs it up")
def _record_backup(
    *, result: backup.BackupResult, newest: int, by: None, at: datetime
) -> ActionResult[None]:
    detail = {
        "files": result.files,
        "bytes": result.size,
        "closed_backups": result.closed,
        "newest_entry": newest,
    }
    return ActionResult(subject=f"backup:{result.name}", detail=detail)


@system_action("backup.checked", reason="the schedule, or an operator with the machine, checks it")
def _record_check(
    *, restored: backup.RestoredBackup, findings: int, by: None, at: datetime
) -> ActionResult[None]:
    detail = {"files": restored.files, "findings": findings}
    return ActionResult(subject=f"backup:{restored.name}", detail=detail)


def check_backup(
    places: backup.BackupPlaces, at: datetime, progress: Progress
) -> tuple[backup.RestoredBackup, list[str]]:
    """Restore the newest backup into a temporary folder, verify it there, and record the result.

    Args:
        places: where backups are.
        at: the time.
        progress: is shown each step.

    Returns:
        What was restored, and what its verification found.

    Raises:
        BackupProblem: the backup is incomplete, was altered or cannot be opened.
    """
    keys = open_key_ring()
    with _open_check_folder() as folder:
        restored = backup.restore_for_check(
            (places.data, places.keys), settings.CAIRN_DATA, keys, folder, progress=progress
        )
        progress.step("Verification")
        if set(restored.databases.values()) == {"sqlite"}:
            findings = _verify_in_own_process(folder)
        else:
            findings = [
                f"{found.path}: {found.message}" for found in FileStore(folder, keys).verify()
            ]
            findings += _check_postgresql_dumps(folder, restored.databases)
    _record_check(restored=restored, findings=len(findings), by=None, at=at)
    return restored, findings


def record_restore(restored: backup.RestoredBackup, at: datetime) -> None:
    """Record, in the restored audit log, from which backup it continues.

    Args:
        restored: what was restored.
        at: the time.
    """
    _record_restore(restored=restored, by=None, at=at)


@system_action("backup.restored", reason="the operator restored it before any account existed")
def _record_restore(
    *, restored: backup.RestoredBackup, by: None, at: datetime
) -> ActionResult[None]:
    return ActionResult(subject=f"backup:{restored.name}", detail={"files": restored.files})


def dump_databases(folder: Path, on_pinned: Callable[[], None]) -> dict[str, str]:
    """Write a dump of each database, as they are at one moment, while the site is running.

    Two SQLite databases are read from the same moment: both are locked for writing until a reader
    of each has begun, which takes milliseconds, and then copied without a lock (SQLite Online
    Backup API). `pg_dump` reads each PostgreSQL database from one moment of its own.

    Args:
        folder: folder of the dumps.
        on_pinned: called while no writer of an SQLite database can commit.

    Returns:
        The kind of each database by name, "sqlite" or "postgresql".
    """
    kinds = {name: connections[alias].vendor for alias, name in _DATABASE_NAMES.items()}
    with ExitStack() as stack:
        readers = _pin_sqlite_databases(stack, on_pinned)
        for name, reader in readers.items():
            with closing(sqlite3.connect(folder / f"{name}.dump")) as copy:
                reader.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
    for alias, name in _DATABASE_NAMES.items():
        if kinds[name] == "postgresql":
            _run_postgresql(alias, ["pg_dump", "--format=custom", f"--file={folder / name}.dump"])
    return kinds


def _pin_sqlite_databases(
    stack: ExitStack, on_pinned: Callable[[], None]
) -> dict[str, sqlite3.Connection]:
    files = {
        name: str(settings.DATABASES[alias]["NAME"])
        for alias, name in _DATABASE_NAMES.items()
        if connections[alias].vendor == "sqlite"
    }
    readers = {}
    with _lock_databases(files.values()):
        for name, file in files.items():
            reader = stack.enter_context(closing(_open_sqlite(file)))
            reader.execute("BEGIN")
            reader.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            readers[name] = reader
        on_pinned()
    return readers


@contextmanager
def _lock_databases(files: Collection[str]) -> Iterator[None]:
    """Lock all databases for writing; while one is busy, none is kept locked."""
    until = monotonic() + _LOCK_PATIENCE_SECONDS
    while True:
        with ExitStack() as locks:
            try:
                for file in files:
                    lock = locks.enter_context(closing(_open_sqlite(file, _LOCK_SECONDS)))
                    lock.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                if monotonic() > until:
                    raise backup.BackupProblem("The database is busy.") from error
            else:
                yield
                return
        sleep(_LOCK_PAUSE_SECONDS)


def _open_sqlite(file: str, timeout: float = 60) -> sqlite3.Connection:
    uri = file.startswith("file:")
    return sqlite3.connect(file, timeout=timeout, isolation_level=None, uri=uri)


def _run_postgresql(alias: str, command: list[str]) -> None:
    """Run a program of PostgreSQL on a database; its password is not in the list of processes."""
    connection = connections[alias]
    arguments, variables = connection.client_class.settings_to_cmd_args_env(
        connection.settings_dict, []
    )
    options = arguments[1:-1]
    try:
        subprocess.run(  # noqa: S603 (our own command, no shell)
            [*command, *options, f"--dbname={arguments[-1]}"],
            env={**os.environ, **(variables or {})},
            check=True,
            capture_output=True,
            timeout=_PG_TIMEOUT_SECONDS,
        )
    except FileNotFoundError as error:
        raise backup.BackupProblem(
            f"{command[0]} is not installed. Install PostgreSQL's client."
        ) from error
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = (getattr(error, "stderr", b"") or b"").decode(errors="replace").strip()
        raise backup.BackupProblem(
            f"{command[0]} failed on the database {alias}: {said[-300:]}"
        ) from error


def load_restored_databases(folder: Path, kinds: Mapping[str, str]) -> None:
    """Load the dumps of a restored backup into the configured databases.

    SQLite databases are in place already.

    Args:
        folder: the restored data folder.
        kinds: the kind of each database by name.

    Raises:
        BackupProblem: a configured database is of another kind, or is in use.
    """
    for alias, name in _DATABASE_NAMES.items():
        _refuse_used_database(alias, name, folder, kinds[name])
    for alias, name in _DATABASE_NAMES.items():
        if kinds[name] == "sqlite":
            configured, restored = _locate_sqlite_files(alias, name, folder)
            if configured != restored:
                shutil.move(restored, configured)
        else:
            dump = folder / f"{name}.dump"
            _run_postgresql(alias, ["pg_restore", "--no-owner", "--exit-on-error", str(dump)])
            dump.unlink()


def _refuse_used_database(alias: str, name: str, folder: Path, kind: str) -> None:
    if connections[alias].vendor != kind:
        raise backup.BackupProblem(
            f"The backup of the database {name} is of {kind}. Set DATABASE_URL and "
            f"IDENTITY_DATABASE_URL for {kind}."
        )
    if kind == "sqlite":
        configured, restored = _locate_sqlite_files(alias, name, folder)
        if configured != restored and configured.exists():
            raise backup.BackupProblem(f"{configured} is in use. Restore to another place.")
    elif connections[alias].introspection.table_names():
        raise backup.BackupProblem(f"The database {name} is in use. Restore into an empty one.")


def _locate_sqlite_files(alias: str, name: str, folder: Path) -> tuple[Path, Path]:
    return Path(settings.DATABASES[alias]["NAME"]), folder / f"{name}.sqlite3"


@contextmanager
def _open_check_folder() -> Iterator[Path]:
    """Make a folder for a check, and remove it; a folder that a crash left is removed first."""
    prefix = ".check-"
    for leftover in settings.CAIRN_DATA.glob(f"{prefix}*/"):
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=settings.CAIRN_DATA) as folder:
        yield Path(folder)


def _verify_in_own_process(folder: Path) -> list[str]:
    """Verify a restored folder in a process of its own, which reads its settings from there."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "IDENTITY_DATABASE_URL", "CAIRN_BACKUP")
    }
    environment |= {
        "CAIRN_DATA": str(folder),
        MASTER_KEY_VARIABLE: open_key_ring().encode_master_key(),
        "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
    }
    program = (
        "import django; django.setup();"
        "from cairn.interfaces.verification import verify_stored_records as verify;"
        "from cairn.platform.tasks.api import NullProgress;"
        "state = verify(NullProgress());"
        "print(*(': '.join(finding) for finding in state.findings), sep='\\n')"
    )
    done = subprocess.run(  # noqa: S603 (our own command, no shell)
        [sys.executable, "-P", "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return [f"The verification stopped: {done.stderr.strip()[-300:]}"]
    return [line for line in done.stdout.splitlines() if line]


def _check_postgresql_dumps(folder: Path, kinds: Mapping[str, str]) -> Iterator[str]:
    """Read each dump to its end; a dump that is damaged is a finding."""
    for name in kinds:
        done = subprocess.run(  # noqa: S603 (our own command, no shell)
            ["pg_restore", f"--file={os.devnull}", str(folder / f"{name}.dump")],  # noqa: S607
            capture_output=True,
            check=False,
        )
        if done.returncode:
            yield f"{name}.dump cannot be restored."


def back_up_each_night(now: datetime) -> str:
    """Make a backup, as the environment configures it.

    Args:
        now: the time.

    Returns:
        What was written, in one sentence.

    Raises:
        JobFindingError: the backup could not be made.
    """
    try:
        places = open_configured_places()
        if places is None:
            return "No place for backups is set."
        result = back_up_installation(places, now, NullProgress())
    except backup.BackupProblem as problem:
        raise JobFindingError(str(problem)) from problem
    return (
        f"{result.files:,} files, {result.new_files:,} of them new; {result.size:,} bytes written."
    )


def check_backup_each_night(now: datetime) -> str:
    """Restore the newest backup into a temporary folder and verify it.

    Args:
        now: the time.

    Returns:
        What was checked, in one sentence.

    Raises:
        JobFindingError: it cannot be restored, or something in it was changed.
    """
    try:
        places = open_configured_places()
        if places is None:
            return "No place for backups is set."
        restored, findings = check_backup(places, now, NullProgress())
    except backup.BackupProblem as problem:
        raise JobFindingError(str(problem)) from problem
    if findings:
        raise JobFindingError(f"Findings: {len(findings)}. List them: cairn backup --check")
    return f"The backup of {restored.at[:10]} was restored and verified: {restored.files:,} files."


def _is_backup_on() -> bool:
    return settings.CAIRN_BACKUP is not None


BACKUP_JOB: Final = ScheduledJob(
    name="installation.backup",
    title=_("Back up"),
    purpose=_(
        "Copies both databases, every file and the keys to the places that are set, encrypted."
    ),
    cadence=EveryDay(time(1)),
    run=back_up_each_night,
    is_on=_is_backup_on,
)

BACKUP_CHECK_JOB: Final = ScheduledJob(
    name="installation.backup_check",
    title=_("Check the backup"),
    purpose=_("Restores the newest backup into a temporary folder, verifies it and removes it."),
    cadence=EveryDay(time(4)),
    run=check_backup_each_night,
    is_on=_is_backup_on,
)
