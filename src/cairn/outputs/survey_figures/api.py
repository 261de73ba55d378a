"""Public face of cairn.outputs.survey_figures: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.outputs.survey_figures.actions import *
    from cairn.outputs.survey_figures.answers import *
    from cairn.outputs.survey_figures.queries import *
else:
    __getattr__ = load_exports_on_demand(__name__)
