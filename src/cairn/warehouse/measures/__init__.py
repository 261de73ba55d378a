"""Define indicators as data and count them in a mart."""

from cairn.warehouse.measures.breakdowns import *
from cairn.warehouse.measures.computed_records import *
from cairn.warehouse.measures.condition_parser import *
from cairn.warehouse.measures.conditions import *
from cairn.warehouse.measures.indicator_changes import *
from cairn.warehouse.measures.indicator_toml import *
from cairn.warehouse.measures.indicators import *
from cairn.warehouse.measures.outcome_counts import *
from cairn.warehouse.measures.outcomes import *
from cairn.warehouse.measures.periods import *
from cairn.warehouse.measures.program_results import *
