"""Make a backup of a data folder, in two parts that open nothing without each other.

The *data backup* holds both databases and every file. Files of the zones are encrypted already, and
their keys are not in it. The databases are encrypted under a key of this one snapshot. The *key
backup* holds the keys of files and of snapshots, and is replaced as a whole each time. So what was
destroyed is closed in every older data backup as soon as the next key backup is made: its file key
is gone, and so are the keys of the snapshots from before the destruction.

Both are encrypted to the office's public keys (age, X25519), and to a key of this installation with
which it checks its own backups. A backup exists once its manifest does.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyrage

from cairn.warehouse.backup.destinations import (
    SEALED_SUFFIX,
    BackupDestination,
    BackupProblem,
    StoredObject,
    pack_files,
    read_fingerprint,
)
from cairn.warehouse.progress import Progress
from cairn.warehouse.store import FILE_KEYS_FOLDER, KeyRing, write_bytes_atomically

__all__ = ["BackupPlaces", "BackupResult", "DatabaseDumper", "parse_recipients", "write_backup"]

SNAPSHOT_FOLDER: Final = "snapshots"
KEY_BACKUP_PREFIX: Final = "keys-"
SNAPSHOT_KEYS_FOLDER: Final = "snapshot-keys"
OWN_IDENTITY_FILE: Final = "backup-identity"
MANIFESTS_PART: Final = "manifests"
_FILES_FOLDER: Final = "files"
_WORK_PREFIX: Final = ".backup-"
_ATTACHED_FOLDERS: Final = ("attachments", "uploads")
_KEY_FILES: Final = ("secret.key", "key-fingerprint", "row-seals", OWN_IDENTITY_FILE)
_PROJECT_CODES: Final = "project-codes/*.sealed"
_REVIEW_FLOWS: Final = "flows/*.toml"

DatabaseDumper = Callable[[Path, Callable[[], None]], Mapping[str, str]]
"""Writes `<name>.dump` of each database into a folder, and returns the kind of each by name.

