"""Spark finds the same pairs, weighs them alike, and makes the same people as DuckDB."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.matching.rosters.roster_rows import children
from tests.spark_sessions import needs_spark

from cairn.matching.clustering.agglomeration import WeightedPairs
from cairn.matching.comparison.pair_comparers import (
    compute_jaro_winkler,
    count_edits,
    get_comparer_factory,
)
from cairn.matching.pipeline import resolve_people
from cairn.matching.scoring.pair_scoring import ScoredPairs, score_pairs
from cairn.matching.standardize.record_table import standardize_records
from cairn.warehouse import engines
from cairn.warehouse.engines import DuckDBEngine, UnknownEngine, open_sql_engine

# Spark's Python package leaves sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore")

# In the standard form, as names come: small letters without accents, and never empty.
WORDS = ("martha", "marhta", "dwayne", "duane", "dixon", "dicksonx", "a", "ana", "anna", "nandu")


def _records() -> pa.Table:
    """The same invented children in three sources, with mistakes."""
    rows = []
    for source in ("district", "clinic", "camp"):
        for i, child in enumerate(children(150)):
            row = {"record_key": f"{source}{i}", "source": source, "gender": child["sex"], **child}
            if source == "clinic" and i % 3 == 0:
                row["given_name"] = row["given_name"][:-1]
            if source == "camp" and i % 4 == 0:
                row["given_name"], row["family_name"] = row["family_name"], row["given_name"]
            if source == "camp" and i % 5 == 0:
                row |= {"birth_date": "", "street": "", "middle_name": "Luz"}
            rows.append(row)
    table = pa.Table.from_pylist(rows)
    at = table.column_names.index("birth_date")
    dates = pc.if_else(pc.equal(table[at], ""), None, table[at])
    return table.set_column(at, "birth_date", dates.cast(pa.date32()))


def _sorted(pairs: WeightedPairs) -> WeightedPairs:
    order = np.lexsort((pairs.right, pairs.left))
    return WeightedPairs(*(column[order] for column in pairs))


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[pa.Table, ScoredPairs, ScoredPairs]]:
    """The records, and what DuckDB and Spark found."""
    standard = standardize_records(_records())
    yield (
        standard,
        score_pairs(standard),
        score_pairs(standard, open_comparer=get_comparer_factory("spark")),
    )
    engines.open_spark_session().stop()


@needs_spark
def test_the_same_pairs_weigh_the_same(both: tuple[pa.Table, ScoredPairs, ScoredPairs]) -> None:
    _, *found = both
    duckdb, on_spark = (_sorted(one.pairs) for one in found)
    assert len(duckdb.left) > 300
    assert (duckdb.left == on_spark.left).all()
    assert (duckdb.right == on_spark.right).all()
    assert np.allclose(duckdb.weight, on_spark.weight)


@needs_spark
def test_the_same_people(both: tuple[pa.Table, ScoredPairs, ScoredPairs]) -> None:
    standard, duckdb, on_spark = both
    found, _ = resolve_people(standard, duckdb)
    assert (found == resolve_people(standard, on_spark)[0]).all()
    assert len(np.unique(found)) < len(standard) / 2


@needs_spark
def test_nobody_else_reaches_the_driver(both: tuple[pa.Table, ScoredPairs, ScoredPairs]) -> None:
    settings = dict(engines.open_spark_session().sparkContext.getConf().getAll())
    assert settings["spark.driver.bindAddress"] == settings["spark.driver.host"] == "127.0.0.1"
    assert settings["spark.io.encryption.enabled"] == "true"
    assert settings["spark.ui.enabled"] == "false"


def test_alike_means_the_same_on_both() -> None:
    left, right = (pa.array(w) for w in zip(*((a, b) for a in WORDS for b in WORDS), strict=True))
    table = pa.table({"a": left, "b": right})
    said = DuckDBEngine().query("SELECT jaro_winkler_similarity(a, b) AS s FROM t", {"t": table})
    assert np.allclose(compute_jaro_winkler(left, right).to_numpy(), said["s"].to_numpy())
    assert (
        compute_jaro_winkler(pa.array(["a", None]), pa.array([None, "b"], pa.string())).null_count
        == 2
    )


def test_an_engine_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownEngine, match="duckdb, spark"):
        get_comparer_factory("abacus")
    assert open_sql_engine("spark").name == "duckdb"
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    with pytest.raises(engines.SparkUnavailable, match="uv sync --extra spark"):
        engines.open_spark_session()


def test_an_exchange_of_two_letters_is_one_slip() -> None:
    left, right = pa.array(["martha", "2011", None]), pa.array(["marhta", "2021", "a"])
    assert count_edits(left, right).to_pylist() == [1, 1, None]
