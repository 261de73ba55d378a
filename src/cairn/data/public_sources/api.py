"""Public face of cairn.data.public_sources: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.data.public_sources.actions import *
    from cairn.data.public_sources.editions import *
    from cairn.data.public_sources.models import *
    from cairn.data.public_sources.published_file import *
    from cairn.data.public_sources.queries import *
else:
    __getattr__ = load_exports_on_demand(__name__)
