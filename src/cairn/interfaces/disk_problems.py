"""Recognize a disk that is full or cannot be written, in the errors of any library."""

import errno
from collections.abc import Iterator
from typing import Final

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_READ_ONLY: Final = (errno.EROFS,)
_FULL_WORDS: Final = (
    *("disk is full", "no space left", "disk quota exceeded", "could not extend file"),
)
_FULL_SERVER: Final = "53100"
"""`disk_full` of PostgreSQL; its server may be on another machine."""
_FULL_NAME: Final = "SQLITE_IOERR_SHMSIZE"
"""There is no room to open a database: 32 KB for what its connections share (SQLite, WAL)."""
_READ_ONLY_WORDS: Final = ("readonly database", "read-only file system")

MINIMUM_FREE_BYTES: Final = 1 << 30
"""With less free space, uploads and nightly work may fail."""


def describe_disk_problem(error: BaseException | None) -> str:
    """Describe why nothing could be written, in a sentence with what to do.

    SQLite, PostgreSQL, DuckDB and Arrow each have an error of their own for it; some name it in
    their words alone.

    Args:
        error: what ended the work, with its causes; None if nothing did.

    Returns:
        The sentence; empty if the disk was not the reason.
    """
    causes = list(_list_causes(error))
    if any(getattr(cause, "sqlstate", "") == _FULL_SERVER for cause in causes):
        return (
            "There is no space left on the disk of the database server (PostgreSQL). What was "
            "begun is undone. Free at least 1 GB there, then do it again."
        )
    for cause in causes:
        words = str(cause).lower()
        number = cause.errno if isinstance(cause, OSError) else None
        is_full = number in _FULL or getattr(cause, "sqlite_errorname", "") == _FULL_NAME
        if is_full or any(word in words for word in _FULL_WORDS):
            return (
                "There is no space left on the disk. What was begun is undone. Free at least "
                "1 GB, then do it again."
            )
        if number in _READ_ONLY or any(word in words for word in _READ_ONLY_WORDS):
            return (
                "The disk is read-only. Nothing was changed. Mount it for writing, then do it "
                "again."
            )
    return ""


def _list_causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
