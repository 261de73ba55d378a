"""A release held up to what is out already: fifty months, and ten other tables of the same people.

The months: children come, and each month the same two tables are published. The tables: ten
tables of one month, each protected beside those before it, and then a dashboard's; together they
form circles, so that the table behind them has to be thought of too. With some seeds the empty
groups of the dashboard alone, which are always shown, give a number of the ten away: then it is
measured how soon the dashboard is stopped.

python benchmarks/history.py [--seed 1] [--months 50] [--json]
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence

import numpy as np
from invented_tables import DIMS, SCHOOLS, Size, dashboard

from cairn.sdc.differencing.history_protection import audit_with_history, protect_with_history
from cairn.sdc.differencing.published_history import ReleaseConflictError
from cairn.sdc.differencing.release_comparison import EarlierRelease
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.published_tables import PublishedTables
from cairn.sdc.tables.request import CellCounts, Key, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

RULE = SuppressionRule()
MONTHLY = (("school", "race"), ("school", "gender"))
OTHERS = (
    ("district", "race"), ("district", "gender"), ("school",), ("school", "gender"),
    ("school", "race"), ("grade",), ("grade", "gender"), ("grade", "race"),
    ("race", "gender"), ("district", "grade"),
)  # fmt: skip
COME = 0.03
"""Share of the children who come each month."""


def main() -> None:
    """Print the processor's seconds of one core, alone and beside what is out."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--months", type=int, default=50)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    found = {
        f"{chosen.months} months of two tables": months(chosen.seed, chosen.months),
        f"{len(OTHERS)} other tables of the same people": others(chosen.seed),
    }
    if chosen.json:
        print(json.dumps(found))
        return
    for what, row in found.items():
        print(f"{what}: " + ", ".join(f"{name} {value}" for name, value in row.items()))


def months(seed: int, many: int) -> dict[str, float]:
    """Each month safe alone; the newest beside all of them."""
    *before, newest = _growing(seed, many + 1)
    past = [
        _earlier(f"month {at}", protect_tables(_request(counts, MONTHLY), RULE))
        for at, counts in enumerate(before, 1)
    ]
    return _measured(_request(newest, MONTHLY), past)


def others(seed: int) -> dict[str, float]:
    """Each table safe beside those before it; a dashboard's tables beside all of them."""
    counts = dict(dashboard(Size(), seed).cells.counts)
    past: list[EarlierRelease] = []
    for table in OTHERS:
        made = protect_with_history(_request(counts, (table,)), RULE, past)
        past.append(_earlier(" by ".join(table), made.published))
    return _measured(dashboard(Size(), seed), past)


def _measured(request: TableRequest, past: Sequence[EarlierRelease]) -> dict[str, float]:
    began = time.process_time()
    protect_tables(request, RULE)
    alone = time.process_time()
    try:
        made = protect_with_history(request, RULE, past)
    except ReleaseConflictError as conflict:
        return {
            "releases": len(past),
            "seconds alone": round(alone - began, 2),
            "seconds until it is stopped": round(time.process_time() - alone, 2),
            "of them named": len(conflict.releases),
        }
    beside = time.process_time()
    met = audit_with_history(
        request, RULE, past, {cell.key: cell.n for cell in made.published.cells}
    )
    return {
        "releases": len(past),
        "seconds alone": round(alone - began, 2),
        "seconds beside": round(beside - alone, 2),
        "seconds of the check": round(time.process_time() - beside, 2),
        "still met": len(met),
    }


def _growing(seed: int, many: int) -> Iterator[dict[Key, int]]:
    """The finest counts month by month; children only come."""
    chance = np.random.default_rng(seed)
    states = [dict(dashboard(Size(), seed).cells.counts)]
    for _ in range(many - 1):
        states.append({key: n - int(chance.binomial(n, COME)) for key, n in states[-1].items()})
    yield from reversed(states)


def _request(counts: dict[Key, int], tables: tuple[tuple[str, ...], ...]) -> TableRequest:
    return TableRequest(CellCounts(DIMS, counts), tables, SCHOOLS)


def _earlier(name: str, published: PublishedTables) -> EarlierRelease:
    return EarlierRelease(name, {cell.key: cell.n for cell in published.cells})


if __name__ == "__main__":
    main()
