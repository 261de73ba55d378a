"""Public face of cairn.data.identity: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.data.identity.actions.linkage import *
    from cairn.data.identity.actions.pilot_linkage import *
    from cairn.data.identity.queries.encoded_people import *
    from cairn.data.identity.queries.known_names import *
    from cairn.data.identity.queries.linkage_quality import *
    from cairn.data.identity.queries.linkage_runs import *
    from cairn.data.identity.queries.linked_ids import *
    from cairn.data.identity.queries.program_participants import *
    from cairn.data.identity.queries.review_queue import *
    from cairn.data.identity.runs.delivery_records import *
    from cairn.data.identity.runs.run_outputs import *
else:
    __getattr__ = load_exports_on_demand(__name__)
