"""Public face of cairn.services.notes: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.services.notes.actions import *
    from cairn.services.notes.appointment_actions import *
    from cairn.services.notes.appointment_queries import *
    from cairn.services.notes.family_copies import *
    from cairn.services.notes.models import *
else:
    __getattr__ = load_exports_on_demand(__name__)
