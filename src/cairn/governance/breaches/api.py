"""Public face of cairn.governance.breaches: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.governance.breaches.queries import *
else:
    __getattr__ = load_exports_on_demand(__name__)
