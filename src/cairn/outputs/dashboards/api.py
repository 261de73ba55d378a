"""Public face of cairn.outputs.dashboards: what other packages may import."""

from cairn.outputs.dashboards.actions import *
from cairn.outputs.dashboards.facts import *
from cairn.outputs.dashboards.queries import *
