"""Read an uploaded file in a process of its own, so that no file can take the server down.

The parsers of workbooks, Parquet and XML are large libraries in C++ and Rust. A file made for it
can have them take all memory, run for hours or end the process at once; no ``except`` helps. So
the server starts a child, sends it the bytes through a pipe, and gets the tables back as Arrow IPC
streams, which, unlike pickles, hold no code. A file in sealed chunks the child opens itself, with
the key of that file, so that a large one is read in blocks. The child may use some memory and time,
and may not write any file. It does not get the server's environment, where the master key is.

This guards against accidents and bombs. It is no sandbox for code that a file smuggles in.

The cost is the start of the child: 0.3 seconds of work on Linux, nearly all of it imports, and
0.4 to 0.5 seconds by the clock on two busy cores.
"""

import json
import logging
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import IO, Any, Final

import pyarrow as pa

from cairn.warehouse.readers.archive import unlock_zip
from cairn.warehouse.readers.file_content import FileContent
from cairn.warehouse.readers.file_reader import read_file
from cairn.warehouse.readers.packed_table import PackedTable
from cairn.warehouse.schema import (
    ROW_COLUMN,
    FixedWidthColumn,
    ReadNote,
    Sheet,
    SurveyForm,
    UnreadableFile,
    parse_fixed_width,
)
from cairn.warehouse.store import SharedChunks
from cairn.warehouse.store.sealed_chunks import StoredChunks

__all__ = ["ReadLimits", "read_file_in_child_process", "unlock_zip_in_child_process"]

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What a child may use to read one file.

    Attributes:
        memory: bytes of address space. 512 MB of CSV that must be read whole take 2 GB, or 4.3 GB
            where some of its rows are short; the largest workbook takes 3.4 GB. macOS does not
            enforce it.
        seconds: time from the start of the child to its last byte. The largest workbook takes 36
            seconds of work, and more than three minutes on a busy machine.
    """

    memory: int = 6 << 30
    seconds: float = 300.0


_DEFAULT_LIMITS: Final = ReadLimits()

_CHILDREN_AT_ONCE: Final = threading.BoundedSemaphore(2)
"""Further uploads wait for their turn, so that eight of them do not take eight times the memory."""

_PASSED_VARIABLES: Final = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TZ")

_CHILD_VARIABLES: Final = {
    # Threads and memory pools reserve address space that they never use.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "1",
}

_CHILD_ARGUMENTS: Final = ("-P", "-m", "cairn.warehouse.readers")

_MAX_REPLY_LINE: Final = 1 << 28
"""Bytes of the line with names and notes. Row numbers of misfits are the longest part of it."""


class _ChildFailed(Exception):
    """The child could not read the file, for a reason that is not the sender's to know."""


_BAD_REPLY: Final = (
    *(_ChildFailed, OSError, EOFError, ValueError, LookupError, TypeError, MemoryError),
    pa.ArrowException,
)
"""The errors that a reply raises which was cut off, or which is not of the agreed form."""


