"""Public face of cairn.governance.disclosure_log: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.governance.disclosure_log.actions import *
    from cairn.governance.disclosure_log.archive import *
    from cairn.governance.disclosure_log.disclosed_children.child_hashes import *
    from cairn.governance.disclosure_log.facts import *
    from cairn.governance.disclosure_log.models import *
    from cairn.governance.disclosure_log.queries import *
    from cairn.governance.disclosure_log.replay import *
    from cairn.governance.disclosure_log.use_records import *
else:
    __getattr__ = load_exports_on_demand(__name__)
