"""Rows that are no records are recognized, left out and counted; a child never is."""

import io

import pytest
import xlsxwriter

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.sheets import ROW_COLUMN, RowKind, Sheet

_HEADER = "ID,First,Last,Minutes\n"
_CHILDREN = "1001,Ana,Cruz,30\n1002,Bo,Lee,45\n"


def _read(text: str, **options: bool) -> Sheet:
    (sheet,) = read_file("x.csv", text.encode(), **options)
    return sheet


def _counts(sheet: Sheet) -> dict[str, int]:
    counts = {note.code: note.count for note in sheet.left_out}
    assert sheet.file_rows == sheet.table.num_rows + len(sheet.misfits) + sum(counts.values())
    return counts


def _first_cells(sheet: Sheet) -> list[str]:
    return sheet.table[sheet.header[0]].to_pylist()


def test_a_printed_report_is_read_as_its_records() -> None:
    sheet = _read(
        f"Attendance Report\nSpring 2026\n\n{_HEADER}{_CHILDREN}Subtotal,,,75\nAttendance Report\n"
        f"{_HEADER}1003,Cy,Day,20\n,,Total,95\nAverage,,,31.7\nPage 1 of 3\n   \n"
        "Confidential - FERPA,,,\nPrinted on 11/3/2025 8:02 AM,,,Page 2 of 3\n"
        "The office made this list\n"
    )
    assert _first_cells(sheet) == ["1001", "1002", "1003"]
    assert sheet.table[ROW_COLUMN].to_pylist() == [5, 6, 10]
    assert _counts(sheet) == {
        "title_rows": 3,
        "header_rows": 2,
        "total_rows": 3,
        "footer_rows": 4,
        "blank_rows": 2,
    }
    places = {note.code: note.rows for note in sheet.left_out}
    assert (places["header_rows"], places["total_rows"]) == ((4, 9), (7, 11, 12))
    assert not any(note.code == "short_rows" for note in sheet.notes)


def test_a_workbook_is_read_alike() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        tab = book.add_worksheet("Kids")
        rows = [["Roster"], [], ["ID", "Name", "Hours"], [1001, "Ana", 3], [1002, "MarÃ­a", 4]]
        rows += [["Grand Total", None, 7], ["Page 1"]]
        for i, row in enumerate(rows):
            tab.write_row(i, 0, row)
        book.add_worksheet("About").write(0, 0, "Made by the office")
    (sheet,) = read_file("x.xlsx", file.getvalue())
    assert _first_cells(sheet) == ["1001", "1002"]
    assert sheet.table["Name"].to_pylist() == ["Ana", "María"]
    kinds = {"title_rows", "header_rows", "total_rows", "footer_rows", "blank_rows"}
    assert _counts(sheet) == dict.fromkeys(kinds, 1)
    notes = {note.code: note.message for note in sheet.notes}
    assert "“About”" in notes["sheet_without_table"]
    assert "encoded twice" in notes["encoded_twice"]


@pytest.mark.parametrize(
    "row",
    [
        "1003,Total,Smith,10",
        "1003,Total,,10",
        "1003,,Average,",
        "1003,Confidential,Confidential,10",
        ",Total,Smith,10",
        "Total,Ana,Smith,10",
        "1003,ID,Last,Minutes",
        "1003,Page 1,,",
    ],
)
def test_a_child_is_a_child_whatever_its_name(row: str) -> None:
    assert _read(f"{_HEADER}{_CHILDREN}{row}\n1004,Di,Fox,5\n").table.num_rows == 4


def test_a_child_named_total_stays_where_the_name_comes_first() -> None:
    content = "Name,Student ID,Hours\nAna,1001,3\nTotal,1002,4\nTotal,2,7\nTotal,,7\n"
    assert _read(content).table["Student ID"].to_pylist() == ["1001", "1002"]


