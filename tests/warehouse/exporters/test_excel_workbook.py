"""Workbooks of the small writer are read by others as they were written."""

from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from cairn.warehouse.exporters.excel_workbook import COLUMN_LETTERS, ExcelWorkbook


def write(path: Path, rows: list[list[object]]) -> list[int]:
    book = ExcelWorkbook(path, ("Name", "Born", "n"), sheet="A & B", preface=(("Title",), ()))
    numbers = [book.add(row) for row in rows]
    book.close()
    return numbers


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    rows: list[list[object]] = [
        ["García <López> & Co", date(2015, 2, 28), 3],
        ["", None, 1.5],
        ["  spaced", date(2000, 1, 1), 0],
    ]
    assert write(path, rows) == [4, 5, 6]
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["A & B"]
    read = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert read[0][0] == "Title"
    assert read[2] == ["Name", "Born", "n"]
    assert read[3] == ["García <López> & Co", date(2015, 2, 28), 3.0]
    assert read[4] == ["", "", 1.5]
    assert read[5][2] == 0.0


def test_notes_stand_on_a_sheet_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = ExcelWorkbook(
        path, ("n",), sheet="A", notes=("Notes & more", [("As of", "today"), ("", "x")])
    )
    book.add([3])
    book.close()
    read = CalamineWorkbook.from_path(path)
    assert read.sheet_names == ["A", "Notes & more"]
    assert read.get_sheet_by_index(0).to_python() == [["n"], [3.0]]
    assert read.get_sheet_by_index(1).to_python() == [["As of", "today"], ["", "x"]]


def test_many_rows_are_flushed_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write(path, [[f"n{place}", None, place] for place in range(1_000)])
    read = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert read[-1] == ["n999", "", 999.0]


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    write(first, [["a", date(2020, 1, 1), 1]])
    write(second, [["a", date(2020, 1, 1), 1]])
    assert first.read_bytes() == second.read_bytes()
    with ZipFile(first) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_columns_past_z_have_two_letters() -> None:
    assert COLUMN_LETTERS[25:28] == ("Z", "AA", "AB")
    assert datetime(1899, 12, 30).date().toordinal() < date(1900, 1, 1).toordinal()  # noqa: DTZ001
