"""Protect and audit tables: a dashboard's, and all margins with grades; measure the cost.

python benchmarks/protect.py [--seed 1] [--designs 200] [--optima 10] [--peers] [--json]

Also protects random designs, which the audit attacks, and compares small tables with the minimum
that any protector must withhold. With `--peers`, other tools protect the same two tables, which
takes up to half an hour each on the large one.
"""

import argparse
import json
import time
from functools import partial
from statistics import mean

import numpy as np
from numpy.typing import NDArray
from optimum import find_minimum_cost
from peers import PEERS, Row, run_peer
from synthetic_tables import TableSize, build_all_margins, build_dashboard, generate_design

from cairn.sdc.audit.audit_hints import AuditHints
from cairn.sdc.audit.table_audit import audit_tables
from cairn.sdc.contributors.contributor_protection import protect_from_contributors
from cairn.sdc.contributors.residual import CellContributor, list_disclosed_others
from cairn.sdc.options import Sums, Zeros
from cairn.sdc.protect import protect_tables
from cairn.sdc.suppression.complementary import choose_withheld_unknowns
from cairn.sdc.suppression.problem import SuppressionProblem, build_suppression_problem
from cairn.sdc.tables.margins import CellLattice, build_lattice
from cairn.sdc.tables.request import Key, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

PEER_RULE = SuppressionRule(zeros=Zeros.COVER, sums=Sums.FREE)
"""What the peers are asked: each cell by itself, and an empty group may be withheld."""

OPTIMUM_SECONDS = 20.0
"""Seconds for one optimum."""


def main() -> None:
    """Print seconds, withheld cells, narrowed designs, and the ratio to the minimum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--designs", type=int, default=200)
    parser.add_argument("--optima", type=int, default=10)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--patience", type=float, default=1800.0, help="seconds for one peer")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows: dict[str, Row] = {
        zeros.value: measure_protection(
            build_dashboard(TableSize(), args.seed), SuppressionRule(zeros=zeros)
        )
        for zeros in Zeros
    }
    large_request = build_all_margins(TableSize(), args.seed)
    rows["all margins, as the peers"] = measure_protection(large_request, PEER_RULE)
    rows["all margins, as in the hub"] = measure_protection(large_request, SuppressionRule())
    if args.peers:
        for name in PEERS:
            for table, request in (
                ("a dashboard", build_dashboard(TableSize(), args.seed)),
                ("all", large_request),
            ):
                rows[f"{name}, {table}"] = run_peer(name, request, PEER_RULE, args.patience)
        rows["a dashboard, as the peers"] = measure_protection(
            build_dashboard(TableSize(), args.seed), PEER_RULE
        )
    rows["a dashboard, each district knows its own"] = measure_contributor_protection(
        TableSize(), args.seed
    )
    rows["random designs"] = audit_random_designs(args.designs)
    rows["beside the least"] = compare_with_optima(args.optima)
    if args.json:
        print(json.dumps(rows))
        return
    for name, row in rows.items():
        print(f"{name}: " + ", ".join(f"{value} {figure}" for figure, value in row.items()))


def measure_protection(request: TableRequest, rule: SuppressionRule) -> Row:
    """Protect and audit one synthetic state; measure processor seconds of one core."""
    start = time.process_time()
    published = protect_tables(request, rule)
    seconds = time.process_time() - start
    counts = build_lattice(request).counts
    small = int(((counts > 0) & (counts < rule.minimum)).sum())
    return {
        "seconds": round(seconds, 2),
        "cells": len(published.cells),
        "small": small,
        "complementary": published.withheld - small,
        "narrowed": len(published.certificate.narrowed),
    }


def measure_contributor_protection(size: TableSize, seed: int) -> Row:
    """Protect a dashboard's tables from districts that know their own children; audit as each."""
    request, rule = build_dashboard(size, seed), SuppressionRule()
    counts_by_district: dict[str, dict[Key, int]] = {}
    for key, n in request.cells.counts.items():
        counts_by_district.setdefault(key[0], {})[key] = n
    contributors = [
        CellContributor(name, counts) for name, counts in sorted(counts_by_district.items())
    ]
    withheld_alone = protect_tables(request, rule).withheld
    start = time.process_time()
    protected = protect_from_contributors(request, rule, contributors)
    return {
        "seconds": round(time.process_time() - start, 2),
        "contributors": len(protected.audits),
        "withheld": protected.published.withheld,
        "of them for their sake": protected.published.withheld - withheld_alone,
        "few others singled out": sum(
            len(list_disclosed_others(audit)) for audit in protected.audits.values()
        ),
    }


def audit_random_designs(count: int) -> Row:
    """Protect and audit random dimensions, nests, outcomes, links and rules."""
    start = time.process_time()
    narrowed = 0
    for seed in range(count):
        request, rule = generate_design(seed)
        narrowed += bool(protect_tables(request, rule).certificate.narrowed)
    return {
        "designs": count,
        "with a narrowed cell": narrowed,
        "seconds": round(time.process_time() - start, 1),
    }


def compare_with_optima(count: int) -> Row:
    """Compare the cost of withheld cells with the minimum on small tables: mean and worst ratio."""
    ratios = []
    for seed in range(count):
        request = build_dashboard(TableSize(1, 4, 3, 3, 2, 200), seed)
        lattice = build_lattice(request)
        problem = build_suppression_problem(lattice, request.cells.dims, request.nests, PEER_RULE)
        complementary = choose_withheld_unknowns(problem, PEER_RULE, None) & ~problem.small
        cost = float(problem.cost[np.flatnonzero(complementary)].sum())
        is_safe = partial(_is_pattern_safe, request, lattice, problem)
        minimum = find_minimum_cost(problem, PEER_RULE, OPTIMUM_SECONDS, cost, is_safe)
        if minimum:
            ratios.append(cost / minimum)
    if not ratios:
        return {"tables": 0}
    return {"tables": len(ratios), "mean": round(mean(ratios), 3), "worst": round(max(ratios), 3)}


def _is_pattern_safe(
    request: TableRequest,
    lattice: CellLattice,
    problem: SuppressionProblem,
    withheld: NDArray[np.bool_],
) -> bool:
    """Whether the audit narrows no small cell where this pattern is withheld."""
    is_withheld = dict(
        zip(lattice.keys, np.append(withheld, False)[problem.unknown_of], strict=True)
    )
    counts = dict(zip(lattice.keys, lattice.counts.tolist(), strict=True))
    audit = audit_tables(
        request.cells.dims,
        {key: None if is_withheld[key] else n for key, n in counts.items()},
        request.tables,
        request.nests,
        PEER_RULE,
        hints=AuditHints(counts),
        people=request.cells.people,
    )
    narrowed = [counts[value_range.key] for value_range in audit.ranges if not value_range.safe]
    return not any(0 < n < PEER_RULE.minimum for n in narrowed)


if __name__ == "__main__":
    main()
