"""Public face of cairn.outputs.deadlines: what other packages may import."""

from cairn.outputs.deadlines.due_tasks import *