It calls the function while no writer can commit, at the moment that the dumps show.
"""


@dataclass(frozen=True, slots=True)
class BackupPlaces:
    """Where backups go, and the public keys they are encrypted to.

    Attributes:
        data: place of data backups.
        keys: place of key backups, apart from the other.
        recipients: public keys that can open them (age, X25519).
        kept_days: days after which an older data backup is removed.
    """

    data: BackupDestination
    keys: BackupDestination
    recipients: tuple[str, ...]
    kept_days: int = 30

    def __post_init__(self) -> None:
        if self.data.is_inside(self.keys) or self.keys.is_inside(self.data):
            raise BackupProblem(
                "The place of key backups must be apart from the place of data backups: together "
                "they open everything."
            )


@dataclass(frozen=True, slots=True)
class BackupResult:
    """What a backup wrote.

    Attributes:
        name: name of the snapshot.
        files: number of files that it holds.
        new_files: number of those that an earlier backup did not hold.
        size: bytes that were written.
        closed: number of earlier snapshots that can no longer be opened, and were removed.
    """

    name: str
    files: int
    new_files: int
    size: int
    closed: int


def parse_recipients(public_keys: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """Parse the public keys of an office.

    Args:
        public_keys: keys as `age-keygen` prints them, "age1…".

    Returns:
        The recipients.

    Raises:
        BackupProblem: there is no key, or one is malformed.
    """
    if not public_keys:
        raise BackupProblem(
            "Name the public key that backups are encrypted to. Make a pair with age-keygen, and "
            "keep the private key on another machine."
        )
    try:
        return [pyrage.x25519.Recipient.from_str(key) for key in public_keys]
    except pyrage.RecipientError as error:
        raise BackupProblem(
            f'A public key is malformed: {error}. It begins with "age1".'
        ) from error


def write_backup(
    data: Path,
    keys: KeyRing,
    places: BackupPlaces,
    dump_databases: DatabaseDumper,
    *,
    at: datetime,
    destroyed_at: datetime | None,
    progress: Progress,
) -> BackupResult:
    """Make a data backup and the key backup that belongs to it, while the site is running.

    Args:
        data: the data folder.
        keys: key ring of the data folder.
        places: the two places, and the public keys.
        dump_databases: dumps the databases.
        at: the time.
        destroyed_at: when data in the databases were last destroyed. Earlier snapshots are closed.
        progress: is shown each step.

    Returns:
        What was written.

    Raises:
        BackupProblem: a file could not be written, or another backup runs. The last good backup
            is as it was.
    """
    recipients = [*parse_recipients(places.recipients), open_own_identity(data, keys).to_public()]
    with _hold_backup_lock(data), _open_work_folder(data) as work:
        _refuse_other_owner(places, keys)
        name = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        attached: list[Path] = []
        progress.step("Databases")
        kinds = dump_databases(work, lambda: attached.extend(_list_attached(data)))
        snapshot = _SnapshotWriter(data, keys, places.data, recipients, name)
        snapshot.write_files(attached, progress)
        snapshot.write_parts(work, sorted(kinds))
        snapshot.write_manifest(at, kinds)
        progress.step("Keys")
        kept = _list_open_snapshots(data, at - timedelta(days=places.kept_days), destroyed_at, name)
        _write_key_backup(data, keys, places.keys, recipients, name, work, kept)
    closed = _remove_older_backups(data, keys, places, name, kept)
    return BackupResult(
        name, len(snapshot.files), snapshot.new_files, snapshot.written_size, closed
    )


def _refuse_other_owner(places: BackupPlaces, keys: KeyRing) -> None:
    places.data.refuse_other_owner(
        [locate_manifest(name) for name in list_snapshots(places.data)], keys
    )
    key_backups = list_key_backups(places.keys)
    places.keys.refuse_other_owner(
        [f"{KEY_BACKUP_PREFIX}{name}{SEALED_SUFFIX}" for name in key_backups], keys
    )


class _SnapshotWriter:
    """Write one data backup."""

    def __init__(
        self,
        data: Path,
        keys: KeyRing,
        destination: BackupDestination,
        recipients: Sequence[pyrage.x25519.Recipient],
        name: str,
    ) -> None:
        self.data, self.keys, self.name = data, keys, name
        self.destination, self.recipients = destination, recipients
        self.files: dict[str, StoredObject] = {}
        self.parts: dict[str, StoredObject] = {}
        self.manifests: list[tuple[Path, bytes]] = []
        self.new_files = self.written_size = 0
        self._folder = _name_files_folder(recipients)
        self._known = find_stored_files(destination, keys, self._folder)

    def write_files(self, attached: Sequence[Path], progress: Progress) -> None:
        """Write the files that no earlier backup holds; each is immutable."""
        paths = sorted((self.data / "zones").glob("*/*/*.json"))
        progress.step("Files", len(paths) + len(attached))
        for path in paths:
            content = path.read_bytes()
            if not self._write_file(path.with_suffix(".parquet")):
                # It was destroyed, perhaps just now, and its manifest says so.
                content = path.read_bytes()
            self.manifests.append((path, content))
            progress.advance()
        for path in attached:
            self._write_file(path)
            progress.advance()

    def _write_file(self, path: Path) -> bool:
        name = str(path.relative_to(self.data))
        if not path.exists():
            return False
        stored = self._known.get(name)
        if stored is None:
            try:
                file = path.open("rb")
            except FileNotFoundError:
                return False
            with file:
                stored = self.destination.write_encrypted(
                    locate_file(name, self._folder), file, self.recipients
                )
            self.new_files += 1
            self.written_size += stored.size
        self.files[name] = stored
        return True

    def write_parts(self, work: Path, databases: Sequence[str]) -> None:
        """Write the databases and the manifests, under a key of this snapshot."""
        self._pack_manifests(work)
        identity = pyrage.x25519.Identity.generate()
        wrapped = self.keys.wrap(str(identity).encode(), bound_to=f"snapshot:{self.name}")
        for part in (*databases, MANIFESTS_PART):
            with (work / f"{part}.dump").open("rb") as file:
                stored = self.destination.write_encrypted(
                    locate_part(self.name, part), file, [identity.to_public()]
                )
            self.parts[part] = stored
            self.written_size += stored.size
        path = self.data / SNAPSHOT_KEYS_FOLDER / f"{self.name}.key"
        write_bytes_atomically(wrapped.encode("ascii"), path)

    def _pack_manifests(self, work: Path) -> None:
        pointers = sorted((self.data / "zones" / "found").rglob("*.*"))
        flows = sorted(self.data.glob(_REVIEW_FLOWS))
        contents = [*self.manifests, *((path, path.read_bytes()) for path in (*pointers, *flows))]
        copies = []
        for path, content in contents:
            copy = work / path.relative_to(self.data)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
            copies.append(copy)
        pack_files(work / f"{MANIFESTS_PART}.dump", work, copies)

    def write_manifest(self, at: datetime, kinds: Mapping[str, str]) -> None:
        """Write what the backup holds; from here on it exists."""
        body = {
            "version": 1,
            "name": self.name,
            "at": at.isoformat(),
            "fingerprint": read_fingerprint(self.keys),
            "databases": dict(kinds),
            "recipients": sorted(map(str, self.recipients)),
            "files_folder": self._folder,
            "parts": {name: stored.to_json() for name, stored in self.parts.items()},
            "files": {name: stored.to_json() for name, stored in self.files.items()},
        }
        self.destination.write_sealed(locate_manifest(self.name), body, self.keys)


def locate_manifest(name: str) -> str:
    """Return the name of a snapshot's manifest at its destination."""
    return f"{SNAPSHOT_FOLDER}/{name}{SEALED_SUFFIX}"


