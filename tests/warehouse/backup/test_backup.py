"""Backups: complete or refused, closed once data were destroyed, and never half there."""

import errno
import io
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyrage
import pytest

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.backup import destinations, restoration, snapshots
from cairn.warehouse.backup.destinations import BackupDestination, BackupProblem
from cairn.warehouse.progress import NullProgress
from cairn.warehouse.store.attachments import store_attachment
from cairn.warehouse.store.file_refs import FileRef, Zone
from cairn.warehouse.store.file_store import FileStore
from cairn.warehouse.store.keys import KeyRing

AT = datetime(2026, 11, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
OFFICE = pyrage.x25519.Identity.generate()
TABLE = pa.table({"name": ["Zzyzx", "Ana"], "n": [1, 2]})
KEYS = KeyRing(b"k" * 32)


class Installation:
    """A data folder, its databases as plain files, and its two backup places."""

    def __init__(self, folder: Path, permit: Callable[..., Permit]) -> None:
        self.folder, self.permit = folder, permit
        self.data = folder / "data"
        self.data.mkdir()
        self.store = FileStore(self.data, KEYS)
        self.databases = {"governance": b"agreements", "identities": b"sealed names"}
        (self.data / "secret.key").write_text("session")
        (self.data / "secret.key").chmod(0o600)
        (self.data / "key-fingerprint").write_text(destinations.read_fingerprint(KEYS))

    @property
    def places(self) -> snapshots.BackupPlaces:
        """The two places, opened again, as each run does."""
        return snapshots.BackupPlaces(
            BackupDestination(str(self.folder / "b")),
            BackupDestination(f"file://{self.folder}/k"),
            (str(OFFICE.to_public()),),
        )

    def write(self, text: str) -> FileRef:
        """Write a file of the zones."""
        table = TABLE.append_column("text", [[text] * 2])
        given = self.permit(Action.RECEIVE, "student")
        return self.store.write(Zone.LANDED, table, permit=given, step="land")

    def back_up(self, at: datetime = AT, destroyed_at: datetime | None = None) -> Any:
        """Make a backup."""

        def dump(folder: Path, on_pinned: Callable[[], None]) -> dict[str, str]:
            on_pinned()
            for name, content in self.databases.items():
                (folder / f"{name}.dump").write_bytes(content)
            return dict.fromkeys(self.databases, "sqlite")

        return snapshots.write_backup(
            self.data,
            KEYS,
            self.places,
            dump,
            at=at,
            destroyed_at=destroyed_at,
            progress=NullProgress(),
        )

    def restore(self, name: str = "", target: str = "restored") -> Path:
        """Restore a backup with the office's private key."""
        folder = self.folder / target
        places = (self.places.data, self.places.keys)
        restoration.restore_backup(
            places, [OFFICE], KEYS.encode_master_key(), folder, name=name, progress=NullProgress()
        )
        return folder


@pytest.fixture
def installation(tmp_path: Path, permit: Callable[..., Permit]) -> Installation:
    """An installation with one file of the zones, one scan and one table of project codes."""
    made = Installation(tmp_path, permit)
    made.write("first")
    store_attachment(made.data, KEYS, b"%PDF-scan")
    (made.data / "project-codes").mkdir()
    (made.data / "project-codes" / "p.sealed").write_bytes(b"codes")
    (made.data / "flows").mkdir()
    (made.data / "flows" / "county.toml").write_text("steps = []")
    return made


def _read_tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".lock" not in path.name and not path.name.startswith(".backup")
    }


