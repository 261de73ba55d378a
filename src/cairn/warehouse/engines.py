"""Run SQL in memory (DuckDB) and record linkage on many machines (Spark).

An engine never sees the file system. DuckDB runs SQL over Arrow tables: no files, no network, no
extensions, and no spilling of rows to disk.

Spark is for more records than one machine should hold. PySpark is installed separately. Cairn's
process is the driver; it listens on the loopback address alone, unless SPARK_LOCAL_IP names
another. What Spark writes to its disks (shuffles, spills) is encrypted with a key of the session.
"""

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Protocol, TypeAlias

import duckdb
import pyarrow as pa

__all__ = [
    "DuckDBEngine",
    "SqlEngine",
    "UnknownEngine",
    "open_spark_session",
    "open_sql_engine",
    "require_known_engine",
]

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
    require_known_engine(name)
    return DuckDBEngine()


def require_known_engine(name: str) -> None:
    """Refuse a name in ``CAIRN_ENGINE`` that is no engine.

    Args:
        name: the name.

    Raises:
        UnknownEngine: for a name other than "duckdb" and "spark".
    """
    if name not in (DuckDBEngine.name, "spark"):
        raise UnknownEngine(f"There is no engine “{name}”. Set CAIRN_ENGINE to duckdb or spark.")


_MEMORY_SHARE: Final = 0.6
_WORD: Final = re.compile(r"\w+")


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
        """Open a fresh, locked-down database in memory, for work of several statements."""
        return _open_locked_database(self._settings.items())

    def query(
        self,
        sql: str,
        tables: Mapping[str, pa.Table | pa.RecordBatchReader],
        parameters: Sequence[object] = (),
    ) -> pa.Table:
        """Return the result of one statement; see ``SqlEngine.query``."""
        # A table registered with a cursor belongs to it alone, and is gone when it closes.
        with _find_shared_database(tuple(self._settings.items()), os.getpid()).cursor() as cursor:
            for name in tables.keys() & set(_WORD.findall(sql)):
                cursor.register(name, tables[name])
            return cursor.sql(sql, params=list(parameters)).to_arrow_table()


def _open_locked_database(settings: Iterable[tuple[str, str]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    for name, value in settings:  # in this order: the last one locks the rest
        connection.execute(f"SET {name} = '{value}'")
    return connection


@cache
def _find_shared_database(
    settings: tuple[tuple[str, str], ...], _process: int
) -> duckdb.DuckDBPyConnection:
    """Return the empty database of this process; its cursors run single statements.

    To open a database and to end its threads takes 60 ms, more than most statements.
    """
    return _open_locked_database(settings)


def _measure_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


_SPARK_SETTINGS: Final[Mapping[str, str]] = {
    "spark.app.name": "cairn",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.io.encryption.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.log.level": "ERROR",
    # A local run has as many parts to shuffle as it has cores to do it.
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
}
"""Fixed settings of the session. The machine's own settings (spark-defaults.conf) name
`spark.master`; without them the session runs on all cores of this machine.
"""


class SparkUnavailable(Exception):
    """PySpark or Java is missing. The message says what to install."""


def open_spark_session() -> Any:
    """Open the Spark session of this process; Spark keeps only one.

    Returns:
        A ``pyspark.sql.SparkSession``.

    Raises:
        SparkUnavailable: PySpark or Java is missing.
    """
    if find_spec("pyspark") is None:
        raise SparkUnavailable(
            "Spark is not installed here. Install Java 17 or later, and PySpark beside Cairn: "
            "uv sync --extra spark"
        )
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # On a cluster the workers must reach the driver: its administrator sets SPARK_LOCAL_IP.
    address = os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    memory = os.environ.get("SPARK_DRIVER_MEMORY", "4g")
    process_settings = {
        "spark.driver.host": address,
        "spark.driver.bindAddress": address,
        "spark.driver.memory": memory,
    }
    errors = import_module("pyspark.errors")
    builder = import_module("pyspark.sql").SparkSession.builder
    for name, value in {**_SPARK_SETTINGS, **process_settings}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except errors.PySparkRuntimeError as problem:
        raise SparkUnavailable(
            f"Spark did not start. It needs Java 17 or later. {problem}"
        ) from problem
