"""Standardize identifying fields, so that records can be compared. Nothing is linked here.

`record_keys` extracts the identifying fields of conformed rows. `record_table` standardizes a whole
table, `row_mappings` a few rows, both with the functions of `field_values`, `addresses` and
`nicknames`. `explanation` says what was changed and why.
"""

from cairn.matching.standardize.explanation import EXPLAINED_FIELDS, explain_standardization
from cairn.matching.standardize.field_values import (
    normalize_text,
    split_surname,
    standardize_adult_name,
    standardize_email,
    standardize_id,
    standardize_phone,
    standardize_postal_code,
)
from cairn.matching.standardize.nicknames import is_given_name
from cairn.matching.standardize.record_keys import (
    ENCODING_FIELDS,
    add_anchors_to_clusters,
    extract_encodings,
    extract_identifying_fields,
    list_distinct_records,
    remove_social_security_numbers,
)
from cairn.matching.standardize.record_table import (
    IDENTIFYING_FIELDS,
    STANDARD_SCHEMA,
    standardize_records,
)
from cairn.matching.standardize.row_mappings import StandardRow, standardize_rows

__all__ = [
    "ENCODING_FIELDS",
    "EXPLAINED_FIELDS",
    "IDENTIFYING_FIELDS",
    "STANDARD_SCHEMA",
    "StandardRow",
    "add_anchors_to_clusters",
    "explain_standardization",
    "extract_encodings",
    "extract_identifying_fields",
    "is_given_name",
    "list_distinct_records",
    "normalize_text",
    "remove_social_security_numbers",
    "split_surname",
    "standardize_adult_name",
    "standardize_email",
    "standardize_id",
    "standardize_phone",
    "standardize_postal_code",
    "standardize_records",
    "standardize_rows",
]
