"""Public face of cairn.outputs.extracts: what other packages may import."""

from cairn.outputs.extracts.actions import *
from cairn.outputs.extracts.queries import *
