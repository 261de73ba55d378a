"""Public face of cairn.outputs.dashboards: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.outputs.dashboards.actions import *
    from cairn.outputs.dashboards.audiences.group_comparison import *
    from cairn.outputs.dashboards.audiences.release_calendar import *
    from cairn.outputs.dashboards.facts import *
    from cairn.outputs.dashboards.figure_requests.queries import *
    from cairn.outputs.dashboards.queries import *
    from cairn.outputs.dashboards.wording import *
else:
    __getattr__ = load_exports_on_demand(__name__)
