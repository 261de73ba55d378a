"""Protect means, medians and sums of a measure of people: days absent, a score, a wage."""

from cairn.sdc.magnitudes.dominance import (
    ACRO_RULE,
    DOMINANCE_RULES,
    DominanceRule,
    join_dominance_rules,
)
from cairn.sdc.magnitudes.figure_rounding import format_rounded_figure
from cairn.sdc.magnitudes.magnitude_protection import (
    FigureReason,
    MagnitudeRequest,
    ProtectedFigures,
    TooCloseError,
    protect_figures,
)
from cairn.sdc.magnitudes.measure import MeasuredPeople, UnfitMeasureError, convert_to_steps
from cairn.sdc.magnitudes.residual import MeasureContributor

__all__ = [
    "ACRO_RULE",
    "DOMINANCE_RULES",
    "DominanceRule",
    "FigureReason",
    "MagnitudeRequest",
    "MeasureContributor",
    "MeasuredPeople",
    "ProtectedFigures",
    "TooCloseError",
    "UnfitMeasureError",
    "convert_to_steps",
    "format_rounded_figure",
    "join_dominance_rules",
    "protect_figures",
]
