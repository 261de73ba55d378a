"""Compare and weigh pairs of records: all of a batch worth comparing, or those of a few records.

A few records are compared row by row in memory, in about a millisecond for one child.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.matching import blocking
from cairn.matching.clustering import WeightedPairs
from cairn.matching.comparison import ComparerFactory, compute_pattern, open_duckdb_comparer
from cairn.matching.scoring import expectation_maximization, u_probabilities
from cairn.matching.scoring.match_model import MatchModel
from cairn.matching.standardize import StandardRow, sort_by_content, standardize_rows

__all__ = ["InMemoryComparer", "ScoredPairs", "score_pairs"]

_RANDOM_PAIR_COUNT: Final = 200_000
_RANDOM_SEED: Final = 2026


class ScoredPairs(NamedTuple):
    """The weighed pairs of a set of records.

    Attributes:
        pairs: the compared pairs with their evidence in bits.
        twins: for each pair whether twins are the most likely alternative to one child.
        model: the model that weighed them.
    """

    pairs: WeightedPairs
    twins: npt.NDArray[np.bool_]
    model: MatchModel


def score_pairs(
    standard: pa.Table,
    model: MatchModel | None = None,
    *,
    open_comparer: ComparerFactory = open_duckdb_comparer,
) -> ScoredPairs:
    """Compare and weigh every pair of standardized records that is worth comparing.

    Args:
        standard: standardized records.
        model: a trained model, or None to train one on these records.
        open_comparer: the engine that compares: `open_duckdb_comparer` or `open_spark_comparer`.
    Returns:
        The pairs with their evidence in bits, and the model used.
    """
    used_model = model or u_probabilities.build_initial_model(standard)
    prepared = used_model.prepare(standard)
    with open_comparer(prepared) as batch:
        left, right, patterns = batch.compare_candidates()
        distinct_patterns, inverse, counts = np.unique(
            patterns, return_inverse=True, return_counts=True
        )
        if model is None:
            random_patterns = batch.compare_drawn_pairs(*_draw_pairs(standard))
            used_model = expectation_maximization.train_model(
                used_model, prepared, random_patterns, distinct_patterns, counts
            )
    bits, twins = used_model.compute_weights_and_twins(distinct_patterns)
    return ScoredPairs(WeightedPairs(left, right, bits[inverse]), twins[inverse], used_model)


def _draw_pairs(standard: pa.Table) -> npt.NDArray[np.int32]:
    """Draw pairs of different records at random, the same ones for the same content."""
    records = len(standard)
    order = sort_by_content(standard).astype(np.int32)
    drawn = np.random.default_rng(_RANDOM_SEED).integers(
        0, records or 1, (2, _RANDOM_PAIR_COUNT if records else 0), np.int32
    )
    pairs: npt.NDArray[np.int32] = order[drawn[:, drawn[0] != drawn[1]]]
    return pairs


class InMemoryComparer:
    """Compare records one by one as they are added, without a database.

    Args:
        model: the trained model that weighs the pairs.
    """

    def __init__(self, model: MatchModel) -> None:
        self._model = model
        self._standard_rows: dict[str, StandardRow] = {}
        self._rows: dict[str, StandardRow] = {}
        self._keys: dict[str, list[str]] = {}
        self._compared_keys: dict[str, list[str]] = {}
        self._patterns: dict[tuple[str, str], int] = {}

    def add(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Add records, each with everything that is stated of it."""
        for key, row in standardize_rows(records).items():
            prepared = self._model.prepare_row(row)
            self._standard_rows[key] = row
            self._rows[key], self._keys[key] = prepared, blocking.list_blocking_keys(row)
            is_unchanged = all(prepared[name] == row[name] for name in ("household", "local_id"))
            self._compared_keys[key] = (
                self._keys[key] if is_unchanged else blocking.list_blocking_keys(prepared)
            )

    def get_blocking_keys(self) -> dict[str, list[str]]:
        """Return the texts of the blocking keys of all added records, by record key."""
        return self._keys

    def score_pairs_between(self, names: Collection[str], others: Collection[str]) -> ScoredPairs:
        """Score every pair of one of `names` and one of `others` that shares a key, each once.

        The pairs hold the positions of both records in the sorted order of all given keys.
        """
        position_of = {key: index for index, key in enumerate(sorted({*names, *others}))}
        key_pairs = sorted(self._find_pairs(names, others, position_of))
        patterns = np.array([self._compute_pattern(*key_pair) for key_pair in key_pairs], np.int32)
        left, right = (
            np.array(
                [
                    (position_of[left_key], position_of[right_key])
                    for left_key, right_key in key_pairs
                ],
                np.int64,
            )
            .reshape(-1, 2)
            .T
        )
        bits, twins = self._model.compute_weights_and_twins(patterns)
        return ScoredPairs(WeightedPairs(left, right, bits), twins, self._model)

    def get_standard_rows(self, names: Iterable[str]) -> list[StandardRow]:
        """Return the standardized rows of these records."""
        return [self._standard_rows[name] for name in names]

    def _find_pairs(
        self, names: Collection[str], others: Collection[str], position_of: Mapping[str, int]
    ) -> set[tuple[str, str]]:
        records_by_key: dict[str, list[str]] = {}
        for key in others:
            for text in self._compared_keys[key]:
                records_by_key.setdefault(text, []).append(key)
        return {
            (record, candidate)
            if position_of[record] < position_of[candidate]
            else (candidate, record)
            for record in names
            for text in self._compared_keys[record]
            for candidate in records_by_key.get(text, ())
            if record != candidate
        }

    def _compute_pattern(self, left_key: str, right_key: str) -> int:
        pattern = self._patterns.get((left_key, right_key))
        if pattern is None:
            pattern = compute_pattern(self._rows[left_key], self._rows[right_key])
            self._patterns[left_key, right_key] = pattern
        return pattern
