"""Learn what agreement is worth in one community, without labels, and weigh every pair.

`u_probabilities` counts how often strangers agree, `expectation_maximization` learns the rest, and
`match_model` holds the result (Fellegi and Sunter 1969). `pair_scoring` weighs the pairs of a
batch or of a few records, and `explanation` says why in words.
"""

from cairn.matching.scoring.expectation_maximization import *
from cairn.matching.scoring.explanation import *
from cairn.matching.scoring.match_model import *
from cairn.matching.scoring.pair_scoring import *
