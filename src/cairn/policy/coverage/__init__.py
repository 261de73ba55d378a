"""Public face of cairn.policy.coverage: what other packages may import."""

from cairn.policy.coverage.data_elements import (
    COVERAGE_CARDS,
    check_any_element,
    check_element_coverage,
    describe_file_names,
    is_term_in_years,
    list_special_classes,
    list_terms_for_element,
    matches_file_name,
    may_term_use_file,
)
from cairn.policy.coverage.legal_basis import check_legal_basis
from cairn.policy.coverage.special_class_law import list_special_class_obligations

__all__ = [
    "COVERAGE_CARDS",
    "check_any_element",
    "check_element_coverage",
    "check_legal_basis",
    "describe_file_names",
    "is_term_in_years",
    "list_special_class_obligations",
    "list_special_classes",
    "list_terms_for_element",
    "matches_file_name",
    "may_term_use_file",
]
