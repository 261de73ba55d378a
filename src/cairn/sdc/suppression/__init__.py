"""The protector: choose which cells to withhold so that every small cell stays unknown."""

from cairn.sdc.suppression.complementary import (
    SuppressionPattern,
    SuppressionProgress,
    choose_withheld_unknowns,
)
from cairn.sdc.suppression.move_cache import MoveCache, ProblemMoves
from cairn.sdc.suppression.problem import (
    FIXED_UNKNOWN,
    SuppressionProblem,
    build_suppression_problem,
)

__all__ = [
    "FIXED_UNKNOWN",
    "MoveCache",
    "ProblemMoves",
    "SuppressionPattern",
    "SuppressionProblem",
    "SuppressionProgress",
    "build_suppression_problem",
    "choose_withheld_unknowns",
]
