"""Public face of cairn.outputs.indicators: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.outputs.indicators.actions import *
    from cairn.outputs.indicators.facts import *
    from cairn.outputs.indicators.queries import *
else:
    __getattr__ = load_exports_on_demand(__name__)
