"""The zones a row of data passes through: the only paths, and their only reader and writer.

Files are immutable, named by the sha256 of their bytes and encrypted under a key of their own. A
file exists once its manifest does; whatever a crash left before that is invisible.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from cairn.rules.decision import Permit
from cairn.warehouse import manifest as manifests
from cairn.warehouse import sealed_file, verify
from cairn.warehouse.file_keys import FileKeys, KeyGone
from cairn.warehouse.keys import KeyRing
from cairn.warehouse.manifest import Manifest, ManifestProblem
from cairn.warehouse.place import FOUND, UNMAKES, WRITES, FileRef, Zone, alone, writing
from cairn.warehouse.verify import Finding

__all__ = ["FileRef", "Finding", "NoSuchFile", "Storehouse", "WrongPermit", "Zone"]

_KEY_BYTES: Final = 32


class WrongPermit(Exception):
    """The permit is for something else than what was about to happen."""


class NoSuchFile(Exception):
    """A reference to a file that is not here, or was destroyed."""


class Storehouse:
    """Reads and writes the zones under one data folder."""

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
        counts: Mapping[str, int] | None = None,
        engine: str = "duckdb",
        note: Mapping[str, str] | None = None,
        found_by: Mapping[str, str] | None = None,
    ) -> FileRef:
        """Write one file and its manifest. ``WrongPermit`` unless the permit is for this zone.

        ``note`` is kept in the manifest; ``found_by`` too, and is what ``find`` looks for.
        """
        if permit.action not in WRITES[zone]:
            raise WrongPermit(f"A permit to {permit.action} does not write to the zone {zone}.")
        key = os.urandom(_KEY_BYTES)
        with writing(self.root), sealed_file.temporary(self.root / zone) as file:
            written = sealed_file.write_parquet(file, table, key)
            ref = FileRef(zone, written.digest, written.rows)
            record = Manifest(
                zone=zone.value,
                digest=written.digest,
                rows=written.rows,
                size=written.size,
                columns=manifests.columns(table.schema),
                step=step,
                engine=engine,
                inputs=tuple(str(i) for i in inputs),
                counts=dict(counts or {}),
                note={**(note or {}), **(found_by or {})},
                **manifests.permitted(permit),
            )
            sealed_file.put(file, ref.file(self.root))
            self._file_keys.keep(ref, key)
            sealed_file.put_bytes(record.sealed(self._keys), ref.manifest(self.root))
            pointer = ref.pointer(self.root, self._key(step, inputs, found_by or {}))
            pointer.parent.mkdir(parents=True, exist_ok=True)
            pointer.touch()
        return ref

    def read(self, ref: FileRef) -> pa.Table:
        """The whole file in memory."""
        return self._open(ref).read()

    def batches(self, ref: FileRef) -> pa.RecordBatchReader:
        """The file as a stream, in the order written."""
        parquet = self._open(ref)
        return pa.RecordBatchReader.from_batches(parquet.schema_arrow, parquet.iter_batches())

    def _open(self, ref: FileRef) -> pq.ParquetFile:
        record = self.manifest(ref)
        if record.destroyed:
            raise NoSuchFile(f"The file {ref} was destroyed on {record.destroyed['on']}.")
        if not ref.file(self.root).exists():
            raise NoSuchFile(f"The file {ref} is missing. Restore it from a backup.")
        try:
            key = self._file_keys.open(ref)
        except KeyGone as gone:
            raise NoSuchFile(str(gone)) from gone
        return sealed_file.read_parquet(ref.file(self.root), key)

    def manifest(self, ref: FileRef) -> Manifest:
        """The record of a file; ``ManifestProblem`` when it was tampered with."""
        path = ref.manifest(self.root)
        if not path.exists():
            raise NoSuchFile(f"There is no file {ref} in this data folder.")
        record = manifests.opened(path.read_bytes(), self._keys)
        if record.name != str(ref):
            raise ManifestProblem("The manifest is that of another file.")
        return record

    def manifests(self) -> Iterator[Manifest]:
        """The record of every file there is or was, zone by zone."""
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
        """What the same step already made of the same inputs, so that a rerun continues.

        ``found_by`` is what ``write`` was given; ``permit``: made for the same elements and
        agreements. A pointer is only a hint: the manifest it leads to is opened and compared.
        """
        key = self._key(step, inputs, found_by or {})
        for pointer in sorted((self.root / FOUND / key[:2] / key).glob("*.*")):
            ref = FileRef.parse(pointer.name.replace(".", "/"))
            record = self.manifest(ref)
            same = (record.step, record.inputs) == (step, tuple(str(i) for i in inputs))
            same = same and (found_by or {}).items() <= record.note.items()
            if same and not record.destroyed and (permit is None or _same_right(record, permit)):
                return FileRef(ref.zone, ref.digest, record.rows)
        return None

    def _key(self, step: str, inputs: Sequence[FileRef], found_by: Mapping[str, str]) -> str:
        made_of = json.dumps([step, [str(i) for i in inputs], sorted(found_by.items())])
        return self._keys.seal("found", made_of.encode())

    def destroy(self, ref: FileRef, *, permit: Permit) -> None:
        """Destroy the file's key, then the file. Its manifest stays, saying who destroyed it.

        The key goes first: a crash half way leaves a file that nobody can open, and running this
        again finishes it.
        """
        if permit.action not in UNMAKES[ref.zone]:
            raise WrongPermit(f"A permit to {permit.action} destroys nothing in {ref.zone}.")
        record = self.manifest(ref).after_destruction(permit)
        self._file_keys.forget(ref)
        sealed_file.put_bytes(record.sealed(self._keys), ref.manifest(self.root))
        ref.file(self.root).unlink(missing_ok=True)

    def verify(self) -> list[Finding]:
        """Everything that is not as written: one changed byte, a missing or an extra file."""
        return verify.findings(self.root, self._keys, self._file_keys)

    def sweep(self) -> list[str]:
        """Remove what interrupted writes left, if nobody is writing; the names of what went."""
        with alone(self.root) as nobody_writes:
            gone = verify.leavings(self.root, self._file_keys) if nobody_writes else []
            for path in gone:
                path.unlink(missing_ok=True)
        return [verify.named(path, self.root) for path in gone]


def _same_right(record: Manifest, permit: Permit) -> bool:
    right: Mapping[str, object] = manifests.permitted(permit)
    return (record.elements, record.agreements) == (right["elements"], right["agreements"])
