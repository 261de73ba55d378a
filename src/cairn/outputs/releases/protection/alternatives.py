"""Find alternatives to suppression for a protected table, for the people who prepare it.

The result holds counts of cells that would be shown, and shares of children in whole percent: what
a reader of the other table would see, and no number of children that is withheld in this one.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from cairn.outputs.releases import merged_groups
from cairn.outputs.releases.json_fields import (
    GroupMergeOption,
    MethodUsefulness,
    SuppressionAlternatives,
)
from cairn.outputs.releases.protection.bands import ProtectedBandYear
from cairn.outputs.releases.protection.counts import (
    ProtectedOutcomeYear,
    find_contributors,
)
from cairn.sdc import perturbation
from cairn.sdc.audit import compute_published_ranges
from cairn.sdc.contributors import protect_from_contributors
from cairn.sdc.protect import ProtectionFailedError
from cairn.sdc.tables import Key, PublishedTables, TableRequest

MAX_MERGES_REPORTED: Final = 2
"""The number of merges that are reported."""

MAX_MERGES_TRIED: Final = 3
"""The number of merges that are tried; each is protected and audited like the release."""

MAX_CELLS_ROUNDED: Final = 400
"""The most cells for which rounding is compared: every one of them is audited."""

MAX_GROUPS_BANDED: Final = 100
"""The most finest groups for which bands are compared: a repair can take minutes beyond."""

MAX_BANDS_TRIED: Final = 20
"""The most wider bands that are tried to protect exposed groups."""

ROUNDING_BASE: Final = 5


def compare_methods(year: ProtectedOutcomeYear | ProtectedBandYear) -> SuppressionAlternatives:
    """Return what the chosen method keeps in one year, and what the others would keep."""
    if isinstance(year, ProtectedOutcomeYear):
        return find_suppression_alternatives(year)
    return SuppressionAlternatives(
        exact=0,
        share=0,
        blanks=sum(not group.tells for group in year.bands.groups),
        ranges=0,
        width=0,
        merges=[],
        useful=[
            _measure_tables("bands", year.request, perturbation.list_band_widths(year.bands)),
            *_measure_suppression(year),
        ],
    )


def _measure_suppression(year: ProtectedBandYear) -> Iterator[MethodUsefulness]:
    """Yield what exact counts would show of the same tables, without the earlier releases."""
    try:
        suppressed = protect_from_contributors(year.request, year.rule, year.contributors)
    except ProtectionFailedError:
        return
    widths = perturbation.list_suppressed_widths(suppressed.published)
    yield _measure_tables("suppress", year.request, widths)


def find_suppression_alternatives(protected_year: ProtectedOutcomeYear) -> SuppressionAlternatives:
    """Return what suppression keeps in one year, and what ranges, merges and bands would keep."""
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
        useful=[],
    )
    tables_by_merge: dict[str, tuple[TableRequest, PublishedTables]] = {}
    # Published releases already show the finer groups: merging them now gains nothing.
    if not protected_year.beside:
        alternatives["merges"] = _find_best_merges(protected_year, people_total, tables_by_merge)
    alternatives["useful"] = [
        _measure_tables("suppress", request, perturbation.list_suppressed_widths(published)),
        *_measure_bands(protected_year),
        *(
            _measure_tables(
                "merge",
                *_list_merged_widths(tables_by_merge[merged_groups.encode_merged_group(values)]),
                values=values,
            )
            for values in (merge["values"] for merge in alternatives["merges"])
        ),
        *_measure_rounding(protected_year),
    ]
    return alternatives


def _find_best_merges(
    protected_year: ProtectedOutcomeYear,
    people_total: int,
    tables_by_merge: dict[str, tuple[TableRequest, PublishedTables]],
) -> list[GroupMergeOption]:
    """Return the best merges, and keep the tables of each that was tried, by its group."""

    def protect_merged(merge_request: TableRequest) -> PublishedTables:
        contributors = find_contributors(merge_request.cells, protected_year.rule)
        tables = protect_from_contributors(merge_request, protected_year.rule, contributors)
        tried = _find_new_value(protected_year.request, merge_request)
        tables_by_merge[tried] = (merge_request, tables.published)
        return tables.published

    ranked_merges = perturbation.find_best_merges(
        protected_year.request,
        protected_year.rule,
        protected_year.published,
        protect_merged,
        dims=(merged_groups.RACE_DIMENSION,),
        tries=MAX_MERGES_TRIED,
    )
    return [
        GroupMergeOption(
            dim=merge.dim,
            values=_split_values(merge.values),
            cells=merge.cells,
            share=100 * merge.kept.people // people_total,
        )
        for merge in ranked_merges[:MAX_MERGES_REPORTED]
        if merge.kept
    ]


def _split_values(values: tuple[str, ...]) -> list[str]:
    return [group for value in values for group in merged_groups.split_merged_group(value)]


def _find_new_value(before: TableRequest, after: TableRequest) -> str:
    """Return the code of the group that a merge made."""
    position = before.cells.dims.index(merged_groups.RACE_DIMENSION)
    gone = {key[position] for key in before.cells.counts} - {
        key[position] for key in after.cells.counts
    }
    return merged_groups.encode_merged_group(_split_values(tuple(gone)))


def _list_merged_widths(
    merged: tuple[TableRequest, PublishedTables],
) -> tuple[TableRequest, dict[Key, float | None]]:
    request, published = merged
    return request, perturbation.list_suppressed_widths(published)


def _measure_bands(protected_year: ProtectedOutcomeYear) -> Iterator[MethodUsefulness]:
    """Yield what percentage bands would show; nothing if none are found to withstand the attack."""
    request = protected_year.request
    if len(perturbation.build_band_population(request.cells).sizes) > MAX_GROUPS_BANDED:
        return
    try:
        bands = perturbation.publish_bands(
            request,
            protected_year.rule,
            contributors=protected_year.contributors,
            most_tried=MAX_BANDS_TRIED,
        )
    except perturbation.BandsExposedError:
        return
    yield _measure_tables("bands", request, perturbation.list_band_widths(bands))


def _measure_rounding(protected_year: ProtectedOutcomeYear) -> Iterator[MethodUsefulness]:
    """Yield what controlled rounding would show; nothing if no safe rounding is found."""
    request = protected_year.request
    if len(protected_year.published.cells) > MAX_CELLS_ROUNDED:
        return
    try:
        rounded = perturbation.round_tables(request, protected_year.rule, ROUNDING_BASE)
    except (perturbation.NoRoundingError, perturbation.PerturbationTooNarrowError):
        return
    yield _measure_tables("round", request, perturbation.list_rounded_widths(rounded))


def _measure_tables(
    method: str,
    request: TableRequest,
    widths: Mapping[Key, float | None],
    values: list[str] | None = None,
) -> MethodUsefulness:
    sizes = {key: n for key, (_yes, n) in perturbation.count_outcome_groups(request).items()}
    useful = perturbation.measure_usefulness(request.cells.dims[:-1], sizes, widths)
    return MethodUsefulness(
        method=method,
        values=values or [],
        cells=useful.cells,
        telling=useful.telling,
        share=round(100 * useful.student_share),
        width=None if useful.width is None else round(useful.width),
        groups=[
            (value, telling, cells)
            for (dim, value), (cells, telling) in sorted(useful.by_group.items())
            if dim == merged_groups.RACE_DIMENSION
        ],
    )
