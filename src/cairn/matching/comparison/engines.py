"""Choose the engine that compares records by its name."""

from collections.abc import Mapping
from typing import Final

from cairn.matching.comparison.duckdb_comparer import ComparerFactory, open_duckdb_comparer
from cairn.matching.comparison.spark_comparer import open_spark_comparer
from cairn.warehouse.engines import UnknownEngine

__all__ = ["get_comparer_factory"]

COMPARER_FACTORIES: Final[Mapping[str, ComparerFactory]] = {
    "duckdb": open_duckdb_comparer,
    "spark": open_spark_comparer,
}


def get_comparer_factory(name: str) -> ComparerFactory:
    """Return the engine with the name that `CAIRN_ENGINE` or `--engine` gives.

    Args:
        name: "duckdb" or "spark".
    Returns:
        The function that opens a comparer on this engine.
    Raises:
        UnknownEngine: no engine has this name.
    """
    if name not in COMPARER_FACTORIES:
        raise UnknownEngine(
            f"There is no engine “{name}”. There are: {', '.join(COMPARER_FACTORIES)}."
        )
    return COMPARER_FACTORIES[name]
