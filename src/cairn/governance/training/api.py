"""Public face of cairn.governance.training: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.governance.training.actions import *
    from cairn.governance.training.confidentiality import *
    from cairn.governance.training.course_catalog import *
    from cairn.governance.training.facts import *
    from cairn.governance.training.models import *
else:
    __getattr__ = load_exports_on_demand(__name__)
