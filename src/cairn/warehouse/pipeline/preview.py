"""Land and check a file in memory, to show what would become of its rows; nothing is written."""

from collections.abc import Sequence

import pyarrow as pa

from cairn.policy.engine import Permit
from cairn.warehouse.pipeline.changes import ChangedFile, write_changed_file
from cairn.warehouse.pipeline.conform import conform_landed_file
from cairn.warehouse.pipeline.corrections import CorrectedFile, write_corrected_file
from cairn.warehouse.pipeline.landing import land_sheets
from cairn.warehouse.pipeline.memory_store import InMemoryFileStore
from cairn.warehouse.pipeline.quality import QualityReport
from cairn.warehouse.pipeline.row_filters import RowOrigin
from cairn.warehouse.schema import ColumnMapping, Sheet

__all__ = ["preview_changed_rows", "preview_corrected_rows", "preview_rows"]


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
    store = InMemoryFileStore()
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
    store = InMemoryFileStore()
    landed = write_corrected_file(store, corrected, mapping, permit=landing)
    result = conform_landed_file(store, landed.ref, mapping, permit=conforming, rows=rows)
    return result.report, store.read(result.quarantine_ref)


def preview_changed_rows(
    changed: ChangedFile,
    mapping: ColumnMapping,
    *,
    landing: Permit,
    conforming: Permit,
    rows: RowOrigin | None = None,
) -> QualityReport:
    """Check in memory a file to which changes were applied; nothing is written.

    Args:
        changed: what ``build_changed_file`` returned.
        mapping: the column mapping.
        landing: a permit to receive it.
        conforming: a permit to conform it.
        rows: where the rows come from.

    Returns:
        The quality report that the check would make.
    """
    store = InMemoryFileStore()
    landed = write_changed_file(store, changed, mapping, permit=landing)
    return conform_landed_file(store, landed.ref, mapping, permit=conforming, rows=rows).report
