"""Learn a match model from the records of a community, without a single labeled pair.

What records of one person and of relatives share is learned from the pairs worth comparing, by
expectation maximization (Dempster, Laird and Rubin 1977) over *four* kinds of pairs: with two
kinds, twins would teach the model that one child has two given names. The declared probabilities
weigh as some hundred pairs, so that a level that is rare here but matters to some family keeps its
worth.
"""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.matching.comparison import COMPARISONS, FieldComparison, decode_patterns
from cairn.matching.scoring import u_probabilities
from cairn.matching.scoring.match_model import PAIR_KINDS, MatchModel
from cairn.matching.scoring.u_probabilities import LevelProbabilities, Probabilities

__all__ = ["measure_model_drift"]

_MAX_ROUNDS: Final = 40

_CONVERGENCE_BITS: Final = 0.02
"""When no level moves by more bits than this, training ends."""

_MIN_STRANGER_SHARE: Final = 0.02
"""Strangers share at least this part of what random pairs share."""


def train_model(
    model: MatchModel,
    prepared: pa.Table,
    random_patterns: npt.NDArray[np.integer],
    patterns: npt.NDArray[np.integer],
    counts: npt.NDArray[np.integer],
) -> MatchModel:
    """Train a model on all pairs by expectation maximization.

    Args:
        model: the model to start from (`build_initial_model`).
        prepared: records as `MatchModel.prepare` returns them.
        random_patterns: agreement patterns of random pairs.
        patterns: the distinct agreement patterns of the pairs worth comparing; all other pairs
            count as strangers.
        counts: how many pairs have each of these patterns.
    Returns:
        The trained model.
    """
    pairs = max(1.0, model.records * (model.records - 1) / 2)
    start, random_pairs = (
        u_probabilities.spread_declared_probabilities(prepared),
        u_probabilities.estimate_level_frequencies(prepared, random_patterns),
    )
    completeness = _measure_completeness(random_patterns)
    numbers = decode_patterns(patterns)
    model = replace(model, levels=u_probabilities.convert_levels_to_lists(start))
    model = replace(
        model, namesakes=u_probabilities.estimate_name_dependence(prepared, random_pairs)
    )
    for _ in range(_MAX_ROUNDS):
        bits = model.compute_log_joint_probabilities(patterns)
        kinds = np.exp2(bits - np.logaddexp2.reduce(bits, axis=0)) * counts
        share = np.minimum(
            u_probabilities.MAX_PAIR_SHARE, (kinds[:-1].sum(axis=1) + 1) / (pairs + 2)
        )
        new_levels: LevelProbabilities = {}
        for index, comparison in enumerate(COMPARISONS):
            level_counts = np.stack(
                [
                    np.bincount(numbers[:, index], kind_weights, minlength=comparison.size)[1:]
                    for kind_weights in kinds
                ]
            )
            shares = level_counts + u_probabilities.PRIOR_PAIRS * start[comparison.name]
            shares /= shares.sum(axis=1, keepdims=True)
            shares[:-1] = _limit_shares(comparison, shares[:-1])
            if comparison.of_household or comparison.of_birth:
                shares[1] = shares[0]
            if comparison.of_household:
                shares[2] = shares[0]
            overall_frequencies = random_pairs[comparison.name]
            stranger_frequencies = overall_frequencies - share @ shares[:-1]
            shares[-1] = _estimate_stranger_shares(
                comparison,
                stranger_frequencies,
                overall_frequencies,
                level_counts[-1] / (pairs * completeness[index]),
            )
            new_levels[comparison.name] = shares
        before = model
        same, twins, siblings = share.tolist()
        model = replace(
            model,
            levels=u_probabilities.convert_levels_to_lists(new_levels),
            same=same,
            twins=twins,
            siblings=siblings,
        )
        if measure_model_drift(before, model) < _CONVERGENCE_BITS:
            break
    return model


def _limit_shares(comparison: FieldComparison, shares: Probabilities) -> Probabilities:
    """Limit the shares of pairs of one person, twins and siblings to what each level allows."""
    least, most, kin = (
        np.concatenate([np.full(level.width, getattr(level, bound)) for level in comparison.levels])
        for bound in ("least", "most", "kin")
    )
    same = np.clip(shares[0], least, most)
    relatives = np.minimum(shares[1:], kin * same)
    within = np.concatenate([same[None], relatives])
    return np.asarray(within / within.sum(axis=1, keepdims=True))


def _measure_completeness(random_patterns: npt.NDArray[np.integer]) -> Probabilities:
    """Measure for each comparison the share of pairs in which both records have a value."""
    has_level = decode_patterns(random_patterns) > 0
    return np.asarray((has_level.sum(axis=0) + 1) / (len(has_level) + 1))


def _estimate_stranger_shares(
    comparison: FieldComparison,
    remainder: Probabilities,
    overall_frequencies: Probabilities,
    compared_shares: Probabilities,
) -> Probabilities:
    """Estimate what strangers share.

    Of random pairs, it is the remainder after the other kinds; where every pair at a level was
    compared, it is their part of those pairs.
    """
    shares = np.maximum(remainder, _MIN_STRANGER_SHARE * overall_frequencies)
    for number, level in comparison.number_levels():
        if level.found:
            shares[number - 1] = compared_shares[number - 1]
    shares = np.maximum(shares, u_probabilities.MIN_PROBABILITY)
    return np.asarray(shares / shares.sum())


def measure_model_drift(before: MatchModel, after: MatchModel) -> float:
    """Measure the largest change of the worth of any level between two models.

    Args:
        before: one model.
        after: the other model.
    Returns:
        The change, in bits.
    """
    return max(
        float(
            np.max(
                np.abs(
                    np.log2(
                        np.array(after.levels[comparison][pair_kind])
                        / np.array(old_levels[pair_kind])
                    )
                )
            )
        )
        for comparison, old_levels in before.levels.items()
        for pair_kind in PAIR_KINDS[:-1]
    )
