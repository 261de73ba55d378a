"""Public face of cairn.services.programs: what other packages may import."""

from cairn.services.programs.actions import *
from cairn.services.programs.queries import *