class _Deadline:
    """Kill a child when its time is over, and remember that."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self._child = child
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self.is_over = False

    def start(self) -> None:
        self._timer.start()

    def cancel(self) -> None:
        self._timer.cancel()

    def _expire(self) -> None:
        self.is_over = True
        self._child.kill()


def read_file_in_child_process(
    name: str,
    content: bytes | memoryview | FileContent,
    *,
    skip_rows: int | None = None,
    keep_totals: bool = False,
    fixed_width: Sequence[FixedWidthColumn] = (),
    limits: ReadLimits = _DEFAULT_LIMITS,
) -> list[Sheet]:
    """Read every table in a file that came from outside, in a child process with limits.

    Args:
        name: name of the file.
        content: its bytes, or content that can be opened.
        skip_rows: lines above the header, as the column mapping says; None to find the header.
        keep_totals: whether totals are records, as in a table of counts.
        fixed_width: the layout of a file of fixed width; empty for any other file.
        limits: what the child may use.

    Returns:
        The same sheets as ``read_file``.

    Raises:
        UnreadableFile: the file cannot be read, or not within the limits.
    """
    opened = FileContent.wrap(content)
    with _CHILDREN_AT_ONCE, _start_child(limits, opened.shared) as (child, deadline):
        assert child.stdin is not None  # noqa: S101 - Popen was asked for both pipes
        assert child.stdout is not None  # noqa: S101
        try:
            request = {
                "name": name,
                "size": opened.size,
                "skip_rows": skip_rows,
                "keep_totals": keep_totals,
                "fixed_width": [asdict(column) for column in fixed_width],
                "shared": opened.shared.dump() if opened.shared else None,
            }
            _send_request(child.stdin, request, opened, limits)
            return _receive_sheets(child.stdout)
        except _BAD_REPLY as error:
            _LOG.warning("A file could not be read in a child process: %s", type(error).__name__)
            raise UnreadableFile(_describe_failure(name, limits, deadline)) from error


def unlock_zip_in_child_process(
    name: str, content: bytes | FileContent, password: str, limits: ReadLimits = _DEFAULT_LIMITS
) -> FileContent:
    """Open a zip file that came from outside with its password, in a child process with limits.

    The password goes to the child through its pipe and is kept nowhere.

    Args:
        name: name of the file.
        content: its bytes, or content that can be opened.
        password: the password; empty if the sender gave none.
        limits: what the child may use.

    Returns:
        The content of a zip file without a password; the content itself without a password.

    Raises:
        UnreadableFile: the password is wrong, or the file is damaged or too large.
    """
    opened = FileContent.wrap(content)
    if not password:
        return opened
    with _CHILDREN_AT_ONCE, _start_child(limits, opened.shared) as (child, deadline):
        assert child.stdin is not None  # noqa: S101 - Popen was asked for both pipes
        assert child.stdout is not None  # noqa: S101
        try:
            shared = opened.shared.dump() if opened.shared else None
            request = {"name": name, "size": opened.size, "shared": shared, "password": password}
            _send_request(child.stdin, request, opened, limits)
            reply = json.loads(child.stdout.readline(_MAX_REPLY_LINE))
            if "unreadable" in reply:
                raise UnreadableFile(str(reply["unreadable"]))
            unlocked = child.stdout.read(reply["size"])
            if len(unlocked) != reply["size"]:
                raise _ChildFailed
        except _BAD_REPLY as error:
            _LOG.warning("A zip file could not be opened: %s", type(error).__name__)
            raise UnreadableFile(_describe_failure(name, limits, deadline)) from error
    return FileContent.wrap(unlocked)


def _describe_failure(name: str, limits: ReadLimits, deadline: _Deadline) -> str:
    if deadline.is_over:
        return (
            f"{name} took longer than {limits.seconds:.0f} seconds to read, and reading was "
            "stopped. Send it as CSV, or in parts."
        )
    return (
        f"{name} cannot be read: it is damaged, or needs more memory than one file may use. "
        "Export its table as CSV, and send that."
    )


@contextmanager
def _start_child(
    limits: ReadLimits, shared: SharedChunks | None
) -> Iterator[tuple[subprocess.Popen[bytes], _Deadline]]:
    module_path = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    passed = {name: os.environ[name] for name in _PASSED_VARIABLES if name in os.environ}
    child = subprocess.Popen(  # noqa: S603 - nothing of the command comes from outside
        [sys.executable, *_CHILD_ARGUMENTS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # messages of libraries may quote the file
        env={**passed, **_CHILD_VARIABLES, "PYTHONPATH": module_path},
        pass_fds=[shared.descriptor] if shared else [],
    )
    deadline = _Deadline(child, limits.seconds)
    deadline.start()
    try:
        yield child, deadline
    finally:
        deadline.cancel()
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()


def _send_request(
    pipe: IO[bytes], request: dict[str, Any], content: FileContent, limits: ReadLimits
) -> None:
    pipe.write(json.dumps({**request, **asdict(limits)}).encode() + b"\n")
    if content.shared is None:
        for block in content.read_blocks():
            pipe.write(block)
    pipe.close()


def _receive_sheets(pipe: IO[bytes]) -> list[Sheet]:
    reply = json.loads(pipe.readline(_MAX_REPLY_LINE))
    if "unreadable" in reply:
        raise UnreadableFile(str(reply["unreadable"]))
    if "failed" in reply:
        _LOG.error("The reader of files failed: %s", reply["failed"])
        raise _ChildFailed
    return [_receive_sheet(pipe, description) for description in reply["sheets"]]


def _receive_sheet(pipe: IO[bytes], description: dict[str, Any]) -> Sheet:
    with pa.ipc.open_stream(pipe) as stream:
        table = _receive_packed(stream) if description["is_packed"] else _receive_table(stream)
    header = tuple(str(column) for column in description["header"])
    expected = pa.schema([*((column, pa.string()) for column in header), (ROW_COLUMN, pa.int64())])
    if not table.schema.equals(expected):
        raise _ChildFailed
    return Sheet(
        description["name"],
        header,
        table,
        _parse_notes(description["notes"]),
        tuple(description["misfits"]),
        _parse_notes(description["left_out"]),
        int(description["file_rows"]),
        tuple(str(source) for source in description["sources"]),
        SurveyForm.from_json(form) if (form := description.get("survey")) else None,
        _receive_sheet(pipe, joined) if (joined := description.get("joined")) else None,
        tuple(str(name) for name in description.get("incomplete", ())),
        tuple(int(row) for row in description.get("ended_rows", ())),
    )


def _receive_table(stream: pa.RecordBatchReader) -> pa.Table:
    table = stream.read_all()
    table.validate(full=True)  # Arrow trusts the offsets of a stream otherwise
    return table


def _receive_packed(stream: pa.RecordBatchReader) -> PackedTable:
    """Receive a large table block by block."""
    table = PackedTable(stream.schema)
    for batch in stream:
        block = pa.Table.from_batches([batch])
        block.validate(full=True)
        table.append_rows(block)
    return table


def _parse_notes(notes: list[dict[str, Any]]) -> tuple[ReadNote, ...]:
    return tuple(
        ReadNote(note["code"], note["message"], note["count"], tuple(note["rows"]))
        for note in notes
    )


class _WithoutPandas(MetaPathFinder):
    """Hide pandas: where it is installed, pyarrow loads it at once, half a second for nothing."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def run_child() -> None:
    """Read the file that standard input brings, and write its sheets to standard output."""
    sys.meta_path.insert(0, _WithoutPandas())
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no reply
    request = json.loads(sys.stdin.buffer.readline())
    _limit_this_process(ReadLimits(request["memory"], request["seconds"]))
    answer_request(request, sys.stdin.buffer, replies)
    replies.flush()


