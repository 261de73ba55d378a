"""Tables protected and audited: a dashboard's, and all margins with grades; what it costs.

python benchmarks/protect.py [--seed 1] [--designs 200] [--optima 10] [--peers] [--json]

Also: random designs, each attacked by the audit and none narrowed; small tables beside the least
that any protector must withhold; and with `--peers`, other protectors on the same two tables,
which takes up to half an hour each on the large one.
"""

import argparse
import json
import time
from functools import partial
from statistics import mean

import numpy as np
from invented_tables import Size, all_margins, dashboard, design
from numpy.typing import NDArray
from optimum import least_cost
from peers import OTHERS, Row, beside

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

AS_PEERS = SuppressionRule(zeros=Zeros.COVER, sums=Sums.FREE)
"""What the peers are asked: each cell by itself, and an empty group may be withheld."""

PATIENCE = 20.0
"""Seconds for one optimum."""


def main() -> None:
    """Print seconds, withheld cells, designs that were narrowed, and how far from the least."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--designs", type=int, default=200)
    options.add_argument("--optima", type=int, default=10)
    options.add_argument("--peers", action="store_true")
    options.add_argument("--patience", type=float, default=1800.0, help="seconds for one peer")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    found: dict[str, Row] = {
        zeros.value: measured(dashboard(Size(), chosen.seed), SuppressionRule(zeros=zeros))
        for zeros in Zeros
    }
    large = all_margins(Size(), chosen.seed)
    found["all margins, as the peers"] = measured(large, AS_PEERS)
    found["all margins, as in the hub"] = measured(large, SuppressionRule())
    if chosen.peers:
        for name in OTHERS:
            for table, request in (("a dashboard", dashboard(Size(), chosen.seed)), ("all", large)):
                found[f"{name}, {table}"] = beside(name, request, AS_PEERS, chosen.patience)
        found["a dashboard, as the peers"] = measured(dashboard(Size(), chosen.seed), AS_PEERS)
    found["a dashboard, each district knows its own"] = shared(Size(), chosen.seed)
    found["random designs"] = designs(chosen.designs)
    found["beside the least"] = optima(chosen.optima)
    if chosen.json:
        print(json.dumps(found))
        return
    for name, row in found.items():
        print(f"{name}: " + ", ".join(f"{v} {k}" for k, v in row.items()))


def measured(request: TableRequest, rule: SuppressionRule) -> Row:
    """One invented state, protected with its audit; processor's seconds of one core."""
    began = time.process_time()
    published = protect_tables(request, rule)
    took = time.process_time() - began
    counts = build_lattice(request).counts
    small = int(((counts > 0) & (counts < rule.minimum)).sum())
    return {
        "seconds": round(took, 2),
        "cells": len(published.cells),
        "small": small,
        "complementary": published.withheld - small,
        "narrowed": len(published.certificate.narrowed),
    }


def shared(size: Size, seed: int) -> Row:
    """A dashboard's tables, from which no district can work out few others; each attacks."""
    request, rule = dashboard(size, seed), SuppressionRule()
    own: dict[str, dict[Key, int]] = {}
    for key, n in request.cells.counts.items():
        own.setdefault(key[0], {})[key] = n
    whose = [CellContributor(name, counts) for name, counts in sorted(own.items())]
    alone = protect_tables(request, rule).withheld
    began = time.process_time()
    made = protect_from_contributors(request, rule, whose)
    return {
        "seconds": round(time.process_time() - began, 2),
        "contributors": len(made.audits),
        "withheld": made.published.withheld,
        "of them for their sake": made.published.withheld - alone,
        "few others singled out": sum(
            len(list_disclosed_others(found)) for found in made.audits.values()
        ),
    }


def designs(many: int) -> Row:
    """Random dimensions, nests, outcomes, links and rules; each protected and audited."""
    began = time.process_time()
    narrowed = 0
    for seed in range(many):
        request, rule = design(seed)
        narrowed += bool(protect_tables(request, rule).certificate.narrowed)
    return {
        "designs": many,
        "with a narrowed cell": narrowed,
        "seconds": round(time.process_time() - began, 1),
    }


def optima(many: int) -> Row:
    """Small tables: the cost of what is withheld beside the least, mean and worst."""
    ratios = []
    for seed in range(many):
        request = dashboard(Size(1, 4, 3, 3, 2, 200), seed)
        lattice = build_lattice(request)
        world = build_suppression_problem(lattice, request.cells.dims, request.nests, AS_PEERS)
        beyond = choose_withheld_unknowns(world, AS_PEERS, None) & ~world.small
        cost = float(world.cost[np.flatnonzero(beyond)].sum())
        stands = partial(_stands, request, lattice, world)
        least = least_cost(world, AS_PEERS, PATIENCE, cost, stands)
        if least:
            ratios.append(cost / least)
    if not ratios:
        return {"tables": 0}
    return {"tables": len(ratios), "mean": round(mean(ratios), 3), "worst": round(max(ratios), 3)}


def _stands(
    request: TableRequest,
    lattice: CellLattice,
    world: SuppressionProblem,
    withheld: NDArray[np.bool_],
) -> bool:
    """Whether the audit narrows no small cell where this is withheld."""
    hidden = dict(zip(lattice.keys, np.append(withheld, False)[world.unknown_of], strict=True))
    counts = dict(zip(lattice.keys, lattice.counts.tolist(), strict=True))
    found = audit_tables(
        request.cells.dims,
        {key: None if hidden[key] else n for key, n in counts.items()},
        request.tables,
        request.nests,
        AS_PEERS,
        hints=AuditHints(counts),
        people=request.cells.people,
    )
    narrowed = [counts[one.key] for one in found.ranges if not one.safe]
    return not any(0 < n < AS_PEERS.minimum for n in narrowed)


if __name__ == "__main__":
    main()
