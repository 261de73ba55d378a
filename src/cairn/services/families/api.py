"""Public face of cairn.services.families: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.services.families.actions import *
    from cairn.services.families.amendment_queries import *
    from cairn.services.families.forms import *
    from cairn.services.families.letter_rendering import *
    from cairn.services.families.program_timeline.actions import *
    from cairn.services.families.queries import *
else:
    __getattr__ = load_exports_on_demand(__name__)