def _list_stored(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_restored_folder_is_equal_byte_for_byte(installation: Installation) -> None:
    ref = installation.write("second")
    result = installation.back_up()
    expected = _read_tree(installation.data)
    expected |= {f"{name}.sqlite3": bytes_ for name, bytes_ in installation.databases.items()}
    shutil.rmtree(installation.data)
    folder = installation.restore()
    assert _read_tree(folder) == expected
    restored = FileStore(folder, KEYS)
    assert restored.verify() == []
    assert restored.read(ref)["text"].to_pylist() == ["second"] * 2
    assert (result.files, result.new_files) == (3, 3)
    assert (folder / "secret.key").stat().st_mode & 0o077 == 0


def test_a_later_backup_writes_new_files_only(installation: Installation) -> None:
    installation.back_up()
    installation.write("second")
    result = installation.back_up(AT + DAY)
    assert (result.files, result.new_files, result.closed) == (3, 1, 0)
    first = snapshots.list_snapshots(installation.places.data)[0]
    older = FileStore(installation.restore(first), KEYS)
    assert len(list(older.manifests())) == 1
    late = installation.back_up(AT + 40 * DAY)
    assert late.closed == 2
    assert len(snapshots.list_snapshots(installation.places.data)) == 1


def test_the_data_backup_holds_no_key_and_nothing_plain(installation: Installation) -> None:
    installation.back_up()
    keys = [path.read_bytes() for path in (installation.data / "file-keys").rglob("*.key")]
    plain = [*keys, *installation.databases.values(), b"Zzyzx", b"%PDF", b"steps"]
    for place in ("b", "k"):
        for name, content in _read_tree(installation.folder / place).items():
            assert not [text for text in plain if text in content], name
    # Opened with the office's private key, a database and a file are still encrypted.
    stored = next((installation.folder / "b" / "files").rglob("*.parquet.age"))
    assert b"Zzyzx" not in pyrage.decrypt(stored.read_bytes(), [OFFICE])
    database = next((installation.folder / "b").rglob("governance.age"))
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(database.read_bytes(), [OFFICE])


def test_destroyed_data_cannot_be_read_in_an_old_backup(installation: Installation) -> None:
    ref = installation.write("second")
    old = installation.back_up().name
    shutil.copytree(installation.folder / "b", installation.folder / "copied")
    installation.store.destroy(ref, permit=installation.permit(Action.DESTROY, "student"))
    result = installation.back_up(AT + DAY, destroyed_at=AT + DAY / 2)
    assert result.closed == 1
    # A person kept the old data backup, and has the private key and today's key backup.
    shutil.rmtree(installation.folder / "b")
    (installation.folder / "copied").rename(installation.folder / "b")
    with pytest.raises(BackupProblem, match=f"does not open snapshots/{old}.json"):
        installation.restore(old)
    (packed,) = (installation.folder / "k").glob("*.age")
    opened = installation.folder / "opened"
    archive = installation.folder / "archive"
    archive.write_bytes(pyrage.decrypt(packed.read_bytes(), [OFFICE]))
    destinations.unpack_files(archive, opened)
    assert len(list((opened / "file-keys").rglob("*.key"))) == 1
    assert not list((opened / "file-keys").rglob(f"{ref.digest}.key"))
    assert [path.stem for path in (opened / "snapshot-keys").iterdir()] == [result.name]
    assert not (installation.data / "snapshot-keys" / f"{old}.key").exists()


def test_a_backup_without_a_destruction_stays_open(installation: Installation) -> None:
    old = installation.back_up(destroyed_at=AT - DAY).name
    installation.back_up(AT + DAY, destroyed_at=AT - DAY)
    assert _read_tree(installation.restore(old))["governance.sqlite3"] == b"agreements"


@pytest.mark.parametrize("damage", ["removed", "changed", "cut", "replaced"])
def test_a_damaged_backup_is_refused_and_the_file_is_named(
    installation: Installation, damage: str
) -> None:
    installation.back_up()
    kept = {place: _read_tree(installation.folder / place) for place in ("b", "k")}
    for place, files in kept.items():
        for name, content in files.items():
            path = installation.folder / place / name
            _damage(path, content, damage)
            with pytest.raises(BackupProblem) as refused:
                installation.restore()
            manifest_is_gone = damage == "removed" and name.endswith(".json")
            assert manifest_is_gone or name in str(refused.value), (name, str(refused.value))
            assert not (installation.folder / "restored").exists()
            path.write_bytes(content)
    assert not list(installation.folder.glob(".restored*"))
    installation.restore()


def _damage(path: Path, content: bytes, damage: str) -> None:
    if damage == "removed":
        path.unlink()
    elif damage == "changed":
        path.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    elif damage == "cut":
        path.write_bytes(content[:-5])
    else:
        sealed = io.BytesIO()
        pyrage.encrypt_io(io.BytesIO(b"another"), sealed, [OFFICE.to_public()])
        path.write_bytes(sealed.getvalue())


def test_a_folder_in_use_is_refused(installation: Installation) -> None:
    installation.back_up()
    (installation.folder / "restored").mkdir()
    (installation.folder / "restored" / "note.txt").write_text("mine")
    with pytest.raises(BackupProblem, match="is in use"):
        installation.restore()
    assert _list_stored(installation.folder / "restored") == {"note.txt"}


def test_an_empty_folder_is_filled_and_not_replaced(installation: Installation) -> None:
    """It may be a mount point, which cannot be renamed or removed."""
    installation.back_up()
    target = installation.folder / "restored"
    target.mkdir()
    before = target.stat().st_ino
    folder = installation.restore()
    assert folder.stat().st_ino == before
    assert FileStore(folder, KEYS).verify() == []
    assert not list(folder.glob(".*restoring*"))


def test_after_a_change_of_public_keys_the_new_private_key_opens_the_next_backup(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = installation.back_up().name
    successor = pyrage.x25519.Identity.generate()
    with monkeypatch.context() as patch:
        patch.setitem(globals(), "OFFICE", successor)
        changed = installation.back_up(AT + DAY)
        assert changed.new_files == changed.files == 2
        assert FileStore(installation.restore(), KEYS).verify() == []
        assert installation.back_up(AT + 2 * DAY).new_files == 0
        installation.back_up(AT + 31 * DAY + DAY / 2)
        stored = _list_stored(installation.folder / "b" / "files")
        assert len({name.partition("/")[0] for name in stored}) == 1
        with pytest.raises(BackupProblem, match="does not open"):
            installation.restore(old, "older")


@pytest.mark.parametrize("shared", ["k", "b"])
def test_a_place_of_another_installation_is_refused_before_anything_is_written(
    installation: Installation, shared: str
) -> None:
    installation.back_up()
    before = _list_stored(installation.folder)
    other, keys = installation.folder / "other", KeyRing(b"o" * 32)
    other.mkdir()
    paths = {"b": other / "b", "k": other / "k"} | {shared: installation.folder / shared}
    places = snapshots.BackupPlaces(
        BackupDestination(str(paths["b"])),
        BackupDestination(str(paths["k"])),
        (str(OFFICE.to_public()),),
    )
    with pytest.raises(BackupProblem, match="sealed with another master key"):
        snapshots.write_backup(
            other,
            keys,
            places,
            lambda *_: pytest.fail("the databases were read"),
            at=AT + DAY,
            destroyed_at=None,
            progress=NullProgress(),
        )
    written = _list_stored(installation.folder) - before
    assert {Path(name).parts[:2] for name in written} <= {
        ("other", "backup-identity"),
        ("other", ".backup-lock"),
    }


def test_a_password_in_an_address_is_in_no_message() -> None:
    address = "nosuch://ana:se@cret@host/folder"
    with pytest.raises(BackupProblem) as refused:
        BackupDestination(address)
    assert "host" in str(refused.value)
    assert "ana" not in str(refused.value)
    assert "cret" not in str(refused.value)


def test_another_master_key_or_private_key_is_refused(installation: Installation) -> None:
    installation.back_up()
    places, other = (installation.places.data, installation.places.keys), KeyRing(b"o" * 32)
    target = installation.folder / "restored"
    with pytest.raises(BackupProblem, match="another master key"):
        restoration.restore_backup(
            places, [OFFICE], other.encode_master_key(), target, name="", progress=NullProgress()
        )
    stranger = pyrage.x25519.Identity.generate()
    with pytest.raises(BackupProblem, match="cannot be decrypted with this private key"):
        restoration.restore_backup(
            places, [stranger], KEYS.encode_master_key(), target, name="", progress=NullProgress()
        )


class _Stopped(BaseException):
    """The process was killed."""


@pytest.mark.parametrize(
    "failure", [_Stopped(), OSError(errno.ENOSPC, "No space left on device")], ids=["kill", "full"]
)
def test_a_backup_that_stops_anywhere_leaves_the_last_good_one(
    installation: Installation, failure: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops before each step that changes something, then runs again."""
    installation.back_up()
    installation.write("second")
    installation.databases["governance"] = b"changed"
    steps = _count_steps(installation, monkeypatch, AT + DAY)
    assert steps > 15
    for stop_at in range(steps):
        at = AT + (2 + stop_at) * DAY / 100
        with monkeypatch.context() as patch:
            _stop_at_step(patch, stop_at, failure)
            with pytest.raises((BackupProblem, OSError, _Stopped)):
                installation.back_up(at, destroyed_at=at - DAY / 200)
        folder = installation.restore()
        assert FileStore(folder, KEYS).verify() == []
        assert (folder / "governance.sqlite3").read_bytes() in (b"agreements", b"changed")
        shutil.rmtree(folder)
    installation.back_up(AT + 3 * DAY)
    assert not [path for path in _list_stored(installation.folder / "b") if path.endswith(".part")]


def _stop_at_step(patch: pytest.MonkeyPatch, stop_at: int, failure: BaseException) -> list[str]:
    steps: list[str] = []
    write, remove = BackupDestination.write, BackupDestination.remove

    def count(name: str) -> None:
        steps.append(name)
        if len(steps) - 1 == stop_at:
            raise failure

    def stopping_write(self: BackupDestination, name: str, write_content: Any) -> Any:
        def write_half(file: Any) -> None:
            write_content(file)
            count(name)

        count(name)
        return write(self, name, write_half)

    def stopping_remove(self: BackupDestination, name: str) -> None:
        count(name)
        remove(self, name)

    patch.setattr(BackupDestination, "write", stopping_write)
    patch.setattr(BackupDestination, "remove", stopping_remove)
    return steps


def _count_steps(installation: Installation, patch: pytest.MonkeyPatch, at: datetime) -> int:
    copy = installation.folder / "copy"
    shutil.copytree(installation.folder, copy)
    with patch.context() as inner:
        steps = _stop_at_step(inner, -1, _Stopped())
        other = Installation.__new__(Installation)
        vars(other).update(vars(installation), folder=copy, data=copy / "data")
        other.back_up(at, destroyed_at=at - DAY / 2)
    shutil.rmtree(copy)
    return len(steps)


def test_two_backups_at_once_and_one_place_for_both_are_refused(
    installation: Installation,
) -> None:
    with (
        snapshots._hold_backup_lock(installation.data),
        pytest.raises(BackupProblem, match="Another backup runs"),
    ):
        installation.back_up()
    same = BackupDestination(str(installation.folder / "b"))
    inside = BackupDestination(str(installation.folder / "b" / "keys"))
    for keys in (same, inside):
        with pytest.raises(BackupProblem, match="apart"):
            snapshots.BackupPlaces(same, keys, ())


@pytest.mark.parametrize(
    ("public_keys", "said"), [((), "Name the public key"), (("age1x",), "malformed")]
)
def test_a_wrong_public_key_is_refused(public_keys: tuple[str, ...], said: str) -> None:
    with pytest.raises(BackupProblem, match=said):
        snapshots.parse_recipients(public_keys)


@pytest.mark.parametrize(
    ("content", "said"), [("", "no private key"), ("AGE-SECRET-KEY-1X", "malformed")]
)
def test_a_wrong_private_key_file_is_refused(content: str, said: str) -> None:
    with pytest.raises(BackupProblem, match=said):
        restoration.parse_identities(content)
    assert restoration.parse_identities(f"# note\n{OFFICE}\n")


def test_restoring_needs_the_master_key(tmp_path: Path) -> None:
    with pytest.raises(BackupProblem, match="master key is not part of a backup"):
        restoration.open_restoring_key(tmp_path / "new", {})
    assert restoration.open_restoring_key(tmp_path / "new", {"CAIRN_KEY": "abc"}) == "abc"


def test_the_newest_backup_is_checked_with_the_installations_own_key(
    installation: Installation,
) -> None:
    name = installation.back_up().name
    folder = installation.folder / "check"
    folder.mkdir()
    places = (installation.places.data, installation.places.keys)
    restored = restoration.restore_for_check(
        places, installation.data, KEYS, folder, progress=NullProgress()
    )
    assert (restored.name, restored.files) == (name, 2)
    assert FileStore(folder, KEYS).verify() == []
