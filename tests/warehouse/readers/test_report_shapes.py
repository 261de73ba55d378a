"""Reports that people lay out by hand: bands of headings, groups of rows, tables below tables."""

from io import BytesIO

import pytest
import xlsxwriter

from cairn.warehouse.readers import read_file
from cairn.warehouse.readers.row_kinds import find_group_headings
from cairn.warehouse.schema import Sheet, UnreadableFile


def _read(*lines: str) -> Sheet:
    (sheet,) = read_file("x.csv", "\n".join(lines).encode())
    assert sheet.file_rows == len(lines)
    return sheet


_BANDS = (
    (
        [",,Reading,,Math,", "ID,Name,Score,Level,Score,Level", "1,Ames,410,Low,420,Low"],
        ("ID", "Name", "Reading Score", "Reading Level", "Math Score", "Math Level"),
    ),
    (
        ["Student,,Fall 2025,Spring 2026", "ID,Name,Score,Score", "1,Ames,410,420"],
        ("Student ID", "Student Name", "Fall 2025 Score", "Spring 2026 Score"),
    ),
    (
        ["Report,,Run: 10/15/2025", "ID,Score,Score", "1,410,420"],
        ("ID", "Score", "Score (2)"),
    ),
    (
        [",,Mon,Tue,Wed,Thu", "ID,Name,9/8,9/9,9/10,9/11", "1,Ames,X,,X,X", "2,Boyd,X,X,,X"],
        ("ID", "Name", "9/8", "9/9", "9/10", "9/11"),
    ),
)


@pytest.mark.parametrize(("lines", "header"), _BANDS)
def test_headings_above_groups_of_columns_are_joined(
    lines: list[str], header: tuple[str, ...]
) -> None:
    sheet = _read(*lines)
    assert sheet.header == header
    assert sheet.table.num_rows == len(lines) - 2


def test_codes_above_the_headings_are_no_headings() -> None:
    lines = ["SID,SName,SS,PL", "Student ID,Student Name,Scale Score,Level", "1,Ames,410,Low"]
    assert _read(*lines).header == ("Student ID", "Student Name", "Scale Score", "Level")


def test_headings_above_groups_of_rows_become_a_column() -> None:
    sheet = _read(
        "Child,Date,Hours",
        "Oak Street Site,,",
        "Ana Ames,10/6/2026,2",
        "Ben Boyd,10/6/2026,2",
        "Total,,4",
        "Teacher: Todd,,",
        "Cam Cole,10/6/2026,1",
    )
    assert sheet.table["Heading above the rows"].to_pylist() == [
        "Oak Street Site",
        "Oak Street Site",
        "Teacher: Todd",
    ]
    counted = {note.code: note.count for note in sheet.left_out}
    assert counted == {"header_rows": 1, "group_rows": 2, "total_rows": 1}


@pytest.mark.parametrize(
    "first",
    ["Ana Ames,,", "Oak Street Site,10/6/2026,", "Dee Dunn,10/6/2026,1"],
)
def test_a_child_of_whom_only_the_name_is_there_is_no_heading(first: str) -> None:
    sheet = _read("Child,Date,Hours", first, "Ben Boyd,10/6/2026,2", "Cam Site,10/6/2026,2")
    assert sheet.header == ("Child", "Date", "Hours")
    assert sheet.table.num_rows == 3
    assert find_group_headings([]) == {}


def test_a_table_below_a_table_is_refused() -> None:
    lines = ["Student ID,Test,Score", "1,Quiz,7", "2,Quiz,8"]
    with pytest.raises(UnreadableFile, match="headings of another one begin: Student ID, DOB"):
        _read(*lines, "Student ID,DOB", "1,2015-01-02")
    assert _read(*lines, "Student ID,Test,Score", "3,Quiz,9").table.num_rows == 3


def test_the_highest_points_of_a_gradebook_are_no_child() -> None:
    sheet = _read("Student,SIS User ID,Quiz", "    Points Possible,,10", '"Ames, Ana",17,9')
    assert sheet.table["Student"].to_pylist() == ["Ames, Ana"]


def test_sheets_with_the_same_columns_keep_their_names() -> None:
    table = [["Student ID", "Hours"], ["1", "2"], ["2", "1"]]
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    for name, rows in {"Oak": table, "River": table, "Key": [["A"], ["b"]]}.items():
        tab = book.add_worksheet(name)
        for number, row in enumerate(rows):
            tab.write_row(number, 0, row)
    book.close()
    sheets = read_file("x.xlsx", file.getvalue())
    assert [s.header for s in sheets][:2] == [("Student ID", "Hours", "Name of the sheet")] * 2
    assert sheets[1].table["Name of the sheet"].to_pylist() == ["River", "River"]
    assert sheets[2].header == ("A",)
