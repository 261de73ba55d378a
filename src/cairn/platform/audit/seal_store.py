"""Describe what a database must do so that its rows can be sealed, and compute the digests."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from hmac import digest as compute_hmac
from typing import Any, Final

from cairn.platform.sealing.api import derive_subkey

LOG_TABLE: Final = "row_change_log"
KEY_LABEL: Final = "row-changes"
_DIGEST_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class RowFinding:
    """One row, or one table, that was written outside of Cairn.

    Attributes:
        table: name of the table; empty for the log of row changes itself.
        row: the row's key; empty for the whole table.
        message: what was done, in plain words.
    """

    table: str
    row: str
    message: str

    @property
    def place(self) -> str:
        """Where it is, for a list of findings."""
        return f"table {self.table}, row {self.row}" if self.row else f"table {self.table}"


class NoRowLogError(Exception):
    """The log of row changes was removed."""


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with sealed rows: its name, its primary key, and its columns by name."""

    name: str
    key: str
    columns: tuple[str, ...]


RowDigest = tuple[str, Any, bytes]
"""Table, key and digest of a row; the digest of a deleted row is empty."""


class RowSealer:
    """Compute digests under a key that is derived once, when the first row is written."""

    @cached_property
    def _key(self) -> bytes:
        return derive_subkey(KEY_LABEL)

    def digest_row(self, table: str, *values: Any) -> bytes:
        """Compute the digest of a row."""
        return compute_hmac(self._key, repr((table, values)).encode(), "sha256")[:_DIGEST_BYTES]

    def digest_line(self, previous: bytes | None, table: str, row: Any, digest: bytes) -> bytes:
        """Compute the digest of a line of the log, which covers all lines before it."""
        content = repr((previous or b"", table, row, digest)).encode()
        return compute_hmac(self._key, content, "sha256")


class SealStore(ABC):
    """One database with its log of row changes."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.sealer = RowSealer()

    @abstractmethod
    def has_log(self) -> bool:
        """Return whether the log exists."""

    @abstractmethod
    def may_create(self) -> bool:
        """Return whether this program may create tables and triggers here."""

    @abstractmethod
    def create_log(self) -> None:
        """Create the log where it is missing."""

    @abstractmethod
    def list_tables(self, names: set[str]) -> list[SealedTable]:
        """List the tables that the database has, of those with these names, in order."""

    @abstractmethod
    def create_triggers(self, table: SealedTable) -> None:
        """Have each write of a table noted."""

    @abstractmethod
    def drop_triggers(self) -> None:
        """Drop all triggers that note writes, also those of a table that no model has any more."""

    @abstractmethod
    def list_tables_with_triggers(self) -> set[str]:
        """List the tables with a trigger that notes writes, by their names."""

    @abstractmethod
    def find_trigger_changes(self, tables: list[SealedTable]) -> Iterator[RowFinding]:
        """Find triggers that were added, changed or removed outside of Cairn."""

    @abstractmethod
    def find_foreign_notes(self) -> Iterator[RowFinding]:
        """Find writes that were noted and never sealed."""

    @abstractmethod
    def read_digests(self, table: SealedTable) -> Iterator[tuple[Any, bytes]]:
        """Read key and digest of each row of a table."""

    @abstractmethod
    def read_lines(self) -> Iterator[tuple[int, str, Any, bytes, bytes]]:
        """Read the log in order: number, table, key, digest of the row, digest of the line."""

    @abstractmethod
    def read_line_digest(self, number: int | None = None) -> tuple[int, bytes] | None:
        """Read number and digest of one line, or of the newest; None if there is none."""

    @abstractmethod
    def read_changes(self, since: int, limit: int) -> list[tuple[int, str, bytes]]:
        """Read number, table and digest of the lines from a number on, in order.

        Raises:
            NoRowLogError: the log was removed, and no transaction is open.
        """

    @abstractmethod
    def append_lines(self, lines: Iterable[RowDigest]) -> None:
        """Seal rows: append their digests to the log."""

    @abstractmethod
    def read_at_one_moment(self) -> AbstractContextManager[None]:
        """Within the block, read the database as of one moment, while others write."""
