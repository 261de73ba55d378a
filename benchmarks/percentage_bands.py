"""Measure percentage bands on the tables of the demo, beside the suppression of its releases.

    cairn demo --no-serve --data DIR
    CAIRN_DATA=DIR python benchmarks/percentage_bands.py

Counts race by girls and boys, of the county: the cells with at least 10 students of each outcome
and year. Prints how many show something under each method, the widest band by group size, and the
groups exposed to an outsider, a participant and a contributor, each year by itself.
"""

import argparse
import json
import os
import time
from collections import Counter, defaultdict
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.config.settings")
django.setup()

from cairn.outputs.releases.models import Release  # noqa: E402 - after the setup of Django
from cairn.outputs.releases.protection import counts  # noqa: E402
from cairn.outputs.releases.queries.figures import load_protected_figures  # noqa: E402
from cairn.platform.storage.api import open_file_store  # noqa: E402
from cairn.sdc import perturbation  # noqa: E402
from cairn.sdc.tables import ALL, RESULT, CellCounts, TableRequest  # noqa: E402
from cairn.warehouse.store import FileRef  # noqa: E402

SIZE_CLASSES = ((10, 15), (16, 60), (61, 10**9))
GENDERS = ("F", "M")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.add_argument("--newest", action="store_true", help="the newest year of each outcome")
    args = parser.parse_args()
    result = measure_releases(newest=args.newest)
    print(json.dumps(result) if args.json else "\n".join(f"{k}: {v}" for k, v in result.items()))


def measure_releases(*, newest: bool) -> dict[str, Any]:
    """Protect every year of every checked release with tables by bands, and measure them."""
    found = Counter[str]()
    widest: dict[str, int] = defaultdict(int)
    exposed = 0
    start = time.perf_counter()
    for release in Release.objects.exclude(counted={}).exclude(tables=[]).order_by("pk"):
        for outcome, ref in release.counted.items():
            if release.statistic:
                continue
            rows = open_file_store().read(FileRef.parse(ref)).to_pylist()
            shown = load_protected_figures(release)
            years = sorted({row["school_year"] for row in rows})
            for year in years[-1:] if newest else years:
                request = build_request([r for r in rows if r["school_year"] == year], release)
                rule = counts.build_cell_rule(request.cells.counts, release.minimum_cell or 10)
                contributors = counts.find_district_contributors(request.cells, rule)
                bands = perturbation.publish_bands(request, rule, contributors=contributors)
                exposed += len(bands.certificate.exposures)
                found["widened"] += bands.widened
                found["attack targets"] += bands.certificate.targets
                sizes = perturbation.count_outcome_groups(request)
                dims = dict(zip(bands.dims, range(len(bands.dims)), strict=True))
                for group in bands.groups:
                    count_group(group, sizes[group.key][1], dims, found, widest)
                count_suppressed(shown, outcome, year, sizes, dims, found)
    return {
        "seconds": round(time.perf_counter() - start, 1),
        **found,
        "widest band, points": dict(widest),
        "exposed": exposed,
    }


def build_request(rows: list[dict[str, Any]], release: Release) -> TableRequest:
    """Build the request that the check of a release builds for one year."""
    dims = counts.list_counted_dimensions(release.tables)
    cells = Counter[tuple[str, ...]]()
    for row in rows:
        cells[counts.build_row_key(row, dims)] += row["n"]
    return TableRequest(
        CellCounts((*dims, RESULT), cells),
        tuple(tuple(table) for table in release.tables),
        counts.list_nested_dimensions(counts.list_table_dimensions(release.tables)),
    )


def is_race_by_gender(key: tuple[str, ...], dims: dict[str, int]) -> bool:
    """Decide whether a group is girls or boys of one race in the whole county."""
    return (
        "race_ethnicity" in dims
        and key[dims["race_ethnicity"]] != ALL
        and key[dims["gender"]] in GENDERS
        and all(key[dims[d]] == ALL for d in ("district", "school") if d in dims)
    )


def count_group(
    group: Any, size: int, dims: dict[str, int], found: Counter[str], widest: dict[str, int]
) -> None:
    """Count one group with its band."""
    if size < SIZE_CLASSES[0][0]:
        return
    found["all groups of 10 or more"] += 1
    found["all groups of 10 or more that show a band"] += group.tells
    if not is_race_by_gender(group.key, dims):
        if set(group.key) - {ALL} and group.key[dims.get("race_ethnicity", 0)] != ALL:
            found["races hidden"] += not group.tells and group.key[dims["gender"]] == ALL
        return
    found["race by girls and boys, 10 or more"] += 1
    found["race by girls and boys, 10 or more, with a band"] += group.tells
    low, high = next(c for c in SIZE_CLASSES if c[0] <= size <= c[1])
    name = f"{low}-{high}" if high < SIZE_CLASSES[-1][1] else f"{low} and more"
    # A band of whole percents that print as 40 to 49 is ten points wide.
    ends = {0, 100} & set(group.percents)
    points = group.width + (0 if ends else 1)
    if group.tells:
        widest[name] = max(widest[name], points)
        limit = {10: 50, 16: 20, 61: 10}[low]
        found[f"wider than {limit} points, {name}"] += points > limit


def count_suppressed(
    shown: Any, outcome: str, year: str, sizes: Any, dims: dict[str, int], found: Counter[str]
) -> None:
    """Count the same cells under the suppression of the release."""
    figures = next((f for f in shown if f.outcome == outcome), None)
    table = figures.tables.get(year, {}) if figures else {}
    for key, (_yes, size) in sizes.items():
        if size >= SIZE_CLASSES[0][0] and is_race_by_gender(key, dims):
            count = table.get((ALL, ALL, key[dims["race_ethnicity"]], key[dims["gender"]]))
            found["the same cells with a percentage under suppression"] += bool(
                count and count.share is not None
            )


if __name__ == "__main__":
    main()
