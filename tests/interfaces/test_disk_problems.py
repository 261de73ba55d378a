"""A full disk is named in a sentence, whichever library met it; nothing else is."""

import errno
import sqlite3

import psycopg
import pytest
import typer
from django.test import RequestFactory

from cairn.interfaces.cli import output
from cairn.interfaces.disk_problems import describe_disk_problem
from cairn.interfaces.web.errors import broken


def _wrap(cause: Exception) -> Exception:
    error = ValueError()
    error.__cause__ = cause
    return error


def _fail_input_output(name: str) -> Exception:
    """SQLite says the same words of a full and of a broken disk; the code behind them differs."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name
    return _wrap(error)


def _fill_disk() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "x"), "no space left"),
        (OSError(errno.EDQUOT, "x"), "no space left"),
        (sqlite3.OperationalError("database or disk is full"), "no space left"),
        (_fail_input_output("SQLITE_IOERR_SHMSIZE"), "no space left"),
        (_fail_input_output("SQLITE_IOERR_READ"), ""),
        (RuntimeError("IO Error: No space left on device"), "no space left"),
        (_wrap(OSError(errno.ENOSPC, "x")), "no space left"),
        (_wrap(psycopg.errors.DiskFull("could not extend file")), "of the database server"),
        (OSError(errno.EROFS, "x"), "read-only"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "read-only"),
        (OSError(errno.ENOENT, "x"), ""),
        (sqlite3.OperationalError("database is locked"), ""),
        (None, ""),
    ],
)
def test_the_disk_is_named_where_it_is_the_reason(error: Exception | None, words: str) -> None:
    said = describe_disk_problem(error)
    assert words in said
    assert bool(said) is bool(words)


def test_a_command_on_a_full_disk_ends_without_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(typer.Exit) as ended, output.run_command(as_json=False):
        _fill_disk()
    assert ended.value.exit_code
    printed = capsys.readouterr()
    assert "Free at least 1 GB" in printed.out + printed.err


def test_a_page_on_a_full_disk_says_so() -> None:
    request = RequestFactory().post("/")
    assert broken(request).status_code == 500
    try:
        _fill_disk()
    except OSError:
        answer = broken(request)
    assert answer.status_code == 507
    assert b"Free at least 1 GB" in answer.content
