"""Compare the pairs of a batch on Spark: the same keys and predicates, in the SQL of Spark.

Keys are declared once, in `blocking`, and the levels of agreement once, in `comparison.levels`.
This module holds only how Spark expresses them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from importlib import import_module
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler
from rapidfuzz.process import cpdist

from cairn.matching import blocking
from cairn.matching.comparison import levels as packed
from cairn.matching.comparison.duckdb_comparer import list_compared_columns, open_duckdb_comparer
from cairn.warehouse.engines import open_spark_session

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

    def random(self, pairs: int, seed: int) -> npt.NDArray[np.int32]:
        """Compute the patterns of this many random pairs; none of fewer than two records.

        A sample is small, so it is compared in local memory.
        """
        pair_count = pairs if self.records else 0
        chosen = np.random.default_rng(seed).integers(
            0, self.records or 1, (2, pair_count), np.int32
        )
        chosen = chosen[:, chosen[0] != chosen[1]]
        sampled, positions = np.unique(chosen, return_inverse=True)
        a, b = positions.reshape(chosen.shape).astype(np.int32)
        with open_duckdb_comparer(self._prepared.take(pa.array(sampled))) as comparer:
            return comparer.patterns(a, b)[2]

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

    def patterns(
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
        pattern = packed.build_pattern_sql().replace("len(", "size(")
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
