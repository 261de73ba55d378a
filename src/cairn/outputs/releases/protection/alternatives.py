"""Find alternatives to suppression for a protected table, for the people who prepare it.

The result holds counts of cells that would be shown, and shares of children in whole percent: what
a reader of the other table would see, and no number of children that is withheld in this one.
"""

from typing import Final

from cairn.outputs.releases import merged_groups
from cairn.outputs.releases.json_fields import GroupMergeOption, SuppressionAlternatives
from cairn.outputs.releases.protection.counts import (
    ProtectedOutcomeYear,
    find_district_contributors,
)
from cairn.sdc import perturbation
from cairn.sdc.audit import compute_published_ranges
from cairn.sdc.contributors import protect_from_contributors

MAX_MERGES_REPORTED: Final = 2
"""The number of merges that are reported."""

MAX_MERGES_TRIED: Final = 3
"""The number of merges that are tried; each is protected and audited like the release."""


def find_suppression_alternatives(protected_year: ProtectedOutcomeYear) -> SuppressionAlternatives:
    """Return what suppression keeps in one year, and what ranges and merges would keep."""
    request, rule, published = protected_year.request, protected_year.rule, protected_year.published
    counts = {cell.key: cell.n for cell in published.cells}
    possible_ranges = compute_published_ranges(
        published.dims, counts, request.tables, request.nests, rule
    ).values()
    people_total = perturbation.count_people(request) or 1
    alternatives = SuppressionAlternatives(
        exact=perturbation.count_shown_cells(published),
        share=100 * perturbation.count_shown_people(request, published) // people_total,
        blanks=published.withheld,
        ranges=len(possible_ranges),
        width=round(
            sum(high - low + 1 for low, high in possible_ranges) / max(len(possible_ranges), 1)
        ),
        merges=[],
    )
    # Published releases already show the finer groups: merging them now gains nothing.
    if not protected_year.beside:
        alternatives["merges"] = _find_best_merges(protected_year, people_total)
    return alternatives


def _find_best_merges(
    protected_year: ProtectedOutcomeYear, people_total: int
) -> list[GroupMergeOption]:
    ranked_merges = perturbation.find_best_merges(
        protected_year.request,
        protected_year.rule,
        protected_year.published,
        lambda merge_request: (
            protect_from_contributors(
                merge_request,
                protected_year.rule,
                find_district_contributors(merge_request.cells, protected_year.rule),
            ).published
        ),
        dims=(merged_groups.RACE_DIMENSION,),
        tries=MAX_MERGES_TRIED,
    )
    return [
        GroupMergeOption(
            dim=merge.dim,
            values=[
                group for value in merge.values for group in merged_groups.split_merged_group(value)
            ],
            cells=merge.cells,
            share=100 * merge.kept.people // people_total,
        )
        for merge in ranked_merges[:MAX_MERGES_REPORTED]
        if merge.kept
    ]
