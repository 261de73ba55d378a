"""A file is split by its part column: each row goes to one part, and none is lost."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse import schema
from cairn.warehouse.file_parts import list_part_columns, list_student_days, split_parts
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import ROW_COLUMN, ColumnMapping, MappingProblem, PeriodRule, Sheet

ON: Final = date(2025, 10, 1)
COLUMNS = {"ID": "local_id", "School": "school_name"}
MAPPING = ColumnMapping(record="enrollment", columns=COLUMNS, part="School")


def _name(text: str) -> str:
    return text.strip().casefold()


def _sheet(cells: list[str | None]) -> Sheet:
    table = pa.table(
        {
            "ID": pa.array([str(number) for number in range(len(cells))], pa.string()),
            "School": pa.array(cells, pa.string()),
            ROW_COLUMN: pa.array(range(2, len(cells) + 2), pa.int64()),
        }
    )
    return Sheet("roster", ("ID", "School"), table, misfits=(99,))


@given(st.lists(st.sampled_from(["North", " north", "South", "East", "", None])))
def test_every_row_goes_to_one_part_in_its_order_or_names_none(cells: list[str | None]) -> None:
    cells = ["North", *cells]
    parts = split_parts([_sheet(cells)], MAPPING, _name, on=ON)
    assert not parts.problem
    unnamed = [n for sheet in parts.unnamed for n in sheet.table["ID"].to_pylist()]
    assert unnamed == [str(n) for n, cell in enumerate(cells) if not (cell or "").strip()]
    assert parts.unnamed_rows == len(unnamed)
    sheets = [*parts.named, *parts.unnamed]
    assert sum(sheet.file_rows for sheet in sheets) == len(cells) + 1  # with the misfit
    ids = {name: part[0].table["ID"].to_pylist() for name, part in parts.sheets.items()}
    assert ids == {
        name: [str(n) for n, cell in enumerate(cells) if _name(str(cell)) == name] for name in ids
    }
    assert parts.rows == {name: len(rows) for name, rows in ids.items()}
    assert list(parts.sheets) == sorted(parts.sheets)
    assert [len(sheet.misfits) for sheet in parts.named] == [1] + [0] * (len(parts.sheets) - 1)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ([None, " "], "No row names a part in the column “School”."),
        ([f"S{number}" for number in range(201)], "more than 200 different values"),
    ],
)
def test_a_column_that_names_no_parts_is_a_problem(cells: list[str | None], problem: str) -> None:
    parts = split_parts([_sheet(cells)], MAPPING, _name, on=ON)
    assert problem in parts.problem
    assert not parts.sheets


def test_titles_totals_and_other_tables_are_with_the_first_part() -> None:
    content = b"Roster\n\nSchool,ID\nNorth,1\n,2\nSouth,3\n"
    filled = ColumnMapping(
        record="enrollment", columns=COLUMNS, part="school", fill_down=("School",)
    )
    sheets = read_file("roster.csv", content)
    other = Sheet("Notes", ("Text",), pa.table({"Text": ["x"], ROW_COLUMN: [2]}))
    parts = split_parts([*sheets, other], filled, _name, on=ON)
    assert parts.rows == {"north": 2, "south": 1}
    rows = [sum(sheet.file_rows for sheet in part) for part in parts.sheets.values()]
    assert sum(rows) == sheets[0].file_rows + 1
    gone = split_parts(read_file("a.csv", b"ID,Grade\n1,2\n"), filled, _name, on=ON)
    assert gone.problem == "The file has no column “school”, which names parts."
    assert not split_parts([_sheet([])], MAPPING, _name, on=ON).sheets


def test_only_places_and_groups_name_parts() -> None:
    targets: dict[str, Any] = {"School": "school_name", "ID": "local_id", "Site": "", "Name": ""}
    assert list_part_columns(targets, targets, {"school_name"}) == ["School", "Site"]
    assert list_part_columns(targets, targets, set()) == ["Site"]
    with pytest.raises(MappingProblem, match="says who a student is"):
        ColumnMapping(record="enrollment", columns=COLUMNS, part="id")
    written = ColumnMapping.parse(MAPPING.dump())
    assert written == MAPPING
    assert written.list_read_columns(["School", "Other"]) == ["School"]


_PERIODS: Final = ColumnMapping(
    record="attendance",
    columns={
        "ID": "local_id",
        "School": "school_id",
        "Date": "date",
        "Period": "event:class_period",
        "Code": "event",
    },
    part="School",
    periods=PeriodRule(2),
)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("1,10,9/15/2025,1,UA\n01.0,20,2025-09-15,2,UA\n", False),
        ("1,10,9/15/2025,1,UA\n1,20,2025-09-15,2,UA\n", True),
        ("1,10,9/15/25,1,UA\n1,10,9/15/25,2,UA\n1,20,2025-09-16,1,UA\n", False),
        (",10,9/15/2025,1,UA\n,20,9/15/2025,1,UA\n", False),
        ("1,10,someday,1,UA\n1,20,someday,1,UA\n", False),
        ("1,10,9/15/2025,1,UA\n1,,9/15/2025,2,UA\n2,20,9/15/2025,2,UA\n", False),
    ],
)
def test_class_periods_of_a_day_are_in_one_part(rows: str, problem: bool) -> None:
    content = f"ID,School,Date,Period,Code\n{rows}".encode()
    parts = split_parts(read_file("a.csv", content), _PERIODS, _name, on=ON)
    assert ("10 and 20 have class periods of the same students" in parts.problem) == problem
    assert parts.rows.keys() == (set() if problem else {"10", "20"})


def test_days_are_those_of_rows_columns_and_constants() -> None:
    def list_days(header: str, cells: str, mapping: ColumnMapping) -> frozenset[tuple[str, date]]:
        (sheet,) = read_file("a.csv", f"{header}\n{cells}\n".encode())
        return list_student_days([sheet.table], mapping, on=ON)

    monday = {("7", date(2025, 9, 15))}
    plain = ColumnMapping(record="attendance", columns={"ID": "local_id", "Code": "event"})
    wide = replace(plain, columns={"ID": "local_id"}, wide=schema.WideLayout("event"))
    landed = f"ID,{schema.HEADING_COLUMN},{schema.CELL_COLUMN}"
    assert list_days(landed, "7,2025-09-15,P", wide) == monday
    constant = replace(plain, constants={"date": "9/15/2025"})
    assert list_days("ID,Code", "7,P", constant) == monday
    by_state = replace(plain, columns={"State": "state_id", "Day": "date", "Code": "event"})
    assert list_days("State,Day,Code", "7,15-Sep-2025,P", by_state) == monday
    roster = ColumnMapping(record="student", columns={"ID": "local_id"})
    assert not list_days("ID,Day", "7,2025-09-15", roster)
