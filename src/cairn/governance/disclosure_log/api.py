"""Public face of cairn.governance.disclosure_log: what other packages may import."""

from cairn.governance.disclosure_log.actions import (
    record_disclosure,
    record_refusal,
    run_logged_work,
)
from cairn.governance.disclosure_log.archive import (
    ArchivedAnswer,
    SnapshotVault,
    deserialize_answer,
    serialize_decision,
)
from cairn.governance.disclosure_log.facts import describe_legitimate_interest
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.disclosure_log.providers import (
    register_overdue_counter,
    register_schooling_provider,
)
from cairn.governance.disclosure_log.queries import (
    list_disclosures_of_child,
    list_record_request_deadlines,
    list_record_request_tasks,
    load_organization_names,
)
from cairn.governance.disclosure_log.replay import find_changed_lines, replay_decisions

__all__ = [
    "ArchivedAnswer",
    "DisclosureRecord",
    "SnapshotVault",
    "describe_legitimate_interest",
    "deserialize_answer",
    "find_changed_lines",
    "list_disclosures_of_child",
    "list_record_request_deadlines",
    "list_record_request_tasks",
    "load_organization_names",
    "record_disclosure",
    "record_refusal",
    "register_overdue_counter",
    "register_schooling_provider",
    "replay_decisions",
    "run_logged_work",
    "serialize_decision",
]
