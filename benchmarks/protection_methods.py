"""Compare how much of a dashboard's tables each protection method keeps, beside suppression.

python benchmarks/protection_methods.py [--seed 1] [--designs 60] [--json]
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable

from synthetic_tables import TableSize, build_dashboard, generate_design

from cairn.sdc.audit.published_ranges import audit_published_ranges, compute_published_ranges
from cairn.sdc.options import Sums, Zeros
from cairn.sdc.perturbation.cell_key import compute_keys_from_counts, perturb_by_cell_key
from cairn.sdc.perturbation.controlled_rounding import NoRoundingError, round_tables
from cairn.sdc.perturbation.global_recoding import find_best_merges
from cairn.sdc.perturbation.information_loss import (
    InformationKept,
    count_people,
    measure_perturbation,
    measure_suppression,
)
from cairn.sdc.perturbation.perturbation_audit import PerturbationTooNarrowError, PerturbedTables
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.request import TableRequest
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule(zeros=Zeros.COVER, sums=Sums.FREE)
BASE = 5
SECRET = bytes(32)
"""Not secret: the people are invented, and every run shall print the same."""

Row = dict[str, float | int | str | None]


def main() -> None:
    """Print one line for each method, and one for the random designs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--designs", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = compare_methods(build_dashboard(TableSize(), args.seed)) | {
        "random designs": count_refused_designs(args.designs)
    }
    if args.json:
        print(json.dumps(rows))
        return
    for name, row in rows.items():
        print(f"{name}: " + ", ".join(f"{value} {figure}" for figure, value in row.items()))


def compare_methods(request: TableRequest) -> dict[str, Row]:
    """Apply each method once; measure processor seconds of one core, audit included."""
    start = time.process_time()
    published = protect_tables(request, RULE)
    people = count_people(request)
    rows = {"withhold": _build_row(measure_suppression(request, published), start, people)}
    start = time.process_time()
    merges = find_best_merges(
        request, RULE, published, lambda coarser: protect_tables(coarser, RULE)
    )
    for merge in merges[:1]:
        if merge.kept:
            rows[f"merge {merge.name}, withhold"] = _build_row(merge.kept, start, people)
    start = time.process_time()
    counts = {cell.key: cell.n for cell in published.cells}
    ranges = compute_published_ranges(published.dims, counts, request.tables, request.nests, RULE)
    if not audit_published_ranges(request, RULE, counts, ranges).safe:
        raise SystemExit("The ranges gave something away.")
    rows["ranges in the blanks"] = _build_row(
        measure_suppression(request, published, ranges), start, people
    )
    for name, perturb in _PERTURBATIONS.items():
        start = time.process_time()
        rows[name] = _build_row(
            measure_perturbation(request, perturb(request, RULE)), start, people
        )
    return rows


def count_refused_designs(count: int) -> Row:
    """Count the random designs that each perturbation refuses."""
    refused: Counter[str] = Counter()
    for seed in range(count):
        request, rule = generate_design(seed)
        for name, perturb in _PERTURBATIONS.items():
            try:
                perturb(request, rule)
            except (PerturbationTooNarrowError, NoRoundingError) as problem:
                refused[f"{name}: {type(problem).__name__}"] += 1
    return {"designs": count, **refused}


_PERTURBATIONS: dict[str, Callable[[TableRequest, SuppressionRule], PerturbedTables]] = {
    f"round to {BASE}": lambda request, rule: round_tables(request, rule, BASE),
    "noise by cell key": lambda request, rule: perturb_by_cell_key(
        request, rule, compute_keys_from_counts(request.cells, SECRET)
    ),
}


def _build_row(information: InformationKept, start: float, people: int) -> Row:
    return {
        "cells": information.cells,
        "exact": information.exact,
        "percent of people": round(100 * information.people / people, 1),
        "ranges": information.ranges,
        "wide": round(information.width, 1) if information.width else None,
        "moved": round(information.changed),
        "error": round(information.error, 2),
        "left open": information.narrowest,
        "seconds": round(time.process_time() - start, 2),
    }


if __name__ == "__main__":
    main()
