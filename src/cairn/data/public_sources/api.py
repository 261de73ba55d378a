"""Public face of cairn.data.public_sources: what other packages may import."""

from cairn.data.public_sources.actions import *
from cairn.data.public_sources.queries import *
