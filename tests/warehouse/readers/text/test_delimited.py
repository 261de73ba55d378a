"""CSV and its kin, with the dirt that partners' exports have."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.readers import read_file, row_kinds, sheet_builder
from cairn.warehouse.readers.text import delimited
from cairn.warehouse.schema.sheets import ROW_COLUMN, Sheet, UnreadableFile


def _rows(sheet: Sheet) -> list[list[str]]:
    return [[r[h] for h in sheet.header] for r in sheet.table.to_pylist()]


def _places(sheet: Sheet) -> list[int]:
    return sheet.table[ROW_COLUMN].to_pylist()


def _notes(sheet: Sheet) -> set[str]:
    return {n.code for n in sheet.notes}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_delimiter_and_line_ends_are_found(
    delimiter: str, encoding: str, end: str
) -> None:
    lines = [("Name", "Town"), ("Zoë", "Saint-André"), ("José", "Cañon City")]
    text = end.join(delimiter.join(line) for line in lines) + end
    sheet = delimited.read_delimited_sheet("roster", text.encode(encoding))
    assert sheet.header == ("Name", "Town")
    assert _rows(sheet) == [list(line) for line in lines[1:]]
    assert _places(sheet) == [2, 3]


def test_old_mac_text_is_told_from_windows_text() -> None:
    text = "Name,Town\n" + "Renée Müller,Orléans\nFrançois Núñez,Besançon\n" * 3
    for encoding in ("cp1252", "mac_roman"):
        assert _rows(delimited.read_delimited_sheet("x", text.encode(encoding)))[0] == [
            "Renée Müller",
            "Orléans",
        ]


def test_titles_above_the_header_are_skipped() -> None:
    content = b"Attendance Report,,,\n,,,\nSpring 2025,,,\nID,Name,Date,Code\n1,Ana,9/8/2025,A\n"
    sheet = delimited.read_delimited_sheet("x", content)
    assert sheet.header == ("ID", "Name", "Date", "Code")
    assert _places(sheet) == [5]
    assert "title_rows" in _notes(sheet)


def test_lines_to_skip_can_be_told() -> None:
    content = b"ID,Name\nnot,this\nKey,Child\n1,Ana\n"
    sheet = delimited.read_delimited_sheet("x", content, skip_rows=2)
    assert sheet.header == ("Key", "Child")
    assert _places(sheet) == [4]


def test_headers_get_names_of_their_own() -> None:
    sheet = delimited.read_delimited_sheet("x", b"Score,Score, ,Score (2),\n1,2,3,4,\n5,6,7,8,\n")
    assert sheet.header == ("Score", "Score (2)", "Column 3", "Score (2) (2)")
    assert _rows(sheet) == [["1", "2", "3", "4"], ["5", "6", "7", "8"]]
    assert {"duplicate_headers", "nameless_columns", "empty_columns"} <= _notes(sheet)


def test_short_rows_are_filled_and_shifted_rows_set_aside() -> None:
    content = b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n\n10,11,12,\n"
    sheet = delimited.read_delimited_sheet("x", content)
    assert _rows(sheet) == [["1", "2", "3"], ["4", "5", ""], ["10", "11", "12"]]
    assert _places(sheet) == [2, 3, 6]
    assert sheet.misfits == (4,)
    assert {"short_rows", "long_rows"} <= _notes(sheet)


def test_a_value_beyond_the_last_named_column_sets_the_row_aside() -> None:
    sheet = delimited.read_delimited_sheet("x", b"a,b,,\n1,2,,\n3,4,5,\n6,7,,\n")
    assert sheet.header == ("a", "b")
    assert sheet.misfits == (3,)


def test_a_column_that_all_rows_fill_is_kept_though_nameless() -> None:
    sheet = delimited.read_delimited_sheet("x", b"a,b\n1,2,x\n3,4,y\n")
    assert sheet.header == ("a", "b", "Column 3")


def test_line_breaks_inside_quotation_marks_belong_to_the_cell() -> None:
    content = b'Name,Note\r\nAna,"two\r\nlines"\r\n"Lee, Bo","said ""hi"""\r\nCy,x\r\n'
    sheet = delimited.read_delimited_sheet("x", content)
    assert _rows(sheet) == [["Ana", "two\r\nlines"], ["Lee, Bo", 'said "hi"'], ["Cy", "x"]]
    assert _places(sheet) == [2, 4, 5]


