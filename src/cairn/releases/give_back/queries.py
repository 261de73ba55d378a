"""What became of a delivery: which rows were linked, and what was counted with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from cairn.intake.lineage import made_of
from cairn.intake.models import Delivery
from cairn.intake.storehouse import open_storehouse
from cairn.linkage import queries as linkage
from cairn.releases import facts, labels
from cairn.releases import queries as releases
from cairn.releases.figures import Count
from cairn.releases.models import GiveBack, Release
from cairn.rules.actor import Actor
from cairn.rules.release import may_view_own_figures
from cairn.rules.vocabulary import ReleaseState
from cairn.warehouse.outcomes import OutcomeDefinition, catalogue

_OUT = (ReleaseState.PUBLISHED.value, ReleaseState.CORRECTED.value, ReleaseState.WITHDRAWN.value)


@dataclass(frozen=True, slots=True)
class Linked:
    """Rows of a delivery that were joined to a child, and rows of which nobody could say whose
    they are; as of the newest linking."""

    rows: int
    unlinked: int

    @property
    def linked(self) -> int:
        return self.rows - self.unlinked

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.linked / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class Used:
    """A release that counted rows of a delivery, with what the owner's rows alone come to: the
    outcome, its latest year, and the words for the share; nothing for whoever may not read it."""

    release: Release
    out: bool
    outcomes: tuple[str, ...]
    own: tuple[tuple[str, str, str], ...]


def linked(row: Delivery) -> Linked | None:
    """How the newest linking joined a delivery's rows; None where it was not linked yet."""
    run = linkage.latest(pilot=bool(row.synthetic))
    part = run.parts.filter(delivery=row.pk).first() if run else None
    return None if part is None else Linked(part.rows, part.rows_unlinked)


def used(row: Delivery, who: Actor, on: date) -> list[Used]:
    """The releases that were counted with a delivery, the newest first."""
    made = {record.name for record in made_of(open_storehouse(), row)}
    found = Release.objects.select_related("organization").order_by("-created_at")
    return [
        Used(
            release=release,
            out=release.state in _OUT,
            outcomes=tuple(labels.spoken(catalogue()[one].title) for one in release.outcomes),
            own=tuple(_own(release, row.organization.slug, who, on)),
        )
        for release in found
        if made.intersection(release.counted.values())
    ]


def _own(release: Release, owner: str, who: Actor, on: date) -> Iterator[tuple[str, str, str]]:
    if may_view_own_figures(facts.release(release), owner, who, on).allowed:
        for one in releases.own_figures(release, owner):
            definition = catalogue()[one.outcome]
            if definition.measure or one.county.yes is not None:
                yield labels.spoken(definition.title), one.latest, _said(one.county, definition)


def _said(count: Count, definition: OutcomeDefinition) -> str:
    if definition.measure:
        return f"{labels.in_units(count, definition)} ({labels.people(count.n)})"
    return f"{labels.percent(count)} ({labels.people(count.yes)} / {labels.people(count.n)})"


def last_given(agreement: str) -> dict[str, date]:
    """When each thing that an agreement promises was given last, by what it is called."""
    rows = GiveBack.objects.filter(delivery__agreement_reference=agreement)
    return dict(rows.values_list("what").annotate(last=Max("given_on")).order_by("what"))
