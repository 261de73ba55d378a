"""State how far two records agree, field by field, in DuckDB, in Spark or in Python.

`levels` declares the comparisons and their levels of agreement, from the conditions in
`predicates`. `duckdb_comparer` and `spark_comparer` compare the pairs of a batch; `engines` chooses
one by name.
"""

from cairn.matching.comparison.duckdb_comparer import *
from cairn.matching.comparison.engines import *
from cairn.matching.comparison.levels import *
