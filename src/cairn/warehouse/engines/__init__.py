"""Run SQL in memory (DuckDB) and record linkage on many machines (Spark)."""

from cairn.warehouse.engines.spark import open_spark_session
from cairn.warehouse.engines.sql_engine import (
    DuckDBEngine,
    SqlEngine,
    UnknownEngine,
    open_sql_engine,
)

__all__ = [
    "DuckDBEngine",
    "SqlEngine",
    "UnknownEngine",
    "open_spark_session",
    "open_sql_engine",
]