def test_stray_quotation_marks_do_not_swallow_rows() -> None:
    sheet = delimited.read_delimited_sheet("x", b'a|b\n1|5" tall\n2|6\n3|4\n')
    assert _rows(sheet) == [["1", '5" tall'], ["2", "6"], ["3", "4"]]


def test_one_column_is_a_table_too() -> None:
    assert _rows(delimited.read_delimited_sheet("x", b"Name\nAna\nBo\n")) == [["Ana"], ["Bo"]]


def test_a_header_without_rows_is_an_empty_table() -> None:
    sheet = delimited.read_delimited_sheet("x", b"ID,Name,Born\n")
    assert sheet.header == ("ID", "Name", "Born")
    assert sheet.table.num_rows == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"a,b\n1,\x00\x00\x00\xff\x01\n" + b"x" * 90, "zero bytes"),
        (b"\xff\xfea\x00,", "incomplete"),
        (("a,b\n" + ",".join("x" * 6000) + "\n").encode() * 3, "at most"),
    ],
)
def test_what_is_no_table_is_refused_with_advice(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        read_file("x.csv", content)


def test_an_endless_quoted_cell_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="quotation mark"):
        delimited.read_delimited_sheet("x", b'a,b\n1,2\n3,"' + b"x" * (1 << 25))


# A byte-order mark; the first letters of text that was encoded twice; those of separators.
_SPECIAL = "\ufeffÂÃÄÅâ\ufffd-=_*~\u2013\u2014©"

_CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters=_SPECIAL),
    max_size=8,
).filter(lambda cell: not row_kinds._may_be_label(cell, ()))  # a row of a total is none
_TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(_CELL, min_size=width, max_size=width), min_size=1, max_size=8)
)


@given(rows=_TABLES, delimiter=st.sampled_from(",;\t|"), quote=st.booleans())
def test_any_table_written_by_the_book_comes_back(
    rows: Sequence[Sequence[str]], delimiter: str, quote: bool
) -> None:
    header = [f"Heading {'ABCDEF'[i]}" for i in range(len(rows[0]))]
    kept = [list(r) for r in rows if any(c.strip() for c in r)]
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows([header, *kept])
    sheet = delimited.read_delimited_sheet("x", out.getvalue().encode())
    assert sheet.header == tuple(header)
    assert _rows(sheet) == kept
    assert sheet.misfits == ()


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        sheets = read_file("x.csv", content)
    except UnreadableFile:
        return
    for sheet in sheets:
        assert len(set(sheet.header)) == len(sheet.header)
        assert set(sheet.table.column_names) == {*sheet.header, ROW_COLUMN}
        assert sorted(set(_places(sheet))) == _places(sheet)


_LINES = st.lists(
    st.sampled_from(["1,2,3", "4,5", "6,7,8,9", "", '"a,b",c,d', '"x\ny",z,w', "7,8,", "9,,,"]),
    max_size=12,
)


@given(_LINES)
def test_the_fast_and_the_careful_path_agree(lines: Sequence[str]) -> None:
    text = "\n".join(["One,Two,Three", "a,b,c", *lines, "d,e,f"]).encode()
    shape = delimited._detect_layout(text, None)
    careful = delimited._read_slowly("x", text, shape, [])
    fast = delimited._read_fast("x", text, shape, [])
    assert fast is not None
    assert fast.table.equals(careful.table)
    assert fast.misfits == careful.misfits
    assert fast.notes == careful.notes


@pytest.mark.parametrize("quote", ["", '"'], ids=["irregular rows", "one by one"])
def test_rows_that_lack_nearly_every_cell_are_no_table(
    quote: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = ",".join(f"Column {i}" for i in range(100))
    content = f"{header}\n{',' * 99}\n{quote}1{quote}\n2\n3\n".encode()
    (sheet,) = read_file("x.csv", content)
    assert sheet.table.num_rows == 3
    assert {note.code: note.count for note in sheet.left_out} == {"header_rows": 1, "blank_rows": 1}
    monkeypatch.setattr(sheet_builder, "MAX_FILLED_CELLS", 200)
    with pytest.raises(UnreadableFile, match="far fewer cells than the header"):
        read_file("x.csv", content)


def test_too_many_columns_are_refused_before_the_rows_are_read() -> None:
    with pytest.raises(UnreadableFile, match="5,001 columns"):
        read_file("x.csv", (",".join(f"c{i}" for i in range(5001)) + "\n1\n" * 5).encode())
