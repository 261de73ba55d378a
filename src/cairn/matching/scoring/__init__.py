"""Learn what agreement is worth in one community, without labels, and weigh every pair.

`u_probabilities` counts how often strangers agree, `expectation_maximization` learns the rest, and
`match_model` holds the result (Fellegi and Sunter 1969). `pair_scoring` weighs the pairs of a
batch, `in_memory_comparer` those of a few records, and `explanation` says why in words.
"""

from cairn.matching.scoring.expectation_maximization import measure_model_drift
from cairn.matching.scoring.explanation import MatchExplanation, explain_pattern
from cairn.matching.scoring.in_memory_comparer import InMemoryComparer
from cairn.matching.scoring.match_model import MatchModel, ModelVersionMismatch
from cairn.matching.scoring.pair_scoring import ScoredPairs, score_pairs

__all__ = [
    "InMemoryComparer",
    "MatchExplanation",
    "MatchModel",
    "ModelVersionMismatch",
    "ScoredPairs",
    "explain_pattern",
    "measure_model_drift",
    "score_pairs",
]
