"""Measure a release beside earlier ones: fifty months, and ten other tables of the same people.

Months: children join, and the same two tables are published each month. Tables: ten tables of one
month, each protected beside those before it, and then a dashboard's; together they form cycles, so
that the table behind them must be protected too. With some seeds the empty groups of the dashboard,
which are always shown, disclose a number of the ten tables; then the seconds until the dashboard is
stopped are measured.

python benchmarks/release_history.py [--seed 1] [--months 50] [--json]
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence

import numpy as np
from synthetic_tables import DIMS, SCHOOLS, TableSize, build_dashboard

from cairn.sdc.differencing.history_protection import audit_with_history, protect_with_history
from cairn.sdc.differencing.published_history import ReleaseConflictError
from cairn.sdc.differencing.release_comparison import EarlierRelease
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.published_tables import PublishedTables
from cairn.sdc.tables.request import CellCounts, Key, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule()
MONTHLY_TABLES = (("school", "race"), ("school", "gender"))
OVERLAPPING_TABLES = (
    ("district", "race"), ("district", "gender"), ("school",), ("school", "gender"),
    ("school", "race"), ("grade",), ("grade", "gender"), ("grade", "race"),
    ("race", "gender"), ("district", "grade"),
)  # fmt: skip
MONTHLY_GROWTH = 0.03
"""Share of the children who come each month."""


def main() -> None:
    """Print the processor seconds of one core, alone and beside the earlier releases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--months", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = {
        f"{args.months} months of two tables": measure_monthly_releases(args.seed, args.months),
        f"{len(OVERLAPPING_TABLES)} other tables of the same people": measure_overlapping_tables(
            args.seed
        ),
    }
    if args.json:
        print(json.dumps(rows))
        return
    for label, row in rows.items():
        print(f"{label}: " + ", ".join(f"{name} {value}" for name, value in row.items()))


def measure_monthly_releases(seed: int, count: int) -> dict[str, float]:
    """Protect each month alone, and the newest beside all of them."""
    *earlier_counts, newest = _generate_monthly_counts(seed, count + 1)
    earlier_releases = [
        _build_earlier_release(
            f"month {number}", protect_tables(_build_request(counts, MONTHLY_TABLES), RULE)
        )
        for number, counts in enumerate(earlier_counts, 1)
    ]
    return _measure_release(_build_request(newest, MONTHLY_TABLES), earlier_releases)


def measure_overlapping_tables(seed: int) -> dict[str, float]:
    """Protect each table beside those before it, and a dashboard's tables beside all of them."""
    counts = dict(build_dashboard(TableSize(), seed).cells.counts)
    earlier_releases: list[EarlierRelease] = []
    for table in OVERLAPPING_TABLES:
        protected = protect_with_history(_build_request(counts, (table,)), RULE, earlier_releases)
        earlier_releases.append(_build_earlier_release(" by ".join(table), protected.published))
    return _measure_release(build_dashboard(TableSize(), seed), earlier_releases)


def _measure_release(
    request: TableRequest, earlier_releases: Sequence[EarlierRelease]
) -> dict[str, float]:
    start = time.process_time()
    protect_tables(request, RULE)
    alone_end = time.process_time()
    try:
        protected = protect_with_history(request, RULE, earlier_releases)
    except ReleaseConflictError as conflict:
        return {
            "releases": len(earlier_releases),
            "seconds alone": round(alone_end - start, 2),
            "seconds until it is stopped": round(time.process_time() - alone_end, 2),
            "of them named": len(conflict.releases),
        }
    history_end = time.process_time()
    conflicts = audit_with_history(
        request, RULE, earlier_releases, {cell.key: cell.n for cell in protected.published.cells}
    )
    return {
        "releases": len(earlier_releases),
        "seconds alone": round(alone_end - start, 2),
        "seconds beside": round(history_end - alone_end, 2),
        "seconds of the check": round(time.process_time() - history_end, 2),
        "still met": len(conflicts),
    }


def _generate_monthly_counts(seed: int, months: int) -> Iterator[dict[Key, int]]:
    """Generate the finest counts month by month; children only join."""
    rng = np.random.default_rng(seed)
    monthly_counts = [dict(build_dashboard(TableSize(), seed).cells.counts)]
    for _ in range(months - 1):
        monthly_counts.append(
            {key: n - int(rng.binomial(n, MONTHLY_GROWTH)) for key, n in monthly_counts[-1].items()}
        )
    yield from reversed(monthly_counts)


def _build_request(counts: dict[Key, int], tables: tuple[tuple[str, ...], ...]) -> TableRequest:
    return TableRequest(CellCounts(DIMS, counts), tables, SCHOOLS)


def _build_earlier_release(name: str, published: PublishedTables) -> EarlierRelease:
    return EarlierRelease(name, {cell.key: cell.n for cell in published.cells})


if __name__ == "__main__":
    main()
