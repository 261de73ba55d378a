"""Estimate how often strangers agree and how common names are, before any comparison.

In the terms of Fellegi and Sunter (1969) these are the u-probabilities.
"""

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.matching.comparison import (
    BIRTH_DATE_COMPARISON,
    COMPARISONS,
    GIVEN_NAME_COMPARISON,
    RARITY_GRADES,
    STATE_ID_COMPARISON,
    SURNAME_COMPARISON,
    FieldComparison,
    decode_patterns,
)
from cairn.matching.scoring.match_model import PAIR_KINDS, MatchModel
from cairn.warehouse.engines import DuckDBEngine

Probabilities: TypeAlias = npt.NDArray[np.float64]

LevelProbabilities: TypeAlias = dict[str, Probabilities]
"""Comparison to the probabilities of its levels; one row for each kind of pair, if several."""

MIN_PROBABILITY: Final = 1e-9
"""No level is impossible."""

MAX_PAIR_SHARE: Final = 0.2

PRIOR_PAIRS: Final = 400.0
"""The declared probabilities weigh as much as this many pairs."""

_MIN_NAME_RECORDS: Final = 5
"""A name that fewer records have is stored in no model."""

_MAX_HOUSEHOLD_SURNAMES: Final = 8
"""An address or phone number with this many different surnames identifies no household."""

_MIN_ID_PAIRS: Final = 20

_LOOSE_ID_SHARE: Final = 0.15
"""The share of pairs with one ID that are two children from which on IDs are loose.

Loose IDs are those of a whole family, or are reused each year.
"""

_EXACT_LEVELS: Final = (
    (GIVEN_NAME_COMPARISON, "same"), (SURNAME_COMPARISON, "same"), (BIRTH_DATE_COMPARISON,
    "same"), (BIRTH_DATE_COMPARISON, "same, but 1 January"),
    (STATE_ID_COMPARISON, "same"),
)  # fmt: skip
"""Levels with a probability that is counted exactly, from how often each value occurs."""


def build_initial_model(standard: pa.Table) -> MatchModel:
    """Count how common names are and which addresses identify no household.

    All other probabilities remain as declared.

    Args:
        standard: standardized records.
    Returns:
        A model with the declared level probabilities, to be trained.
    """
    shares: dict[str, dict[str, float]] = {"given": {}, "family": {}}
    names = DuckDBEngine().query(_NAME_SHARES_SQL, {"standard": standard}, [_MIN_NAME_RECORDS])
    for kind, name, share in zip(
        *(comparison.to_pylist() for comparison in names.columns), strict=True
    ):
        shares[kind][name] = share
    shared = DuckDBEngine().query(
        _SHARED_VALUES_SQL, {"standard": standard}, [_MAX_HOUSEHOLD_SURNAMES]
    )
    loose_sources = DuckDBEngine().query(
        _LOOSE_IDS_SQL, {"standard": standard}, [_MIN_ID_PAIRS, _LOOSE_ID_SHARE]
    )
    start = min(MAX_PAIR_SHARE, 1.0 / max(len(standard), 2))
    return MatchModel(
        same=start,
        twins=start / 30,
        siblings=start,
        levels=convert_levels_to_lists(
            {comparison.name: _spread_comparison(comparison, {}) for comparison in COMPARISONS}
        ),
        given=shares["given"],
        family=shares["family"],
        shared=frozenset(shared["value"].to_pylist()),
        loose_ids=frozenset(loose_sources["source"].to_pylist()),
        records=len(standard),
    )


def convert_levels_to_lists(levels: LevelProbabilities) -> dict[str, dict[str, list[float]]]:
    """Convert level probabilities to the lists that a `MatchModel` stores.

    Args:
        levels: arrays of shape (kinds of pairs, levels) by comparison.
    Returns:
        Comparison to kind of pair to the probability of each level.
    """
    return {
        name: {kind: row.tolist() for kind, row in zip(PAIR_KINDS, rows, strict=True)}
        for name, rows in levels.items()
    }


def spread_declared_probabilities(prepared: pa.Table) -> LevelProbabilities:
    """Spread the declared probability of a graded level over its grades as the records are.

    Args:
        prepared: records as `MatchModel.prepare` returns them.
    Returns:
        Arrays of shape (kinds of pairs, levels) by comparison.
    """
    grade_shares = {}
    for name in ("given", "family"):
        grades = prepared[f"{name}_grade"].filter(prepared[name].is_valid()).to_numpy()
        counts = np.bincount(grades, minlength=len(RARITY_GRADES) + 1) + 1.0
        grade_shares[f"{name}_grade"] = counts / counts.sum()
    return {
        comparison.name: _spread_comparison(comparison, grade_shares) for comparison in COMPARISONS
    }


