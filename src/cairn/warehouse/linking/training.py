"""Learns a model from a community's own records, without a single labeled pair.

What strangers share by chance is counted: exactly for names, birth dates and ids, on random pairs
for the rest. What records of one person and of relatives share is learned from the pairs worth
comparing, by expectation maximization over *three* kinds of pairs. The declared values weigh as
``_PRIOR_PAIRS`` pairs, so that a level that is rare here but matters to someone keeps its worth.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

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

_PRIOR_PAIRS: Final = 400.0
_ROUNDS: Final = 25
_SETTLED: Final = 0.01
"""Bits: when no level moves more, the model is learned."""
_FEW_BEARERS: Final = 5
"""A name that fewer records bear is kept in no model."""
_FAMILIES: Final = 8
"""Records of so many different surnames at one address or phone are no household."""
_LIKELIEST: Final = 0.2
_LEAST: Final = 1e-9


def counted(standard: pa.Table) -> Model:
    """What is known before any two records are compared: how common names are, and which
    addresses are no household's. All else is as declared."""
    shares: dict[str, dict[str, float]] = {"given": {}, "family": {}}
    names = DuckDB().query(_SHARES, {"standard": standard}, [_FEW_BEARERS])
    for kind, name, share in zip(*(c.to_pylist() for c in names.columns), strict=True):
        shares[kind][name] = share
    shared = DuckDB().query(_SHARED, {"standard": standard}, [_FAMILIES])
    start = min(_LIKELIEST, 1.0 / max(len(standard), 2))
    return Model(
        same=start,
        household=start,
        levels={c.name: _declared(c, {}) for c in COMPARISONS},
        given=shares["given"],
        family=shares["family"],
        shared=frozenset(shared["value"].to_pylist()),
        records=len(standard),
    )


def by_chance(model: Model, prepared: pa.Table, random: npt.NDArray[np.integer]) -> Model:
    """The model with what two strangers among the ``prepared`` records share; ``random`` are
    patterns of random pairs."""
    seen = packed.numbers(random)
    bearers, exact = _bearers(prepared), _exact(prepared)
    levels = {}
    for place, comparison in enumerate(COMPARISONS):
        table = _declared(comparison, bearers)
        counts = np.bincount(seen[:, place], minlength=comparison.size)[1:]
        prior = _PRIOR_PAIRS * np.array(table["strangers"])
        strangers = (counts + prior) / (counts + prior).sum()
        for number, chance in exact.get(comparison.name, {}).items():
            strangers[number - 1] = max(chance, _LEAST)
        levels[comparison.name] = {**table, "strangers": (strangers / strangers.sum()).tolist()}
    return replace(model, levels=levels)


def learned(
    model: Model, patterns: npt.NDArray[np.integer], counts: npt.NDArray[np.integer]
) -> Model:
    """The model after the pairs worth comparing, given as their patterns and how often each came.

    All other pairs of records are taken for strangers.
    """
    pairs = model.records * (model.records - 1) / 2
    start = model
    numbers = packed.numbers(patterns)
    for _ in range(_ROUNDS):
        bits = np.stack(model.likelihoods(patterns))
        shares = np.exp2(bits - np.logaddexp2.reduce(bits, axis=0)) * counts
        levels = {}
        for place, comparison in enumerate(COMPARISONS):
            table = dict(model.levels[comparison.name])
            for kind, weight in zip(KINDS[:2], shares[:2], strict=True):
                came = np.bincount(numbers[:, place], weight, minlength=comparison.size)[1:]
                prior = _PRIOR_PAIRS * np.array(start.levels[comparison.name][kind])
                table[kind] = ((came + prior) / (came + prior).sum()).tolist()
            levels[comparison.name] = table
        same, household = (
            min(_LIKELIEST, (weight.sum() + 1) / (pairs + 2)) for weight in shares[:2]
        )
        before, model = model, replace(model, levels=levels, same=same, household=household)
        if drift(before, model) < _SETTLED:
            break
    return model


def drift(before: Model, after: Model) -> float:
    """The most that any level's worth changed, in bits."""
    return max(
        float(np.max(np.abs(np.log2(np.array(after.levels[c][k]) / np.array(old[k])))))
        for c, old in before.levels.items()
        for k in KINDS
    )


def _declared(comparison: Comparison, bearers: Mapping[str, list[float]]) -> dict[str, list[float]]:
    """The declared values; a level with grades spread over them as the records are."""
    table: dict[str, list[float]] = {kind: [] for kind in KINDS}
    even = [1 / (len(GRADES) + 1)] * (len(GRADES) + 1)
    for level in comparison.levels:
        spread = bearers.get(level.grade, even) if level.grade else [1.0]
        for kind in KINDS:
            table[kind] += [max(_LEAST, getattr(level, kind) * share) for share in spread]
    return {kind: [v / sum(values) for v in values] for kind, values in table.items()}


def _bearers(prepared: pa.Table) -> dict[str, list[float]]:
    """Column of grades → share of records of each grade."""
    found = {}
    for name in ("given", "family"):
        grades = prepared[f"{name}_grade"].filter(prepared[name].is_valid()).to_numpy()
        counts = np.bincount(grades, minlength=len(GRADES) + 1) + 1.0
        found[f"{name}_grade"] = (counts / counts.sum()).tolist()
    return found


def _exact(prepared: pa.Table) -> dict[str, dict[int, float]]:
    """Comparison → level number → the chance that two records say the same by accident."""
    rows = DuckDB().query(_CHANCE, {"prepared": prepared})
    found: dict[str, dict[int, float]] = {}
    for comparison, level in (
        (GIVEN, "same"), (FAMILY, "same"), (BIRTH, "same"), (BIRTH, "same, but 1 January"),
        (STATE_ID, "same"),
    ):  # fmt: skip
        number = next(n for n, known in comparison.numbered() if known.name == level)
        for row in rows.to_pylist():
            if (row["comparison"], row["level"]) == (comparison.name, level):
                found.setdefault(comparison.name, {})[number + row["grade"]] = row["chance"]
    return found


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
