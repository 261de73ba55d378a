"""Public face of cairn.outputs.indicators: what other packages may import."""

from cairn.outputs.indicators.actions import *
from cairn.outputs.indicators.facts import *
from cairn.outputs.indicators.queries import *
