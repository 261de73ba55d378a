"""Alternatives to suppression: coarser groups, rounding and noise; and what each keeps."""

from cairn.sdc.perturbation.cell_key import (
    MINIMUM_SECRET_BYTES,
    STANDARD_NOISE,
    compute_keys_from_counts,
    compute_record_key,
    perturb_by_cell_key,
)
from cairn.sdc.perturbation.controlled_rounding import NoRoundingError, round_tables
from cairn.sdc.perturbation.global_recoding import CategoryMerge, find_best_merges
from cairn.sdc.perturbation.information_loss import (
    InformationKept,
    count_people,
    count_shown_cells,
    count_shown_people,
    measure_expected_noise,
    measure_perturbation,
    measure_suppression,
)
from cairn.sdc.perturbation.perturbation_audit import (
    NumberRange,
    PerturbationTooNarrowError,
    PerturbedTables,
)

__all__ = [
    "MINIMUM_SECRET_BYTES",
    "STANDARD_NOISE",
    "CategoryMerge",
    "InformationKept",
    "NoRoundingError",
    "NumberRange",
    "PerturbationTooNarrowError",
    "PerturbedTables",
    "compute_keys_from_counts",
    "compute_record_key",
    "count_people",
    "count_shown_cells",
    "count_shown_people",
    "find_best_merges",
    "measure_expected_noise",
    "measure_perturbation",
    "measure_suppression",
    "perturb_by_cell_key",
    "round_tables",
]
