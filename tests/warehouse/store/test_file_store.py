"""Files of the zones: encrypted, named by their bytes, whole or not there at all."""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cairn.policy.engine.decision import Permit
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.store import sealed_files, verification
from cairn.warehouse.store.file_refs import (
    WRITE_ACTIONS,
    FileRef,
    Zone,
    hold_exclusive_lock,
    hold_write_lock,
)
from cairn.warehouse.store.file_store import FileStore, NoSuchFile, WrongPermit
from cairn.warehouse.store.keys import FILE_KEYS_FOLDER, KeyRing
from cairn.warehouse.store.manifests import ManifestProblem

Permits = Callable[..., Permit]
TABLE = pa.table({"a": ["x", "y"], "n": [1, 2]})


def _kinds(store: FileStore) -> list[str]:
    return [f.kind for f in store.verify()]


def _write(store: FileStore, permit: Permits, **more: object) -> FileRef:
    given = permit(Action.RECEIVE, "student")
    return store.write(Zone.LANDED, TABLE, permit=given, step="land", **more)


def test_what_is_written_is_read_again(store: FileStore, permit: Permits) -> None:
    ref = _write(store, permit, note={"feed": "roster"}, counts={"rows": 2})
    assert store.read(ref).equals(TABLE)
    assert store.read_batches(ref).read_all().equals(TABLE)
    assert ref.rows == 2
    record = store.manifest(ref)
    assert (record.step, record.actor, record.action) == ("land", "tester", "receive")
    assert record.agreements == ("RC-DSA-01",)
    assert "student.birth_date" in record.elements
    assert record.columns == (("a", "string"), ("n", "int64"))
    assert store.verify() == []


@pytest.mark.parametrize("small_files", [0, 1])
def test_a_write_on_a_full_disk_leaves_nothing(
    store: FileStore, permit: Permits, monkeypatch: pytest.MonkeyPatch, small_files: int
) -> None:
    """The rows have room; of the key and the manifest, so many small files have."""
    write, written = sealed_files.write_bytes_atomically, list[Path]()

    def fill(content: bytes, target: Path) -> None:
        if len(written) == small_files:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(target)
        write(content, target)

    with monkeypatch.context() as patch:
        patch.setattr(sealed_files, "write_bytes_atomically", fill)
        with pytest.raises(OSError, match="No space"):
            _write(store, permit)
    assert len(written) == small_files
    assert store.verify() == []
    assert store.read(_write(store, permit)).equals(TABLE)


def test_a_stream_is_written_batch_by_batch(store: FileStore, permit: Permits) -> None:
    batches = [pa.record_batch({"n": [i, i + 1]}) for i in range(3)]
    reader = pa.RecordBatchReader.from_batches(batches[0].schema, iter(batches))
    ref = store.write(Zone.LANDED, reader, permit=permit(Action.RECEIVE, "student"), step="land")
    assert store.read(ref)["n"].to_pylist() == [0, 1, 1, 2, 2, 3]
    assert ref.rows == 6


MIXED = pa.table(
    {
        "school": ["Alder", "Birch", None, "Alder", "Alder", "Birch"],
        "remark": [None, "a", "b", "c", "d", "e"],
        "entered": [date(2025, 8, 25), None] * 3,
        "row": [1, 2, 3, 4, 5, 6],
        "hours": [0.5, None, 0.5, 0.5, 1.0, 1.0],
        "blank": pa.nulls(6, pa.string()),
    }
).replace_schema_metadata({"cairn.record": "enrollment"})


@pytest.mark.parametrize("size", [2, 1 << 17])
@pytest.mark.parametrize("rows", [0, 1, 6])
def test_encoded_texts_are_read_as_they_came(
    store: FileStore, permit: Permits, monkeypatch: pytest.MonkeyPatch, size: int, rows: int
) -> None:
    monkeypatch.setattr(sealed_files, "_ROW_GROUP_SIZE", size)
    table, given = MIXED.slice(0, rows), permit(Action.RECEIVE, "student")
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=4))
    for source in (table, reader):
        ref = store.write(Zone.LANDED, source, permit=given, step="land")
        assert ref.rows == rows
        assert store.read(ref).schema.equals(table.schema, check_metadata=True)
        assert store.read(ref).equals(table)
        assert store.read_batches(ref).read_all().equals(table)
        assert store.manifest(ref).columns[0] == ("school", "string")
        for name in table.column_names:
            column = store.read_column(ref, name)
            assert column.cast(table.schema.field(name).type).equals(table[name])


