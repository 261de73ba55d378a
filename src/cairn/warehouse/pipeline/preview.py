"""Land and check a file in memory, to show what would become of its rows; nothing is written."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from cairn.policy.engine import Permit
from cairn.warehouse.pipeline.conform import conform_landed_file
from cairn.warehouse.pipeline.corrections import CorrectedFile, write_corrected_file
from cairn.warehouse.pipeline.landing import land_sheets
from cairn.warehouse.pipeline.quality import QualityReport
from cairn.warehouse.pipeline.row_filters import RowOrigin
from cairn.warehouse.schema import ColumnMapping, Sheet
from cairn.warehouse.store import FileRef, FileStore, Manifest, Zone
from cairn.warehouse.store.manifests import describe_permit, list_schema_columns

__all__ = ["preview_corrected_rows", "preview_rows"]


def preview_rows(
    sheets: Sequence[Sheet],
    mapping: ColumnMapping,
    *,
    landing: Permit,
    conforming: Permit,
    rows: RowOrigin | None = None,
) -> QualityReport:
    """Count what would become of a file's rows if it landed now and were checked.

    Args:
        sheets: sheets of the file.
        mapping: the column mapping.
        landing: a permit to receive it.
        conforming: a permit to conform it.
        rows: where the rows come from.

    Returns:
        The quality report that the check would make.

    Raises:
        UnusableDelivery: the file cannot be used under this mapping and permit.
    """
    store = _PreviewStore()
    landed = land_sheets(store, sheets, mapping, permit=landing, rows=rows)
    return conform_landed_file(store, landed.ref, mapping, permit=conforming, rows=rows).report


def preview_corrected_rows(
    corrected: CorrectedFile,
    mapping: ColumnMapping,
    *,
    landing: Permit,
    conforming: Permit,
    rows: RowOrigin | None = None,
) -> tuple[QualityReport, pa.Table]:
    """Check a corrected file in memory; nothing is written.

    Args:
        corrected: what ``build_corrected_file`` returned.
        mapping: the column mapping.
        landing: a permit to receive it.
        conforming: a permit to conform it.
        rows: where the rows come from.

    Returns:
        The quality report that the check would make, and the problems that it would find.
    """
    store = _PreviewStore()
    landed = write_corrected_file(store, corrected, mapping, permit=landing)
    result = conform_landed_file(store, landed.ref, mapping, permit=conforming, rows=rows)
    return result.report, store.read(result.quarantine_ref)


class _PreviewStore(FileStore):
    """Keep what the steps write in memory, and forget it with the preview."""

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
        """Find nothing: a preview is made once."""
        return None
