"""An upload is read in a child process: the same sheets, and nothing that can harm the server."""

import contextlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from cairn.warehouse.readers import (
    FileContent,
    ReadLimits,
    child_process,
    excel,
    read_file,
    read_file_in_child_process,
)
from cairn.warehouse.readers.packed_table import PackedTable
from cairn.warehouse.readers.text import delimited
from cairn.warehouse.readers.text.large_files import LARGE_FILE_BYTES
from cairn.warehouse.schema.sheets import ROW_COLUMN, UnreadableFile
from cairn.warehouse.store import KeyRing, SealedSpool, open_upload, store_upload

KEYS = KeyRing(b"k" * 32)

_CSV = b"Roster 2026\n\nID,Name\n1,Ana\n2,\xc3\x8d\xc3\xb1es,x\n3\n"


def _workbook(*rows_of_sheets: list[list[object]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for rows in rows_of_sheets:
            sheet = book.add_worksheet()
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return file.getvalue()


def _parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"id": [1, 2], "hours": [1.5, None]}), file)
    return file.getvalue()


def _zip_of(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", content)
        archive.writestr("b.csv", content)
    return file.getvalue()


_XML = (
    b"<InterchangeStudent><Student><Id>1</Id></Student><Person><Id>2</Id></Person>"
    b"</InterchangeStudent>"
)

_FILES = {
    "a.csv": _CSV,
    "a.xlsx": _workbook([["ID", "Name"], [1, "Ana"]], [["ID", "Day"], [2, True], [3, "x", "y"]]),
    "a.parquet": _parquet(),
    "a.zip": _zip_of(_CSV),
    "a.xml": _XML,
}


@pytest.mark.parametrize("name", _FILES)
def test_the_child_returns_the_same_sheets(name: str) -> None:
    assert read_file_in_child_process(name, _FILES[name]) == read_file(name, _FILES[name])


@pytest.mark.parametrize("rows", [1_100_000, 100_000])
def test_the_child_opens_sealed_chunks_itself(tmp_path: Path, rows: int) -> None:
    lines = b"".join(b"%d,Ana %d,2015-03-0%d,Oak\n" % (n, n % 7, 1 + n % 9) for n in range(rows))
    content, spool = b"ID,Name,Born,School\n" + lines, SealedSpool(tmp_path)
    for start in range(0, len(content), 1 << 20):
        spool.append(content[start : start + (1 << 20)])
    opened = FileContent(len(spool), spool.open, spool.share())
    sheets = read_file_in_child_process("a.csv", opened)
    assert sheets == read_file("a.csv", content)
    assert isinstance(sheets[0].table, PackedTable) is (len(content) > LARGE_FILE_BYTES)
    with pytest.raises(ValueError, match="last chunk"):
        spool.append(b"1,Bo\n")
    stored = store_upload(tmp_path, KEYS, opened.read_blocks())
    waiting = open_upload(tmp_path, KEYS, stored)
    again = FileContent(waiting.size, waiting.open, waiting.shared)
    assert read_file_in_child_process("a.csv", again) == sheets


def test_a_small_file_is_not_shared_but_sent(tmp_path: Path) -> None:
    spool = SealedSpool(tmp_path)
    spool.append(_CSV)
    assert spool.share() is None


def test_rows_to_skip_are_passed_on() -> None:
    (sheet,) = read_file_in_child_process("a.csv", memoryview(b"x,y\nID,Name\n1,2\n"), skip_rows=1)
    assert (sheet.header, sheet.table[ROW_COLUMN].to_pylist()) == (("ID", "Name"), [3])


def test_totals_are_kept_where_they_are_records() -> None:
    content = b"ID,Name,Hours\n1,Ana,1\n2,Bo,2\n,Total,3\n"
    assert read_file_in_child_process("a.csv", content)[0].table.num_rows == 2
    assert read_file_in_child_process("a.csv", content, keep_totals=True)[0].table.num_rows == 3


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PAR1" + b"\0" * 50, b"PK\x03\x04"])
def test_a_refusal_reads_as_in_this_process(content: bytes) -> None:
    with pytest.raises(UnreadableFile) as here:
        read_file("x.csv", content)
    with pytest.raises(UnreadableFile) as there:
        read_file_in_child_process("x.csv", content)
    assert str(there.value) == str(here.value)


def test_the_server_process_parses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object, **__: object) -> None:
        raise AssertionError("parsed in the server's process")

    monkeypatch.setattr(delimited, "read_delimited_sheet", parse)
    monkeypatch.setattr(excel, "read_workbook_sheets", parse)
    with pytest.raises(AssertionError):
        read_file("a.csv", _CSV)
    assert len(read_file_in_child_process("a.csv", _CSV)) == 1
    assert len(read_file_in_child_process("a.xlsx", _FILES["a.xlsx"])) == 2


