"""Measure what readers of the demo's public page learn of girls and boys by race.

    cairn demo --no-serve --data DIR
    CAIRN_DATA=DIR python benchmarks/percentage_bands.py

Counts race by girls and boys, of the county, in the newest public year of each outcome: how many
cells with at least 10 children show a number or a band, and how wide the bands are by group size.
Then counts county figures of a race that are hidden, and certificates with an exposed group.
"""

import argparse
import json
import os
from collections import Counter
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
django.setup()

from cairn.outputs.releases import api as releases_api  # noqa: E402 - after the setup of Django
from cairn.platform.storage.api import open_file_store  # noqa: E402
from cairn.warehouse.exporters import ALL_GROUPS  # noqa: E402
from cairn.warehouse.measures import load_outcome_catalogue  # noqa: E402
from cairn.warehouse.store import FileRef  # noqa: E402

WIDTH_LIMITS = ((10, 15, 50), (16, 60, 20), (61, 10**9, 10))
"""Group sizes, and how many percentage points a band of them may be wide."""

GENDERS = ("F", "M")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    result = measure_public_page()
    print(json.dumps(result) if args.json else "\n".join(f"{k}: {v}" for k, v in result.items()))


def measure_public_page() -> dict[str, Any]:
    """Measure the newest year of every public outcome with a breakdown by race and gender."""
    found = Counter[str]()
    state = releases_api.load_public_state()
    for outcome in load_outcome_catalogue():
        figures = state.collect_figures(outcome)
        if not figures.years or figures.statistic or not figures.groups:
            continue
        release = state.find_headline_source(outcome, figures.latest)
        found["certificates with an exposed group"] += not release.safe
        sizes = count_children(release, outcome, figures.latest)
        hidden = Counter[str]()
        for (race, gender), count in figures.groups.items():
            size = sizes[race, gender]
            if gender == ALL_GROUPS and race != ALL_GROUPS and size >= WIDTH_LIMITS[0][0]:
                hidden["a race in the whole county is hidden"] += count.span is None
            if race != ALL_GROUPS and gender in GENDERS and size >= WIDTH_LIMITS[0][0]:
                hidden["race by girls and boys, 10 or more"] += 1
                hidden["of these, a number or band is shown"] += count.span is not None
                hidden.update(list_wide_bands(count, size))
        print(outcome, figures.latest, f"minimum {release.minimum_cell}", dict(hidden))
        found += hidden
    cells = found["race by girls and boys, 10 or more"]
    found["percent shown"] = 100 * found["of these, a number or band is shown"] // max(cells, 1)
    return dict(found)


def count_children(
    release: releases_api.Release, outcome: str, year: str
) -> Counter[tuple[str, str]]:
    """Count the children of each race and gender, with their sums, from the counted table."""
    sizes = Counter[tuple[str, str]]()
    for row in open_file_store().read(FileRef.parse(release.counted[outcome])).to_pylist():
        if row["school_year"] == year:
            for race in (row["race_ethnicity"], ALL_GROUPS):
                for gender in (row["gender"], ALL_GROUPS):
                    sizes[race, gender] += row["n"]
    return sizes


def list_wide_bands(count: releases_api.FigureCount, size: int) -> list[str]:
    """Name the limit that a band of a group of this size exceeds; empty if it is narrow enough."""
    if count.span is None:
        return []
    low, high = (round(100 * end) for end in count.span)
    # A band of whole percents that print as 40 to 49 is ten points wide.
    points = high - low + (0 if low == 0 or high in (100, low) else 1)
    limit = next(most for least, last, most in WIDTH_LIMITS if least <= size <= last)
    return [f"wider than {limit} points"] if points > limit else []


if __name__ == "__main__":
    main()
