"""Public face of cairn.data.identity: what other packages may import."""

from cairn.data.identity.actions.linkage import link_current_deliveries
from cairn.data.identity.actions.pilot_linkage import link_pilot_deliveries
from cairn.data.identity.queries.encoded_people import summarize_encodings
from cairn.data.identity.queries.known_names import list_known_names
from cairn.data.identity.queries.linkage_quality import (
    LinkageCaveat,
    describe_linkage_caveat,
    list_linkage_caveats,
)
from cairn.data.identity.queries.linkage_runs import (
    LinkedFile,
    find_latest_run,
    list_linked_files,
    list_referenced_files,
)
from cairn.data.identity.queries.pending_tasks import list_identity_tasks
from cairn.data.identity.runs.delivery_records import LINKAGE_FIELDS
from cairn.data.identity.runs.run_outputs import NothingToLink

__all__ = [
    "LINKAGE_FIELDS",
    "LinkageCaveat",
    "LinkedFile",
    "NothingToLink",
    "describe_linkage_caveat",
    "find_latest_run",
    "link_current_deliveries",
    "link_pilot_deliveries",
    "list_identity_tasks",
    "list_known_names",
    "list_linkage_caveats",
    "list_linked_files",
    "list_referenced_files",
    "summarize_encodings",
]
