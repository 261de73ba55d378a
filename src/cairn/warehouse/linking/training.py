"""Learns a model from a community's own records, without a single labeled pair.

What records of one person and of relatives share is learned from the pairs worth comparing, by
expectation maximization over *four* kinds of pairs: with two, twins teach it that one child has
two given names. The declared values weigh as some hundred pairs, so that a level that is rare
here but matters to someone keeps its worth.
"""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.warehouse.linking import patterns as packed
from cairn.warehouse.linking.chance import (
    LEAST,
    LIKELIEST,
    PRIOR_PAIRS,
    Levels,
    Shares,
    as_lists,
    declared,
    namesakes,
    of_random_pairs,
)
from cairn.warehouse.linking.comparisons import COMPARISONS, Comparison
from cairn.warehouse.linking.model import KINDS, Model

_ROUNDS: Final = 40
_SETTLED: Final = 0.02
"""Bits: when no level moves more, the model is learned."""
_LEFT_TO_STRANGERS: Final = 0.02
"""Of what random pairs share, at least so much is shared by strangers."""


def learned(
    model: Model,
    prepared: pa.Table,
    random: npt.NDArray[np.integer],
    patterns: npt.NDArray[np.integer],
    counts: npt.NDArray[np.integer],
) -> Model:
    """The model after all pairs: ``random`` ones, and those worth comparing, given as their
    different ``patterns`` and how often each came. All other pairs are taken for strangers."""
    pairs = max(1.0, model.records * (model.records - 1) / 2)
    start, random_pairs = declared(prepared), of_random_pairs(prepared, random)
    told = _told(random)
    numbers = packed.numbers(patterns)
    model = replace(model, levels=as_lists(start))
    model = replace(model, namesakes=namesakes(prepared, random_pairs))
    for _ in range(_ROUNDS):
        bits = model.likelihoods(patterns)
        kinds = np.exp2(bits - np.logaddexp2.reduce(bits, axis=0)) * counts
        share = np.minimum(LIKELIEST, (kinds[:-1].sum(axis=1) + 1) / (pairs + 2))
        levels: Levels = {}
        for place, comparison in enumerate(COMPARISONS):
            came = np.stack(
                [np.bincount(numbers[:, place], w, minlength=comparison.size)[1:] for w in kinds]
            )
            shares = came + PRIOR_PAIRS * start[comparison.name]
            shares /= shares.sum(axis=1, keepdims=True)
            shares[:-1] = _within(comparison, shares[:-1])
            if comparison.of_household or comparison.of_birth:
                shares[1] = shares[0]
            if comparison.of_household:
                shares[2] = shares[0]
            everyone = random_pairs[comparison.name]
            rest = everyone - share @ shares[:-1]
            shares[-1] = _strangers(comparison, rest, everyone, came[-1] / (pairs * told[place]))
            levels[comparison.name] = shares
        before = model
        same, twins, siblings = share.tolist()
        model = replace(model, levels=as_lists(levels), same=same, twins=twins, siblings=siblings)
        if drift(before, model) < _SETTLED:
            break
    return model


def _within(comparison: Comparison, shares: Shares) -> Shares:
    """Shares of one person's, twins' and siblings' pairs, none beyond what its level allows."""
    least, most, kin = (
        np.concatenate([np.full(v.width, getattr(v, bound)) for v in comparison.levels])
        for bound in ("least", "most", "kin")
    )
    same = np.clip(shares[0], least, most)
    relatives = np.minimum(shares[1:], kin * same)
    within = np.concatenate([same[None], relatives])
    return np.asarray(within / within.sum(axis=1, keepdims=True))


def _told(random: npt.NDArray[np.integer]) -> Shares:
    """For each comparison the share of pairs that say something about it."""
    seen = packed.numbers(random) > 0
    return np.asarray((seen.sum(axis=0) + 1) / (len(seen) + 1))


def _strangers(comparison: Comparison, rest: Shares, random: Shares, compared: Shares) -> Shares:
    """What strangers share: of random pairs the ``rest`` after other kinds, or where every pair
    at a level was ``compared``, their part of those."""
    shares = np.maximum(rest, _LEFT_TO_STRANGERS * random)
    for number, level in comparison.numbered():
        if level.found:
            shares[number - 1] = compared[number - 1]
    shares = np.maximum(shares, LEAST)
    return np.asarray(shares / shares.sum())


def drift(before: Model, after: Model) -> float:
    """The most that any level's worth changed, in bits."""
    return max(
        float(np.max(np.abs(np.log2(np.array(after.levels[c][k]) / np.array(old[k])))))
        for c, old in before.levels.items()
        for k in KINDS[:-1]
    )