def test_a_column_of_texts_that_repeat_is_read_as_it_is_stored(
    store: FileStore, permit: Permits
) -> None:
    given = permit(Action.RECEIVE, "student")
    ref = store.write(Zone.LANDED, MIXED, permit=given, step="land")
    school = store.read_column(ref, "school").combine_chunks()
    assert sorted(school.dictionary.to_pylist()) == ["Alder", "Birch"]
    types = {name: store.read_column(ref, name).type for name in ("remark", "entered", "row")}
    assert types == {"remark": pa.string(), "entered": pa.date32(), "row": pa.int64()}


def test_texts_of_which_only_the_first_repeat_are_read_written_out(
    store: FileStore, permit: Permits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_files, "_SAMPLE_ROWS", 8)
    cells = [""] * 8 + [f"S{n}" for n in range(50)]
    given = permit(Action.RECEIVE, "student")
    ref = store.write(Zone.LANDED, pa.table({"id": cells}), permit=given, step="land")
    assert store.read_column(ref, "id").type == pa.string()
    assert store.read_column(ref, "id").to_pylist() == cells


def test_row_groups_with_other_texts_make_one_column(
    store: FileStore, permit: Permits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_files, "_ROW_GROUP_SIZE", 4_000)
    schools = [f"School {n % 3}" for n in range(4_000)]
    long = [f"{n % 2_000} {'x' * 600}" for n in range(4_000)]  # more than a dictionary's page holds
    cells = [*schools, *long, *[None] * 4_000, *schools[1:5]]
    given = permit(Action.RECEIVE, "student")
    ref = store.write(Zone.LANDED, pa.table({"school": cells}), permit=given, step="land")
    column = store.read_column(ref, "school")
    assert [len(chunk.dictionary) for chunk in column.chunks] == [3, 2_000, 0, 3]
    joined = column.combine_chunks()
    assert len(joined.dictionary) == 2_003
    assert joined.to_pylist() == cells


