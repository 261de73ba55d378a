"""The pairs of a batch on Spark: the same keys, the same questions, Spark's words.

Which keys there are, and what the levels of agreement ask, is declared once, in ``blocking`` and
``comparisons``; here stands only how Spark says it.
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

from cairn.warehouse.engines.spark import session
from cairn.warehouse.linking import blocking
from cairn.warehouse.linking import patterns as packed
from cairn.warehouse.linking.scoring import compared, on_duckdb

_LISTS: Final = "ARRAY<STRING>"
_WORDS: Final = (
    "begins(a STRING, b STRING) RETURNS BOOLEAN RETURN startswith(a, b)",
    "ends(a STRING, b STRING) RETURNS BOOLEAN RETURN endswith(a, b)",
    f"overlap(a {_LISTS}, b {_LISTS}) RETURNS BOOLEAN RETURN arrays_overlap(a, b)",
    f"in_common(a {_LISTS}, b {_LISTS}) RETURNS INT RETURN size(array_intersect(a, b))",
)


class SparkBatch:
    """As ``scoring.Batch``, on a Spark session."""

    def __init__(self, spark: Any, prepared: pa.Table) -> None:
        self._spark = spark
        self._prepared = prepared
        self.records = len(prepared)
        numbered = prepared.append_column("id", pa.array(np.arange(len(prepared), dtype=np.int32)))
        self._held: list[Any] = []
        self._record = self._kept(spark.createDataFrame(numbered))
        for word in _WORDS:
            spark.sql(f"CREATE OR REPLACE TEMPORARY FUNCTION {word}")
        functions = import_module("pyspark.sql.functions")
        spark.udf.register("alike", functions.arrow_udf(alike, "double"))
        spark.udf.register("edits", functions.arrow_udf(edits, "int"))
        self._of = functions

    def random(self, pairs: int, seed: int) -> npt.NDArray[np.int32]:
        """Patterns of so many random pairs; none where there are no two records.

        A sample is small: it is compared here, where the records come from.
        """
        some = pairs if self.records else 0
        chosen = np.random.default_rng(seed).integers(0, self.records or 1, (2, some), np.int32)
        chosen = chosen[:, chosen[0] != chosen[1]]
        drawn, places = np.unique(chosen, return_inverse=True)
        a, b = places.reshape(chosen.shape).astype(np.int32)
        with on_duckdb(self._prepared.take(pa.array(drawn))) as here:
            return here.patterns(a, b)[2]

    def candidates(self) -> tuple[npt.NDArray[np.int32], ...]:
        """Places of both records and the pattern of every pair that shares a key, once."""
        keyed = self._kept(self._keyed())
        crowd = keyed.groupBy("key").count()
        crowd = crowd.where(crowd["count"].between(2, blocking.CEILING)).select("key")
        clue = self._kept(keyed.join(crowd, "key", "left_semi"))
        left = clue.select("key", clue["id"].alias("a"))
        right = clue.select("key", clue["id"].alias("b"))
        pair = left.join(right, "key").where("a < b").select("a", "b").distinct()
        return self._patterns(self._kept(pair))

    def patterns(
        self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], ...]:
        """Places and pattern of each of these pairs, in no order."""
        return self._patterns(self._spark.createDataFrame(pa.table({"a": a, "b": b})))

    def close(self) -> None:
        """Let go of the records and of what was made of them."""
        for frame in self._held:
            frame.unpersist()

    def _kept(self, frame: Any) -> Any:
        """The frame, computed now and kept: Spark would plan the whole way anew at each use."""
        frame = frame.persist()
        frame.count()
        self._held.append(frame)
        return frame

    def _keyed(self) -> Any:
        """The id and the hashed key of every record that has all the values of a key."""
        self._record.createOrReplaceTempView("record")
        # Spark takes a list apart by another word, and knows no new name in WHERE.
        parts = [
            self._spark.sql(
                key.sql("record", "id")
                .replace("unnest(", "explode(")
                .removesuffix(" WHERE key IS NOT NULL")
            )
            for key in blocking.KEYS
        ]
        texts = reduce(lambda a, b: a.unionByName(b), parts).dropna()
        return texts.select("id", self._of.xxhash64("key").alias("key")).distinct()

    def _patterns(self, pairs: Any) -> tuple[npt.NDArray[np.int32], ...]:
        sides = [
            self._record.selectExpr(f"id AS {end}", *(f"{c} AS {c}_{side}" for c in compared()))
            for end, side in (("a", "l"), ("b", "r"))
        ]
        both = pairs.join(sides[0], "a").join(sides[1], "b")
        # A list's length is called otherwise; every length that is asked for is a list's.
        pattern = packed.sql().replace("len(", "size(")
        found = both.selectExpr("a", "b", f"CAST({pattern} AS INT) AS pattern").toArrow()
        return tuple(found[name].to_numpy() for name in ("a", "b", "pattern"))


def alike(left: pa.Array, right: pa.Array) -> pa.Array:
    """Jaro-Winkler similarity of two columns; null where either is."""
    return _each(left, right, JaroWinkler.similarity, pa.float64())


def edits(left: pa.Array, right: pa.Array) -> pa.Array:
    """Letters wrong, left out, too many or exchanged, where Spark's own word counts an exchange
    twice; null where either is."""
    return _each(left, right, DamerauLevenshtein.distance, pa.int32())


def _each(
    left: pa.Array, right: pa.Array, score: Callable[..., float], kind: pa.DataType
) -> pa.Array:
    known = np.logical_and(*(c.is_valid().to_numpy(zero_copy_only=False) for c in (left, right)))
    texts = (c.fill_null("").to_pylist() for c in (left, right))
    found = cpdist(*texts, scorer=score, dtype=kind.to_pandas_dtype())
    return pa.array(found, kind, mask=~known)


@contextmanager
def on_spark(prepared: pa.Table) -> Iterator[SparkBatch]:
    """The batch of these prepared records on this process's Spark session."""
    batch = SparkBatch(session(), prepared)
    try:
        yield batch
    finally:
        batch.close()