def answer_request(request: dict[str, Any], content: IO[bytes], replies: IO[bytes]) -> None:
    """Read a file and write the reply: a line of JSON, and one Arrow IPC stream for each sheet
    and each table that was joined to one.

    Args:
        request: the file's ``name`` and ``size``, ``skip_rows``, ``keep_totals`` and
            ``fixed_width``; ``shared`` if it is opened from the disk. With a ``password``, the
            reply is the zip file without it.
        content: where its bytes come from.
        replies: where the reply goes.
    """
    try:
        if "password" in request:
            unlocked = unlock_zip(
                request["name"],
                FileContent.wrap(_open_content(request, content)).read(),
                request["password"],
            )
            _reply(replies, {"size": len(unlocked)})
            replies.write(unlocked)
            return
        sheets = read_file(
            request["name"],
            _open_content(request, content),
            skip_rows=request["skip_rows"],
            keep_totals=bool(request.get("keep_totals")),
            fixed_width=parse_fixed_width(request.get("fixed_width", ())),
        )
    except UnreadableFile as problem:
        _reply(replies, {"unreadable": str(problem)})
        return
    except Exception as error:  # noqa: BLE001 - any fault of a parser becomes the parent's plain message
        _reply(replies, {"failed": _describe_error(error)})
        return
    _reply(replies, {"sheets": [_describe_sheet(sheet) for sheet in sheets]})
    for sheet in sheets:
        _write_rows(replies, sheet)


def _describe_sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "header": sheet.header,
        "notes": [asdict(note) for note in sheet.notes],
        "misfits": sheet.misfits,
        "left_out": [asdict(note) for note in sheet.left_out],
        "file_rows": sheet.file_rows,
        "sources": sheet.sources,
        "incomplete": sheet.incomplete,
        "ended_rows": sheet.ended_rows,
        "survey": sheet.survey.to_json() if sheet.survey else None,
        "joined": _describe_sheet(sheet.joined) if sheet.joined else None,
        "is_packed": isinstance(sheet.table, PackedTable),
    }


def _write_rows(replies: IO[bytes], sheet: Sheet) -> None:
    is_packed = isinstance(sheet.table, PackedTable)
    with pa.ipc.new_stream(replies, sheet.table.schema) as stream:
        for block in sheet.table.iterate_blocks() if is_packed else [sheet.table]:
            stream.write_table(block)
    if sheet.joined:
        _write_rows(replies, sheet.joined)


def _open_content(request: dict[str, Any], content: IO[bytes]) -> bytes | FileContent:
    """Open the file from its sealed chunks, or read it from the pipe."""
    if request.get("shared") is None:
        return content.read(request["size"])
    chunks = StoredChunks(SharedChunks.parse(request["shared"]))
    return FileContent(request["size"], chunks.open)


def _reply(replies: IO[bytes], reply: dict[str, Any]) -> None:
    replies.write(json.dumps(reply).encode() + b"\n")


def _describe_error(error: Exception) -> str:
    """Name the error and the line that raised it, without its message, which may quote the file."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"


def _limit_this_process(limits: ReadLimits) -> None:
    cpu_seconds = int(limits.seconds) + 1  # also if the parent is gone
    for kind, limit in (
        (resource.RLIMIT_CORE, 0),  # a core file would hold the upload
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, limits.memory),
    ):
        with suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS
            resource.setrlimit(kind, (limit, limit))
    with suppress(OSError):  # where the machine runs out of memory, Linux ends the child first
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
