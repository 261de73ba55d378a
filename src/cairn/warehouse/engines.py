"""Run SQL over Arrow tables in memory; an engine never sees the file system.

DuckDB runs in memory: no files, no network, no extensions, and no spilling of rows to disk.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Final, Protocol, TypeAlias

import duckdb
import pyarrow as pa

__all__ = ["DuckDBEngine", "SqlEngine", "UnknownEngine", "open_sql_engine"]

TableSource: TypeAlias = pa.Table | pa.RecordBatchReader


class SqlEngine(Protocol):
    """Run SQL over Arrow tables in memory. Engines count; disclosure control never uses them."""

    name: str

    def query(
        self, sql: str, tables: Mapping[str, TableSource], parameters: Sequence[object] = ()
    ) -> pa.Table:
        """Return the result of one statement.

        Args:
            sql: the statement; ``?`` or ``$1`` marks a parameter, so a value never enters the
                text.
            tables: tables by the names that the statement uses.
            parameters: values of the parameters, in order.

        Returns:
            The result table.
        """


class UnknownEngine(Exception):
    """The setting names an engine that this installation does not have."""


def open_sql_engine(name: str = "duckdb") -> SqlEngine:
    """Open the engine that counts, by the name in ``CAIRN_ENGINE``.

    Under ``spark`` DuckDB counts too: Spark compares millions of records during record linkage,
    and the tables that are counted afterwards fit one machine.

    Args:
        name: "duckdb" or "spark".

    Returns:
        The engine.

    Raises:
        UnknownEngine: for any other name.
    """
    if name not in (DuckDBEngine.name, "spark"):
        raise UnknownEngine(f"There is no engine “{name}”. Set CAIRN_ENGINE to duckdb or spark.")
    return DuckDBEngine()


_MEMORY_SHARE: Final = 0.6


class DuckDBEngine:
    """Run SQL in memory on one machine.

    A query that needs more memory fails with DuckDB's out-of-memory error; it never writes to disk.

    Args:
        memory: limit as DuckDB writes it ("4GB"); by default 60 % of the machine's memory.
        threads: number of threads; by default one for each core.
    """

    name = "duckdb"

    def __init__(self, *, memory: str | None = None, threads: int | None = None) -> None:
        self._settings = {
            "memory_limit": memory or f"{int(_measure_memory() * _MEMORY_SHARE / 1e6)}MB",
            "threads": str(threads or os.cpu_count() or 1),
            "temp_directory": "",
            "max_temp_directory_size": "0B",
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
            # DuckDB draws its bar on standard output, where a command prints, when Python has
            # no file to run: in a notebook, or in `python -c`.
            "enable_progress_bar": "false",
            "lock_configuration": "true",
        }

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open a fresh, locked-down connection, for work of several statements."""
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
        """Return the result of one statement; see ``SqlEngine.query``."""
        with self.connect() as connection:
            for name, table in tables.items():
                connection.register(name, table)
            return connection.sql(sql, params=list(parameters)).to_arrow_table()


def _measure_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
