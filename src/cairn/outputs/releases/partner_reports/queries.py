"""Read what became of a delivery: matched rows, and the releases that counted them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, ExpressionWrapper, Max, Q

from cairn.data.identity.api import find_latest_run
from cairn.data.intake.api import Delivery, list_derived_files, load_agreement_by_reference
from cairn.outputs.releases import facts, labels
from cairn.outputs.releases.catalogue import load_indicator_catalogue
from cairn.outputs.releases.figures import FigureCount
from cairn.outputs.releases.models import GiveBack, Release
from cairn.outputs.releases.queries import figures
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts import Actor, GiveBackFact
from cairn.policy.questions import may_view_owner_figures
from cairn.policy.vocabulary import ReleaseState
from cairn.warehouse.measures import IndicatorDefinition

__all__ = ["LastReport", "find_last_reports"]


def load_partner_report_fact(row: Delivery) -> GiveBackFact:
    """Load the fact of a delivery that policy asks for before a report."""
    return GiveBackFact(
        organization=row.organization.slug,
        agreement=load_agreement_by_reference(row.agreement_reference),
        kept=bool(row.conformed) and row.rows_kept > 0,
    )


_STATES_AFTER_PUBLICATION = (
    ReleaseState.PUBLISHED.value,
    ReleaseState.CORRECTED.value,
    ReleaseState.WITHDRAWN.value,
)


@dataclass(frozen=True, slots=True)
class DeliveryMatchCounts:
    """Count the rows of a delivery that were matched to a child, as of the newest matching run."""

    rows: int
    unlinked: int

    @property
    def linked(self) -> int:
        """Return the number of matched rows."""
        return self.rows - self.unlinked

    @property
    def share(self) -> float:
        """Return the share of matched rows, from 0 to 1."""
        return self.linked / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class ReleaseOfDelivery:
    """Hold a release that counted rows of a delivery, with the owner's own figures.

    `own` has, for each outcome, the title, the newest year and the share in words; it is empty for
    users who may not read it.
    """

    release: Release
    out: bool
    outcomes: tuple[str, ...]
    own: tuple[tuple[str, str, str], ...]


def count_matched_rows(row: Delivery) -> DeliveryMatchCounts | None:
    """Count a delivery's rows matched by the newest run; None if it was not matched yet."""
    run = find_latest_run(pilot=bool(row.synthetic))
    part = run.parts.filter(delivery=row.pk).first() if run else None
    return None if part is None else DeliveryMatchCounts(part.rows, part.rows_unlinked)


def list_releases_of_delivery(row: Delivery, actor: Actor, on: date) -> list[ReleaseOfDelivery]:
    """List the releases that were counted from a delivery, newest first."""
    derived_refs = {record.name for record in list_derived_files(open_file_store(), row)}
    release_rows = Release.objects.select_related("organization").order_by("-created_at")
    return [
        ReleaseOfDelivery(
            release=release,
            out=release.state in _STATES_AFTER_PUBLICATION,
            outcomes=tuple(
                labels.localize_text(load_indicator_catalogue()[outcome].title)
                for outcome in release.outcomes
            ),
            own=tuple(_list_owner_shares(release, row.organization.slug, actor, on)),
        )
        for release in release_rows
        if derived_refs.intersection(release.counted.values())
    ]


def _list_owner_shares(
    release: Release, owner: str, actor: Actor, on: date
) -> Iterator[tuple[str, str, str]]:
    if may_view_owner_figures(facts.load_release_fact(release), owner, actor, on).allowed:
        for outcome_figures in figures.load_owner_figures(release, owner):
            definition = load_indicator_catalogue()[outcome_figures.outcome]
            if not definition.has_share or outcome_figures.county.yes is not None:
                yield (
                    labels.localize_text(definition.title),
                    outcome_figures.latest,
                    _format_owner_share(outcome_figures.county, definition),
                )


def _format_owner_share(count: FigureCount, definition: IndicatorDefinition) -> str:
    if definition.is_count:
        return labels.format_figure_with_unit(count, definition)
    if definition.measure:
        return (
            f"{labels.format_figure_with_unit(count, definition)} "
            f"({labels.format_child_count(count.n)})"
        )
    return (
        f"{labels.format_percent(count)} ({labels.format_child_count(count.yes)} / "
        f"{labels.format_child_count(count.n)})"
    )


@dataclass(frozen=True, slots=True)
class LastReport:
    """Hold when a partner last got one report, and up to which submission it had then got it.

    Attributes:
        what: the report, as the agreement named it.
        is_by_cairn: whether Cairn delivered it by itself.
        given_on: the day.
        covered_until: when the newest submission arrived on which it was given.
    """

    what: str
    is_by_cairn: bool
    given_on: date
    covered_until: datetime


def find_last_reports(reference: str = "") -> Mapping[tuple[str, str], list[LastReport]]:
    """Find when each report was last given to each partner.

    Args:
        reference: the agreement; empty for all.

    Returns:
        The reports by the agreement's reference and the partner.
    """
    is_by_cairn = ExpressionWrapper(Q(given_by=None), output_field=BooleanField())
    rows = GiveBack.objects.values_list(
        "delivery__agreement_reference", "delivery__organization__slug", "what", is_by_cairn
    )
    if reference:
        rows = rows.filter(delivery__agreement_reference=reference)
    last = rows.annotate(given=Max("given_on"), covered=Max("delivery__received_at")).order_by()
    grouped: dict[tuple[str, str], list[LastReport]] = defaultdict(list)
    for agreement, partner, *values in last:
        grouped[agreement, partner].append(LastReport(*values))
    return grouped
