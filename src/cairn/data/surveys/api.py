"""Public face of cairn.data.surveys: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.data.surveys.actions import *
    from cairn.data.surveys.answer_file import *
    from cairn.data.surveys.models import *
    from cairn.data.surveys.queries import *
else:
    __getattr__ = load_exports_on_demand(__name__)
