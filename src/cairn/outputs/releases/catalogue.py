"""Find the definition by which a figure is counted: Cairn's outcomes and the community's own.

The app of indicators registers the community's definitions at start: it is above this one, with
which it counts its previews.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

from cairn.warehouse.measures import IndicatorDefinition, load_outcome_catalogue

__all__ = ["IndicatorCatalogue", "load_indicator_catalogue", "register_indicator_source"]

IndicatorSource = Callable[[], Mapping[str, IndicatorDefinition]]

PUBLISHED_UNITS: Final = frozenset({"percent", "mean"})
"""Units with an audit of their own. A plain count is previewed, and not published yet."""

_sources: list[IndicatorSource] = []


def register_indicator_source(source: IndicatorSource) -> None:
    """Register a function that loads approved definitions.

    Args:
        source: returns every approved version of an indicator by its release ID, the newest
            version of each indicator last.
    """
    if source not in _sources:
        _sources.append(source)


class IndicatorCatalogue(Mapping[str, IndicatorDefinition]):
    """All definitions by release ID; those of the community are loaded when they are asked for."""

    @cached_property
    def _community_definitions(self) -> dict[str, IndicatorDefinition]:
        return {name: item for source in _sources for name, item in source().items()}

    def __getitem__(self, name: str) -> IndicatorDefinition:
        """Return one definition, by which figures may have been published already."""
        shipped = load_outcome_catalogue()
        return shipped[name] if name in shipped else self._community_definitions[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over all IDs, in the order of a child's life and then of approval."""
        yield from load_outcome_catalogue()
        yield from self._community_definitions

    def __len__(self) -> int:
        """Return the number of definitions."""
        return len(load_outcome_catalogue()) + len(self._community_definitions)

    def list_publishable(self) -> dict[str, IndicatorDefinition]:
        """Return what a new release may count: the newest version of each, in percent or mean."""
        newest = {definition.indicator: name for name, definition in self.items()}
        return {name: self[name] for name in newest.values() if self[name].unit in PUBLISHED_UNITS}

    def find_forbidden_breakdowns(
        self, names: Iterable[str], dimensions: Iterable[str]
    ) -> dict[str, list[str]]:
        """Find dimensions by which a definition may not be broken down.

        Args:
            names: release IDs of the indicators.
            dimensions: the dimensions of all tables of a release.

        Returns:
            The forbidden dimensions by release ID; empty if all are allowed.
        """
        wanted = list(dict.fromkeys(dimensions))
        forbidden = {
            name: [dimension for dimension in wanted if dimension not in self[name].breakdowns]
            for name in names
        }
        return {name: found for name, found in forbidden.items() if found}


def load_indicator_catalogue() -> IndicatorCatalogue:
    """Load the catalogue of all indicators by which figures are or were published.

    Returns:
        Definitions by release ID. Reading one that Cairn ships asks no database.
    """
    return IndicatorCatalogue()