def test_a_file_of_an_earlier_version_is_read_alike(
    store: FileStore, permit: Permits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_as_before(file: object, table: pa.Table, key: bytes) -> sealed_files.WrittenFile:
        sink = sealed_files._HashingSink(file)  # type: ignore[arg-type]
        with pq.ParquetWriter(
            pa.PythonFile(sink, mode="w"),
            table.schema,
            compression="zstd",
            use_dictionary=["school"],
            write_statistics=False,
            encryption_properties=sealed_files.create_encryption_properties(key),
        ) as writer:
            writer.write_table(table, row_group_size=6)
        return sealed_files.WrittenFile(sink.sha256.hexdigest(), sink.size, table.num_rows)

    monkeypatch.setattr(sealed_files, "write_encrypted_parquet", write_as_before)
    table = pa.concat_tables([MIXED] * 3)
    given = permit(Action.RECEIVE, "student")
    ref = store.write(Zone.LANDED, table, permit=given, step="land")
    assert pa.types.is_dictionary(store.read_column(ref, "school").type)
    for name in table.column_names:
        column = store.read_column(ref, name).cast(table.schema.field(name).type)
        assert column.to_pylist() == table[name].to_pylist()


@pytest.mark.parametrize("size", [2, 1 << 17])
def test_texts_in_dictionaries_are_written_as_texts(
    store: FileStore, permit: Permits, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(sealed_files, "_ROW_GROUP_SIZE", size)
    encoded = MIXED
    for name in ("school", "remark", "blank"):
        index = MIXED.column_names.index(name)
        encoded = encoded.set_column(index, name, MIXED[name].dictionary_encode())
    given = permit(Action.RECEIVE, "student")
    for rows in (6, 3, 0):
        ref = store.write(Zone.LANDED, encoded.slice(0, rows), permit=given, step="land")
        assert store.read(ref).schema.equals(MIXED.schema, check_metadata=True)
        assert store.read(ref).equals(MIXED.slice(0, rows))
        assert dict(store.manifest(ref).columns)["school"] == "string"


def test_no_text_of_another_row_is_written_with_a_dictionary(
    store: FileStore, permit: Permits
) -> None:
    schools = pa.array(["Alder"] * 3 + ["Left Out"] * 2 + ["Birch"] * 3).dictionary_encode()
    table = pa.table({"school": schools}).filter([True] * 3 + [False] * 2 + [True] * 3)
    assert "Left Out" in table["school"].chunk(0).dictionary.to_pylist()
    ref = store.write(Zone.LANDED, table, permit=permit(Action.RECEIVE, "student"), step="land")
    column = store.read_column(ref, "school")
    assert column.chunk(0).dictionary.to_pylist() == ["Alder", "Birch"]


def test_the_name_is_the_hash_of_the_bytes(store: FileStore, permit: Permits) -> None:
    ref = _write(store, permit)
    path = ref.data_path(store.root)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == ref.digest
    assert FileRef.parse(str(ref)) == FileRef(Zone.LANDED, ref.digest)


@pytest.mark.parametrize("text", ["landed/abc", "nowhere/" + "0" * 64, "landed/" + "G" * 64, ""])
def test_only_a_whole_reference_is_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        FileRef.parse(text)


def test_nothing_on_disk_is_plain(store: FileStore, permit: Permits) -> None:
    table = pa.table({"name": ["Zzyzx-Canary"] * 50})
    ref = store.write(Zone.LANDED, table, permit=permit(Action.RECEIVE, "student"), step="land")
    for path in store.root.rglob("*"):
        if path.is_file():
            assert b"Zzyzx" not in path.read_bytes()
    with pytest.raises(OSError, match="encrypted"):
        pq.read_table(ref.data_path(store.root))


def test_every_zone_takes_only_its_own_permit(store: FileStore, permit: Permits) -> None:
    for zone in Zone:
        for action in Action:
            given = permit(action, "student")
            if action in WRITE_ACTIONS[zone]:
                store.write(zone, TABLE, permit=given, step="any")
            else:
                with pytest.raises(WrongPermit):
                    store.write(zone, TABLE, permit=given, step="any")


def test_another_key_opens_nothing(store: FileStore, permit: Permits) -> None:
    ref = _write(store, permit)
    other = FileStore(store.root.parent, KeyRing(os.urandom(32)))
    with pytest.raises(ManifestProblem):
        other.read(ref)
    assert {f.kind for f in other.verify()} == {"unsealed"}


def test_a_rerun_finds_its_output(store: FileStore, permit: Permits) -> None:
    first = _write(store, permit, note={"feed": "roster"}, found_by={"mapping": "m1"})
    second = _write(store, permit, inputs=[first], found_by={"mapping": "m1"})
    assert store.manifest(first).note == {"feed": "roster", "mapping": "m1"}
    assert store.find("land", [], {"mapping": "m1"}) == first
    assert store.find("land", [first], {"mapping": "m1"}) == second
    assert store.find("land", [], {"mapping": "m2"}) is None
    assert store.find("land", [], {}) is None
    assert store.find("other", [], {"mapping": "m1"}) is None
    assert store.find("land", [], {"mapping": "m1"}, permit=permit(Action.RECEIVE, "student"))
    narrower = permit(Action.RECEIVE, "student", without=["birth_date"])
    assert store.find("land", [], {"mapping": "m1"}, permit=narrower) is None
    assert store.verify() == []
    store.destroy(first, permit=permit(Action.DESTROY))
    assert store.find("land", [], {"mapping": "m1"}) is None


def test_a_file_that_exists_is_found_by_a_rerun_wherever_the_first_run_was_killed(
    store: FileStore, permit: Permits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pointer is there before its manifest, with which it exists."""
    pointers: list[Path] = []
    write = sealed_files.write_bytes_atomically

    def stop(content: bytes, target: Path) -> None:
        if target.suffix != ".json":  # the file's key
            return write(content, target)
        pointers.extend(store.root.rglob("landed.*"))
        raise KeyboardInterrupt

    monkeypatch.setattr(sealed_files, "write_bytes_atomically", stop)
    with pytest.raises(KeyboardInterrupt):
        _write(store, permit, found_by={"mapping": "m1"})
    monkeypatch.undo()
    assert len(pointers) == 1
    assert store.find("land", [], {"mapping": "m1"}) is None
    again = _write(store, permit, found_by={"mapping": "m1"})
    assert store.find("land", [], {"mapping": "m1"}) == again


def test_a_pointer_is_never_trusted(store: FileStore, permit: Permits) -> None:
    """Someone makes the pointer of one file lead to another: it is not taken, and is found."""
    first = _write(store, permit, found_by={"mapping": "m1"})
    other = _write(store, permit, found_by={"mapping": "m2"})
    (pointer,) = (p for p in store.root.rglob(f"landed.{first.digest}"))
    pointer.rename(pointer.with_name(f"landed.{other.digest}"))
    assert store.find("land", [], {"mapping": "m1"}) is None
    (pointer.parent / "landed.txt").write_text("something")
    assert _kinds(store) == ["extra"]


def test_destroying_forgets_the_key_and_keeps_the_record(store: FileStore, permit: Permits) -> None:
    ref = _write(store, permit)
    copy = ref.data_path(store.root).read_bytes()
    with pytest.raises(WrongPermit):
        store.destroy(ref, permit=permit(Action.RECEIVE, "student"))
    store.destroy(ref, permit=permit(Action.DESTROY))
    record = store.manifest(ref)
    assert list(key_files(store)) == []
    assert record.destroyed["actor"] == "tester"
    with pytest.raises(NoSuchFile, match="destroyed"):
        store.read(ref)
    assert store.verify() == []
    ref.data_path(store.root).write_bytes(copy)
    assert _kinds(store) == ["extra"]
    with pytest.raises(NoSuchFile):
        store.read(ref)


def test_one_changed_byte_anywhere_is_found(store: FileStore, permit: Permits) -> None:
    ref = _write(store, permit, note={"k": "v"})
    for path in (ref.data_path(store.root), ref.manifest_path(store.root)):
        whole = path.read_bytes()
        for at in range(len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x01]) + whole[at + 1 :])
            assert store.verify(), f"byte {at} of {path.name}"
        for changed in (whole[:-1], whole + b" ", b""):
            path.write_bytes(changed)
            assert store.verify()
        path.write_bytes(whole)
    assert store.verify() == []


def test_missing_extra_and_swapped_files_are_found(store: FileStore, permit: Permits) -> None:
    first = _write(store, permit)
    second = _write(store, permit, inputs=[first])
    path, twin = first.data_path(store.root), second.data_path(store.root)
    whole = path.read_bytes()
    path.unlink()
    assert _kinds(store) == ["missing"]
    with pytest.raises(NoSuchFile, match="backup"):
        store.read(first)
    path.write_bytes(twin.read_bytes())
    assert _kinds(store) == ["changed"]
    path.write_bytes(whole)
    record = first.manifest_path(store.root)
    kept = record.read_bytes()
    record.write_bytes(second.manifest_path(store.root).read_bytes())
    assert "unsealed" in _kinds(store)
    with pytest.raises(ManifestProblem, match="another"):
        store.manifest(first)
    record.write_bytes(kept)
    (store.root / "landed" / "notes.txt").write_text("hello")
    assert _kinds(store) == ["extra"]


def test_a_file_and_its_manifest_gone_together_are_missed_by_what_came_of_them(
    store: FileStore, permit: Permits
) -> None:
    first = _write(store, permit)
    _write(store, permit, inputs=[first])
    first.data_path(store.root).unlink()
    first.manifest_path(store.root).unlink()
    assert _kinds(store) == ["missing"] * 2
    with pytest.raises(NoSuchFile):
        store.manifest(first)


def test_a_key_of_another_file_is_a_finding(store: FileStore, permit: Permits) -> None:
    ref = _write(store, permit)
    other = _write(store, permit)
    mine, theirs = (key_file(store, r) for r in (ref, other))
    own = mine.read_bytes()
    mine.write_bytes(theirs.read_bytes())
    assert _kinds(store) == ["unsealed"]
    mine.write_bytes(own)
    mine.chmod(0o644)
    assert _kinds(store) == ["extra"]
    mine.chmod(0o600)
    (mine.parent / "notes.txt").write_text("hello")
    assert _kinds(store) == ["extra"]


_KILLED = """
import os, sys
from pathlib import Path
import pyarrow as pa
from cairn.warehouse.store import sealed_files
from cairn.warehouse.store.file_refs import hold_write_lock

root, how = Path(sys.argv[1]), sys.argv[2]
with hold_write_lock(root), sealed_files.open_temporary_file(root / "landed") as file:
    written = sealed_files.write_encrypted_parquet(
        file, pa.table({"a": ["secret"]}), os.urandom(32)
    )
    if how == "after":
        folder = root / "landed" / written.digest[:2]
        sealed_files.publish_file(file, folder / f"{written.digest}.parquet")
    os._exit(9)
"""


@pytest.mark.parametrize("how", ["before", "after"])
def test_a_killed_writer_leaves_nothing_that_counts(
    store: FileStore, permit: Permits, how: str
) -> None:
    """Killed before the rename, or between the file's rename and its manifest's."""
    kept = _write(store, permit)
    command = [sys.executable, "-c", _KILLED, str(store.root), how]
    source = {"PYTHONPATH": str(Path(sealed_files.__file__).parents[3])}
    assert subprocess.run(command, check=False, env=os.environ | source).returncode == 9
    assert [r.name for r in store.manifests()] == [str(kept)]
    assert _kinds(store) == ["unfinished"]
    assert len(store.sweep(())) == 1
    assert store.verify() == []
    assert store.read(kept).equals(TABLE)


def test_a_failing_writer_cleans_up(store: FileStore, permit: Permits) -> None:
    def broken() -> object:
        yield pa.record_batch({"n": [1]})
        raise RuntimeError("the source failed")

    schema = pa.schema([("n", pa.int64())])
    reader = pa.RecordBatchReader.from_batches(schema, broken())
    with pytest.raises(RuntimeError, match="failed"):
        store.write(Zone.LANDED, reader, permit=permit(Action.RECEIVE, "student"), step="land")
    assert store.verify() == []
    assert list(store.manifests()) == []


def test_nobody_sweeps_while_somebody_writes(store: FileStore) -> None:
    (store.root / "landed").mkdir(parents=True)
    left = store.root / "landed" / f"{sealed_files.TEMPORARY_PREFIX}x"
    left.write_bytes(b"half")
    with hold_write_lock(store.root):
        assert store.sweep(()) == []
        assert store.verify() == []
        with hold_exclusive_lock(store.root) as nobody:
            assert not nobody
    assert verification.find_crash_leftovers(store.root, store._file_keys) == [left]
    assert store.sweep(()) == [str(left.relative_to(store.root))]


def key_files(store: FileStore) -> list[Path]:
    return [p for p in (store.root.parent / FILE_KEYS_FOLDER).rglob("*") if p.is_file()]


def key_file(store: FileStore, ref: FileRef) -> Path:
    (found,) = (p for p in key_files(store) if p.stem == ref.digest)
    return found


def test_a_key_lies_apart_from_the_file_and_only_its_owner_reads_it(
    store: FileStore, permit: Permits
) -> None:
    ref = _write(store, permit)
    assert key_file(store, ref).stat().st_mode & 0o777 == 0o600
    assert not key_file(store, ref).is_relative_to(store.root)
    assert b"wrapped" not in ref.manifest_path(store.root).read_bytes()


def test_a_backup_of_the_zones_does_not_bring_back_what_was_destroyed(
    store: FileStore, permit: Permits, tmp_path: Path
) -> None:
    """Copied before, put back after: the file and its manifest are whole, and stay closed."""
    ref = _write(store, permit)
    kept = _write(store, permit)
    shutil.copytree(store.root, tmp_path / "backup")
    key = key_file(store, ref).read_bytes()
    store.destroy(ref, permit=permit(Action.DESTROY))
    shutil.rmtree(store.root)
    shutil.copytree(tmp_path / "backup", store.root)
    assert not store.manifest(ref).destroyed
    with pytest.raises(NoSuchFile, match="key"):
        store.read(ref)
    assert [(f.kind, ref.digest in f.path) for f in store.verify()] == [("unsealed", True)]
    assert store.read(kept).equals(TABLE)
    # Destroying it again writes down that it is gone.
    store.destroy(ref, permit=permit(Action.DESTROY))
    assert store.verify() == []
    # Only a copy of the keys themselves opens it: they are kept apart, and for a short time.
    path = store.root.parent / FILE_KEYS_FOLDER / "landed" / ref.digest[:2] / f"{ref.digest}.key"
    path.write_bytes(key)
    path.chmod(0o600)
    assert _kinds(store) == ["extra"]


def test_an_unfinished_file_goes_with_its_key_and_a_finished_ones_key_stays(
    store: FileStore, permit: Permits
) -> None:
    ref = _write(store, permit)
    manifest, file = ref.manifest_path(store.root), ref.data_path(store.root)
    whole = manifest.read_bytes(), file.read_bytes()
    manifest.unlink()
    file.unlink()
    assert _kinds(store) == ["missing"]
    assert store.sweep(()) == []
    manifest.write_bytes(whole[0])
    file.write_bytes(whole[1])
    assert store.verify() == []
    manifest.unlink()
    assert _kinds(store) == ["unfinished"] * 2
    assert len(store.sweep(())) == 2
    assert key_files(store) == []
