"""Counted before any two records are compared: how common names are, what strangers share."""

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.warehouse.engines.duckdb import DuckDB
from cairn.warehouse.linking import patterns as packed
from cairn.warehouse.linking.comparisons import (
    BIRTH,
    COMPARISONS,
    FAMILY,
    GIVEN,
    GRADES,
    STATE_ID,
    Comparison,
)
from cairn.warehouse.linking.model import KINDS, Model

Shares: TypeAlias = npt.NDArray[np.float64]
Levels: TypeAlias = dict[str, Shares]
"""Comparison → its levels' shares; one row for each of ``KINDS`` where there are several."""

LEAST: Final = 1e-9
"""Nothing is impossible."""
LIKELIEST: Final = 0.2
PRIOR_PAIRS: Final = 400.0
"""The declared values weigh as so many pairs."""
_FEW_BEARERS: Final = 5
"""A name that fewer records bear is kept in no model."""
_FAMILIES: Final = 8
"""Records of so many different surnames at one address or phone are no household."""
_FEW_PAIRS: Final = 20
_LOOSE: Final = 0.15
"""Of so many pairs of records with one id of one source such a share are two children: a family's
number, or one that is given out anew each year."""
_COUNTED: Final = (
    (GIVEN, "same"), (FAMILY, "same"), (BIRTH, "same"), (BIRTH, "same, but 1 January"),
    (STATE_ID, "same"),
)  # fmt: skip
"""Levels whose chance is counted exactly, from how often each value comes."""


def counted(standard: pa.Table) -> Model:
    """How common names are and which addresses are no household's; all else as declared."""
    shares: dict[str, dict[str, float]] = {"given": {}, "family": {}}
    names = DuckDB().query(_SHARES, {"standard": standard}, [_FEW_BEARERS])
    for kind, name, share in zip(*(c.to_pylist() for c in names.columns), strict=True):
        shares[kind][name] = share
    shared = DuckDB().query(_SHARED, {"standard": standard}, [_FAMILIES])
    loose = DuckDB().query(_LOOSE_IDS, {"standard": standard}, [_FEW_PAIRS, _LOOSE])
    start = min(LIKELIEST, 1.0 / max(len(standard), 2))
    return Model(
        same=start,
        twins=start / 30,
        siblings=start,
        levels=as_lists({c.name: _declared(c, {}) for c in COMPARISONS}),
        given=shares["given"],
        family=shares["family"],
        shared=frozenset(shared["value"].to_pylist()),
        loose_ids=frozenset(loose["source"].to_pylist()),
        records=len(standard),
    )


def as_lists(levels: Levels) -> dict[str, dict[str, list[float]]]:
    """Levels as a ``Model`` keeps them."""
    return {
        name: {kind: row.tolist() for kind, row in zip(KINDS, rows, strict=True)}
        for name, rows in levels.items()
    }


def declared(prepared: pa.Table) -> Levels:
    """The declared values; a level with grades is spread over them as the records are."""
    bearers = {}
    for name in ("given", "family"):
        grades = prepared[f"{name}_grade"].filter(prepared[name].is_valid()).to_numpy()
        counts = np.bincount(grades, minlength=len(GRADES) + 1) + 1.0
        bearers[f"{name}_grade"] = counts / counts.sum()
    return {c.name: _declared(c, bearers) for c in COMPARISONS}


def _declared(comparison: Comparison, bearers: dict[str, Shares]) -> Shares:
    even = np.full(len(GRADES) + 1, 1 / (len(GRADES) + 1))
    columns = []
    for level in comparison.levels:
        values = np.array([getattr(level, kind) for kind in KINDS])[:, None]
        columns.append(values * (bearers.get(level.grade, even) if level.grade else np.ones(1)))
    shares = np.maximum(np.concatenate(columns, axis=1), LEAST)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def of_random_pairs(prepared: pa.Table, random: npt.NDArray[np.integer]) -> Levels:
    """The share of each level among all pairs, few of which are not strangers.

    Counted from the values of the ``prepared`` records where that is exact; elsewhere on the
    patterns of ``random`` pairs, to which the declared values are added.
    """
    seen = packed.numbers(random)
    start = declared(prepared)
    exact = DuckDB().query(_CHANCE, {"prepared": prepared}).to_pylist()
    chances = {(row["comparison"], row["level"], row["grade"]): row["chance"] for row in exact}
    found = {}
    for place, comparison in enumerate(COMPARISONS):
        prior = PRIOR_PAIRS * start[comparison.name][KINDS.index("strangers")]
        counts = np.bincount(seen[:, place], minlength=comparison.size)[1:] + prior
        shares = counts / counts.sum()
        for number, level in comparison.numbered():
            if (comparison, level.name) in _COUNTED:
                for grade in range(level.width):
                    chance = chances.get((comparison.name, level.name, grade), 0.0)
                    shares[number - 1 + grade] = max(LEAST, chance)
        found[comparison.name] = shares / shares.sum()
    return found


def namesakes(prepared: pa.Table, levels: Levels) -> float:
    """How many times as many strangers bear one name *and* surname as independence would have it:
    Jose goes with Garcia. Counted on records born years apart, who are no one child."""
    expected = 1.0
    for comparison in (GIVEN, FAMILY):
        number, level = comparison.numbered()[0]
        expected *= levels[comparison.name][number - 1 :][: level.width].sum()
    row = DuckDB().query(_NAMESAKES, {"prepared": prepared}).to_pylist()[0]
    if not row["found"]:
        return 1.0
    return max(1.0, float((row["found"] + 1) / (row["possible"] * expected + 1)))


_NAMESAKES: Final = """
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
_SHARES: Final = """
WITH names AS (
  SELECT 'given' AS kind, given AS name FROM standard WHERE given IS NOT NULL
  UNION ALL SELECT 'family', family FROM standard WHERE family IS NOT NULL
  UNION ALL SELECT 'family', unnest(family_words) FROM standard WHERE len(family_words) > 1
)
SELECT kind, name, count(*) / sum(count(*)) OVER (PARTITION BY kind) AS share
FROM names GROUP BY kind, name QUALIFY count(*) >= ? ORDER BY kind, name
"""
_SHARED: Final = """
SELECT value FROM (SELECT unnest(household) AS value, family FROM standard)
GROUP BY value HAVING count(DISTINCT family) >= ? ORDER BY value
"""
_LOOSE_IDS: Final = """
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
_CHANCE: Final = """
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
"""A name's bearers once more: two records of one person bear it too, and count a little."""
