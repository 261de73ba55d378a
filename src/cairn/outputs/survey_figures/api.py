"""Public face of cairn.outputs.survey_figures: what other packages may import."""

from cairn.outputs.survey_figures.actions import *
from cairn.outputs.survey_figures.answers import *
from cairn.outputs.survey_figures.queries import *
