"""Public face of cairn.outputs.extracts: what other packages may import."""

from cairn.outputs.extracts.actions import (
    issue_extract,
    prepare_extract_tables,
    request_extract,
    review_extract,
)
from cairn.outputs.extracts.queries import (
    list_extract_deadlines,
    list_extract_files,
    list_extract_tasks,
    list_visible_extracts,
)
from cairn.outputs.extracts.views.extracts import (
    extract_detail,
    extract_fetch,
    extract_issue,
    extract_list,
    extract_prepare,
    extract_request,
    extract_review,
    extract_withdraw,
)
from cairn.outputs.extracts.views.free_text import text_detail, text_list, text_reopen

__all__ = [
    "extract_detail",
    "extract_fetch",
    "extract_issue",
    "extract_list",
    "extract_prepare",
    "extract_request",
    "extract_review",
    "extract_withdraw",
    "issue_extract",
    "list_extract_deadlines",
    "list_extract_files",
    "list_extract_tasks",
    "list_visible_extracts",
    "prepare_extract_tables",
    "request_extract",
    "review_extract",
    "text_detail",
    "text_list",
    "text_reopen",
]
