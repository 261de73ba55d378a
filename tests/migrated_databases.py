"""The two databases with all tables and no rows, migrated once and copied from then on.

Migrating takes ten seconds of work, in each process of a run and in each data folder of
a program that a test starts. What a run has migrated, the next one loads from pytest's own folder,
as long as no migration, model or library of the databases is another. On PostgreSQL each process
migrates its own.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import django
import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

FILES: Final = {"default": "governance.sqlite3", "identities": "identities.sqlite3"}
_FOLDER: Final = Path(os.environ["CAIRN_DATA"]).with_name("migrated")
_ANSWER: Final = _FOLDER.with_suffix(".returncode")
_MIGRATE: Final = (
    "from cairn.interfaces.cli.installation import prepare_installation; prepare_installation()"
)
_PATIENCE: Final = 300
"""Seconds."""
_ROOT: Final = Path(__file__).parents[1]
_KEPT: Final = _ROOT / ".pytest_cache" / "migrated"
_DECIDING: Final = ("models", "guard", "row_seals", "sqlite_seals", "apps", "installation")


def begin_migration() -> Callable[[], None]:
    """Migrate beside the processes of the run, while these collect their tests.

    Returns:
        Ends it, if the run ends first.
    """
    kept = _KEPT / _digest_schema()
    if kept.is_dir():
        shutil.copytree(kept, _FOLDER)
        _ANSWER.write_text("0")
        return lambda: None
    process = subprocess.Popen(
        [sys.executable, "-c", _MIGRATE],
        env=_environment(_FOLDER),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def tell() -> None:
        returncode = process.wait()
        if returncode == 0:
            _keep(kept)
        draft = _ANSWER.with_suffix(".draft")
        draft.write_text(str(returncode))
        draft.rename(_ANSWER)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()

    def end() -> None:
        process.kill()
        thread.join()

    return end


def _digest_schema() -> str:
    """Return a digest of what decides about the tables: migrations, models, triggers, libraries."""
    digest = hashlib.sha256((_ROOT / "pyproject.toml").read_bytes())
    digest.update(django.__version__.encode())
    for path in sorted((_ROOT / "src").rglob("*.py")):
        if path.parent.name in ("migrations", "models") or path.stem.endswith(_DECIDING):
            digest.update(str(path.relative_to(_ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def _keep(kept: Path) -> None:
    """Keep the databases for the next run, in place of older ones; two runs may end at once."""
    draft = kept.with_name(f"{kept.name}-{os.getpid()}")
    with suppress(OSError):
        shutil.rmtree(_KEPT, ignore_errors=True)
        draft.mkdir(parents=True)
        for name in FILES.values():
            shutil.copyfile(_FOLDER / name, draft / name)
        draft.rename(kept)


def copy_migrated_databases(folder: Path) -> None:
    """Give a program's data folder its databases, as its first start would."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _wait():
        subprocess.run([sys.executable, "-c", _MIGRATE], env=_environment(_FOLDER), check=True)
        _ANSWER.write_text("0")
    for name in FILES.values():
        shutil.copyfile(_FOLDER / name, folder / name)


@contextmanager
def loading_instead_of_migrating() -> Iterator[None]:
    """Within the block, a new test database is loaded from the file, if this run has made one."""
    from cairn.interfaces.web.management.commands.migrate import Command

    migrate = Command.handle

    def load(self: Command, *arguments: Any, **options: Any) -> None:
        alias = options["database"]
        connection = connections[alias]
        if connection.vendor != "sqlite" or not _wait():
            migrate(self, *arguments, **options)
            return
        connection.ensure_connection()
        source = sqlite3.connect(_FOLDER / FILES[alias])
        source.backup(connection.connection)
        source.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Command, "handle", load)
        yield


@contextmanager
def restoring_instead_of_emptying() -> Iterator[None]:
    """Within the block, a database is brought back to what it was where Django would empty it.

    After each test that commits, Django empties each table, and fills those that a migration fills.
    To copy a whole SQLite database takes a fiftieth of that; to delete from the tables of a
    PostgreSQL database that were written to, if the role may pass over triggers, a fourteenth.
    """
    from django.core.management.commands.flush import Command

    flush, saved = Command.handle, dict[str, sqlite3.Connection]()
    for alias in connections:
        if connections[alias].vendor == "sqlite":
            connections[alias].ensure_connection()
            saved[alias] = sqlite3.connect(":memory:")
            connections[alias].connection.backup(saved[alias])

    def restore(self: Command, **options: Any) -> None:
        alias = options["database"]
        if alias in saved:
            # A test with a server of its own closes its connection.
            connections[alias].ensure_connection()
            saved[alias].backup(connections[alias].connection)
            return
        _remove_row_seals(connections[alias])
        if not _delete_rows(connections[alias]):
            flush(self, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Command, "handle", restore)
        yield
    for connection in saved.values():
        connection.close()


def _remove_row_seals(connection: BaseDatabaseWrapper) -> None:
    """Remove the seals of rows, which a command made in the data folder of its test."""
    from cairn.platform.audit.postgresql_seals import PostgresqlSealStore

    PostgresqlSealStore(connection.alias).drop_triggers()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS row_change_log, row_change_notes")


def _delete_rows(connection: BaseDatabaseWrapper) -> bool:
    """Delete the rows of all PostgreSQL tables but those that a migration fills, if the role may.

    A table that was never written to has no size, and is passed over.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() != (True,):
            return False
        tables = connection.introspection.django_table_names(only_existing=True)
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND pg_relation_size(oid) > 0",
            [sorted({*tables} - {"django_content_type", "auth_permission"})],
        )
        written = [connection.ops.quote_name(name) for (name,) in cursor.fetchall()]
        with transaction.atomic(connection.alias):
            # No trigger, so neither the check of a foreign key nor the guard of the audit log.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for name in written:
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - a table of our own
    return True


def _wait() -> bool:
    """Whether this run has made the databases; one that is making them is waited for."""
    if not _ANSWER.exists() and not _FOLDER.exists():
        return False
    for _ in range(_PATIENCE * 10):
        if _ANSWER.exists():
            return _ANSWER.read_text() == "0"
        time.sleep(0.1)
    return False


def _environment(data: Path) -> dict[str, str]:
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CAIRN_")
        and not name.endswith("DATABASE_URL")
        and name != "PYTHONDONTWRITEBYTECODE"
    }
    return {
        **kept,
        "CAIRN_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
