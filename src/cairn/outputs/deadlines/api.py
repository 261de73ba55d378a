"""Public face of cairn.outputs.deadlines: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.outputs.deadlines.due_tasks import *
else:
    __getattr__ = load_exports_on_demand(__name__)
