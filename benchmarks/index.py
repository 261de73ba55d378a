"""The person index: 10,000 records into a large one, one typed-in child, and any order of arrival.

Invented youth records of five sources (``linkage/youth.py``) are taken in, all but the last
10,000; these then come as one delivery. Then children are typed in one by one, half of them known.
Everything is committed in both databases, with its line in the audit chain. At last a smaller
population comes at once, and again in ten parts in another order; the people of both are compared
(B-cubed).

    python benchmarks/index.py --records 1000000
"""

import argparse
import hashlib
import hmac
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

HERE: Final = Path(__file__).parent
sys.path.insert(0, str(HERE / "linkage"))

DELTA: Final = 10_000
TYPED: Final = 200
PARTS: Final = 10


def main() -> None:
    """Print what was measured."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=1_000_000)
    options.add_argument("--order-records", type=int, default=60_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true", help="for machines")
    options.add_argument("--part", choices=("delta", "at-once", "in-parts"), help="one part alone")
    chosen = options.parse_args()
    if chosen.part:
        print(json.dumps(_part(chosen.part, chosen.records, chosen.seed)))
        return
    found = _measured("delta", chosen.records, chosen.seed)
    at_once = _measured("at-once", chosen.order_records, chosen.seed)
    in_parts = _measured("in-parts", chosen.order_records, chosen.seed)
    found["b_cubed_of_orders"] = round(b_cubed(at_once["people"], in_parts["people"]), 5)
    found["order_records"] = chosen.order_records
    if chosen.json:
        print(json.dumps(found))
        return
    for name, figure in found.items():
        print(f"{name:28}", figure)


def _measured(part: str, records: int, seed: int) -> dict[str, Any]:
    """One part in a process and an installation of its own."""
    options = ["--part", part, "--records", str(records), "--seed", str(seed)]
    command = [sys.executable, str(Path(__file__)), *options]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _part(part: str, records: int, seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as folder:
        from cairn.interfaces.cli.installation import prepare_installation

        os.environ["CAIRN_DATA"] = folder
        prepare_installation(Path(folder, "data"))
        table = keyed(records, seed)
        if part == "delta":
            return delta(table, seed)
        return {"people": arriving(table, PARTS if part == "in-parts" else 1, seed)}


def keyed(records: int, seed: int) -> pa.Table:
    """Invented records as linkage sees them: named by keyed hashes."""
    from youth import made

    from cairn.matching.standardize.record_table import IDENTIFYING_FIELDS

    made_of, _ = made(records, seed=seed, damaged_ids=False)
    columns = {
        "record_key": _hashed(made_of["source"], made_of["record_id"]),
        "anchor": _hashed(made_of["source"], made_of["local_id"]),
    }
    for name in IDENTIFYING_FIELDS[2:]:
        known = name in made_of.column_names
        columns[name] = made_of[name] if known else pa.nulls(len(made_of), pa.string())
    return pa.table(columns)


def _hashed(source: pa.ChunkedArray, name: pa.ChunkedArray) -> pa.Array:
    texts = pc.binary_join_element_wise(source, name, "\x1f").to_pylist()
    return pa.array(
        [t and hmac.digest(b"benchmark", t.encode(), hashlib.sha256).hex() for t in texts],
        pa.string(),
    )


def delta(table: pa.Table, seed: int) -> dict[str, Any]:
    """All but the last records come first; then those; then children typed in."""
    standing, come = table.slice(0, len(table) - DELTA), table.slice(len(table) - DELTA)
    whole = _seconds(1, standing)
    small = _seconds(2, come)
    singles = _typed(table, seed)
    clock, processor = ([one[n] for one in singles] for n in (0, 1))
    return {
        "records": len(table),
        "whole_seconds": round(whole["seconds"], 1),
        "whole_processor_seconds": round(whole["processor"], 1),
        "whole_peak_mb": whole["peak_mb"],
        "delta": DELTA,
        "delta_seconds": round(small["seconds"], 2),
        "delta_processor_seconds": round(small["processor"], 2),
        "delta_weighed": small["looked_at"],
        "one_child_median_ms": round(1000 * median(clock), 1),
        "one_child_p95_ms": round(1000 * quantiles(clock, n=20)[-1], 1),
        "one_child_processor_median_ms": round(1000 * median(processor), 1),
        "one_child_processor_p95_ms": round(1000 * quantiles(processor, n=20)[-1], 1),
        "disk_confirms_in_ms": round(1000 * median(_confirmations()), 1),
        "database_mb": _size(),
    }


def _seconds(delivery: int, table: pa.Table) -> dict[str, Any]:
    begun, worked = time.perf_counter(), time.process_time()
    settled = _take(delivery, table)
    return {
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - worked,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "looked_at": settled.looked_at,
    }


def _confirmations() -> list[float]:
    """Seconds until the disk confirms a page, in the database's folder: every commit waits twice
    for that, once for each database."""
    from django.db import connections

    folder = Path(connections["identities"].settings_dict["NAME"]).parent
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(50):
            begun = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - begun)
    return took


def _take(delivery: int, table: pa.Table) -> Any:
    from django.db import transaction
    from django.utils import timezone

    from cairn.data.identity.index.update import update_index
    from cairn.data.identity.storage.statements import (
        IdentitySealer,
        extract_statements,
        store_delivery_statements,
    )
    from cairn.platform.audit.log import record_audit_event
    from cairn.platform.storage.api import open_key_ring

    sealer, at = IdentitySealer(open_key_ring()), timezone.now()
    store_delivery_statements(delivery, extract_statements(table), sealer, at)
    settled = update_index(sealer, at, delivered=True)
    with transaction.atomic():
        record_audit_event("benchmark.linked", f"delivery:{delivery}", by=None, at=at)
    return settled


def _typed(table: pa.Table, seed: int) -> list[tuple[float, float]]:
    """Seconds by the clock and of the processor for each of some children: half as they are known,
    half with another first name."""
    from django.db import transaction
    from django.utils import timezone

    from cairn.data.identity.index.update import update_index
    from cairn.data.identity.storage.statements import (
        IdentitySealer,
        extract_statements,
        store_typed_statement,
    )
    from cairn.platform.audit.log import record_audit_event
    from cairn.platform.storage.api import open_key_ring

    draw = random.Random(seed)
    took = []
    for number in range(TYPED + 5):
        row = table.slice(draw.randrange(len(table)), 1)
        key = hashlib.sha256(f"typed {seed} {number}".encode()).hexdigest()
        given = row["given_name"][0].as_py() if number % 2 else f"Qyx{seed}{number}"
        changed = {"record_key": key, "anchor": None, "source": "program", "given_name": given,
                   "local_id": None}  # fmt: skip
        (one,) = extract_statements(
            pa.table(
                {
                    name: pa.array([changed[name]], pa.string()) if name in changed else row[name]
                    for name in row.column_names
                }
            )
        )
        begun, worked = time.perf_counter(), time.process_time()
        with transaction.atomic(), transaction.atomic(using="identities"):
            sealer, at = IdentitySealer(open_key_ring()), timezone.now()
            store_typed_statement(one, sealer, at)
            update_index(sealer, at)
            record_audit_event("benchmark.typed", "child:1", by=None, at=at)
        took.append((time.perf_counter() - begun, time.process_time() - worked))
    return took[5:]


def arriving(table: pa.Table, parts: int, seed: int) -> dict[str, str]:
    """Record → person, after the records came in so many parts, in an order of their own."""
    from cairn.data.identity.index.update import find_people_by_keys

    order = list(range(len(table)))
    if parts > 1:
        random.Random(seed + 1).shuffle(order)
    first = len(order) // 2 if parts > 1 else len(order)
    step = max(1, (len(order) - first) // max(1, parts - 1))
    cuts = [0, *range(first, len(order), step), len(order)]
    for number, (start, end) in enumerate(pairwise(cuts), 1):
        if end > start:
            _take(number, table.take(pa.array(order[start:end])))
    return find_people_by_keys(table["record_key"].to_pylist())


def b_cubed(one: dict[str, str], other: dict[str, str]) -> float:
    """The F of B-cubed between two ways to part the same records."""
    both = Counter((one[key], other[key]) for key in one)
    ones, others = Counter(one.values()), Counter(other.values())
    precision = sum(n * n / ones[a] for (a, _), n in both.items()) / len(one)
    recall = sum(n * n / others[b] for (_, b), n in both.items()) / len(one)
    return 2 * precision * recall / (precision + recall)


def _size() -> int:
    """Megabytes of the identities database."""
    from django.db import connections

    return int(Path(connections["identities"].settings_dict["NAME"]).stat().st_size // 1_000_000)


if __name__ == "__main__":
    main()
