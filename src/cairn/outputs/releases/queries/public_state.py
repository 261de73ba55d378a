"""Read the public figures, and those after a publication or a withdrawal.

The public state is composed from every published release (`cairn.sdc.differencing`): a figure stays
until its release is withdrawn or corrected. It is derived from files that never change, so nothing
is stored beside them.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.core.cache import caches

from cairn.outputs.releases import facts, figures, labels
from cairn.outputs.releases.catalogue import load_indicator_catalogue
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.protection import public_figures
from cairn.outputs.releases.protection.public_figures import PublicFigure
from cairn.outputs.releases.protection.public_tables import encode_table
from cairn.outputs.releases.queries.releases import list_published_releases
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts import DifferencingConflict, DifferencingConflictKind
from cairn.policy.vocabulary import ReleaseState
from cairn.sdc import differencing
from cairn.sdc.differencing import FactChange, PublicFact, ReleaseFacts
from cairn.warehouse import exporters
from cairn.warehouse.exporters import EVERYONE, ReleasedCell
from cairn.warehouse.measures import sort_dimensions
from cairn.warehouse.store import FileRef

__all__ = [
    "FigureReleases",
    "PublicState",
    "compose_released_state",
    "list_publication_changes",
    "list_withdrawal_changes",
    "load_public_state",
]

FigureReleases = Mapping[tuple[str, figures.FigureKey], Release]
"""The release that states each figure, by school year and group."""

Facts = dict[Hashable, PublicFact[PublicFigure]]


@dataclass(frozen=True)
class PublicState:
    """Hold what the public page is drawn from.

    Attributes:
        facts: the public figures, each with the release (primary key, as text) that states it.
        names: name of each school by its code.
        releases: the published releases by primary key, newest first.
    """

    facts: Mapping[Hashable, PublicFact[PublicFigure]]
    names: Mapping[str, str]
    releases: Mapping[str, Release]

    def collect_figures(self, outcome: str) -> figures.OutcomeFigures:
        """Collect the public figures of one outcome, of every year and table."""
        cells = (cell for fact in self._list_facts(outcome) for cell in fact.value.cells)
        return figures.collect_outcome_figures(cells, outcome, self.names)

    def collect_releases(self, outcome: str) -> FigureReleases:
        """Collect the release that states each public figure, by school year and group."""
        return {
            (year, figures.name_school(group, self.names)): self.releases[fact.release]
            for fact in self._list_facts(outcome)
            for _outcome, year, group in (fact.value.key,)
        }

    def list_sources(self, outcome: str) -> tuple[Release, ...]:
        """List the releases that state the public figures of an outcome, newest first."""
        said_by = {fact.release for fact in self._list_facts(outcome)}
        return tuple(row for key, row in self.releases.items() if key in said_by)

    def find_headline_source(self, outcome: str, latest: str) -> Release:
        """Find the release that states the figure of all children in the newest year.

        If none states it, the newest release of the outcome.
        """
        key = (outcome, latest, EVERYONE)
        if key not in self.facts:
            return self.list_sources(outcome)[0]
        return self.releases[self.facts[key].release]

    def _list_facts(self, outcome: str) -> list[PublicFact[PublicFigure]]:
        return self._facts_by_outcome.get(outcome, [])

    @cached_property
    def _facts_by_outcome(self) -> dict[str, list[PublicFact[PublicFigure]]]:
        by_outcome: dict[str, list[PublicFact[PublicFigure]]] = {}
        for fact in self.facts.values():
            by_outcome.setdefault(fact.value.cells[0].outcome, []).append(fact)
        return by_outcome


def load_public_state(outcomes: Iterable[str] | None = None) -> PublicState:
    """Load the public figures.

    Args:
        outcomes: ids of the outcomes that the caller shows; None means all.
    Returns:
        The public figures, with the releases that state them.
    """
    published = list_published_releases().select_related("organization", "corrects")
    return compose_released_state(published, outcomes)


def compose_released_state(
    releases: Iterable[Release], outcomes: Iterable[str] | None = None
) -> PublicState:
    """Compose the figures of published releases: those that the same readers see.

    Args:
        releases: the releases, newest first.
        outcomes: ids of the outcomes that the caller shows; None means all.
    Returns:
        The figures, with the releases that state them.
    """
    wanted = None if outcomes is None else set(outcomes)
    rows = [row for row in releases if wanted is None or wanted & set(row.outcomes)]
    names: dict[str, str] = {}
    for row in reversed(rows):
        names |= load_released_file(row.released).names
    return PublicState(
        differencing.compose_public_facts(_read_facts(row, wanted) for row in reversed(rows)),
        names,
        {str(row.pk): row for row in rows},
    )


def load_released_file(ref: str) -> exporters.ReleaseFigures:
    """Load the figures of one file. They are public and never change, so they are cached."""

    def read() -> exporters.ReleaseFigures:
        return exporters.read_release_figures(open_file_store(), FileRef.parse(ref))

    return caches["figures"].get_or_set(f"released-figures:{ref}", read, timeout=None) or read()


def _read_facts(row: Release, wanted: set[str] | None) -> ReleaseFacts[PublicFigure]:
    shown = set(row.outcomes) if wanted is None else wanted & set(row.outcomes)
    cells = load_released_file(row.released).cells
    return _build_facts(row, (cell for cell in cells if cell.outcome in shown))


def _build_facts(row: Release, cells: Iterable[ReleasedCell]) -> ReleaseFacts[PublicFigure]:
    return ReleaseFacts(
        str(row.pk),
        public_figures.collect_public_figures(cells),
        corrects=str(row.corrects_id) if row.corrects_id else None,
    )


@dataclass(frozen=True, slots=True)
class PublicPageChange:
    """Say what happens to the figures of one table on the public page.

    Attributes:
        outcome: title of the outcome.
        table: the table, such as "by district".
        years: its school years.
        change: what happens.
        figures: how many figures it happens to.
        suppressed: how many of them are shown in part or not at all afterwards.
    """

    outcome: str
    table: str
    years: tuple[str, ...]
    change: FactChange
    figures: int
    suppressed: int


_CHANGE_ORDER: Final = (
    FactChange.REMOVED,
    FactChange.REPLACED,
    FactChange.UPDATED,
    FactChange.ADDED,
    FactChange.REFINED,
    FactChange.SUPPRESSED,
    FactChange.UNCHANGED,
)


def list_publication_changes(release: Release) -> list[PublicPageChange]:
    """List what publishing a checked release changes on the public page.

    Args:
        release: the release.
    Returns:
        The changes, removals first; empty before the check, for a pilot, and for one partner.
    """
    is_private = release.pilot or release.audience_id is not None
    if not release.protected or is_private or release.published_at is not None:
        return []
    state = load_public_state(release.outcomes)
    proposed = _read_proposed_facts(release)
    public = [_read_facts(row, set(release.outcomes)) for row in _list_in_order(state)]
    after = differencing.compose_public_facts([*public, proposed])
    return list(_summarize_changes(state.facts, after, proposed.corrects, set(proposed.values)))


def list_withdrawal_changes(release: Release) -> list[PublicPageChange]:
    """List what withdrawing a published release changes on the public page.

    Args:
        release: the release.
    Returns:
        The changes; figures of earlier releases that return are updates. Empty if the public page
        does not show the release.
    """
    state = load_public_state(release.outcomes)
    if str(release.pk) not in state.releases:
        return []
    after = differencing.compose_public_facts(
        _read_facts(row, set(release.outcomes))
        for row in _list_in_order(state)
        if row.pk != release.pk
    )
    own = _read_facts(release, set(release.outcomes)).values
    touched = {
        key
        for key, fact in state.facts.items()
        # Another release may state the same number: readers learn that it stays.
        if fact.release == str(release.pk) or own.get(key) == fact.value
    }
    return list(_summarize_changes(state.facts, after, None, touched))


def find_hiding_conflicts(release: Release) -> tuple[DifferencingConflict, ...]:
    """Find the outcomes and years in which a release would hide a public figure.

    Asked once more at publication, with the figures that are public at that moment. A number stays
    public beside a band; the check has found which numbers may (`protection.bands`).

    Args:
        release: the checked release.
    Returns:
        The conflicts; empty for a pilot. A release to one partner hides nothing from the public.
    """
    if not release.protected or release.pilot:
        return ()
    state = _load_state_of_readers(release)
    hidden: dict[tuple[str, str], set[str]] = {}
    proposed = _read_proposed_facts(release)
    for key, said_by in differencing.find_hidden_facts(state.facts, proposed).items():
        if proposed.values[key].is_band and not state.facts[key].value.is_band:
            continue
        cell = state.facts[key].value.cells[0]
        hidden.setdefault((cell.outcome, cell.school_year), set()).add(said_by)
    catalogue = load_indicator_catalogue()
    return tuple(
        DifferencingConflict(
            labels.localize_text(catalogue[outcome].title),
            year,
            DifferencingConflictKind.HIDES_PUBLIC,
            tuple(facts.find_release_name(state.releases[name]) for name in sorted(names)),
        )
        for (outcome, year), names in sorted(hidden.items())
    )


def _load_state_of_readers(release: Release) -> PublicState:
    """Load what the readers of a release see: the public figures, or those for the same partner."""
    if release.audience_id is None:
        return load_public_state(release.outcomes)
    rows = Release.objects.filter(
        state=ReleaseState.PUBLISHED.value, pilot=False, audience=release.audience_id
    )
    ordered = rows.select_related("audience", "corrects").order_by("-published_at", "-pk")
    return compose_released_state(ordered, release.outcomes)


def _read_proposed_facts(release: Release) -> ReleaseFacts[PublicFigure]:
    file_ref = FileRef.parse(release.protected)
    return _build_facts(release, exporters.read_release_figures(open_file_store(), file_ref).cells)


def _list_in_order(state: PublicState) -> Iterator[Release]:
    return reversed(tuple(state.releases.values()))


def _summarize_changes(
    before: Mapping[Hashable, PublicFact[PublicFigure]],
    after: Facts,
    corrected: str | None,
    touched: set[Hashable],
) -> Iterator[PublicPageChange]:
    """Count the changes by outcome, table and kind. Figures that no one touches are left out."""
    counted: dict[tuple[str, str, FactChange], list[Hashable]] = {}
    for key, change in differencing.compare_public_facts(before, after, corrected).items():
        if change is FactChange.UNCHANGED and key not in touched:
            continue
        cell = (after.get(key) or before[key]).value.cells[0]
        table = encode_table(sort_dimensions(cell.group.dimensions))
        counted.setdefault((cell.outcome, table, change), []).append(key)
    catalogue = load_indicator_catalogue()
    for (outcome, table, change), keys in sorted(
        counted.items(), key=lambda row: (row[0][0], _CHANGE_ORDER.index(row[0][2]), row[0][1])
    ):
        yield PublicPageChange(
            labels.localize_text(catalogue[outcome].title),
            labels.label_table(table),
            tuple(
                sorted({(after.get(key) or before[key]).value.cells[0].school_year for key in keys})
            ),
            change,
            len(keys),
            sum(key in after and not after[key].value.is_complete for key in keys),
        )
