"""Find the definition by which a figure is counted: Cairn's outcomes and the community's own.

The app of indicators registers the community's definitions at start: it is above this one, with
which it counts its previews.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from typing import Final

from cairn.policy.checks import list_publication_obstacles
from cairn.policy.facts import CountedIndicatorFact
from cairn.warehouse.measures import IndicatorDefinition, load_outcome_catalogue

__all__ = ["IndicatorCatalogue", "load_indicator_catalogue", "register_indicator_source"]

IndicatorSource = Callable[[], Mapping[str, IndicatorDefinition]]

_FIRST_OUTCOMES: Final = frozenset({
    "kindergarten_readiness", "early_grade_reading", "middle_grade_math", "chronic_absence",
    "days_absent", "program_reach", "program_participation", "family_welcome",
    "high_school_graduation", "postsecondary_enrollment", "postsecondary_success",
    "workforce_success",
})  # fmt: skip
"""What Cairn shipped before a community could define an indicator: none of these IDs is its own."""

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
    """All definitions by release ID; those of the community are loaded once, when asked for.

    If Cairn ships an ID under which a community published before, the community's definition
    stays, because published figures were counted by it.
    """

    @cached_property
    def _community_definitions(self) -> dict[str, IndicatorDefinition]:
        return {name: item for source in _sources for name, item in source().items()}

    @cached_property
    def _newest_versions(self) -> dict[str, str]:
        return {definition.indicator: name for name, definition in self.items()}

    def __getitem__(self, name: str) -> IndicatorDefinition:
        """Return one definition, by which figures may have been published already."""
        if self._is_shipped(name):
            return load_outcome_catalogue()[name]
        return self._community_definitions[name]

    def _is_shipped(self, name: str) -> bool:
        if name in _FIRST_OUTCOMES:
            return True
        return name in load_outcome_catalogue() and name not in self._community_definitions

    def __iter__(self) -> Iterator[str]:
        """Iterate over all IDs, in the order of a child's life and then of approval."""
        yield from dict.fromkeys([*load_outcome_catalogue(), *self._community_definitions])

    def __len__(self) -> int:
        """Return the number of definitions."""
        return len(load_outcome_catalogue().keys() | self._community_definitions.keys())

    def list_publishable(self) -> dict[str, IndicatorDefinition]:
        """Return what policy lets a new release count: the newest version of each."""
        return {
            name: definition
            for name, definition in self.items()
            if not list_publication_obstacles([self.build_fact(name)], ())
        }

    def build_fact(self, name: str, *, corrected: Collection[str] = ()) -> CountedIndicatorFact:
        """Build the fact of a definition that a release counts.

        Args:
            name: its release ID.
            corrected: release IDs that the release corrects.

        Returns:
            The fact.
        """
        definition = self[name]
        return CountedIndicatorFact(
            id=name,
            title=definition.title["en"],
            indicator=definition.indicator,
            denominator=(definition.denominator.record, definition.denominator.dated_by),
            unit=definition.unit,
            breakdowns=definition.breakdowns,
            is_shipped=self._is_shipped(name),
            is_newest=self._newest_versions[definition.indicator] == name,
            is_corrected=name in corrected,
            people=definition.people,
            records=definition.deciding_records,
        )


def load_indicator_catalogue() -> IndicatorCatalogue:
    """Load the catalogue of all indicators by which figures are or were published.

    Returns:
        Definitions by release ID. Reading one of the first outcomes asks no database, any
        other asks once: bind the catalogue before a loop.
    """
    return IndicatorCatalogue()
