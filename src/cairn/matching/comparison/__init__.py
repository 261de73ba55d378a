"""State how far two records agree, field by field, in DuckDB, in Spark or in Python.

`levels` declares the comparisons and their levels of agreement, from the conditions in
`predicates`. `pair_comparers` compares the pairs of a batch, on the engine chosen by name.
"""

from cairn.matching.comparison.field_comparisons import *
from cairn.matching.comparison.pair_comparers import *
