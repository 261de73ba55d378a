"""Write release and extract files, and one table in the formats that researchers open.

Every format writer takes a `LabeledTable` and returns bytes: an extract is never a readable
file on a disk of the installation.
"""

from cairn.warehouse.exporters.csv_format import export_codebook, export_csv
from cairn.warehouse.exporters.excel_workbook import ExcelWorkbook
from cairn.warehouse.exporters.extract_files import (
    EXTRACT_PERSON_COLUMN,
    ExtractRoster,
    ExtractTable,
    ReviewText,
    infer_column_kind,
    read_extract_roster,
    read_extract_table,
    read_review_texts,
    write_extract_files,
    write_review_texts,
)
from cairn.warehouse.exporters.labeled_table import (
    ColumnKind,
    LabeledTable,
    LabeledValue,
    LabeledVariable,
)
from cairn.warehouse.exporters.parquet_format import export_parquet
from cairn.warehouse.exporters.r_format import export_r
from cairn.warehouse.exporters.release_files import (
    ALL_GROUPS,
    CELL_DIMENSIONS,
    ReleasedCell,
    ReleaseFigures,
    read_release_figures,
    write_release_figures,
)
from cairn.warehouse.exporters.spss_format import export_spss
from cairn.warehouse.exporters.stata_format import export_stata

__all__ = [
    "ALL_GROUPS",
    "CELL_DIMENSIONS",
    "EXTRACT_PERSON_COLUMN",
    "ColumnKind",
    "ExcelWorkbook",
    "ExtractRoster",
    "ExtractTable",
    "LabeledTable",
    "LabeledValue",
    "LabeledVariable",
    "ReleaseFigures",
    "ReleasedCell",
    "ReviewText",
    "export_codebook",
    "export_csv",
    "export_parquet",
    "export_r",
    "export_spss",
    "export_stata",
    "infer_column_kind",
    "read_extract_roster",
    "read_extract_table",
    "read_release_figures",
    "read_review_texts",
    "write_extract_files",
    "write_release_figures",
    "write_review_texts",
]
