"""Compare all pairs of records worth comparing and weigh each of them."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.matching.clustering import WeightedPairs
from cairn.matching.comparison import ComparerFactory, open_duckdb_comparer
from cairn.matching.scoring import expectation_maximization, u_probabilities
from cairn.matching.scoring.match_model import MatchModel

__all__ = ["ScoredPairs", "score_pairs"]

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
            random_patterns = batch.random(_RANDOM_PAIR_COUNT, _RANDOM_SEED)
            used_model = expectation_maximization.train_model(
                used_model, prepared, random_patterns, distinct_patterns, counts
            )
    bits, twins = used_model.weighed(distinct_patterns)
    return ScoredPairs(WeightedPairs(left, right, bits[inverse]), twins[inverse], used_model)
