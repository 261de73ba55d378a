"""Read the figures of one release: as to be published, an owner's own, and disputed ones."""

from dataclasses import dataclass
from datetime import date

from cairn.governance.disclosure_log.api import SnapshotVault
from cairn.outputs.releases import facts, tables
from cairn.outputs.releases.figures import FigureKey, OutcomeFigures, collect_outcome_figures
from cairn.outputs.releases.models import Release, SendBack, WrongFigure
from cairn.outputs.releases.queries import owner_preview
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts import Actor
from cairn.policy.questions import may_view_disputed_figures
from cairn.sdc.options import Statistic
from cairn.warehouse.exporters import read_release_figures
from cairn.warehouse.measures import load_outcome_catalogue
from cairn.warehouse.store import FileRef

OWN_SCOPE, PUBLISHED_SCOPE = "own", "published"
"""Whether a named figure is one of an owner's own numbers, or one of the draft to be published."""


def list_send_backs(release: Release) -> list[SendBack]:
    """List the owners asked in this round, with their answers."""
    return list(release.send_backs.filter(round=release.round).select_related("organization"))


def load_protected_figures(release: Release) -> list[OutcomeFigures]:
    """Load each outcome as it would be published; empty before the check."""
    if not release.protected:
        return []
    protected_cells = read_release_figures(open_file_store(), FileRef.parse(release.protected))
    outcome_figures = (
        collect_outcome_figures(protected_cells.cells, outcome, protected_cells.names)
        for outcome in release.outcomes
    )
    return [
        figures_of_outcome for figures_of_outcome in outcome_figures if figures_of_outcome.years
    ]


def load_owner_figures(release: Release, owner: str) -> list[OutcomeFigures]:
    """Load what an owner's rows alone come to, for each outcome that they can count.

    The caller must ask `may_view_own_figures` first. Empty for a release checked before owners' own
    figures were counted.
    """
    owner_counts = release.own.get(owner)
    if owner_counts is None or not release.protected:
        return []
    store = open_file_store()
    names = read_release_figures(store, FileRef.parse(release.protected)).names
    outcome_figures = []
    for outcome, file_ref in owner_counts["counted"].items():
        rows, definition = (
            store.read(FileRef.parse(file_ref)).to_pylist(),
            load_outcome_catalogue()[outcome],
        )
        count_arguments = (outcome, rows, release.tables, release.years, names)
        groupings = release.together(outcome)
        if definition.measure:
            statistic = Statistic(release.statistic)
            outcome_figures.append(
                owner_preview.build_owner_measure_figures(
                    *count_arguments, statistic, groupings=groupings
                )
            )
        else:
            counts_numerator = owner_preview.can_count_numerator(definition, owner_counts["rows"])
            outcome_figures.append(
                owner_preview.build_owner_figures(
                    *count_arguments, reached=counts_numerator, groupings=groupings
                )
            )
    return [
        figures_of_outcome for figures_of_outcome in outcome_figures if figures_of_outcome.years
    ]


@dataclass(frozen=True, slots=True)
class DisputedFigure:
    """Hold one figure that an owner disputes, and the number that the owner says is right."""

    row: WrongFigure
    owner: str
    figure: str
    own: bool
    reached: int | None
    children: int | None
    why: str
    amount: str = ""


def list_disputed_figures(send_back: SendBack) -> list[DisputedFigure]:
    """List the figures that one owner disputes; the caller must ask policy first."""
    seals = SnapshotVault.for_installation()
    return [
        DisputedFigure(
            row=row,
            owner=send_back.organization.name,
            figure=tables.describe_figure(
                row.figure[1], row.figure[2], _parse_figure_key(row.figure[3:])
            ),
            own=row.figure[0] == OWN_SCOPE,
            **seals.open(row.said),
        )
        for row in send_back.wrong_figures.order_by("pk")
    ]


def list_readable_disputes(release: Release, actor: Actor, on: date) -> list[DisputedFigure]:
    """List the figures that owners dispute in this round and that the user may read."""
    fact = facts.load_release_fact(release)
    return [
        disputed_figure
        for send_back in list_send_backs(release)
        if may_view_disputed_figures(fact, send_back.organization.slug, actor, on).allowed
        for disputed_figure in list_disputed_figures(send_back)
    ]


def _parse_figure_key(words: list[str]) -> FigureKey:
    district, school, race, gender = words
    return district, school, race, gender
