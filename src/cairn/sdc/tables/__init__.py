"""Public face of cairn.sdc.tables: what other packages may import."""

from cairn.sdc.tables.band_tables import *
from cairn.sdc.tables.certificate import *
from cairn.sdc.tables.disparity import *
from cairn.sdc.tables.feasible_completion import *
from cairn.sdc.tables.margins import *
from cairn.sdc.tables.published_tables import *
from cairn.sdc.tables.reporting_rules import *
from cairn.sdc.tables.request import *
from cairn.sdc.tables.rule import *
from cairn.sdc.tables.solver import *
from cairn.sdc.tables.withholding_reasons import *
