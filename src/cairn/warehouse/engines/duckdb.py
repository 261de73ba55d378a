"""DuckDB in memory: no files, no network, no extensions, and no spilling of plain rows to disk."""

import os
from collections.abc import Mapping, Sequence
from typing import Final

import duckdb
import pyarrow as pa

_SHARE_OF_MEMORY: Final = 0.6


class DuckDB:
    """The engine of one machine. ``memory`` is a DuckDB size, by default 60 % of the machine's.

    A query that needs more fails with DuckDB's out-of-memory error; it never writes to disk.
    """

    name = "duckdb"

    def __init__(self, *, memory: str | None = None, threads: int | None = None) -> None:
        self._settings = {
            "memory_limit": memory or f"{int(_memory() * _SHARE_OF_MEMORY / 1e6)}MB",
            "threads": str(threads or os.cpu_count() or 1),
            "temp_directory": "",
            "max_temp_directory_size": "0B",
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
            # Drawn on standard output, between what a command prints there, wherever Python has
            # no file to run: in a notebook, or in `python -c`.
            "enable_progress_bar": "false",
            "lock_configuration": "true",
        }

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A fresh, locked-down connection, for work of several statements."""
        connection = duckdb.connect(":memory:")
        for name, value in self._settings.items():  # in this order: the last one locks the rest
            connection.execute(f"SET {name} = '{value}'")
        return connection

    def query(
        self,
        sql: str,
        tables: Mapping[str, pa.Table | pa.RecordBatchReader],
        parameters: Sequence[object] = (),
    ) -> pa.Table:
        """See ``Engine.query``."""
        with self.connect() as connection:
            for name, table in tables.items():
                connection.register(name, table)
            return connection.sql(sql, params=list(parameters)).to_arrow_table()


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
