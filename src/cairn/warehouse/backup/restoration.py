"""Restore a backup into an empty data folder; refuse one that is incomplete or was changed."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyrage

from cairn.warehouse.backup import destinations, snapshots
from cairn.warehouse.backup.destinations import BackupDestination, BackupProblem
from cairn.warehouse.progress import Progress
from cairn.warehouse.store import MASTER_KEY_VARIABLE, KeyRing, locate_key_file

__all__ = [
    "RestoredBackup",
    "open_restoring_key",
    "parse_identities",
    "remove_restored",
    "restore_backup",
    "restore_for_check",
]

_PRIVATE_KEY_START: Final = "AGE-SECRET-KEY-1"


@dataclass(frozen=True, slots=True)
class RestoredBackup:
    """What was restored.

    Attributes:
        name: name of the snapshot.
        at: when it was made (ISO 8601).
        files: number of files.
        databases: kind of each database by name; its dump is `<name>.dump` in the folder, or
            `<name>.sqlite3` for SQLite, ready to use.
    """

    name: str
    at: str
    files: int
    databases: Mapping[str, str]


def parse_identities(content: str) -> list[pyrage.x25519.Identity]:
    """Parse the private keys of a file that `age-keygen` wrote.

    Args:
        content: the file's content.

    Returns:
        The private keys.

    Raises:
        BackupProblem: it holds none, or one is malformed.
    """
    lines = [line.strip() for line in content.splitlines()]
    private_keys = [line for line in lines if line.startswith(_PRIVATE_KEY_START)]
    if not private_keys:
        raise BackupProblem(f"The file holds no private key. It begins with {_PRIVATE_KEY_START}.")
    try:
        return [pyrage.x25519.Identity.from_str(key) for key in private_keys]
    except pyrage.IdentityError as error:
        raise BackupProblem("The private key is malformed.") from error


def open_restoring_key(target: Path, env: Mapping[str, str]) -> str:
    """Find the master key for a data folder that does not exist yet.

    Args:
        target: the future data folder.
        env: environment variables.

    Returns:
        The master key in base64.

    Raises:
        BackupProblem: there is no master key.
    """
    key_file = locate_key_file(target)
    if encoded := env.get(MASTER_KEY_VARIABLE, "").strip():
        return encoded
    if key_file.exists():
        return key_file.read_text("ascii", "replace").strip()
    raise BackupProblem(
        "The master key is not part of a backup. Set "
        f"{MASTER_KEY_VARIABLE} to it, or put the key file at {key_file}."
    )


def restore_backup(
    places: tuple[BackupDestination, BackupDestination],
    identities: Sequence[pyrage.x25519.Identity],
    encoded_key: str,
    target: Path,
    *,
    name: str,
    progress: Progress,
) -> RestoredBackup:
    """Restore a snapshot into a folder that is missing or empty.

    The folder appears once everything in it was checked.

    Args:
        places: places of data backups and of key backups.
        identities: private keys; one must open the backup.
        encoded_key: the master key in base64.
        target: the future data folder.
        name: name of the snapshot; empty for the newest that the key backup opens.
        progress: is shown each step.

    Returns:
        What was restored.

    Raises:
        BackupProblem: the folder is in use, or the backup is incomplete, was altered or cannot be
            opened. Nothing was restored.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupProblem(f"{target} is in use. Restore into a new or an empty folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    # A folder that exists may be a mount point: it cannot be replaced, only filled.
    parent = target if target.exists() else target.parent
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-restoring-", dir=parent))
    try:
        keys = KeyRing.open(staging, {MASTER_KEY_VARIABLE: encoded_key})
        restored = _Restoration(places, keys, identities, staging).run(name, progress)
        if parent is target:
            for path in sorted(staging.iterdir()):
                path.rename(target / path.name)
        else:
            staging.rename(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return restored


def remove_restored(target: Path) -> None:
    """Remove what was restored; an empty folder that cannot be removed stays.

    Args:
        target: the restored data folder.
    """
    for path in target.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    with suppress(OSError):
        target.rmdir()


def restore_for_check(
    places: tuple[BackupDestination, BackupDestination],
    data: Path,
    keys: KeyRing,
    target: Path,
    *,
    progress: Progress,
) -> RestoredBackup:
    """Restore the newest snapshot into a temporary folder, with the installation's own keys.

    Args:
        places: places of data backups and of key backups.
        data: the data folder of the installation.
        keys: its key ring.
        target: an empty folder that only its owner can read.
        progress: is shown each step.

    Returns:
        What was restored.

    Raises:
        BackupProblem: the backup is incomplete, was altered or cannot be opened.
    """
    identities = [snapshots.open_own_identity(data, keys)]
    newest = snapshots.list_snapshots(places[0])
    name = newest[-1] if newest else ""
    return _Restoration(places, keys, identities, target).run(name, progress)


class _Restoration:
    """Restore one snapshot into a folder."""

    def __init__(
        self,
        places: tuple[BackupDestination, BackupDestination],
        keys: KeyRing,
        identities: Sequence[pyrage.x25519.Identity],
        folder: Path,
    ) -> None:
        self.destination, self.keys_destination = places
        self.keys, self.identities, self.folder = keys, identities, folder

    def run(self, name: str, progress: Progress) -> RestoredBackup:
        """Restore the keys, then the databases, then the files."""
        progress.step("Keys")
        opened = self._restore_keys()
        name = self._choose_snapshot(name, opened)
        body = self.destination.read_sealed(snapshots.locate_manifest(name), self.keys)
        if body["name"] != name:
            raise BackupProblem(
                f"{snapshots.locate_manifest(name)} is the manifest of another snapshot."
            )
        progress.step("Databases")
        self._restore_parts(name, body)
        files = {path: destinations.StoredObject(*stored) for path, stored in body["files"].items()}
        folder = snapshots.read_files_folder(body)
        progress.step("Files", len(files))
        for path, stored in files.items():
            self.destination.read_encrypted(
                snapshots.locate_file(path, folder), self.folder / path, stored, self.identities
            )
            progress.advance()
        return RestoredBackup(name, body["at"], len(files), body["databases"])

    def _restore_keys(self) -> list[str]:
        backups = snapshots.list_key_backups(self.keys_destination)
        if not backups:
            raise BackupProblem(f"There is no key backup at {self.keys_destination.address}.")
        name = f"{snapshots.KEY_BACKUP_PREFIX}{backups[-1]}"
        body = self.keys_destination.read_sealed(f"{name}{destinations.SEALED_SUFFIX}", self.keys)
        packed = self.folder / "keys.packed"
        self.keys_destination.read_encrypted(
            f"{name}.age", packed, destinations.StoredObject(*body["keys"]), self.identities
        )
        destinations.unpack_files(packed, self.folder)
        packed.unlink()
        return sorted(body["snapshots"])

    def _choose_snapshot(self, name: str, opened: list[str]) -> str:
        present = set(snapshots.list_snapshots(self.destination))
        chosen = name or next((known for known in reversed(opened) if known in present), "")
        if not chosen:
            raise BackupProblem(
                f"There is no data backup in {snapshots.SNAPSHOT_FOLDER} at "
                f"{self.destination.address} that this key backup opens."
            )
        if chosen not in opened:
            raise BackupProblem(
                f"The key backup does not open {snapshots.locate_manifest(chosen)}: data were "
                "destroyed since, or its key backup is at another place. "
                f"It opens: {', '.join(opened)}."
            )
        return chosen

    def _restore_parts(self, name: str, body: Mapping[str, Any]) -> None:
        wrapped = (self.folder / snapshots.SNAPSHOT_KEYS_FOLDER / f"{name}.key").read_text("ascii")
        private_key = self.keys.unwrap(wrapped, bound_to=f"snapshot:{name}").decode()
        identity = pyrage.x25519.Identity.from_str(private_key)
        for part, stored in body["parts"].items():
            is_sqlite = body["databases"].get(part) == "sqlite"
            target = self.folder / f"{part}.{'sqlite3' if is_sqlite else 'dump'}"
            self.destination.read_encrypted(
                snapshots.locate_part(name, part),
                target,
                destinations.StoredObject(*stored),
                [identity],
            )
        packed = self.folder / f"{snapshots.MANIFESTS_PART}.dump"
        destinations.unpack_files(packed, self.folder)
        packed.unlink()
