"""Keep files in memory, where a step is only tried or its result is used at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from cairn.policy.engine import Permit
from cairn.warehouse.store import FileRef, FileStore, Manifest, Zone
from cairn.warehouse.store.manifests import describe_permit, list_schema_columns
from cairn.warehouse.store.sealed_files import write_out_texts


class InMemoryFileStore(FileStore):
    """Keep in memory what the steps write; nothing reaches the disk."""

    def __init__(self) -> None:
        self._tables: dict[FileRef, pa.Table] = {}
        self._manifests: dict[FileRef, Manifest] = {}

    def write(  # noqa: PLR0913 - the parameters of the file store
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
        """Keep a table in memory."""
        table = table if isinstance(table, pa.Table) else table.read_all()
        table = table.cast(write_out_texts(table.schema))
        ref = FileRef(zone, f"{len(self._tables):064x}", table.num_rows)
        about: dict[str, Any] = describe_permit(permit)
        self._tables[ref] = table
        self._manifests[ref] = Manifest(
            zone=zone.value,
            digest=ref.digest,
            rows=table.num_rows,
            size=0,
            columns=list_schema_columns(table.schema),
            step=step,
            engine=engine,
            inputs=tuple(map(str, inputs)),
            counts=(counts() if callable(counts) else counts) or {},
            note={**((note() if callable(note) else note) or {}), **(found_by or {})},
            **about,
        )
        return ref

    def read(self, ref: FileRef, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table that was kept."""
        return self._tables[ref] if columns is None else self._tables[ref].select(columns)

    def read_column(self, ref: FileRef, name: str) -> pa.ChunkedArray:
        """Return one column of a table that was kept."""
        return self._tables[ref][name]

    def manifest(self, ref: FileRef) -> Manifest:
        """Return the record of a table that was kept."""
        return self._manifests[ref]

    def find(
        self,
        step: str,
        inputs: Sequence[FileRef] = (),
        found_by: Mapping[str, str] | None = None,
        *,
        permit: Permit | None = None,
    ) -> FileRef | None:
        """Find nothing: a file in memory is used once."""
        return None
