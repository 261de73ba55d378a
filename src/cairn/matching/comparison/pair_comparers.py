# ruff: noqa: S608 - the statements are made of the declared comparisons and keys
"""Compute the agreement patterns of all pairs of a batch worth comparing, in DuckDB."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.matching import blocking
from cairn.matching.comparison import levels as packed
from cairn.matching.comparison.predicates import DUCKDB_MACROS
from cairn.warehouse.engines import DuckDBEngine

__all__ = ["ComparerFactory", "open_duckdb_comparer"]


class PairComparer(Protocol):
    """Compares the records of one run, identified by position (0, 1, ...), on some engine."""

    records: int

    def random(self, pairs: int, seed: int) -> npt.NDArray[np.int32]:
        """Compute the patterns of this many random pairs; none of fewer than two records."""

    def compare_candidates(self) -> tuple[npt.NDArray[np.int32], ...]:
        """Return the positions and the pattern of every pair that shares a key, each once."""

    def patterns(
        self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], ...]:
        """Return the positions and the pattern of each of these pairs, in no order."""


ComparerFactory: TypeAlias = Callable[[pa.Table], AbstractContextManager[PairComparer]]
"""Opens a comparer for a table of prepared records."""


@contextmanager
def open_duckdb_comparer(prepared: pa.Table) -> "Iterator[DuckDBComparer]":
    """Open a comparer of prepared records in the memory of this machine.

    Args:
        prepared: records as `MatchModel.prepare` returns them.
    Yields:
        The comparer; it closes with the context.
    """
    with DuckDBEngine().connect() as connection:
        yield DuckDBComparer(connection, prepared)


class DuckDBComparer:
    """The prepared records of one run in DuckDB, identified by their positions (0, 1, 2, ...)."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, prepared: pa.Table) -> None:
        self._connection = connection
        connection.execute(DUCKDB_MACROS)
        numbered = prepared.append_column("id", pa.array(np.arange(len(prepared), dtype=np.int32)))
        connection.register("arriving", numbered)
        connection.execute("CREATE TABLE record AS SELECT * FROM arriving")
        connection.unregister("arriving")
        self.records = len(prepared)

    def random(self, pairs: int, seed: int) -> npt.NDArray[np.int32]:
        """Compute the patterns of this many random pairs; none of fewer than two records."""
        pair_count = pairs if self.records else 0
        chosen = np.random.default_rng(seed).integers(
            0, self.records or 1, (2, pair_count), np.int32
        )
        chosen = chosen[:, chosen[0] != chosen[1]]
        return self.patterns(chosen[0], chosen[1])[2]

    def compare_candidates(self) -> tuple[npt.NDArray[np.int32], ...]:
        """Return the positions and the pattern of every pair that shares a key, each once."""
        self._connection.execute(
            f"CREATE TABLE keyed AS SELECT DISTINCT id, hash(key) AS key "
            f"FROM ({blocking.build_blocking_sql('record', 'id')})"
        )
        self._connection.execute(
            "CREATE TABLE crowd AS SELECT key FROM keyed GROUP BY key "
            f"HAVING count(*) BETWEEN 2 AND {blocking.MAX_BLOCK_SIZE}"
        )
        self._connection.execute(
            "CREATE TABLE clue AS SELECT id, key FROM keyed SEMI JOIN crowd USING (key);"
            "DROP TABLE keyed; DROP TABLE crowd"
        )
        self._connection.execute(
            "CREATE TABLE pair AS SELECT DISTINCT l.id AS a, r.id AS b "
            "FROM clue l JOIN clue r ON l.key = r.key AND l.id < r.id; DROP TABLE clue"
        )
        return self._compute_patterns("pair")

    def compare_across(self, first_count: int) -> tuple[npt.NDArray[np.int32], ...]:
        """Compare the first records, this many, with all others, but not among themselves."""
        self._connection.execute(
            f"CREATE TABLE clue AS SELECT DISTINCT id, hash(key) AS key "
            f"FROM ({blocking.build_blocking_sql('record', 'id')})"
        )
        self._connection.execute(
            "CREATE TABLE pair AS SELECT DISTINCT l.id AS a, r.id AS b FROM clue l JOIN clue r "
            "ON l.key = r.key WHERE l.id < $first AND r.id >= $first; DROP TABLE clue".replace(
                "$first", str(int(first_count))
            )
        )
        return self._compute_patterns("pair")

    def patterns(
        self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], ...]:
        """Return the positions and the pattern of each of these pairs, in no order."""
        self._connection.register("pairs", pa.table({"a": a, "b": b}))
        return self._compute_patterns("pairs")

    def _compute_patterns(self, table: str) -> tuple[npt.NDArray[np.int32], ...]:
        patterns_table = self._connection.sql(
            f"SELECT a, b, CAST({packed.build_pattern_sql()} AS INT) AS pattern FROM (SELECT a, b, "
            f"{_build_pair_columns()} FROM {table} JOIN record l ON l.id = a JOIN record r ON "
            f"r.id = b)"
        ).to_arrow_table()
        return tuple(patterns_table[name].to_numpy() for name in ("a", "b", "pattern"))


def list_compared_columns() -> list[str]:
    """List the columns that a comparison reads.

    Returns:
        The names of the columns of prepared records, sorted.
    """
    return sorted(set(re.findall(r"(\w+)_l\b", packed.build_pattern_sql())))


def _build_pair_columns() -> str:
    """Build the columns of both records that a comparison reads."""
    return ", ".join(
        f"l.{column_name} AS {column_name}_l, r.{column_name} AS {column_name}_r"
        for column_name in list_compared_columns()
    )
