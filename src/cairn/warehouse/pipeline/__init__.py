"""Move rows from a partner's file to a project's mart: land, conform, build the mart."""

from cairn.warehouse.pipeline.conform import ConformResult, conform_landed_file
from cairn.warehouse.pipeline.landing import (
    LANDING_STEP,
    UnusableDelivery,
    land_sheets,
    load_landing_result,
)
from cairn.warehouse.pipeline.mart import (
    PERSON_COLUMN,
    SOURCE_COLUMN,
    build_crosswalk,
    build_mart,
    compute_linked_file_key,
    find_linked_files,
    hide_closed_data,
    split_identifiers,
)
from cairn.warehouse.pipeline.quality import (
    NOT_COVERED,
    ColumnQuality,
    LandingResult,
    QualityProblem,
    QualityReport,
)
from cairn.warehouse.pipeline.row_filters import (
    POPULATION_FIELDS,
    UNKNOWN_STUDENT,
    ConformedColumns,
    KnownStudent,
    KnownStudents,
    RowOrigin,
    collect_known_students,
    has_population_fields,
    merge_known_student,
)

__all__ = [
    "LANDING_STEP",
    "NOT_COVERED",
    "PERSON_COLUMN",
    "POPULATION_FIELDS",
    "SOURCE_COLUMN",
    "UNKNOWN_STUDENT",
    "ColumnQuality",
    "ConformResult",
    "ConformedColumns",
    "KnownStudent",
    "KnownStudents",
    "LandingResult",
    "QualityProblem",
    "QualityReport",
    "RowOrigin",
    "UnusableDelivery",
    "build_crosswalk",
    "build_mart",
    "collect_known_students",
    "compute_linked_file_key",
    "conform_landed_file",
    "find_linked_files",
    "has_population_fields",
    "hide_closed_data",
    "land_sheets",
    "load_landing_result",
    "merge_known_student",
    "split_identifiers",
]
