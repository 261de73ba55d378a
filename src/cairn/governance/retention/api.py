"""Public face of cairn.governance.retention: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.governance.retention.actions import *
    from cairn.governance.retention.certificate import *
    from cairn.governance.retention.data_holders import *
    from cairn.governance.retention.facts import *
    from cairn.governance.retention.models import *
    from cairn.governance.retention.queries import *
    from cairn.governance.retention.unrecorded_files.detection import *
else:
    __getattr__ = load_exports_on_demand(__name__)
