"""Compute the agreement patterns of all pairs of a batch worth comparing, in DuckDB or on Spark.

Keys are declared once, in `blocking`, and the levels of agreement in `field_comparisons`.
This module holds only how DuckDB and Spark express them, and chooses the engine by its name.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import reduce
from importlib import import_module
from typing import Any, Final, Protocol, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler
from rapidfuzz.process import cpdist

from cairn.matching import blocking
from cairn.matching.comparison import field_comparisons
from cairn.matching.comparison.predicates import DUCKDB_MACROS
from cairn.warehouse.engines import DuckDBEngine, UnknownEngine, open_spark_session

__all__ = ["ComparerFactory", "get_comparer_factory", "open_duckdb_comparer"]

# ruff: noqa: S608 - the statements are made of the declared comparisons and keys


class PairComparer(Protocol):
    """Compares the records of one run, identified by position (0, 1, ...), on some engine."""

    records: int

    def compare_drawn_pairs(
        self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]
    ) -> npt.NDArray[np.int32]:
        """Compute the patterns of drawn pairs, some of them drawn several times, in no order."""

    def compare_candidates(self) -> tuple[npt.NDArray[np.int32], ...]:
        """Return the positions and the pattern of every pair that shares a key, each once."""

    def compare_pairs(
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

    def compare_drawn_pairs(
        self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]
    ) -> npt.NDArray[np.int32]:
        """Compute the patterns of drawn pairs, some of them drawn several times, in no order."""
        # Of few records, the same pair is drawn many times; it is compared once.
        distinct, counts = np.unique(_number_pairs(a, b, self.records), return_counts=True)
        a, b = np.divmod(distinct, self.records or 1)
        a, b, patterns = self.compare_pairs(a.astype(np.int32), b.astype(np.int32))
        repeated = counts[np.searchsorted(distinct, _number_pairs(a, b, self.records))]
        return np.repeat(patterns, repeated)

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

    def compare_pairs(
        self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], ...]:
        """Return the positions and the pattern of each of these pairs, in no order."""
        self._connection.register("pairs", pa.table({"a": a, "b": b}))
        return self._compute_patterns("pairs")

    def _compute_patterns(self, table: str) -> tuple[npt.NDArray[np.int32], ...]:
        patterns_table = self._connection.sql(
            f"SELECT a, b, CAST({field_comparisons.build_pattern_sql()} AS INT) AS pattern "
            f"FROM (SELECT a, b, {_build_pair_columns()} FROM {table} "
            "JOIN record l ON l.id = a JOIN record r ON r.id = b)"
        ).to_arrow_table()
        return tuple(patterns_table[name].to_numpy() for name in ("a", "b", "pattern"))


def _number_pairs(
    a: npt.NDArray[np.int32], b: npt.NDArray[np.int32], records: int
) -> npt.NDArray[np.int64]:
    return a.astype(np.int64) * records + b


def list_compared_columns() -> list[str]:
    """List the columns that a comparison reads.

    Returns:
        The names of the columns of prepared records, sorted.
    """
    return sorted(set(re.findall(r"(\w+)_l\b", field_comparisons.build_pattern_sql())))


def _build_pair_columns() -> str:
    """Build the columns of both records that a comparison reads."""
    return ", ".join(
        f"l.{column_name} AS {column_name}_l, r.{column_name} AS {column_name}_r"
        for column_name in list_compared_columns()
    )


_LIST_TYPE: Final = "ARRAY<STRING>"

_SQL_FUNCTIONS: Final = (
    "begins(a STRING, b STRING) RETURNS BOOLEAN RETURN startswith(a, b)",
    "ends(a STRING, b STRING) RETURNS BOOLEAN RETURN endswith(a, b)",
    f"overlap(a {_LIST_TYPE}, b {_LIST_TYPE}) RETURNS BOOLEAN RETURN arrays_overlap(a, b)",
    f"in_common(a {_LIST_TYPE}, b {_LIST_TYPE}) RETURNS INT RETURN size(array_intersect(a, b))",
)


class SparkComparer:
    """The prepared records of one run on a Spark session; works as `DuckDBComparer` does."""

    def __init__(self, spark: Any, prepared: pa.Table) -> None:
        self._spark = spark
        self._prepared = prepared
        self.records = len(prepared)
        numbered = prepared.append_column("id", pa.array(np.arange(len(prepared), dtype=np.int32)))
        self._persisted: list[Any] = []
        self._record = self._persist_frame(spark.createDataFrame(numbered))
        for word in _SQL_FUNCTIONS:
            spark.sql(f"CREATE OR REPLACE TEMPORARY FUNCTION {word}")
        functions = import_module("pyspark.sql.functions")
        spark.udf.register("alike", functions.arrow_udf(compute_jaro_winkler, "double"))
        spark.udf.register("edits", functions.arrow_udf(count_edits, "int"))
        self._of = functions

    def compare_drawn_pairs(
        self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]
    ) -> npt.NDArray[np.int32]:
        """Compute the patterns of drawn pairs; a sample is small, so in local memory."""
        sampled, positions = np.unique([a, b], return_inverse=True)
        a, b = positions.reshape(2, -1).astype(np.int32)
        with open_duckdb_comparer(self._prepared.take(pa.array(sampled))) as comparer:
            return comparer.compare_drawn_pairs(a, b)

    def compare_candidates(self) -> tuple[npt.NDArray[np.int32], ...]:
        """Return the positions and the pattern of every pair that shares a key, each once."""
        keyed = self._persist_frame(self._hash_blocking_keys())
        crowd = keyed.groupBy("key").count()
        crowd = crowd.where(crowd["count"].between(2, blocking.MAX_BLOCK_SIZE)).select("key")
        clue = self._persist_frame(keyed.join(crowd, "key", "left_semi"))
        left = clue.select("key", clue["id"].alias("a"))
        right = clue.select("key", clue["id"].alias("b"))
        pair = left.join(right, "key").where("a < b").select("a", "b").distinct()
        return self._compute_patterns(self._persist_frame(pair))

    def compare_pairs(
        self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], ...]:
        """Return the positions and the pattern of each of these pairs, in no order."""
        return self._compute_patterns(self._spark.createDataFrame(pa.table({"a": a, "b": b})))

    def close(self) -> None:
        """Release the records and everything computed from them."""
        for frame in self._persisted:
            frame.unpersist()

    def _persist_frame(self, frame: Any) -> Any:
        """Compute a frame now and keep it: Spark would repeat the whole plan at each use."""
        frame = frame.persist()
        frame.count()
        self._persisted.append(frame)
        return frame

    def _hash_blocking_keys(self) -> Any:
        """Return the ID and the hashed key of every record that has all the values of a key."""
        self._record.createOrReplaceTempView("record")
        # Spark calls unnest "explode", and does not accept a column alias in WHERE.
        parts = [
            self._spark.sql(
                key.sql("record", "id")
                .replace("unnest(", "explode(")
                .removesuffix(" WHERE key IS NOT NULL")
            )
            for key in blocking.BLOCKING_RULES
        ]
        texts = reduce(lambda a, b: a.unionByName(b), parts).dropna()
        return texts.select("id", self._of.xxhash64("key").alias("key")).distinct()

    def _compute_patterns(self, pairs: Any) -> tuple[npt.NDArray[np.int32], ...]:
        sides = [
            self._record.selectExpr(
                f"id AS {end}", *(f"{c} AS {c}_{side}" for c in list_compared_columns())
            )
            for end, side in (("a", "l"), ("b", "r"))
        ]
        joined_pairs = pairs.join(sides[0], "a").join(sides[1], "b")
        # Spark calls the length of a list "size"; every `len` in the expression is of a list.
        pattern = field_comparisons.build_pattern_sql().replace("len(", "size(")
        patterns_table = joined_pairs.selectExpr(
            "a", "b", f"CAST({pattern} AS INT) AS pattern"
        ).toArrow()
        return tuple(patterns_table[name].to_numpy() for name in ("a", "b", "pattern"))


def compute_jaro_winkler(left: pa.Array, right: pa.Array) -> pa.Array:
    """Compute the Jaro-Winkler similarity of two columns, row by row.

    Args:
        left: texts.
        right: texts.
    Returns:
        Similarities from 0 to 1; null where either text is null.
    """
    return _score_text_pairs(left, right, JaroWinkler.similarity, pa.float64())


def count_edits(left: pa.Array, right: pa.Array) -> pa.Array:
    """Count letters that are wrong, missing, extra or swapped, row by row.

    Spark's own function counts a swap twice.

    Args:
        left: texts.
        right: texts.
    Returns:
        Damerau-Levenshtein distances; null where either text is null.
    """
    return _score_text_pairs(left, right, DamerauLevenshtein.distance, pa.int32())


def _score_text_pairs(
    left: pa.Array, right: pa.Array, score: Callable[..., float], data_type: pa.DataType
) -> pa.Array:
    both_known = np.logical_and(
        *(text_column.is_valid().to_numpy(zero_copy_only=False) for text_column in (left, right))
    )
    texts = (text_column.fill_null("").to_pylist() for text_column in (left, right))
    scores = cpdist(*texts, scorer=score, dtype=data_type.to_pandas_dtype())
    return pa.array(scores, data_type, mask=~both_known)


@contextmanager
def open_spark_comparer(prepared: pa.Table) -> Iterator[SparkComparer]:
    """Open a comparer of prepared records on the Spark session of this process.

    Args:
        prepared: records as `MatchModel.prepare` returns them.
    Yields:
        The comparer; it closes with the context.
    """
    batch = SparkComparer(open_spark_session(), prepared)
    try:
        yield batch
    finally:
        batch.close()


COMPARER_FACTORIES: Final[Mapping[str, ComparerFactory]] = {
    "duckdb": open_duckdb_comparer,
    "spark": open_spark_comparer,
}


def get_comparer_factory(name: str) -> ComparerFactory:
    """Return the engine with the name that `CAIRN_ENGINE` or `--engine` gives.

    Args:
        name: "duckdb" or "spark".
    Returns:
        The function that opens a comparer on this engine.
    Raises:
        UnknownEngine: no engine has this name.
    """
    if name not in COMPARER_FACTORIES:
        raise UnknownEngine(
            f"There is no engine “{name}”. There are: {', '.join(COMPARER_FACTORIES)}."
        )
    return COMPARER_FACTORIES[name]