def test_a_child_named_total_stays_with_a_birth_date() -> None:
    content = "Name,DOB,Hours\nAna,2015-03-04,3\nTotal,2015-03-05,4\nTotal,,7\n"
    assert _first_cells(_read(content)) == ["Ana", "Total"]


def test_a_cell_with_a_space_before_it_is_not_empty() -> None:
    assert _first_cells(_read("ID,Name\n 1,Ana\n 2,Bo\n \n")) == [" 1", " 2"]


def test_spreadsheets_name_the_group_of_a_subtotal() -> None:
    sheet = _read("School,Name,Hours\nOak,Ana,3\nOak Total,,3\nElm,Cy,2\nElm Total,,2\n")
    assert _first_cells(sheet) == ["Oak", "Elm"]
    assert _counts(sheet)["total_rows"] == 2


def test_a_total_beside_the_number_of_its_group_is_a_total() -> None:
    sheet = _read("Grade,Name,ID,Hours\n3,Ana,1001,3\n3,Total,,3\n4,Total,1002,2\n")
    assert sheet.table["ID"].to_pylist() == ["1001", "1002"]


def test_a_total_may_say_how_many_students_it_has() -> None:
    sheet = _read("ID,Name,Score\n1001,Cruz,30\n1002,Lee,45\nTotal,2 students,75\n")
    assert _first_cells(sheet) == ["1001", "1002"]
    assert _counts(sheet)["total_rows"] == 1


def test_a_group_total_with_every_cell_filled_is_a_row() -> None:
    assert _read("School,Hours\nOak,3\nOak Total,3\n").table.num_rows == 2


def test_totals_stay_where_they_are_records() -> None:
    content = "School,Children\nOak,3\nElm,4\nTotal,7\n"
    assert _first_cells(_read(content)) == ["Oak", "Elm"]
    assert _first_cells(_read(content, keep_totals=True)) == ["Oak", "Elm", "Total"]


@pytest.mark.parametrize(
    "second",
    [
        "Student Number,Given Name,Date of birth",
        "Your ID,Their name,Their birth date",
        "---,---,---",
        ",,(month/day/year)",
    ],
)
def test_a_second_header_is_left_out(second: str) -> None:
    rows = "".join(f"100{i},Ana{i},2015-03-0{i}\n" for i in range(1, 6))
    sheet = _read(f"Student ID,First Name,Birth date\n{second}\n{rows}")
    assert sheet.table.num_rows == 5
    assert _counts(sheet) == {"header_rows": 2}


@pytest.mark.parametrize("second", ["N/A,Ana,unknown", "pending,Ana,pending", "1000,Ana,unknown"])
def test_a_child_without_numbers_is_no_second_header(second: str) -> None:
    rows = "".join(f"100{i},Ana{i},2015-03-0{i}\n" for i in range(1, 6))
    assert _read(f"Student ID,First Name,Birth date\n{second}\n{rows}").table.num_rows == 6


def test_the_three_headers_of_a_survey_are_headers() -> None:
    ids = ",".join(f'"{{""ImportId"":""{name}""}}"' for name in ("_recordId", "QID1"))
    sheet = _read(f"ResponseId,Q1\nResponse ID,How are you?\n{ids}\nR_1,Fine\n")
    assert _first_cells(sheet) == ["R_1"]
    assert _counts(sheet) == {"header_rows": 3}


def test_blank_columns_at_the_left_do_not_make_a_row_blank() -> None:
    sheet = _read("Note,More,ID,Name\n,,1001,Ana\n,,,\n,,1002,Bo\n,,Page 2,\n")
    assert sheet.table["ID"].to_pylist() == ["1001", "1002"]
    assert _counts(sheet) == {"header_rows": 1, "footer_rows": 1, "blank_rows": 1}


def test_every_kind_has_words() -> None:
    assert all(kind.count_rows(2, range(9)).rows == (0, 1, 2, 3, 4) for kind in RowKind)