def locate_part(name: str, part: str) -> str:
    """Return the name of a database, or of the manifests, at its destination."""
    return f"{SNAPSHOT_FOLDER}/{name}/{part}.age"


def locate_file(name: str, folder: str) -> str:
    """Return the name of a file of the data folder at its destination."""
    return f"{folder}/{name}.age"


def read_files_folder(body: Mapping[str, Any]) -> str:
    """Return the folder of a snapshot's files, as its manifest names it."""
    return str(body.get("files_folder", _FILES_FOLDER))


def _name_files_folder(recipients: Sequence[pyrage.x25519.Recipient]) -> str:
    """Name the folder of files for these recipients: other ones cannot open them."""
    named = "\n".join(sorted(map(str, recipients))).encode()
    return f"{_FILES_FOLDER}/{hashlib.sha256(named).hexdigest()[:16]}"


def list_snapshots(destination: BackupDestination) -> list[str]:
    """List the names of the data backups at a place, oldest first."""
    names = destination.list_sizes(SNAPSHOT_FOLDER)
    return sorted(Path(name).stem for name in names if name.endswith(SEALED_SUFFIX))


def list_key_backups(destination: BackupDestination) -> list[str]:
    """List the names of the key backups at a place, oldest first."""
    return sorted(
        name.removeprefix(KEY_BACKUP_PREFIX).removesuffix(SEALED_SUFFIX)
        for name in destination.list_sizes()
        if name.startswith(KEY_BACKUP_PREFIX) and name.endswith(SEALED_SUFFIX)
    )


def find_stored_files(
    destination: BackupDestination, keys: KeyRing, folder: str
) -> dict[str, StoredObject]:
    """List the files that the newest backup has in this folder, and that are still there."""
    snapshots = list_snapshots(destination)
    if not snapshots:
        return {}
    body = destination.read_sealed(locate_manifest(snapshots[-1]), keys)
    if read_files_folder(body) != folder:
        return {}
    sizes = destination.list_sizes(folder)
    listed = {name: StoredObject(*stored) for name, stored in body["files"].items()}
    return {
        name: stored
        for name, stored in listed.items()
        if sizes.get(locate_file(name, folder)) == stored.size
    }


def open_own_identity(data: Path, keys: KeyRing) -> pyrage.x25519.Identity:
    """Open the private key with which an installation checks its own backups; make it once."""
    path = data / OWN_IDENTITY_FILE
    if not path.exists():
        wrapped = keys.wrap(
            str(pyrage.x25519.Identity.generate()).encode(), bound_to=OWN_IDENTITY_FILE
        )
        write_bytes_atomically(wrapped.encode("ascii"), path)
    text = keys.unwrap(path.read_text("ascii"), bound_to=OWN_IDENTITY_FILE).decode()
    return pyrage.x25519.Identity.from_str(text)


