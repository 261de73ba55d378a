"""Files of fixed width: by a layout, every line counted."""

import csv
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cairn.warehouse.readers import read_file, read_file_in_child_process
from cairn.warehouse.schema import (
    FixedWidthColumn,
    UnreadableFile,
    list_fixed_width_columns,
    parse_fixed_width,
)
from cairn.warehouse.schema.sheets import ROW_COLUMN

_LAYOUT = parse_fixed_width(
    [
        {"name": "Score", "start": 13, "length": 3},
        {"name": "ID", "start": 1, "length": 4},
        {"name": "Name", "start": 5, "length": 6},
    ]
)


def test_columns_are_cut_and_trimmed() -> None:
    content = b"\xef\xbb\xbf0001Ana     91 \r\n0002Zo\xc3\xab     107\r\n\r\n0003Bo\r\n"
    (sheet,) = read_file("a.txt", content, fixed_width=_LAYOUT)
    assert sheet.header == ("ID", "Name", "Score")
    assert [(*row.values(),) for row in sheet.table.to_pylist()] == [
        ("0001", "Ana", "91", 1),
        ("0002", "Zoë", "107", 2),
        ("0003", "Bo", "", 4),
    ]
    assert {n.code: n.count for n in sheet.left_out} == {"blank_rows": 1}
    assert read_file_in_child_process("a.txt", content, fixed_width=_LAYOUT) == [sheet]


def test_text_in_other_places_is_not_lost_without_a_word() -> None:
    content = b"0001Ana   xy091\n0002Bo      092 and more\n"
    (sheet,) = read_file("a.txt", content, fixed_width=_LAYOUT)
    assert sheet.table[ROW_COLUMN].to_pylist() == [1]
    assert sheet.misfits == (2,)
    assert {n.code: n.count for n in sheet.notes}["text_outside_layout"] == 1


def test_the_layout_of_another_file_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="another layout"):
        read_file("a.txt", b"0001Ana\n0002Bo\n", fixed_width=_LAYOUT)


def test_a_file_without_its_layout_says_what_it_needs() -> None:
    line = b"0001Ana" + b" " * 60 + b"12"
    with pytest.raises(UnreadableFile, match="Layout of a file of fixed width"):
        read_file("a.txt", line + b"\n" + line.replace(b"1", b"2") + b"\n")


@pytest.mark.parametrize(
    "table",
    [
        "Field,Start,Length\nID,1,4\nBlank,5,6\nBlank,11,2\n",
        "Column name,Start position,End position\nID,1,4\nBlank,5,10\nBlank,11,12\n",
        "start_index,end_index,column_name\n0,4,ID\n4,10,Blank\n10,12,Blank\n",
        "Name,From,To\nBlank,11.0,12.0\nID,1,4\nBlank,5,10\nNotes,,\n",
    ],
)
def test_a_published_layout_lists_the_columns(table: str) -> None:
    (sheet,) = read_file("layout.csv", table.encode())
    columns = {(c.start, c.length) for c in list_fixed_width_columns(sheet)}
    assert columns == {(1, 4), (5, 6), (11, 2)}
    assert {c.name for c in list_fixed_width_columns(sheet)} == {"ID", "Blank", "Blank (2)"}


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("Field,Length\nID,4\n", "the headings Name, Start"),
        ("Field,Start,Length\nID,one,4\n", "“one” where a number"),
        ("Field,Start,Length\nID,1,4\nName,3,4\n", "cover the same place"),
    ],
)
def test_a_table_that_is_no_layout_says_what_it_needs(table: str, problem: str) -> None:
    (sheet,) = read_file("layout.csv", table.encode())
    with pytest.raises(ValueError, match=problem):
        list_fixed_width_columns(sheet)


@given(st.text("ab \t\n\r", max_size=200))
@example("aaaaaaaaaaaaa\n\r")
def test_every_line_is_a_row_or_counted(text: str) -> None:
    try:
        (sheet,) = read_file("a.txt", text.encode(), fixed_width=_LAYOUT)
    except UnreadableFile:
        return
    counted = sheet.table.num_rows + len(sheet.misfits) + sum(n.count for n in sheet.left_out)
    assert counted == sheet.file_rows == text.count("\n") + (not text.endswith("\n"))


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ([{"name": "A", "start": 1}], "name, start and length"),
        ([{"name": "A", "start": 0, "length": 1}], "at least 1"),
        ([{"name": "A", "start": 1, "length": True}], "at least 1"),
        ([{"name": " ", "start": 1, "length": 1}], "at least 1"),
        (
            [{"name": "A", "start": 1, "length": 3}, {"name": "B", "start": 3, "length": 1}],
            "same place",
        ),
        (
            [{"name": "A", "start": 1, "length": 1}, {"name": "A", "start": 3, "length": 1}],
            "name “A”",
        ),
    ],
)
def test_a_layout_that_cannot_be_is_refused(entries: list[dict[str, object]], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_fixed_width(entries)


def test_the_published_file_reads_as_its_csv(real_data: Path) -> None:
    folder = real_data / "assessments" / "CogAT"
    with (folder / "layout" / "cogat_fixed_width.csv").open(encoding="utf-8") as file:
        layout = [
            FixedWidthColumn(
                row["column_name"],
                int(row["start_index"]) + 1,
                int(row["end_index"]) - int(row["start_index"]),
            )
            for row in csv.DictReader(file)
        ]
    path = folder / "data" / "sample_anonymized_file.txt"
    (sheet,) = read_file(path.name, path.read_bytes(), fixed_width=layout)
    table = path.with_suffix(".csv")
    (expected,) = read_file(table.name, table.read_bytes())
    assert sheet.table.num_rows == expected.table.num_rows
    assert sheet.misfits == ()
