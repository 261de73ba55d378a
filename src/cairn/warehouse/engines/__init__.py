"""Run SQL in memory (DuckDB) and record linkage on many machines (Spark)."""

from cairn.warehouse.engines.spark import *
from cairn.warehouse.engines.sql_engine import *
