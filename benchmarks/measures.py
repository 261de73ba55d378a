"""Means of what children have, beside the counts alone: days absent, and amounts with a long tail.

A dashboard's tables (school by race by gender with districts). What protecting and attacking the
means costs stands beside the same for the counts of the same children, in the same run; and how
many figures are withheld beyond those that counts alone would withhold.

python benchmarks/measures.py [--seed 1] [--schools 60] [--json]
"""

import argparse
import json
import time
from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

import numpy as np
from invented_tables import Size, dashboard

from cairn.sdc.magnitudes.dominance import ACRO_RULE
from cairn.sdc.magnitudes.magnitude_protection import MagnitudeRequest, protect_figures
from cairn.sdc.magnitudes.measure import convert_to_steps
from cairn.sdc.options import Statistic, Sums, Zeros
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule(zeros=Zeros.COVER, sums=Sums.PROTECTED)
DAYS, MEAN_DAYS = 180, 9.0
TAIL = (6.0, 2.0)
"""Amounts: the logarithm's mean and standard deviation, so that a few have most."""

Made = TypeVar("Made")


def main() -> None:
    """Print the processor's seconds of one core, and what is withheld."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--schools", type=int, default=60)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    found = compared(chosen.seed, chosen.schools)
    if chosen.json:
        print(json.dumps(found))
        return
    for what, row in found.items():
        print(f"{what}: " + ", ".join(f"{name} {value}" for name, value in row.items()))


def compared(seed: int, schools: int) -> dict[str, dict[str, float]]:
    """Counts alone, means of days absent, and means of amounts."""
    request = dashboard(Size(schools=schools, children=500 * schools), seed)
    counts, seconds = _timed(lambda: protect_tables(request, RULE))
    found = {
        "counts alone": {
            "cells": len(counts.cells),
            "withheld": counts.withheld,
            "seconds": round(seconds, 2),
        }
    }
    chance = np.random.default_rng(seed)
    for what, drawn, most in (
        (
            "means of days absent",
            lambda n: np.minimum(chance.exponential(MEAN_DAYS, n), DAYS),
            DAYS,
        ),
        ("means of amounts", lambda n: chance.lognormal(*TAIL, n), None),
    ):
        people = convert_to_steps(
            {
                key: [*map(Fraction, drawn(n).astype(int).tolist())]
                for key, n in request.cells.counts.items()
            },
            Fraction(0),
            None if most is None else Fraction(most),
        )
        order = MagnitudeRequest(
            people,
            request.cells.dims,
            request.tables,
            Statistic.MEAN,
            RULE,
            ACRO_RULE,
            request.nests,
        )
        made, took = _timed(lambda order=order: protect_figures(order))
        found[what] = {
            "withheld": sum(one.told is None and one.n != 0 for one in made.figures),
            "safe": made.audit is not None and made.audit.safe,
            "asked": made.audit.asked if made.audit else 0,
            "seconds": round(took, 2),
            "of the counts' seconds": round(took / seconds, 1),
        }
    return found


def _timed(make: Callable[[], Made]) -> tuple[Made, float]:
    begun = time.process_time()
    return make(), time.process_time() - begun


if __name__ == "__main__":
    main()
