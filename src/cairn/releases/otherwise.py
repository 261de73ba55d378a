"""What else could be done with a protected table: for those who prepare it.

Kept are counts of cells that would be shown, and shares of children in whole percent: what a reader
of the other table would see, and no number of children that is withheld in this one.
"""

from typing import Final

from cairn.disclosure.alternatives.kept import cells_shown, people_counted, people_shown
from cairn.disclosure.alternatives.merging import best_merges
from cairn.disclosure.alternatives.ranges import ranges
from cairn.disclosure.among import protect_among
from cairn.releases import groups
from cairn.releases.kept import Merged, Ways
from cairn.releases.protecting import Year, contributors

MERGES: Final = 2
"""Merges that are told."""

TRIES: Final = 3
"""Merges that are tried: each is protected and attacked as the release was."""


def ways(year: Year) -> Ways:
    """What withholding keeps in one year, and what ranges and merges would."""
    request, rule, published = year.request, year.rule, year.published
    counts = {cell.key: cell.n for cell in published.cells}
    spans = ranges(published.dims, counts, request.tables, request.nests, rule).values()
    everyone = people_counted(request) or 1
    found = Ways(
        exact=cells_shown(published),
        share=100 * people_shown(request, published) // everyone,
        blanks=published.withheld,
        ranges=len(spans),
        width=round(sum(high - low + 1 for low, high in spans) / max(len(spans), 1)),
        merges=[],
    )
    # What is out already has the finer groups: nothing is won by merging them now.
    if not year.beside:
        found["merges"] = _merges(year, everyone)
    return found


def _merges(year: Year, everyone: int) -> list[Merged]:
    best = best_merges(
        year.request,
        year.rule,
        year.published,
        lambda asked: (
            protect_among(asked, year.rule, contributors(asked.cells, year.rule)).published
        ),
        among=(groups.RACE,),
        tries=TRIES,
    )
    return [
        Merged(
            dim=one.dim,
            values=[group for value in one.values for group in groups.members(value)],
            cells=one.cells,
            share=100 * one.kept.people // everyone,
        )
        for one in best[:MERGES]
        if one.kept
    ]
