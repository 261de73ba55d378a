"""Public face of cairn.platform.tables: what other packages may import."""

from cairn.platform.tables.list_table import (
    DayColumn,
    ListTable,
    build_list_table,
    is_download_requested,
    write_csv_response,
)
from cairn.platform.tables.prepared_rows import PreparedRows

__all__ = [
    "DayColumn",
    "ListTable",
    "PreparedRows",
    "build_list_table",
    "is_download_requested",
    "write_csv_response",
]
