"""Compare protected means with counts alone: days absent, and amounts with a long tail.

The tables are a dashboard's (school by race by gender with districts). The seconds to protect and
attack the means are compared with those for the counts of the same children in the same run, and so
are the withheld figures.

python benchmarks/magnitude_tables.py [--seed 1] [--schools 60] [--json]
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

import numpy as np
from synthetic_tables import TableSize, build_dashboard

from cairn.sdc.magnitudes.dominance import ACRO_RULE
from cairn.sdc.magnitudes.magnitude_protection import MagnitudeRequest, protect_figures
from cairn.sdc.magnitudes.measure import convert_to_steps
from cairn.sdc.magnitudes.residual import MeasureContributor
from cairn.sdc.options import Statistic, Sums, Zeros
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule(zeros=Zeros.COVER, sums=Sums.PROTECTED)
MOST_DAYS, MEAN_DAYS = 180, 9.0
LOG_AMOUNT = (6.0, 2.0)
"""Amounts: the logarithm's mean and standard deviation, so that a few have most."""

Result = TypeVar("Result")


def main() -> None:
    """Print the processor seconds of one core, and the withheld figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--schools", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = compare_with_counts(args.seed, args.schools)
    if args.json:
        print(json.dumps(rows))
        return
    for label, row in rows.items():
        print(f"{label}: " + ", ".join(f"{name} {value}" for name, value in row.items()))


def compare_with_counts(seed: int, schools: int) -> dict[str, dict[str, float]]:
    """Protect counts alone, means of days absent, and means of amounts."""
    request = build_dashboard(TableSize(schools=schools, children=500 * schools), seed)
    counts, seconds = _measure_seconds(lambda: protect_tables(request, RULE))
    rows = {
        "counts alone": {
            "cells": len(counts.cells),
            "withheld": counts.withheld,
            "seconds": round(seconds, 2),
        }
    }
    rng = np.random.default_rng(seed)
    for label, draw, maximum in (
        (
            "means of days absent",
            lambda n: np.minimum(rng.exponential(MEAN_DAYS, n), MOST_DAYS),
            MOST_DAYS,
        ),
        ("means of amounts", lambda n: rng.lognormal(*LOG_AMOUNT, n), None),
    ):
        values = convert_to_steps(
            {
                key: [*map(Fraction, draw(n).astype(int).tolist())]
                for key, n in request.cells.counts.items()
            },
            Fraction(0),
            None if maximum is None else Fraction(maximum),
        )
        magnitude_request = MagnitudeRequest(
            values,
            request.cells.dims,
            request.tables,
            Statistic.MEAN,
            RULE,
            ACRO_RULE,
            request.nests,
        )
        rows[label] = _measure_figures(magnitude_request, seconds)
        district = min(key[0] for key in values.people)
        own = {key: some for key, some in values.people.items() if key[0] == district}
        insider_request = replace(
            magnitude_request,
            contributors=(MeasureContributor(district, own),),
            insiders=frozenset({district}),
        )
        rows[f"{label}, one district knows its own but one"] = _measure_figures(
            insider_request, seconds
        )
    return rows


def _measure_figures(request: MagnitudeRequest, count_seconds: float) -> dict[str, float]:
    protected, duration = _measure_seconds(lambda: protect_figures(request))
    audits = protected.sum_audits
    return {
        "withheld": sum(figure.told is None and figure.n != 0 for figure in protected.figures),
        "safe": all(audit.safe for audit in audits),
        "asked": sum(audit.asked for audit in audits),
        "seconds": round(duration, 2),
        "of the counts' seconds": round(duration / count_seconds, 1),
    }


def _measure_seconds(work: Callable[[], Result]) -> tuple[Result, float]:
    start = time.process_time()
    return work(), time.process_time() - start


if __name__ == "__main__":
    main()
