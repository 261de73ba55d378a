"""Load the indicators that Cairn ships: a TOML file each, beside this one."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from cairn.warehouse.measures.indicator_toml import parse_indicator
from cairn.warehouse.measures.indicators import IndicatorDefinition

__all__ = ["get_counted_outcome", "load_outcome_catalogue"]


@cache
def load_outcome_catalogue() -> Mapping[str, IndicatorDefinition]:
    """Load every outcome by ID, from cradle to career.

    Returns:
        Definitions by ID, in the order of a child's life.
    """
    folder = files(__name__)
    definitions: dict[str, IndicatorDefinition] = {}
    for outcome_id in _OUTCOME_ORDER:
        text = folder.joinpath(f"{outcome_id}.toml").read_text("utf-8")
        definitions[outcome_id] = parse_indicator(text, bases=definitions)
    return MappingProxyType(definitions)


_OUTCOME_ORDER: Final = (
    "kindergarten_readiness", "early_grade_reading", "middle_grade_math", "chronic_absence",
    "days_absent", "program_reach", "program_participation", "program_children", "family_welcome",
    "high_school_graduation", "postsecondary_enrollment", "postsecondary_success",
    "workforce_success",
)  # fmt: skip


def get_counted_outcome(name: str) -> str:
    """Return the ID of the outcome that counts the same people as this one.

    Args:
        name: ID of an outcome or a measure.

    Returns:
        That ID; ``name`` itself if it is not in the catalogue.
    """
    return load_outcome_catalogue()[name].people if name in load_outcome_catalogue() else name
