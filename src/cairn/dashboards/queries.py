"""What the public may read: the newest published figures of each outcome, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import QuerySet

from cairn.dashboards.models import Target
from cairn.dashboards.standing import Standing, standing
from cairn.intake.storehouse import open_storehouse
from cairn.releases import facts
from cairn.releases import queries as releases
from cairn.releases.figures import Figures, of_outcome
from cairn.releases.models import Release
from cairn.rules.agreement import Agreement
from cairn.rules.release import may_view_published
from cairn.rules.vocabulary import PartyRole
from cairn.warehouse import released
from cairn.warehouse.outcomes import OutcomeDefinition, catalogue
from cairn.warehouse.released import Released
from cairn.warehouse.zones import FileRef


@dataclass(frozen=True, slots=True)
class Shown:
    """One outcome with its newest published figures."""

    definition: OutcomeDefinition
    release: Release
    figures: Figures

    @property
    def version(self) -> str:
        """Names these figures: another release has another one, so a drawing may be kept."""
        return self.release.released.rpartition("/")[2][:16]


def shown(on: date) -> Iterator[Shown]:
    """Every outcome that has published figures, from cradle to career."""
    for outcome in catalogue():
        found = of(outcome, on)
        if found is not None:
            yield found


def counted(on: date) -> Iterator[Shown]:
    """Those of them that say who reached an outcome: of a measure there is no share."""
    return (one for one in shown(on) if one.definition.measure is None)


def of(outcome: str, on: date) -> Shown | None:
    """The newest published figures of one outcome, asking the rules first."""
    newest = next((r for r in releases.published() if outcome in r.outcomes), None)
    if newest is None or outcome not in catalogue():
        return None
    may_view_published(facts.release(newest), on).require()
    held = _held(newest.released)
    figures = of_outcome(held.cells, outcome, held.names)
    return Shown(catalogue()[outcome], newest, figures) if figures.years else None


def targets(outcome: str) -> QuerySet[Target]:
    """What is to be reached of an outcome; without what was ended."""
    return Target.objects.filter(outcome=outcome, ended_at__isnull=True)


def standings(one: Shown) -> list[Standing]:
    """Each target of an outcome beside its latest figures."""
    higher = one.definition.direction == "higher"
    rows = targets(one.definition.id)
    return [standing(row, one.figures, higher_is_better=higher) for row in rows]


def withdrawn(outcome: str) -> Release | None:
    """The release of an outcome that was withdrawn last."""
    return next((r for r in releases.withdrawn() if outcome in r.outcomes), None)


def agreements(release: Release) -> tuple[Agreement, ...]:
    """The agreements in the lineage of a release."""
    return facts.lineage(release.agreements)


def sources(release: Release) -> list[str]:
    """The names of those from whose records the figures come."""
    parties = (party for agreement in agreements(release) for party in agreement.parties)
    return sorted({party.name for party in parties if party.role is PartyRole.PROVIDER})


def _held(ref: str) -> Released:
    """The figures of one file; they are public and never change, so they are kept at hand."""

    def read() -> Released:
        return released.read(open_storehouse(), FileRef.parse(ref))

    return cache.get_or_set(f"released:{ref}", read, timeout=None) or read()
