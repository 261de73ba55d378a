"""Which engine compares records, by its name."""

from collections.abc import Mapping
from typing import Final

from cairn.warehouse.engine import UnknownEngine
from cairn.warehouse.linking.on_spark import on_spark
from cairn.warehouse.linking.scoring import Opened, on_duckdb

ENGINES: Final[Mapping[str, Opened]] = {"duckdb": on_duckdb, "spark": on_spark}


def opened(name: str) -> Opened:
    """The engine by the name that ``CAIRN_ENGINE`` or ``--engine`` gives."""
    if name not in ENGINES:
        raise UnknownEngine(f"There is no engine “{name}”. There are: {', '.join(ENGINES)}.")
    return ENGINES[name]
