"""State how far two records agree, field by field, in DuckDB, in Spark or in Python.

`levels` declares the comparisons and their levels of agreement, from the conditions in
`predicates`. `duckdb_comparer` and `spark_comparer` compare the pairs of a batch; `engines` chooses
one by name.
"""

from cairn.matching.comparison.duckdb_comparer import ComparerFactory, open_duckdb_comparer
from cairn.matching.comparison.engines import get_comparer_factory
from cairn.matching.comparison.levels import (
    BIRTH_DATE_COMPARISON,
    COMPARISONS,
    GIVEN_NAME_COMPARISON,
    RARITY_GRADES,
    STATE_ID_COMPARISON,
    SURNAME_COMPARISON,
    FieldComparison,
    compute_pattern,
    decode_patterns,
)

__all__ = [
    "BIRTH_DATE_COMPARISON",
    "COMPARISONS",
    "GIVEN_NAME_COMPARISON",
    "RARITY_GRADES",
    "STATE_ID_COMPARISON",
    "SURNAME_COMPARISON",
    "ComparerFactory",
    "FieldComparison",
    "compute_pattern",
    "decode_patterns",
    "get_comparer_factory",
    "open_duckdb_comparer",
]
