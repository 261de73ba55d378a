"""The door every engine has: tables in, a query, a table out. Engines never see the file system."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import pyarrow as pa

from cairn.warehouse.engines.duckdb import DuckDB

Tabular: TypeAlias = pa.Table | pa.RecordBatchReader


class Engine(Protocol):
    """Runs SQL over Arrow tables in memory. Counting is an engine's work; protecting never is."""

    name: str

    def query(
        self, sql: str, tables: Mapping[str, Tabular], parameters: Sequence[object] = ()
    ) -> pa.Table:
        """The result of one statement. ``tables`` are visible under their names; ``?`` in the
        statement stands for a parameter: a value never goes into the text of a query."""


class UnknownEngine(Exception):
    """The setting names an engine that this installation does not have."""


def open_engine(name: str = "duckdb") -> Engine:
    """The engine that counts, by the name that ``CAIRN_ENGINE`` gives.

    Under ``spark`` DuckDB counts all the same: Spark is there to compare millions of records
    (`linking.engines`), and what is counted afterwards fits one machine.
    """
    if name not in (DuckDB.name, "spark"):
        raise UnknownEngine(f"There is no engine “{name}”. Set CAIRN_ENGINE to duckdb or spark.")
    return DuckDB()
