"""Read and write the files of all zones: the only reader and the only writer.

Files are immutable, named by the sha256 of their bytes and encrypted under a key of their own.
A file exists once its manifest does; what a crash left before that is invisible.
"""

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from cairn.policy.engine import Permit
from cairn.warehouse.store import file_refs, manifests, sealed_files, verification
from cairn.warehouse.store.file_refs import FileRef, Zone
from cairn.warehouse.store.keys import FileKeys, KeyGone, KeyRing
from cairn.warehouse.store.manifests import Manifest, ManifestProblem
from cairn.warehouse.store.verification import StoreFinding

__all__ = ["FileStore", "NoSuchFile", "WrongPermit"]

_FILE_KEY_BYTES: Final = 32


class WrongPermit(Exception):
    """The permit is for another action than the one that was about to happen."""


class NoSuchFile(Exception):
    """A reference to a file that is missing or was destroyed."""


class FileStore:
    """Read and write the zones under one data folder.

    Args:
        root: the data folder.
        keys: key ring of that folder.
    """

    def __init__(self, root: Path, keys: KeyRing) -> None:
        self.root = root / "zones"
        self._keys = keys
        self._file_keys = FileKeys(root, keys)

    def write(  # noqa: PLR0913 - each is one line of the manifest
        self,
        zone: Zone,
        table: pa.Table | pa.RecordBatchReader,
        *,
        permit: Permit,
        step: str,
        inputs: Sequence[FileRef] = (),
        counts: Mapping[str, int] | Callable[[], Mapping[str, int]] | None = None,
        engine: str = "duckdb",
        note: Mapping[str, str] | Callable[[], Mapping[str, str]] | None = None,
        found_by: Mapping[str, str] | None = None,
    ) -> FileRef:
        """Write one file and its manifest.

        Args:
            zone: zone to write into.
            table: the rows, as a table or a stream of batches. Texts may be in dictionaries; the
                file holds them as texts.
            permit: a permit for an action of ``WRITE_ACTIONS[zone]``.
            step: name of the pipeline step.
            inputs: files from which this one was made.
            counts: row counts for the manifest, or a function that returns them once the last
                batch is written.
            engine: name of the engine that computed the table.
            note: texts that the manifest keeps, or a function that returns them then.
            found_by: texts that the manifest keeps too, and by which ``find`` finds the file.

        Returns:
            A reference to the file.

        Raises:
            WrongPermit: the permit does not write into this zone.
        """
        if permit.action not in file_refs.WRITE_ACTIONS[zone]:
            raise WrongPermit(f"A permit to {permit.action} does not write to the zone {zone}.")
        key = os.urandom(_FILE_KEY_BYTES)
        with (
            file_refs.hold_write_lock(self.root),
            sealed_files.open_temporary_file(self.root / zone) as file,
        ):
            written = sealed_files.write_encrypted_parquet(file, table, key)
            ref = FileRef(zone, written.digest, written.rows)
            manifest = Manifest(
                zone=zone.value,
                digest=written.digest,
                rows=written.rows,
                size=written.size,
                columns=manifests.list_schema_columns(sealed_files.write_out_texts(table.schema)),
                step=step,
                engine=engine,
                inputs=tuple(str(i) for i in inputs),
                counts=dict((counts() if callable(counts) else counts) or {}),
                note={**((note() if callable(note) else note) or {}), **(found_by or {})},
                **manifests.describe_permit(permit),
            )
            try:
                sealed_files.publish_file(file, ref.data_path(self.root))
                self._file_keys.store_key(ref, key)
                # Before the manifest, with which the file exists: killed in between, a rerun finds
                # either the file or nothing, and never makes the file twice.
                pointer = ref.pointer_path(
                    self.root, self._compute_lookup_key(step, inputs, found_by or {})
                )
                pointer.parent.mkdir(parents=True, exist_ok=True)
                pointer.touch()
                sealed_files.write_bytes_atomically(
                    manifest.to_sealed_bytes(self._keys), ref.manifest_path(self.root)
                )
            except OSError:
                self._discard_unfinished(ref)
                raise
        return ref

    def _discard_unfinished(self, ref: FileRef) -> None:
        """Remove what a write has left that met a full disk before its manifest."""
        if not ref.manifest_path(self.root).exists():
            ref.data_path(self.root).unlink(missing_ok=True)
            self._file_keys.destroy_key(ref)

    def read(self, ref: FileRef, columns: Sequence[str] | None = None) -> pa.Table:
        """Read a file into memory.

        Args:
            ref: the file.
            columns: names of the columns to read; all if None.

        Returns:
            The table.

        Raises:
            NoSuchFile: the file or its key is gone.
            ManifestProblem: its manifest was changed.
        """
        table = self._open(ref).read(columns=columns)
        return table if columns is None else table.select(columns)

    def read_column(self, ref: FileRef, name: str) -> pa.ChunkedArray:
        """Read one column of a file; texts that the file stores once stay in a dictionary.

        Args:
            ref: the file.
            name: name of the column.

        Returns:
            Its cells; text is ``dictionary<string>`` if most of it repeats, else ``string``.

        Raises:
            NoSuchFile: the file or its key is gone.
            ManifestProblem: its manifest was changed.
        """
        parquet = self._open(ref)
        if not sealed_files.is_text_stored_once(parquet, name):
            return parquet.read(columns=[name])[name]
        column = self._open(ref, [name]).read(columns=[name])[name]
        texts = sum(len(chunk.dictionary) for chunk in column.chunks)
        # An ID with blank first rows repeats in these alone.
        return column.cast(pa.string()) if texts * 2 > len(column) else column

    def read_batches(
        self, ref: FileRef, columns: Sequence[str] | None = None
    ) -> pa.RecordBatchReader:
        """Read a file as a stream of batches, in the order written.

        Args:
            ref: the file.
            columns: names of the columns to read; all if None.

        Returns:
            The batches.
        """
        parquet = self._open(ref)
        schema = parquet.schema_arrow
        if columns is not None:
            schema = pa.schema([schema.field(name) for name in columns])
        batches = parquet.iter_batches(columns=columns)
        return pa.RecordBatchReader.from_batches(schema, (b.select(schema.names) for b in batches))

    def _open(self, ref: FileRef, encoded_columns: Collection[str] = ()) -> pq.ParquetFile:
        manifest = self.manifest(ref)
        if manifest.destroyed:
            raise NoSuchFile(f"The file {ref} was destroyed on {manifest.destroyed['on']}.")
        if not ref.data_path(self.root).exists():
            raise NoSuchFile(f"The file {ref} is missing. Restore it from a backup.")
        try:
            key = self._file_keys.open_key(ref)
        except KeyGone as missing_key:
            raise NoSuchFile(str(missing_key)) from missing_key
        return sealed_files.open_encrypted_parquet(ref.data_path(self.root), key, encoded_columns)

    def manifest(self, ref: FileRef) -> Manifest:
        """Read the manifest of a file.

        Raises:
            NoSuchFile: there is no such file.
            ManifestProblem: the manifest was changed.
        """
        path = ref.manifest_path(self.root)
        if not path.exists():
            raise NoSuchFile(f"There is no file {ref} in this data folder.")
        record = manifests.open_manifest(path.read_bytes(), self._keys)
        if record.name != str(ref):
            raise ManifestProblem("The manifest belongs to another file.")
        return record

    def manifests(self) -> Iterator[Manifest]:
        """Yield the manifest of every file that exists or existed, zone by zone."""
        for zone in Zone:
            for path in sorted((self.root / zone).glob("*/*.json")):
                yield self.manifest(FileRef(zone, path.stem))

    def find(
        self,
        step: str,
        inputs: Sequence[FileRef] = (),
        found_by: Mapping[str, str] | None = None,
        *,
        permit: Permit | None = None,
    ) -> FileRef | None:
        """Find the file that the same step already made from the same inputs.

        So a rerun continues. A pointer is only a hint: the manifest to which it leads, if there is
        one, is opened and compared. The pointer of the file that is returned keeps the time
        (``find_last_uses``), so that a file is not destroyed while a step is about to record it.

        Args:
            step: name of the pipeline step.
            inputs: files from which it was made.
            found_by: what ``write`` was given.
            permit: if given, the file must have been made for the same elements and agreements.

        Returns:
            The reference, or None.
        """
        key = self._compute_lookup_key(step, inputs, found_by or {})
        folder = self.root / file_refs.LOOKUP_FOLDER / key[:2] / key
        if not folder.exists():
            return None
        with file_refs.hold_write_lock(self.root):
            for pointer in sorted(folder.glob("*.*")):
                ref = FileRef.parse(pointer.name.replace(".", "/"))
                if not ref.manifest_path(self.root).exists():
                    continue
                manifest = self.manifest(ref)
                is_same = (manifest.step, manifest.inputs) == (step, tuple(str(i) for i in inputs))
                is_same = is_same and (found_by or {}).items() <= manifest.note.items()
                if (
                    is_same
                    and not manifest.destroyed
                    and (permit is None or _has_same_coverage(manifest, permit))
                ):
                    pointer.touch()
                    return FileRef(ref.zone, ref.digest, manifest.rows)
        return None

    def find_last_uses(self, names: Collection[str]) -> dict[str, datetime]:
        """Find when each of these files was last written, or found by a step that was repeated.

        Args:
            names: files, as ``zone/digest``.

        Returns:
            The moments by file, in UTC; without files that no step finds.
        """
        last_uses: dict[str, datetime] = {}
        for pointer in (self.root / file_refs.LOOKUP_FOLDER).glob("*/*/*.*"):
            name = pointer.name.replace(".", "/")
            if name in names:
                at = datetime.fromtimestamp(pointer.stat().st_mtime, UTC)
                last_uses[name] = max(at, last_uses.get(name, at))
        return last_uses

    @contextmanager
    def hold_off_writers(self) -> Iterator[bool]:
        """Yield whether no writer is at work; while True no file can be written or found.

        Do not write or find files in the meantime: that would wait for itself.
        """
        with file_refs.hold_exclusive_lock(self.root) as has_no_writer:
            yield has_no_writer

    def _compute_lookup_key(
        self, step: str, inputs: Sequence[FileRef], found_by: Mapping[str, str]
    ) -> str:
        description = json.dumps([step, [str(i) for i in inputs], sorted(found_by.items())])
        return self._keys.seal("found", description.encode())

    def destroy(self, ref: FileRef, *, permit: Permit) -> None:
        """Destroy the key of a file, then the file, and write in its manifest who destroyed it.

        The key goes first, so that a crash half way leaves a file that cannot be opened. The
        manifest comes last, so that running this again finishes the work.

        Raises:
            WrongPermit: the permit does not destroy files of this zone.
        """
        if permit.action not in file_refs.DESTROY_ACTIONS[ref.zone]:
            raise WrongPermit(f"A permit to {permit.action} destroys nothing in {ref.zone}.")
        manifest = self.manifest(ref).mark_destroyed(permit)
        self._file_keys.destroy_key(ref)
        ref.data_path(self.root).unlink(missing_ok=True)
        sealed_files.write_bytes_atomically(
            manifest.to_sealed_bytes(self._keys), ref.manifest_path(self.root)
        )

    def verify(self) -> list[StoreFinding]:
        """List everything that is not as written: changed bytes, missing and extra files."""
        return verification.find_store_problems(self.root, self._keys, self._file_keys)

    def sweep(self, recorded: Collection[str]) -> list[str]:
        """Remove what interrupted writes left, unless a writer is at work.

        Args:
            recorded: files that records name, as ``zone/digest``. One of these without a manifest
                was whole before, so it stays, and a verification reports it.

        Returns:
            The paths of the removed files.
        """
        with file_refs.hold_exclusive_lock(self.root) as has_no_writer:
            leftovers = (
                verification.find_crash_leftovers(self.root, self._file_keys, recorded)
                if has_no_writer
                else []
            )
            for path in leftovers:
                path.unlink(missing_ok=True)
        return [verification.format_finding_path(path, self.root) for path in leftovers]


def _has_same_coverage(manifest: Manifest, permit: Permit) -> bool:
    """Return whether a file was made for the same elements and agreements as a permit names."""
    coverage: Mapping[str, object] = manifests.describe_permit(permit)
    return (manifest.elements, manifest.agreements) == (
        coverage["elements"],
        coverage["agreements"],
    )
