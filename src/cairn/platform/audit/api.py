"""Public face of cairn.platform.audit: what other packages may import."""

from cairn.platform.audit.event_labels import (
    DETAIL_LABELS,
    SUBJECT_LABELS,
    describe_event,
    list_event_areas,
)
from cairn.platform.audit.guard import install_append_only_triggers, remove_append_only_triggers
from cairn.platform.audit.log import record_audit_event, verify_audit_chain
from cairn.platform.audit.models import AuditLine, Work, WorkState
from cairn.platform.audit.queries import AuditFilter, filter_audit_lines, search_audit_lines

__all__ = [
    "DETAIL_LABELS",
    "SUBJECT_LABELS",
    "AuditFilter",
    "AuditLine",
    "Work",
    "WorkState",
    "describe_event",
    "filter_audit_lines",
    "install_append_only_triggers",
    "list_event_areas",
    "record_audit_event",
    "remove_append_only_triggers",
    "search_audit_lines",
    "verify_audit_chain",
]