def _spread_comparison(
    comparison: FieldComparison, grade_shares: dict[str, Probabilities]
) -> Probabilities:
    even = np.full(len(RARITY_GRADES) + 1, 1 / (len(RARITY_GRADES) + 1))
    columns = []
    for level in comparison.levels:
        values = np.array([getattr(level, kind) for kind in PAIR_KINDS])[:, None]
        columns.append(
            values * (grade_shares.get(level.grade, even) if level.grade else np.ones(1))
        )
    shares = np.maximum(np.concatenate(columns, axis=1), MIN_PROBABILITY)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def estimate_level_frequencies(
    prepared: pa.Table, random_patterns: npt.NDArray[np.integer]
) -> LevelProbabilities:
    """Estimate the share of each level among all pairs; nearly all are pairs of strangers.

    Counted from the values of the records where that is exact; elsewhere from random pairs, to
    which the declared probabilities are added.

    Args:
        prepared: records as `MatchModel.prepare` returns them.
        random_patterns: agreement patterns of random pairs.
    Returns:
        The frequencies of the levels of each comparison.
    """
    level_numbers = decode_patterns(random_patterns)
    start = spread_declared_probabilities(prepared)
    exact = DuckDBEngine().query(_EXACT_CHANCES_SQL, {"prepared": prepared}).to_pylist()
    chances = {(row["comparison"], row["level"], row["grade"]): row["chance"] for row in exact}
    frequencies = {}
    for index, comparison in enumerate(COMPARISONS):
        prior = PRIOR_PAIRS * start[comparison.name][PAIR_KINDS.index("strangers")]
        counts = np.bincount(level_numbers[:, index], minlength=comparison.size)[1:] + prior
        shares = counts / counts.sum()
        for number, level in comparison.number_levels():
            if (comparison, level.name) in _EXACT_LEVELS:
                for grade in range(level.width):
                    chance = chances.get((comparison.name, level.name, grade), 0.0)
                    shares[number - 1 + grade] = max(MIN_PROBABILITY, chance)
        frequencies[comparison.name] = shares / shares.sum()
    return frequencies


def estimate_name_dependence(prepared: pa.Table, levels: LevelProbabilities) -> float:
    """Estimate how many times as many strangers share both names as independence would predict.

    Jose often occurs with Garcia. Counted on records of children born years apart, who cannot be
    one child.

    Args:
        prepared: records as `MatchModel.prepare` returns them.
        levels: frequencies of levels among random pairs.
    Returns:
        The factor, at least 1.
    """
    expected = 1.0
    for comparison in (GIVEN_NAME_COMPARISON, SURNAME_COMPARISON):
        number, level = comparison.number_levels()[0]
        expected *= levels[comparison.name][number - 1 :][: level.width].sum()
    row = DuckDBEngine().query(_NAMESAKES_SQL, {"prepared": prepared}).to_pylist()[0]
    if not row["found"]:
        return 1.0
    return max(1.0, float((row["found"] + 1) / (row["possible"] * expected + 1)))


_NAMESAKES_SQL: Final = """
WITH born AS (
  SELECT given, family, birth_year AS year, count(*) AS n FROM prepared
  WHERE given IS NOT NULL AND family IS NOT NULL AND year IS NOT NULL GROUP BY ALL
), near AS (
  SELECT given, family, n * sum(n) OVER (
    PARTITION BY given, family ORDER BY year RANGE BETWEEN 2 PRECEDING AND 2 FOLLOWING) AS pairs
  FROM born
), years AS (SELECT year, sum(n) AS n FROM born GROUP BY year)
SELECT
  CAST((SELECT sum(n * n) FROM (SELECT sum(n) AS n FROM born GROUP BY given, family))
    - (SELECT sum(pairs) FROM near) AS DOUBLE) AS found,
  CAST((SELECT sum(a.n * b.n) FROM years a, years b WHERE abs(a.year - b.year) > 2) AS DOUBLE)
    AS possible
"""

_NAME_SHARES_SQL: Final = """
WITH names AS (
  SELECT 'given' AS kind, given AS name FROM standard WHERE given IS NOT NULL
  UNION ALL SELECT 'family', family FROM standard WHERE family IS NOT NULL
  UNION ALL SELECT 'family', unnest(family_words) FROM standard WHERE len(family_words) > 1
)
SELECT kind, name, count(*) / sum(count(*)) OVER (PARTITION BY kind) AS share
FROM names GROUP BY kind, name QUALIFY count(*) >= ? ORDER BY kind, name
"""

_SHARED_VALUES_SQL: Final = """
SELECT value FROM (SELECT unnest(household) AS value, family FROM standard)
GROUP BY value HAVING count(DISTINCT family) >= ? ORDER BY value
"""

_LOOSE_IDS_SQL: Final = """
WITH born AS (SELECT source, local_id, initial, birth_date, count(*) AS n FROM standard
  WHERE local_id IS NOT NULL AND initial IS NOT NULL AND birth_date IS NOT NULL GROUP BY ALL)
SELECT a.source FROM born a JOIN born b USING (source, local_id) GROUP BY a.source
HAVING sum(a.n * b.n) - sum(a.n) FILTER (a.initial = b.initial AND a.birth_date = b.birth_date)
    > 2 * ?
  AND sum(a.n * b.n) FILTER (a.initial != b.initial AND abs(a.birth_date - b.birth_date) > 31)
    > ? * (sum(a.n * b.n)
      - sum(a.n) FILTER (a.initial = b.initial AND a.birth_date = b.birth_date))
ORDER BY a.source
"""

_EXACT_CHANCES_SQL: Final = """
WITH shares AS (
  SELECT 'given name' AS comparison, 'same' AS level, given_grade AS grade,
    given AS said, count(*) AS n FROM prepared WHERE given IS NOT NULL GROUP BY ALL
  UNION ALL SELECT 'surname', 'same', family_grade, family, count(*)
    FROM prepared WHERE family IS NOT NULL GROUP BY ALL
  UNION ALL SELECT 'birth date', CASE WHEN new_year THEN 'same, but 1 January' ELSE 'same' END,
    0, birth_text, count(*) FROM prepared WHERE birth_date IS NOT NULL GROUP BY ALL
  UNION ALL SELECT 'state id', 'same', 0, state_id, count(*)
    FROM prepared WHERE state_id IS NOT NULL GROUP BY ALL
), all_of AS (SELECT comparison, sum(n) AS of FROM shares GROUP BY comparison)
SELECT comparison, level, grade, sum((n / of) * (n / of)) AS chance
FROM shares JOIN all_of USING (comparison) GROUP BY ALL ORDER BY ALL
"""
"""A record is also paired with itself and with others of its person; the effect is small."""