def _list_attached(data: Path) -> Iterator[Path]:
    for folder in _ATTACHED_FOLDERS:
        yield from sorted(
            path
            for path in (data / folder).glob("*/*")
            if path.is_file() and not path.name.startswith(".")
        )


def _list_open_snapshots(
    data: Path, oldest: datetime, destroyed_at: datetime | None, newest: str
) -> set[str]:
    """List the snapshots that may still be opened: recent, and from after each destruction."""
    since = max(oldest, destroyed_at or oldest).astimezone(UTC)
    names = {path.stem for path in (data / SNAPSHOT_KEYS_FOLDER).glob("*.key")}
    # A snapshot of the same second as a destruction may be from before it.
    return {name for name in names if name[:16] > f"{since:%Y%m%dT%H%M%SZ}"} | {newest}


def _write_key_backup(
    data: Path,
    keys: KeyRing,
    destination: BackupDestination,
    recipients: Sequence[pyrage.x25519.Recipient],
    name: str,
    work: Path,
    kept: set[str],
) -> None:
    paths = [
        *(data / file for file in _KEY_FILES if (data / file).exists()),
        *sorted((data / FILE_KEYS_FOLDER).glob("*/*/*.key")),
        *sorted(data.glob(_PROJECT_CODES)),
        *(data / SNAPSHOT_KEYS_FOLDER / f"{snapshot}.key" for snapshot in sorted(kept)),
    ]
    packed = work / "keys.dump"
    pack_files(packed, data, paths)
    with packed.open("rb") as file:
        stored = destination.write_encrypted(f"{KEY_BACKUP_PREFIX}{name}.age", file, recipients)
    body = {
        "version": 1,
        "name": name,
        "fingerprint": read_fingerprint(keys),
        "keys": stored.to_json(),
        "snapshots": sorted(kept),
    }
    destination.write_sealed(f"{KEY_BACKUP_PREFIX}{name}{SEALED_SUFFIX}", body, keys)


def _remove_older_backups(
    data: Path, keys: KeyRing, places: BackupPlaces, newest: str, kept: set[str]
) -> int:
    """Remove older key backups, then what they opened: the last good backup goes last."""
    for name in places.keys.list_sizes():
        if name.startswith(KEY_BACKUP_PREFIX) and not name.startswith(KEY_BACKUP_PREFIX + newest):
            places.keys.remove(name)
    for path in (data / SNAPSHOT_KEYS_FOLDER).glob("*.key"):
        if path.stem not in kept:
            _destroy_key_file(path)
    closed = [name for name in list_snapshots(places.data) if name not in kept]
    for name in closed:
        places.data.remove(locate_manifest(name))
    referenced = _list_referenced(places.data, keys)
    for name in places.data.list_sizes():
        if name.startswith((f"{SNAPSHOT_FOLDER}/", f"{_FILES_FOLDER}/")) and name not in referenced:
            places.data.remove(name)
    return len(closed)


def _list_referenced(destination: BackupDestination, keys: KeyRing) -> set[str]:
    referenced: set[str] = set()
    for name in list_snapshots(destination):
        body: dict[str, Any] = destination.read_sealed(locate_manifest(name), keys)
        referenced.add(locate_manifest(name))
        referenced.update(locate_part(name, part) for part in body["parts"])
        folder = read_files_folder(body)
        referenced.update(locate_file(file, folder) for file in body["files"])
    return referenced


def _destroy_key_file(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


@contextmanager
def _hold_backup_lock(data: Path) -> Iterator[None]:
    with (data / f"{_WORK_PREFIX}lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BackupProblem("Another backup runs. Wait until it ends.") from error
        yield


@contextmanager
def _open_work_folder(data: Path) -> Iterator[Path]:
    """Make a folder that only its owner can read; first remove what a crash left of another."""
    for leftover in data.glob(f"{_WORK_PREFIX}*/"):
        shutil.rmtree(leftover, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=_WORK_PREFIX, dir=data))
    try:
        yield work
    except OSError as error:
        raise BackupProblem(f"The backup could not be prepared in {data}: {error}") from error
    finally:
        with suppress(OSError):
            shutil.rmtree(work)
