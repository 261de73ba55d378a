"""Protect student-level extracts for approved research, and measure the risk that is left."""

from cairn.sdc.microdata.anonymity import AnonymityRule, CannotBeAnonymousError
from cairn.sdc.microdata.copy_tracing import compute_sort_key, trace_copy
from cairn.sdc.microdata.date_shift import DateShifts
from cairn.sdc.microdata.extract_assembly import (
    UNCHANGED_FORM,
    AssembledExtract,
    ChildRows,
    ColumnTreatment,
    TreatmentKind,
    assemble_extract,
)
from cairn.sdc.microdata.free_text import (
    NameList,
    build_name_list,
    clean_free_text,
    is_free_text,
    propose_masks,
    split_name_words,
)
from cairn.sdc.microdata.generalization import list_known_forms
from cairn.sdc.microdata.text_masks import (
    MaskKind,
    TextMask,
    apply_masks,
    build_chosen_masks,
    find_masked_words,
    list_words,
)

__all__ = [
    "UNCHANGED_FORM",
    "AnonymityRule",
    "AssembledExtract",
    "CannotBeAnonymousError",
    "ChildRows",
    "ColumnTreatment",
    "DateShifts",
    "MaskKind",
    "NameList",
    "TextMask",
    "TreatmentKind",
    "apply_masks",
    "assemble_extract",
    "build_chosen_masks",
    "build_name_list",
    "clean_free_text",
    "compute_sort_key",
    "find_masked_words",
    "is_free_text",
    "list_known_forms",
    "list_words",
    "propose_masks",
    "split_name_words",
    "trace_copy",
]
