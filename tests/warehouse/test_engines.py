"""The engine counts in memory and cannot reach anything else."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from cairn.warehouse.engines import DuckDBEngine, UnknownEngine, open_sql_engine

TABLE = pa.table({"school": ["a", "a", "b"], "n": [1, 2, 3]})


def test_a_query_sees_tables_and_streams_by_name() -> None:
    sql = "SELECT school, sum(n)::BIGINT AS n FROM t WHERE n > ? GROUP BY school ORDER BY school"
    engine = open_sql_engine("duckdb")
    assert engine.query(sql, {"t": TABLE}, [1]).to_pylist() == [
        {"school": "a", "n": 2},
        {"school": "b", "n": 3},
    ]
    assert engine.query(sql, {"t": TABLE.to_reader()}, [2]).num_rows == 1


def test_the_next_query_sees_no_table_of_the_one_before() -> None:
    DuckDBEngine().query("SELECT * FROM t", {"t": TABLE})
    with pytest.raises(duckdb.CatalogException, match="t does not exist"):
        DuckDBEngine().query("SELECT * FROM t", {})


def test_queries_of_several_threads_see_their_own_tables() -> None:
    def count(n: int) -> int:
        table = pa.table({"n": list(range(n))})
        found: int = (
            DuckDBEngine().query("SELECT count(*) AS n FROM t", {"t": table})["n"][0].as_py()
        )
        return found

    sizes = list(range(100))
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(count, sizes)) == sizes


@pytest.mark.parametrize(
    "sql",
    [
        "COPY t TO '{path}'",
        "SELECT * FROM read_csv('{path}')",
        "SET temp_directory = '{path}'",
        "SET enable_external_access = true",
        "ATTACH '{path}'",
        "INSTALL httpfs",
        "SELECT * FROM TABLE",
    ],
)
def test_nothing_outside_is_reached(sql: str, tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error):
        DuckDBEngine().query(sql.format(path=tmp_path / "x"), {"t": TABLE})
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_drawn_between_what_a_command_prints() -> None:
    """Without a file to run, as in a notebook, DuckDB would draw a bar."""
    asked = """
from cairn.warehouse.engines import DuckDBEngine
setting = "SELECT current_setting('enable_progress_bar') AS drawn"
print(DuckDBEngine().query(setting, {}).to_pylist())
"""
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[{'drawn': False}]"


def test_too_much_fails_and_never_spills() -> None:
    engine = DuckDBEngine(memory="20MB", threads=1)
    with pytest.raises(duckdb.OutOfMemoryException):
        engine.query("SELECT count(*) FROM (SELECT DISTINCT hash(i) FROM range(9000000) t(i))", {})


def test_an_unknown_engine_is_named() -> None:
    with pytest.raises(UnknownEngine, match="abacus"):
        open_sql_engine("abacus")
