"""Facts about a release and the earlier releases that it is compared with."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = [
    "NO_EARLIER_RELEASES",
    "DifferencingConflict",
    "DifferencingConflictKind",
    "EarlierReleaseFact",
    "OutcomeYear",
    "ReleaseComparison",
]

OutcomeYear = tuple[str, str]
"""An outcome and a school year."""


class DifferencingConflictKind(StrEnum):
    """The kinds of conflict by which an earlier release blocks a new one."""

    TELLS_OF_FEW = "tells_of_few"
    OTHER_CHILDREN = "other_children"
    ANOTHER_FIGURE = "another_figure"


@dataclass(frozen=True, slots=True)
class DifferencingConflict:
    """A conflict that the audit found for one outcome and year, with the earlier releases by name.

    Attributes:
        outcome: title of the outcome or measure in a loaded fact; its id during the check.
        school_year: school year, such as "2025-26".
        how: kind of conflict.
        releases: names of the earlier releases, each with its title and day of publication.
    """

    outcome: str
    school_year: str
    how: DifferencingConflictKind
    releases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EarlierReleaseFact:
    """A release that was published, withdrawn since or not, and what it counts.

    Attributes:
        id: id of the release.
        name: title and day of publication, for readers.
        counts: outcomes and school years that it counts.
        figures: measures, with their years, that it showed as a mean, a median or a sum; empty if
            it showed none.
    """

    id: str
    name: str
    counts: frozenset[OutcomeYear]
    figures: frozenset[OutcomeYear] = frozenset()


@dataclass(frozen=True, slots=True)
class ReleaseComparison:
    """A release and the earlier releases that it was audited with.

    Args:
        counts: outcomes and years that the audit counted.
        out: every release that was published.
        attacked: ids of the releases that the audit used; ``None`` if they were not recorded.
        met: conflicts that the audit found.
    """

    counts: frozenset[OutcomeYear] = frozenset()
    out: tuple[EarlierReleaseFact, ...] = ()
    attacked: frozenset[str] | None = None
    met: tuple[DifferencingConflict, ...] = ()


NO_EARLIER_RELEASES: Final = ReleaseComparison()
