"""Define outcomes and count them in a mart."""

from cairn.warehouse.measures.outcome_counts import *
from cairn.warehouse.measures.outcomes import *
