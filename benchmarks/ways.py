"""What each way of protecting leaves of a dashboard's tables, and over random designs how often a
way has to be refused; withholding is the yardstick.

python benchmarks/ways.py [--seed 1] [--designs 60] [--json]
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable

from invented_tables import Size, dashboard, design

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
    """Print one line for each way, and one for the random designs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--designs", type=int, default=60)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    found = ways(dashboard(Size(), chosen.seed)) | {"random designs": designs(chosen.designs)}
    if chosen.json:
        print(json.dumps(found))
        return
    for name, row in found.items():
        print(f"{name}: " + ", ".join(f"{v} {k}" for k, v in row.items()))


def ways(request: TableRequest) -> dict[str, Row]:
    """Each way once; processor's seconds of one core, audit included."""
    began = time.process_time()
    published = protect_tables(request, RULE)
    everyone = count_people(request)
    found = {"withhold": _row(measure_suppression(request, published), began, everyone)}
    began = time.process_time()
    merges = find_best_merges(
        request, RULE, published, lambda coarser: protect_tables(coarser, RULE)
    )
    for one in merges[:1]:
        if one.kept:
            found[f"merge {one.name}, withhold"] = _row(one.kept, began, everyone)
    began = time.process_time()
    counts = {cell.key: cell.n for cell in published.cells}
    spans = compute_published_ranges(published.dims, counts, request.tables, request.nests, RULE)
    if not audit_published_ranges(request, RULE, counts, spans).safe:
        raise SystemExit("The ranges gave something away.")
    found["ranges in the blanks"] = _row(
        measure_suppression(request, published, spans), began, everyone
    )
    for name, move in _MOVES.items():
        began = time.process_time()
        found[name] = _row(measure_perturbation(request, move(request, RULE)), began, everyone)
    return found


def designs(many: int) -> Row:
    """Random dimensions, nests, outcomes, links and rules: what had to be refused."""
    refused: Counter[str] = Counter()
    for seed in range(many):
        request, rule = design(seed)
        for name, move in _MOVES.items():
            try:
                move(request, rule)
            except (PerturbationTooNarrowError, NoRoundingError) as problem:
                refused[f"{name}: {type(problem).__name__}"] += 1
    return {"designs": many, **refused}


_MOVES: dict[str, Callable[[TableRequest, SuppressionRule], PerturbedTables]] = {
    f"round to {BASE}": lambda request, rule: round_tables(request, rule, BASE),
    "noise by cell key": lambda request, rule: perturb_by_cell_key(
        request, rule, compute_keys_from_counts(request.cells, SECRET)
    ),
}


def _row(kept: InformationKept, began: float, everyone: int) -> Row:
    return {
        "cells": kept.cells,
        "exact": kept.exact,
        "percent of people": round(100 * kept.people / everyone, 1),
        "ranges": kept.ranges,
        "wide": round(kept.width, 1) if kept.width else None,
        "moved": round(kept.changed),
        "error": round(kept.error, 2),
        "left open": kept.narrowest,
        "seconds": round(time.process_time() - began, 2),
    }


if __name__ == "__main__":
    main()
