"""A dashboard's tables protected and audited: school by race by gender, with districts.

python benchmarks/protect.py [--seed 1] [--json]
"""

import argparse
import json
import time

from invented_tables import Size, dashboard

from cairn.disclosure.protect import protect
from cairn.disclosure.rule import Rule, Zeros


def main() -> None:
    """Print seconds and withheld cells under both policies on zeros."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    found = {zeros.value: measured(zeros, chosen.seed) for zeros in Zeros}
    if chosen.json:
        print(json.dumps(found))
        return
    for zeros, row in found.items():
        print(f"empty groups {zeros}: " + ", ".join(f"{v} {k}" for k, v in row.items()))


def measured(zeros: Zeros, seed: int) -> dict[str, float]:
    """One invented state, protected with its audit; processor's seconds of one core."""
    request = dashboard(Size(), seed)
    began = time.process_time()
    published = protect(request, Rule(zeros=zeros))
    return {
        "seconds": round(time.process_time() - began, 2),
        "cells": len(published.cells),
        "small": published.explanation.small,
        "complementary": published.explanation.complementary,
        "narrowed": len(published.certificate.narrowed),
    }


if __name__ == "__main__":
    main()
