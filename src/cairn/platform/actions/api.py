"""Public face of cairn.platform.actions: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.platform.actions.actors import *
    from cairn.platform.actions.declaration import *
    from cairn.platform.actions.kept_results import *
    from cairn.platform.actions.page_questions import *
    from cairn.platform.actions.refusals import *
else:
    __getattr__ = load_exports_on_demand(__name__)
