"""Prepare the machine for a command: settings, Django, and up-to-date databases."""

import atexit
import gc
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cairn.platform.garbage_collection import collect_garbage_seldom

DataFolderOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FOLDER",
        help="Data folder. Default: CAIRN_DATA, or ./cairn-data.",
        file_okay=False,
    ),
]


def choose_data_folder(data_folder: Path | None) -> None:
    """Set the data folder for everything that follows; call this before `prepare_installation`."""
    if data_folder is not None:
        os.environ["CAIRN_DATA"] = str(data_folder.expanduser().absolute())


def create_demo_mailbox(data_folder: Path | None) -> None:
    """Create the folder of the demo's email in a data folder that is new.

    Settings read it, so call this before `prepare_installation`. A folder with data may be a real
    installation; its email must never be shown on a page; it is left as it was.
    """
    choose_data_folder(data_folder)
    folder = Path(os.environ.get("CAIRN_DATA") or "cairn-data").expanduser().absolute()
    if not folder.exists() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "mailbox").mkdir(mode=0o700)


def prepare_installation(data_folder: Path | None = None) -> None:
    """Set Django up and bring both databases to the schema that this version needs."""
    choose_data_folder(data_folder)
    with _without_garbage_collection():
        set_up_django()
        apply_missing_migrations()


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Within the block, load code without looking for garbage in it: a fifth of the time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def set_link_port(port: int) -> None:
    """Put the port of the site into the links of email and pages, also in the worker."""
    os.environ.setdefault("CAIRN_PORT", str(port))


def set_up_django() -> None:
    """Set Django up, and change nothing.

    What it loads stays until the process ends, so it is not looked through for garbage again: that
    takes a second of a command that receives a million rows. So connections must be closed at the
    end, or SQLite would leave what was written beside the database file.
    """
    import django
    from django.apps import apps
    from django.db import connections

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
    was_ready = apps.ready
    django.setup()
    if not was_ready:
        collect_garbage_seldom()
        atexit.register(connections.close_all)


def apply_missing_migrations() -> None:
    """Apply the migrations that a database lacks; instant when there are none.

    Migrations change rows and tables, so the rows are compared before and sealed again after. What
    was found before is recorded, because it cannot be found afterwards.
    """
    from django.core.management import call_command
    from django.utils import timezone

    from cairn.platform.audit import api as audit
    from cairn.platform.audit.api import record_audit_event

    unmigrated = list_unmigrated_databases()
    if not unmigrated:
        audit.install_row_seals()
        return
    if not audit.may_change_tables():
        from cairn.interfaces.cli.output import CommandUsageError

        raise CommandUsageError(
            "The databases must be updated for this version, and this role may change rows only. "
            "Run as their owner: cairn grant ROLE"
        )
    findings = audit.remove_row_triggers()
    for alias in unmigrated:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    audit.seal_rows_again()
    if findings:
        record_audit_event(
            "installation.resealed",
            "installation:",
            by=None,
            at=timezone.now(),
            detail={"findings": len(findings), "first_finding": findings[0].place},
        )


def list_unmigrated_databases() -> list[str]:
    """List the databases that lack a migration.

    Django's plan loads every migration, a tenth of the start of a command. So it is made only
    where a file of a migration is not recorded as applied.
    """
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.recorder import MigrationRecorder

    from cairn.interfaces.web.database_apps import list_database_apps

    unmigrated = []
    for alias in connections:
        labels = list_database_apps(alias)
        applied = MigrationRecorder(connections[alias]).applied_migrations()
        if _list_migration_files(labels) <= applied.keys():
            continue
        executor = MigrationExecutor(connections[alias])
        newest = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] in labels]
        if executor.migration_plan(newest):
            unmigrated.append(alias)
    return unmigrated


def _list_migration_files(labels: Iterable[str]) -> set[tuple[str, str]]:
    """List the migrations of some apps by label and name, and load none."""
    from django.apps import apps

    return {
        (label, file.stem)
        for label in labels
        for file in Path(apps.get_app_config(label).path, "migrations").glob("[!_~]*.py")
    }
