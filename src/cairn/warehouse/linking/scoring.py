# ruff: noqa: S608 - the statements are made of the declared comparisons and keys
"""The patterns of all pairs of a batch that are worth comparing, by an engine."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.warehouse.engines.duckdb import DuckDB
from cairn.warehouse.linking import blocking
from cairn.warehouse.linking import patterns as packed
from cairn.warehouse.linking.agreement import DUCKDB_WORDS


class Candidates(Protocol):
    """What an engine must say about the records of one run, named by their places (0, 1, 2 …)."""

    records: int

    def random(self, pairs: int, seed: int) -> npt.NDArray[np.int32]:
        """Patterns of so many random pairs; none where there are no two records."""

    def candidates(self) -> tuple[npt.NDArray[np.int32], ...]:
        """Places of both records and the pattern of every pair that shares a key, once."""

    def patterns(
        self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], ...]:
        """Places and pattern of each of these pairs, in no order."""


Opened: TypeAlias = Callable[[pa.Table], AbstractContextManager[Candidates]]
"""Prepared records → the engine that has them."""


@contextmanager
def on_duckdb(prepared: pa.Table) -> "Iterator[Batch]":
    """The batch of these prepared records in this machine's memory."""
    with DuckDB().connect() as connection:
        yield Batch(connection, prepared)


class Batch:
    """The prepared records of one run in the engine, named by their places (0, 1, 2 …)."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, prepared: pa.Table) -> None:
        self._connection = connection
        connection.execute(DUCKDB_WORDS)
        numbered = prepared.append_column("id", pa.array(np.arange(len(prepared), dtype=np.int32)))
        connection.register("arriving", numbered)
        connection.execute("CREATE TABLE record AS SELECT * FROM arriving")
        connection.unregister("arriving")
        self.records = len(prepared)

    def random(self, pairs: int, seed: int) -> npt.NDArray[np.int32]:
        """Patterns of so many random pairs; none where there are no two records."""
        some = pairs if self.records else 0
        chosen = np.random.default_rng(seed).integers(0, self.records or 1, (2, some), np.int32)
        chosen = chosen[:, chosen[0] != chosen[1]]
        return self.patterns(chosen[0], chosen[1])[2]

    def candidates(self) -> tuple[npt.NDArray[np.int32], ...]:
        """Places of both records and the pattern of every pair that shares a key, once."""
        self._connection.execute(
            f"CREATE TABLE keyed AS SELECT DISTINCT id, hash(key) AS key "
            f"FROM ({blocking.sql('record', 'id')})"
        )
        self._connection.execute(
            "CREATE TABLE crowd AS SELECT key FROM keyed GROUP BY key "
            f"HAVING count(*) BETWEEN 2 AND {blocking.CEILING}"
        )
        self._connection.execute(
            "CREATE TABLE clue AS SELECT id, key FROM keyed SEMI JOIN crowd USING (key);"
            "DROP TABLE keyed; DROP TABLE crowd"
        )
        self._connection.execute(
            "CREATE TABLE pair AS SELECT DISTINCT l.id AS a, r.id AS b "
            "FROM clue l JOIN clue r ON l.key = r.key AND l.id < r.id; DROP TABLE clue"
        )
        return self._patterns("pair")

    def across(self, first: int) -> tuple[npt.NDArray[np.int32], ...]:
        """As ``candidates``, of the first so many records with the others alone."""
        self._connection.execute(
            f"CREATE TABLE clue AS SELECT DISTINCT id, hash(key) AS key "
            f"FROM ({blocking.sql('record', 'id')})"
        )
        self._connection.execute(
            "CREATE TABLE pair AS SELECT DISTINCT l.id AS a, r.id AS b FROM clue l JOIN clue r "
            "ON l.key = r.key WHERE l.id < $first AND r.id >= $first; DROP TABLE clue".replace(
                "$first", str(int(first))
            )
        )
        return self._patterns("pair")

    def patterns(
        self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], ...]:
        """Places and pattern of each of these pairs, in no order."""
        self._connection.register("pairs", pa.table({"a": a, "b": b}))
        return self._patterns("pairs")

    def _patterns(self, table: str) -> tuple[npt.NDArray[np.int32], ...]:
        found = self._connection.sql(
            f"SELECT a, b, CAST({packed.sql()} AS INT) AS pattern FROM (SELECT a, b, "
            f"{_both()} FROM {table} JOIN record l ON l.id = a JOIN record r ON r.id = b)"
        ).to_arrow_table()
        return tuple(found[name].to_numpy() for name in ("a", "b", "pattern"))


def compared() -> list[str]:
    """The columns that a comparison looks at."""
    return sorted(set(re.findall(r"(\w+)_l\b", packed.sql())))


def _both() -> str:
    """Both records' columns, as far as a comparison looks at them."""
    return ", ".join(f"l.{c} AS {c}_l, r.{c} AS {c}_r" for c in compared())
