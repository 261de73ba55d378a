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

from cairn.disclosure.alternatives.cell_key import keys_of_counts, perturbed
from cairn.disclosure.alternatives.kept import Kept, by_moving, by_withholding, people_counted
from cairn.disclosure.alternatives.merging import best_merges
from cairn.disclosure.alternatives.perturbed import Perturbed, TooNarrowError
from cairn.disclosure.alternatives.ranges import audit, ranges
from cairn.disclosure.alternatives.rounding import NoRoundingError, rounded
from cairn.disclosure.protect import protect
from cairn.disclosure.rule import Rule, Sums, Zeros
from cairn.disclosure.table import Request

RULE = Rule(zeros=Zeros.COVER, sums=Sums.FREE)
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


def ways(request: Request) -> dict[str, Row]:
    """Each way once; processor's seconds of one core, audit included."""
    began = time.process_time()
    published = protect(request, RULE)
    everyone = people_counted(request)
    found = {"withhold": _row(by_withholding(request, published), began, everyone)}
    began = time.process_time()
    merges = best_merges(request, RULE, published, lambda coarser: protect(coarser, RULE))
    for one in merges[:1]:
        if one.kept:
            found[f"merge {one.name}, withhold"] = _row(one.kept, began, everyone)
    began = time.process_time()
    counts = {cell.key: cell.n for cell in published.cells}
    spans = ranges(published.dims, counts, request.tables, request.nests, RULE)
    if not audit(request, RULE, counts, spans).safe:
        raise SystemExit("The ranges gave something away.")
    found["ranges in the blanks"] = _row(by_withholding(request, published, spans), began, everyone)
    for name, move in _MOVES.items():
        began = time.process_time()
        found[name] = _row(by_moving(request, move(request, RULE)), began, everyone)
    return found


def designs(many: int) -> Row:
    """Random dimensions, nests, outcomes, links and rules: what had to be refused."""
    refused: Counter[str] = Counter()
    for seed in range(many):
        request, rule = design(seed)
        for name, move in _MOVES.items():
            try:
                move(request, rule)
            except (TooNarrowError, NoRoundingError) as problem:
                refused[f"{name}: {type(problem).__name__}"] += 1
    return {"designs": many, **refused}


_MOVES: dict[str, Callable[[Request, Rule], Perturbed]] = {
    f"round to {BASE}": lambda request, rule: rounded(request, rule, BASE),
    "noise by cell key": lambda request, rule: perturbed(
        request, rule, keys_of_counts(request.cells, SECRET)
    ),
}


def _row(kept: Kept, began: float, everyone: int) -> Row:
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
