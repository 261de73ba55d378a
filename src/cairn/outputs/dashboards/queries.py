"""Read the newest published figures of each outcome, and their targets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import QuerySet

from cairn.outputs.dashboards.models import Target
from cairn.outputs.dashboards.target_progress import TargetProgress, measure_target_progress
from cairn.outputs.releases import api as releases_api
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts import AgreementFact
from cairn.policy.questions import may_view_published_release
from cairn.policy.vocabulary import PartyRole
from cairn.warehouse.exporters import ReleaseFigures, read_release_figures
from cairn.warehouse.measures import OutcomeDefinition, load_outcome_catalogue
from cairn.warehouse.store import FileRef

__all__ = ["load_published_outcome"]


@dataclass(frozen=True, slots=True)
class PublishedOutcome:
    """Hold one outcome with its newest published figures."""

    definition: OutcomeDefinition
    release: releases_api.Release
    figures: releases_api.OutcomeFigures

    @property
    def version(self) -> str:
        """Return an identifier of these figures, which changes with each release (for caches)."""
        return self.release.released.rpartition("/")[2][:16]


def iterate_published_outcomes(on: date) -> Iterator[PublishedOutcome]:
    """Yield every outcome with published figures, in the order of the catalog.

    The releases are read once, and policy is asked once about each that is shown.
    """
    newest_releases = _find_newest_releases()
    asked: set[int] = set()
    for outcome in load_outcome_catalogue():
        release = newest_releases.get(outcome)
        if release is None:
            continue
        if release.pk not in asked:
            may_view_published_release(releases_api.load_release_fact(release), on).require()
            asked.add(release.pk)
        published_outcome = _load_figures(outcome, release)
        if published_outcome is not None:
            yield published_outcome


def iterate_counted_outcomes(on: date) -> Iterator[PublishedOutcome]:
    """Yield the published outcomes that have a share, without measures."""
    return (
        published_outcome
        for published_outcome in iterate_published_outcomes(on)
        if published_outcome.definition.measure is None
    )


def load_published_outcome(outcome: str, on: date) -> PublishedOutcome | None:
    """Load the newest published figures of one outcome; policy is asked first.

    Args:
        outcome: id of the outcome.
        on: the day of the decision.
    Returns:
        The figures; None if nothing is published.
    Raises:
        Refused: policy does not allow it.
    """
    newest = _find_newest_releases().get(outcome)
    if newest is None or outcome not in load_outcome_catalogue():
        return None
    may_view_published_release(releases_api.load_release_fact(newest), on).require()
    return _load_figures(outcome, newest)


def _find_newest_releases() -> dict[str, releases_api.Release]:
    """Find the newest published release of each outcome that has one."""
    newest_releases: dict[str, releases_api.Release] = {}
    for release in releases_api.list_published_releases():
        for outcome in release.outcomes:
            newest_releases.setdefault(outcome, release)
    return newest_releases


def _load_figures(outcome: str, release: releases_api.Release) -> PublishedOutcome | None:
    released_file = _load_released_file(release.released)
    figures = releases_api.collect_outcome_figures(
        released_file.cells, outcome, released_file.names
    )
    definition = load_outcome_catalogue()[outcome]
    return PublishedOutcome(definition, release, figures) if figures.years else None


def list_active_targets(outcome: str) -> QuerySet[Target]:
    """Return the targets of an outcome that have not ended."""
    return Target.objects.filter(outcome=outcome, ended_at__isnull=True)


def list_target_progress(published_outcome: PublishedOutcome) -> list[TargetProgress]:
    """Return each target of an outcome, compared with the newest figures."""
    higher = published_outcome.definition.direction == "higher"
    rows = list_active_targets(published_outcome.definition.id)
    return [
        measure_target_progress(row, published_outcome.figures, higher_is_better=higher)
        for row in rows
    ]


def find_withdrawn_release(outcome: str) -> releases_api.Release | None:
    """Find the release of an outcome that was withdrawn last."""
    return next(
        (
            release
            for release in releases_api.list_withdrawn_releases()
            if outcome in release.outcomes
        ),
        None,
    )


def list_release_agreements(release: releases_api.Release) -> tuple[AgreementFact, ...]:
    """Return the agreements that cover the data of a release."""
    return releases_api.load_lineage(release.agreements)


def list_source_names(release: releases_api.Release) -> list[str]:
    """Return the names of the organizations that provided the records."""
    parties = (
        party for agreement in list_release_agreements(release) for party in agreement.parties
    )
    return sorted({party.name for party in parties if party.role is PartyRole.PROVIDER})


def _load_released_file(ref: str) -> ReleaseFigures:
    """Load the figures of one file. They are public and never change, so they are cached."""

    def read() -> ReleaseFigures:
        return read_release_figures(open_file_store(), FileRef.parse(ref))

    return cache.get_or_set(f"released:{ref}", read, timeout=None) or read()