def test_a_file_that_aborts_the_parser_is_refused_plainly() -> None:
    """The parser of workbooks ends its process where it gets no memory; Python cannot catch it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["ID", "Name"])
        sheet.write(1_000_000, 18, 1)
    with pytest.raises(UnreadableFile, match=r"roster\.xlsx .* Export its table as CSV") as refusal:
        read_file_in_child_process(
            "roster.xlsx", file.getvalue(), limits=ReadLimits(memory=600 << 20)
        )
    assert "Traceback" not in str(refusal.value)


@pytest.mark.parametrize("name", ["a.csv", pytest.param("a.parquet", marks=pytest.mark.slow)])
def test_a_file_that_needs_too_much_memory_is_refused_plainly(name: str) -> None:
    rows = 3_000_000
    if name == "a.csv":
        content = b"ID,Name\n" + b'1,"Ana"\n' * rows
    else:
        file = io.BytesIO()
        pq.write_table(pa.table({"name": pa.array(["x" * 200] * rows).dictionary_encode()}), file)
        content = file.getvalue()
    with pytest.raises(UnreadableFile, match="memory"):
        read_file_in_child_process(name, content, limits=ReadLimits(memory=450 << 20))


def test_a_file_that_takes_too_long_is_refused_plainly() -> None:
    with pytest.raises(UnreadableFile, match=r"a\.csv took longer than 0 seconds"):
        read_file_in_child_process("a.csv", _CSV, limits=ReadLimits(seconds=0.01))


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            children.append(self)

    monkeypatch.setattr(child_process.subprocess, "Popen", Recorded)
    monkeypatch.chdir(tmp_path)
    for limits in (ReadLimits(), ReadLimits(seconds=0.01), ReadLimits(memory=1 << 20)):
        with contextlib.suppress(UnreadableFile):
            read_file_in_child_process("a.csv", _CSV, limits=limits)
    assert list(tmp_path.iterdir()) == []
    assert len(children) == 3
    assert all(child.returncode is not None for child in children)
    assert all(pipe.closed for child in children for pipe in (child.stdin, child.stdout) if pipe)


def _run_in_child(code: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run code in a child in the place of reading; return what it says as its refusal."""
    program = (
        "import json, sys; from cairn.warehouse.readers import child_process\n"
        f"def read_file(*_, **__):\n    {code}\n"
        "child_process.read_file = read_file; child_process.run_child()"
    )
    monkeypatch.setattr(child_process, "_CHILD_ARGUMENTS", ("-P", "-c", program))
    with pytest.raises(UnreadableFile) as refusal:
        read_file_in_child_process("a.csv", _CSV)
    return str(refusal.value)


_SAY = "raise child_process.UnreadableFile"


def test_the_child_can_write_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    code = f"open({str(target)!r}, 'wb', buffering=0).write(b'Ana')"
    assert "cannot be read" in _run_in_child(code, monkeypatch)
    assert not target.exists() or target.stat().st_size == 0


def test_the_child_leaves_no_core_file(monkeypatch: pytest.MonkeyPatch) -> None:
    code = f"import resource; {_SAY}(str(resource.getrlimit(resource.RLIMIT_CORE)))"
    assert _run_in_child(code, monkeypatch) == "(0, 0)"


def test_the_child_does_not_get_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIRN_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "secret")
    code = f"import os; {_SAY}(json.dumps(dict(os.environ)))"
    environment = json.loads(_run_in_child(code, monkeypatch))
    assert "PYTHONPATH" in environment
    assert "secret" not in environment.values()


