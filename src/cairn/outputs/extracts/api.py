"""Public face of cairn.outputs.extracts: what other packages may import."""

from cairn.outputs.extracts.actions import (
    issue_extract,
    prepare_and_store_extract,
    request_extract,
    review_extract,
)
from cairn.outputs.extracts.queries import (
    list_extract_deadlines,
    list_extract_files,
    list_extract_tasks,
    list_visible_extracts,
)

__all__ = [
    "issue_extract",
    "list_extract_deadlines",
    "list_extract_files",
    "list_extract_tasks",
    "list_visible_extracts",
    "prepare_and_store_extract",
    "request_extract",
    "review_extract",
]
