"""Protect a release beside earlier and overlapping ones, so that no difference discloses."""

from cairn.sdc.differencing.history_protection import *
from cairn.sdc.differencing.public_facts import *
from cairn.sdc.differencing.published_history import *
from cairn.sdc.differencing.release_comparison import *
