"""The two databases with all tables and no rows, migrated once in a run and copied from then on.

Migrating takes about eight seconds of work, in each process of the run and in each data folder of a
program that a test starts. On PostgreSQL each process migrates its own.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connections

FILES: Final = {"default": "governance.sqlite3", "identities": "identities.sqlite3"}
_FOLDER: Final = Path(os.environ["CAIRN_DATA"]).with_name("migrated")
_ANSWER: Final = _FOLDER.with_suffix(".returncode")
_MIGRATE: Final = (
    "from cairn.interfaces.cli.installation import prepare_installation; prepare_installation()"
)
_PATIENCE: Final = 300
"""Seconds."""


def begin_migration() -> Callable[[], None]:
    """Migrate beside the processes of the run, while these collect their tests.

    Returns:
        Ends it, if the run ends first.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", _MIGRATE],
        env=_environment(_FOLDER),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def tell() -> None:
        draft = _ANSWER.with_suffix(".draft")
        draft.write_text(str(process.wait()))
        draft.rename(_ANSWER)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()

    def end() -> None:
        process.kill()
        thread.join()

    return end


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
