"""The protector: choose which cells to withhold so that every small cell stays unknown."""

from cairn.sdc.suppression.complementary import *
from cairn.sdc.suppression.moves import *
from cairn.sdc.suppression.problem import *
