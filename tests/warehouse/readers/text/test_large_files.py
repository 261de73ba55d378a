"""A large file that is read in blocks is the same sheet as one that is read whole."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.warehouse.readers import FileContent, file_reader, read_file
from cairn.warehouse.readers.text import large_files
from cairn.warehouse.schema import Sheet, UnreadableFile

ROWS = b"".join(b"%d,Ana %d,2015-03-0%d\n" % (n, n % 7, 1 + n % 9) for n in range(12_000))
PLAIN = b"ID,Name,Born\n" + ROWS


@pytest.fixture(autouse=True)
def every_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_files, "LARGE_FILE_BYTES", 0)


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
        (b"Your Unique Identifier,Record Found Y/N,College Code/Branch\n" + ROWS, {}),
    ],
)
def test_a_plain_file_is_read_in_blocks_as_it_is_read_whole(
    content: bytes, options: dict[str, object]
) -> None:
    in_blocks, whole = read_both("x.csv", content, **options)
    assert in_blocks == whole
    assert in_blocks is not None
    left_out = sum(note.count for note in in_blocks.left_out)
    assert in_blocks.file_rows == content.count(b"\n") + (not content.endswith(b"\n"))
    assert in_blocks.table.num_rows + left_out == in_blocks.file_rows


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("quotes.csv", PLAIN.replace(b"Ana 3", b'"Ana, 3"')),
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


def test_marks_across_two_blocks_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = "MuÃ±oz".encode()
    for size in (1, 2, 3, 5):
        monkeypatch.setattr(
            FileContent,
            "read_blocks",
            lambda content, size=size: (
                content.read()[start : start + size] for start in range(0, content.size, size)
            ),
        )
        for text in (b"a,b\n1,2\n\n3,4\n", b"a,b\r\n1,2\r\n\r\n3,4\r\n", b"a,b\n1," + twice):
            assert large_files._count_plain_lines(FileContent.wrap(text)) is None
        assert large_files._count_plain_lines(FileContent.wrap("a,b\n1,ñ".encode())) == 2


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(PLAIN)
    content = FileContent.from_path(path)
    assert (content.size, content.read()) == (len(PLAIN), PLAIN)
    path.write_bytes(PLAIN + b"1,2,3\n")
    with pytest.raises(UnreadableFile, match="was changed"):
        read_file("x.csv", content)
