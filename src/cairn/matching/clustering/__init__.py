"""Group pairs of records into people, keep their IDs, and find groups that may be wrong.

`agglomeration` groups, `twin_resolution` and `conflicting_ids` correct the groups. `person_ids`
keeps IDs from run to run. `components` limits what must be compared again when records come or go.
`weak_links`, `overlink_checks` and `home_distance` find doubtful people; `accuracy_estimate` and
`error_calibration` turn reviewers' answers into the accuracy of the whole index.
"""

from cairn.matching.clustering.accuracy_estimate import (
    ErrorTotal,
    EvidenceBand,
    LinkageAccuracy,
    compute_wilson_interval,
    count_missing_answers,
    estimate_accuracy,
    find_accuracy_gaps,
)
from cairn.matching.clustering.agglomeration import (
    MATCH_THRESHOLD,
    Positions,
    WeightedPairs,
    group_records,
)
from cairn.matching.clustering.components import (
    count_pairs_between_components,
    find_match_components,
    find_possible_links,
    select_pairs_within_components,
)
from cairn.matching.clustering.conflicting_ids import split_conflicting_ids
from cairn.matching.clustering.error_calibration import (
    ErrorCurve,
    EvidenceHistogram,
    add_uncompared_gaps,
    fit_error_curve,
)
from cairn.matching.clustering.home_distance import (
    StatedAddress,
    find_distant_homes,
    has_distant_postal_codes,
    list_shared_ties,
)
from cairn.matching.clustering.overlink_checks import (
    OverlinkFlag,
    RecordSnapshot,
    find_hub_records,
    find_overlink_flags,
)
from cairn.matching.clustering.partition_comparison import PartitionDifference, compare_partitions
from cairn.matching.clustering.person_ids import keep_or_assign_person_ids
from cairn.matching.clustering.twin_resolution import measure_absence_evidence, merge_apparent_twins
from cairn.matching.clustering.union_find import DecisionConflict, check_decisions
from cairn.matching.clustering.weak_links import (
    EVIDENCE_BANDS,
    RecordPair,
    UncertainMatch,
    UncertaintyKind,
    find_evidence_band,
    list_uncertain_matches,
    order_pair,
)

__all__ = [
    "EVIDENCE_BANDS",
    "MATCH_THRESHOLD",
    "DecisionConflict",
    "ErrorCurve",
    "ErrorTotal",
    "EvidenceBand",
    "EvidenceHistogram",
    "LinkageAccuracy",
    "OverlinkFlag",
    "PartitionDifference",
    "Positions",
    "RecordPair",
    "RecordSnapshot",
    "StatedAddress",
    "UncertainMatch",
    "UncertaintyKind",
    "WeightedPairs",
    "add_uncompared_gaps",
    "check_decisions",
    "compare_partitions",
    "compute_wilson_interval",
    "count_missing_answers",
    "count_pairs_between_components",
    "estimate_accuracy",
    "find_accuracy_gaps",
    "find_distant_homes",
    "find_evidence_band",
    "find_hub_records",
    "find_match_components",
    "find_overlink_flags",
    "find_possible_links",
    "fit_error_curve",
    "group_records",
    "has_distant_postal_codes",
    "keep_or_assign_person_ids",
    "list_shared_ties",
    "list_uncertain_matches",
    "measure_absence_evidence",
    "merge_apparent_twins",
    "order_pair",
    "select_pairs_within_components",
    "split_conflicting_ids",
]
