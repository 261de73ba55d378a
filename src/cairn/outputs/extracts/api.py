"""Public face of cairn.outputs.extracts: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.outputs.extracts.actions import *
    from cairn.outputs.extracts.queries import *
else:
    __getattr__ = load_exports_on_demand(__name__)
