"""Restore a backup before Django knows the data folder, and then verify it.

The settings make files in the data folder, which must be empty until the backup is in place.
"""

import os
from pathlib import Path

from cairn.interfaces.cli import installation
from cairn.interfaces.cli.output import CommandOutput
from cairn.warehouse.backup import (
    BackupDestination,
    BackupProblem,
    open_restoring_key,
    parse_identities,
    remove_restored,
    restore_backup,
)


def restore_installation(
    output: CommandOutput, sources: tuple[str, str], identity_file: Path, name: str
) -> None:
    """Restore the files, load the databases, and print what the verification finds."""
    folder = Path(os.environ.get("CAIRN_DATA") or "cairn-data").expanduser().absolute()
    places = (BackupDestination(sources[0]), BackupDestination(sources[1]))
    identities = parse_identities(identity_file.read_text("utf-8", "replace"))
    with output.show_progress() as progress:
        restored = restore_backup(
            places,
            identities,
            open_restoring_key(folder, os.environ),
            folder,
            name=name,
            progress=progress,
        )
    installation.set_up_django()
    from cairn.interfaces.backups import load_restored_databases
    from cairn.interfaces.cli.operations.backups import finish_restore

    try:
        load_restored_databases(folder, restored.databases)
    except BackupProblem:
        remove_restored(folder)
        raise
    installation.apply_missing_migrations()
    finish_restore(output, restored, folder)
