"""Protect means, medians and sums of a measure of people: days absent, a score, a wage."""

from cairn.sdc.magnitudes.dominance import *
from cairn.sdc.magnitudes.figure_rounding import *
from cairn.sdc.magnitudes.magnitude_protection import *
from cairn.sdc.magnitudes.measure import *
from cairn.sdc.magnitudes.residual import *
