"""Public face of cairn.platform.audit: what other packages may import."""

from cairn.platform.audit.event_labels import (
    DETAIL_LABELS,
    SUBJECT_LABELS,
    describe_event,
    list_event_areas,
)
from cairn.platform.audit.guard import (
    find_missing_triggers,
    install_append_only_triggers,
    remove_append_only_triggers,
)
from cairn.platform.audit.log import find_wrong_times, record_audit_event, verify_audit_chain
from cairn.platform.audit.models import AuditLine, Work, WorkState
from cairn.platform.audit.outside_heads import find_lost_heads, read_heads
from cairn.platform.audit.postgresql_seals import (
    forget_writes,
    name_writer,
    seal_notes,
    seal_single_statement,
)
from cairn.platform.audit.queries import (
    AuditFilter,
    AuditMark,
    filter_audit_lines,
    find_newest_change,
    search_audit_lines,
)
from cairn.platform.audit.row_seals import (
    find_changed_rows,
    has_row_log,
    install_row_seals,
    list_sealed_tables,
    may_change_tables,
    read_newest_row_change,
    read_row_changes,
    remove_row_triggers,
    seal_rows_again,
)
from cairn.platform.audit.seal_store import NoRowLogError

__all__ = [
    "DETAIL_LABELS",
    "SUBJECT_LABELS",
    "AuditFilter",
    "AuditLine",
    "AuditMark",
    "NoRowLogError",
    "Work",
    "WorkState",
    "describe_event",
    "filter_audit_lines",
    "find_changed_rows",
    "find_lost_heads",
    "find_missing_triggers",
    "find_newest_change",
    "find_wrong_times",
    "forget_writes",
    "has_row_log",
    "install_append_only_triggers",
    "install_row_seals",
    "list_event_areas",
    "list_sealed_tables",
    "may_change_tables",
    "name_writer",
    "read_heads",
    "read_newest_row_change",
    "read_row_changes",
    "record_audit_event",
    "remove_append_only_triggers",
    "remove_row_triggers",
    "seal_notes",
    "seal_rows_again",
    "seal_single_statement",
    "search_audit_lines",
    "verify_audit_chain",
]
