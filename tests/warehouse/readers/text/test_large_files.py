"""A large file that is read in blocks is the same sheet as one that is read whole."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cairn.warehouse.readers import FileContent, file_reader, read_file
from cairn.warehouse.readers.packed_table import PackedTable
from cairn.warehouse.readers.text import large_files
from cairn.warehouse.schema import Sheet, UnreadableFile

ROWS = b"".join(b"%d,Ana %d,2015-03-0%d\n" % (n, n % 7, 1 + n % 9) for n in range(12_000))
PLAIN = b"ID,Name,Born\n" + ROWS
NOTE = b'"Came late.\nCall her mother, ""Bo"", first.\n\nShe works, too."'
"""A cell with line breaks, a blank line, commas and quotation marks."""


@pytest.fixture(autouse=True)
def every_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_files, "LARGE_FILE_BYTES", 0)
    monkeypatch.setattr(large_files, "BLOCK_BYTES", 1 << 16)
    monkeypatch.setattr(large_files, "EDGE_BYTES", 1 << 13)


def read_both(name: str, content: bytes, **options: object) -> tuple[Sheet | None, Sheet]:
    """Return the sheet of the reader in blocks, None if it gives up, and that of the other."""
    opened = FileContent.wrap(content)
    whole = read_file(name, content, **options)  # type: ignore[arg-type]
    chosen = file_reader._ReadOptions(options.get("skip_rows"), False, ())  # type: ignore[arg-type]
    sheets = file_reader._read_large_text(name, opened, chosen)
    assert read_file(name, opened, **options) == whole  # type: ignore[arg-type]
    return (sheets[0] if sheets else None), whole[0]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (PLAIN, {}),
        (PLAIN.removesuffix(b"\n"), {}),
        (PLAIN.replace(b"\n", b"\r\n"), {}),
        (b"\xef\xbb\xbf" + PLAIN, {}),
        (PLAIN.replace(b"Ana 3", "Muñoz".encode()), {}),
        (b"Roster of Alder Creek\nPrinted on 10/1/2026\n" + PLAIN, {}),
        (b"x,y,z\n1,2,3\n" + PLAIN, {"skip_rows": 2}),
        (PLAIN.replace(b",", b"\t"), {}),
        (PLAIN + b"Total,12000,\n", {}),
        (PLAIN.replace(b"5000,Ana 2,", b"Page 2 of 9,,").replace(b"7000,Ana 0,", b",Total,"), {}),
        (PLAIN.replace(b"Ana 3", b'"Ana, ""3"""'), {}),
        (PLAIN.replace(b"Ana", b'"Ana').replace(b",2015", b'",2015'), {}),
        (PLAIN.replace(b"\n", b",\n"), {}),
        (PLAIN.replace(b",", b";").replace(b"Ana 3", b'"Ana; 3"'), {}),
        (PLAIN.replace(b"ID,", b'"Student ID, ""own""",'), {}),
        (b"ID,ID,Born\n" + ROWS, {}),
        (b"Your Unique Identifier,Record Found Y/N,College Code/Branch\n" + ROWS, {}),
        (PLAIN.replace(b"Ana 3", NOTE), {}),
        (PLAIN.replace(b"Ana 3", NOTE).replace(b"\n", b"\r\n"), {}),
        (PLAIN.replace(b"Ana 3", NOTE).replace(b"5000,Ana 2,", b"Page 2 of 9,,"), {}),
    ],
)
def test_a_plain_file_is_read_in_blocks_as_it_is_read_whole(
    content: bytes, options: dict[str, object]
) -> None:
    in_blocks, whole = read_both("x.csv", content, **options)
    assert in_blocks == whole
    assert in_blocks is not None
    left_out = sum(note.count for note in in_blocks.left_out)
    records = len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))))
    # The separator is a comma or not: lines of titles and the header are records of one cell.
    assert in_blocks.file_rows == records
    assert in_blocks.table.num_rows + left_out == in_blocks.file_rows


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("stray.csv", PLAIN.replace(b"9000,Ana 5", b'9000,Ana "5" b')),
        ("nameless.csv", PLAIN.replace(b"\n", b",\n").replace(b"9000,Ana 5", b"9000,Ana,5")),
        ("blank.csv", PLAIN + b"\n\n"),
        ("short.csv", PLAIN + b"1,2\n"),
        ("long.csv", PLAIN + b"1,2,3,4\n"),
        ("windows.csv", PLAIN.replace(b"Ana 3", "Muñoz".encode("cp1252"))),
        ("twice.csv", PLAIN.replace(b"Ana 3", "MuÃ±oz".encode())),
        ("lost.csv", PLAIN.replace(b"Ana 3", "Mu\ufffdoz".encode())),
        ("utf16.csv", PLAIN.decode().encode("utf-16")),
        ("cut.csv", PLAIN + "Muñoz".encode()[:3]),
        ("mac.csv", PLAIN.replace(b"\n", b"\r")),
        ("x.json", b'[{"id": 1, "name": "Ana"}]\n'),
        ("x.xml", b"<rows>\n<row><id>1</id><name>Ana</name></row>\n</rows>\n"),
        ("long-line.csv", b"ID,Name\n1," + b"x" * 300_000 + b"\n" + b"2,y\n" * 90_000),
    ],
)
def test_any_other_file_is_read_whole(name: str, content: bytes) -> None:
    in_blocks, _whole = read_both(name, content)
    assert in_blocks is None


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.csv", b"%PDF-1.7 ...", "a PDF"),
        ("x.csv", b" \n \n", "is empty"),
        ("x.csv", PLAIN + b"\0", "zero bytes"),
    ],
)
def test_what_cannot_be_read_is_refused_as_always(name: str, content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message) as whole:
        read_file(name, content)
    with pytest.raises(UnreadableFile) as in_blocks:
        read_file(name, FileContent.wrap(content))
    assert str(in_blocks.value) == str(whole.value)


