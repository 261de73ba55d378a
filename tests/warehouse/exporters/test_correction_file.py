"""The rows with problems as a file that comes back, in the formats that people open."""

import io
import zipfile

import pyarrow as pa
import pytest

from cairn.warehouse.exporters import export_correction_csv, export_correction_workbook
from cairn.warehouse.pipeline import CorrectionTable, list_rows_to_correct, read_corrections
from cairn.warehouse.pipeline.quarantine import QUARANTINE_SCHEMA
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import Failure
from cairn.warehouse.schema.sheets import ROW_COLUMN, SHEET_COLUMN

VERSION = "7-0123456789abcdef"
LANDED = pa.table(
    {
        SHEET_COLUMN: ["roster", "roster", "more"],
        ROW_COLUMN: [2, 3, 2],
        "ID": ["007", "8", "Total"],
        "Born": ["=1+1", "2015-01-01", "soon"],
        "First, legal": ["Ada", None, "Cam"],
    }
)


def error(sheet: str | None, row: int, column: str, failure: Failure, **more: object) -> dict:
    return {
        "source_sheet": sheet,
        "source_row": row,
        "column": column or None,
        "field": None,
        "code": failure.value,
        "message": failure.message,
        "kept": False,
        **more,
    }


def table(*errors: dict[str, object]) -> CorrectionTable:
    quarantined = pa.Table.from_pylist(list(errors), schema=QUARANTINE_SCHEMA)
    columns = ("ID", "Born", "First, legal")
    return list_rows_to_correct(LANDED, quarantined, version=VERSION, columns=columns)


TABLE = table(
    error("roster", 2, "Born", Failure.NOT_A_DATE, kept=True),
    error("more", 2, "Born", Failure.NOT_A_DATE),
    error("more", 2, "", Failure.OUTSIDE_POPULATION),
    error("roster", 3, "Born, First, legal", Failure.REQUIRED),
    error(None, 9, "", Failure.SHIFTED),
)


@pytest.mark.parametrize("export", [export_correction_csv, export_correction_workbook])
def test_it_holds_the_rows_with_problems_and_comes_back_without_a_change(export) -> None:
    content = export(TABLE)
    sheets = read_file("a", content)
    rows = sheets[0].table.to_pylist()
    assert [row["ID"] for row in rows] == ["007", "8", "Total", ""]
    assert [row["Cairn row"] for row in rows] == ["2", "3", "2", "9"]
    assert [row["Cairn key"] for row in rows] == [*(f"{VERSION}-{n}" for n in range(3)), ""]
    assert rows[0]["Problems"].startswith("Born: This is not a date. Use month/day/year")
    assert rows[0]["Problems"].endswith("The value was left blank; the row was accepted.")
    assert rows[2]["Problems"].count("The row was set aside.") == 2
    assert "Cairn kept nothing of this row" in rows[3]["Problems"]
    read = read_corrections(sheets, TABLE)
    assert (read.cells, read.rows, read.unchanged, read.refused) == ({}, 3, 3, 0)


def test_no_cell_runs_as_a_formula() -> None:
    assert b",'=1+1," in export_correction_csv(TABLE)
    with zipfile.ZipFile(io.BytesIO(export_correction_workbook(TABLE))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
        comments = book.read("xl/comments1.xml").decode()
    assert b"<f>" not in sheet
    assert comments.count("This is not a date.") == 2
    assert "Ada" not in comments


def test_a_whole_row_is_open_where_the_cause_may_be_any_cell() -> None:
    first, third = TABLE.rows[0], TABLE.rows[2]
    assert first.list_open_columns(TABLE.columns) == {"Born"}
    assert third.list_open_columns(TABLE.columns) == set(TABLE.columns)


@pytest.mark.parametrize("failure", list(Failure))
def test_every_failure_has_a_problem_and_a_remedy(failure: Failure) -> None:
    assert failure.problem.endswith(".")
    assert failure.remedy.endswith(".")