def test_what_a_library_prints_is_no_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run_in_child(f"print('{{}}'); {_SAY}('as it should')", monkeypatch) == "as it should"


@pytest.mark.parametrize(
    "code",
    ["os._exit(0)", "os.abort()", "raise IndexError('Ana Cruz')", "return [1]", "sys.exit(3)"],
)
def test_a_child_that_fails_is_a_plain_refusal(
    code: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    said = _run_in_child(f"import os; {code}", monkeypatch)
    assert "a.csv cannot be read: it is damaged" in said
    assert "Ana Cruz" not in said + caplog.text


def test_the_log_names_the_place_of_a_fault(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _run_in_child("raise IndexError('Ana Cruz')", monkeypatch)
    assert "IndexError at <string>:3" in caplog.text


def _reply(monkeypatch: pytest.MonkeyPatch, reply: bytes) -> None:
    code = f"import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({reply!r})"
    monkeypatch.setattr(child_process, "_CHILD_ARGUMENTS", ("-c", code))
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_file_in_child_process("a.csv", _CSV)


def _describe(**changes: Any) -> bytes:
    sheet = {"name": "a", "header": ["ID"], "notes": [], "misfits": [], "left_out": []}
    sheet |= {"file_rows": 2, "sources": [], "is_packed": False, **changes}
    return json.dumps({"sheets": [sheet]}).encode() + b"\n"


def _stream(table: pa.Table) -> bytes:
    file = io.BytesIO()
    with pa.ipc.new_stream(file, table.schema) as stream:
        stream.write_table(table)
    return file.getvalue()


_TABLE = pa.table({"ID": ["1"], ROW_COLUMN: [2]})

_WRONG_OFFSETS = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, 1 << 20, 1)))
_TABLE_WITH_A_WRONG_OFFSET = pa.table(
    {
        "ID": pa.Array.from_buffers(pa.string(), 2, [None, _WRONG_OFFSETS, pa.py_buffer(b"1")]),
        ROW_COLUMN: [2, 3],
    }
)


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"[]\n",
        b"{}\n",
        b"not json\n",
        b'{"sheets": 1}\n',
        _describe(),
        _describe() + _stream(_TABLE)[:-40],
        _describe(header=["Other"]) + _stream(_TABLE),
        _describe(notes=[{"code": "x"}]) + _stream(_TABLE),
        _describe() + _stream(pa.table({"ID": [1], ROW_COLUMN: [2]})),
        _describe() + _stream(_TABLE_WITH_A_WRONG_OFFSET),
        _describe(is_packed=True) + _stream(_TABLE_WITH_A_WRONG_OFFSET),
    ],
)
def test_a_reply_that_no_reader_sends_is_refused(
    reply: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    _reply(monkeypatch, reply)


def test_a_good_reply_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = _describe() + _stream(_TABLE)
    code = f"import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({reply!r})"
    monkeypatch.setattr(child_process, "_CHILD_ARGUMENTS", ("-c", code))
    (sheet,) = read_file_in_child_process("a.csv", _CSV)
    assert sheet.table.equals(_TABLE)


def test_the_reply_of_one_request() -> None:
    replies = io.BytesIO()
    request = {"name": "a.csv", "size": len(_CSV), "skip_rows": None}
    child_process.answer_request(request, io.BytesIO(_CSV), replies)
    line, _, stream = replies.getvalue().partition(b"\n")
    (sheet,) = read_file("a.csv", _CSV)
    assert json.loads(line)["sheets"][0]["misfits"] == list(sheet.misfits)
    assert pa.ipc.open_stream(stream).read_all().equals(sheet.table)


def test_a_child_starts_without_pandas() -> None:
    """Where pandas is installed, a constant made by `pa.array` loads it, which takes longer than
    all other imports of the child; and what is worked out for a mapping is not needed to read."""
    program = "import sys, cairn.warehouse.readers; print('pandas' in sys.modules)"
    child = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, check=True)
    assert child.stdout.strip() == b"False"