@example(cells=[["\n", ",\r", ","]], end="\n")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(
        st.lists(st.text(st.sampled_from('aé1 ,"\n\r\t.Ã'), max_size=5), min_size=3, max_size=3),
        max_size=30,
    ),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_no_text_is_read_otherwise_in_blocks(cells: list[list[str]], end: str) -> None:
    text = end.join(["ID,Name,Born", "1,Ana,2015", *(",".join(row) for row in cells)]).encode()
    try:
        whole: object = read_file("x.csv", text)
    except UnreadableFile as problem:
        whole = str(problem)
    try:
        in_blocks: object = read_file("x.csv", FileContent.wrap(text))
    except UnreadableFile as problem:
        in_blocks = str(problem)
    assert in_blocks == whole


_NOTES = st.lists(st.text(st.sampled_from('a ,"\n'), max_size=40), min_size=20, max_size=60)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(notes=_NOTES, size=st.integers(2_000, 9_000), end=st.sampled_from(["\n", "\r\n"]))
def test_each_row_with_a_note_of_several_lines_comes_back(
    notes: Sequence[str], size: int, end: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end)
    writer.writerow(["ID", "Note", "Born"])
    cells = [f"Seen {n}. {notes[n % len(notes)]}" for n in range(900)]
    writer.writerows([n, cell, "2015-03-01"] for n, cell in enumerate(cells))
    content = text.getvalue().encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_files, "BLOCK_BYTES", size)
        patch.setattr(large_files, "EDGE_BYTES", 14_000)
        in_blocks, whole = read_both("x.csv", content)
    assert in_blocks == whole
    assert in_blocks is not None
    counted = in_blocks.table.num_rows + sum(note.count for note in in_blocks.left_out)
    assert counted == in_blocks.file_rows == 901
    assert in_blocks.table["Note"].to_pylist() == cells


def test_an_open_cell_that_swallowed_rows_is_refused_by_its_line() -> None:
    text = PLAIN.replace(b"9000,Ana 5,", b'9000,"Ana 5,').replace(b"9003,Ana 1,", b'9003,Ana 1",')
    with pytest.raises(UnreadableFile, match="begins on line 9002"):
        read_file("x.csv", FileContent.wrap(text))
    with pytest.raises(UnreadableFile, match="begins on line 9002"):
        read_file("x.csv", text)


def test_no_size_of_the_blocks_changes_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = PLAIN.replace(b"9000,Ana 5,", b"Total,12,").replace(b"Ana 3", "Muñoz".encode())
    for size in (5_000, 7_919, 50_001, len(text) - 14, len(text) - 13, len(text)):
        monkeypatch.setattr(large_files, "BLOCK_BYTES", size)
        in_blocks, whole = read_both("x.csv", text)
        assert in_blocks == whole
        monkeypatch.setattr(large_files, "BLOCK_BYTES", 1 << 16)
        twice = text.replace(b"11001,Ana", "11001,MuÃ±oz".encode())
        assert read_both("x.csv", twice)[0] is None


def test_only_the_columns_that_are_wanted_are_kept() -> None:
    text = PLAIN.replace(b"9000,Ana 5,2015-03-01", b",Total,12")
    opened, whole = FileContent.wrap(text), read_file("x.csv", text)[0]
    (sheet,) = read_file("x.csv", opened, choose_columns=lambda header: [header[2], "Other"])
    assert sheet.header == whole.header
    assert sheet.table == whole.table.select(["Born", "__row"])
    assert (sheet.left_out, sheet.file_rows) == (whole.left_out, whole.file_rows)
    # A file that is read whole has every column.
    assert read_file("x.csv", text, choose_columns=lambda _: []) == [whole]


def test_a_packed_table_reads_as_the_table() -> None:
    whole = read_file("x.csv", PLAIN)[0].table
    packed = read_file("x.csv", FileContent.wrap(PLAIN))[0].table
    assert isinstance(packed, PackedTable)
    assert (packed.num_rows, packed.column_names) == (whole.num_rows, whole.column_names)
    assert packed["Name"].to_pylist() == whole["Name"].to_pylist()
    for start, rows in ((0, 5), (4_990, 40), (0, None), (11_990, 99), (12_000, 1), (0, 0)):
        assert packed.slice(start, rows) == whole.slice(start, rows)
    mask = pa.array([index % 7 == 0 for index in range(whole.num_rows)])
    assert packed.filter(mask) == whole.filter(mask)
    assert packed.select(["ID"]) == whole.select(["ID"])  # what it cannot, the whole table does
    with pytest.raises(KeyError):
        packed["Nickname"]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(PLAIN)
    content = FileContent.from_path(path)
    assert (content.size, content.read()) == (len(PLAIN), PLAIN)
    path.write_bytes(PLAIN + b"1,2,3\n")
    with pytest.raises(UnreadableFile, match="was changed"):
        read_file("x.csv", content)
