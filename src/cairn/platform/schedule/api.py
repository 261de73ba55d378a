"""Public face of cairn.platform.schedule: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.platform.schedule.actions import *
    from cairn.platform.schedule.cadence import *
    from cairn.platform.schedule.declaration import *
    from cairn.platform.schedule.models import *
    from cairn.platform.schedule.queries import *
    from cairn.platform.schedule.tasks import *
else:
    __getattr__ = load_exports_on_demand(__name__)
