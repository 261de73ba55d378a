"""One line for each error, in the order of the rows, with the value that is wrong."""

import csv
import io

import pyarrow as pa
import pytest

from cairn.warehouse.exporters import export_error_file
from cairn.warehouse.pipeline.quarantine import QUARANTINE_SCHEMA
from cairn.warehouse.schema import Failure
from cairn.warehouse.schema.sheets import ROW_COLUMN, SHEET_COLUMN

LANDED = pa.table(
    {
        SHEET_COLUMN: ["roster", "roster", "more"],
        ROW_COLUMN: [2, 3, 2],
        "Born": ["=1+1", "2015-01-01", "soon"],
        "First, legal": ["Ada", None, "Cam"],
    }
)


def _export(*errors: dict[str, object]) -> list[dict[str, str]]:
    quarantined = pa.Table.from_pylist(list(errors), schema=QUARANTINE_SCHEMA)
    content = export_error_file(quarantined, LANDED, file_name="a.csv", record="student")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def _error(sheet: str | None, row: int, column: str, failure: Failure, **more: object) -> dict:
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


def test_errors_are_in_the_order_of_rows_with_the_value_of_their_own_sheet() -> None:
    lines = _export(
        _error("roster", 2, "Born", Failure.NOT_A_DATE, field="birth_date", kept=True),
        _error("more", 2, "Born", Failure.NOT_A_DATE, field="birth_date"),
    )
    assert [(one["Sheet"], one["Row"], one["Value in the file"]) for one in lines] == [
        ("more", "2", "soon"),
        ("roster", "2", "'=1+1"),
    ]
    assert lines[0]["What happened"] == "The row was set aside."
    assert "left blank" in lines[1]["What happened"]


def test_a_heading_with_a_comma_and_a_row_that_was_never_read() -> None:
    lines = _export(
        _error("roster", 2, "First, legal", Failure.REQUIRED, field="no_such_field"),
        _error("more", 2, "Born, First, legal", Failure.REQUIRED),
        _error(None, 9, "", Failure.SHIFTED),
    )
    by_row = {(one["Sheet"], one["Row"]): one for one in lines}
    assert by_row["roster", "2"]["Value in the file"] == "Ada"
    assert by_row["roster", "2"]["Data element"] == "no_such_field"
    assert by_row["", "9"]["Value in the file"] == ""
    assert by_row["", "9"]["What to do"].startswith("Put quotation marks")


def test_a_clause_stays_with_the_problem() -> None:
    failure = Failure.OUTSIDE_POPULATION
    clause = f"{failure.message} (RV-DSA-01: grade 9)"
    (line,) = _export(_error("roster", 3, "", failure, message=clause))
    assert line["What is wrong"] == (
        "The agreement does not cover this child. (RV-DSA-01: grade 9)"
    )
    assert line["What to do"] == "Remove the row, or amend the agreement."
    (older,) = _export(_error("roster", 3, "", Failure.NOT_A_NUMBER, message="Not a number."))
    assert older["What is wrong"] == "This is not a number."


@pytest.mark.parametrize("failure", list(Failure))
def test_every_failure_has_a_problem_and_a_remedy(failure: Failure) -> None:
    assert failure.problem.endswith(".")
    assert failure.remedy.endswith(".")
