"""Measure updates of the person index: a delivery, a typed-in child, and the order of arrival.

All but the last 10,000 synthetic youth records of five sources (``linkage/youth.py``) are indexed;
the last arrive as one delivery. Then children are typed in one by one, half of them known. Every
update is committed in both databases, with its line in the audit log. Finally a smaller population
arrives at once, and again in ten parts in another order; B-cubed compares the people of both.

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
TYPED_CHILDREN: Final = 200
PARTS: Final = 10


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--order-records", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.add_argument("--part", choices=("delta", "at-once", "in-parts"), help="one part alone")
    args = parser.parse_args()
    if args.part:
        print(json.dumps(_measure_part(args.part, args.records, args.seed)))
        return
    figures = _run_part("delta", args.records, args.seed)
    at_once = _run_part("at-once", args.order_records, args.seed)
    in_parts = _run_part("in-parts", args.order_records, args.seed)
    figures["b_cubed_of_orders"] = round(compute_b_cubed(at_once["people"], in_parts["people"]), 5)
    figures["order_records"] = args.order_records
    if args.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:28}", figure)


def _run_part(part: str, records: int, seed: int) -> dict[str, Any]:
    """Run one part in a process and an installation of its own."""
    options = ["--part", part, "--records", str(records), "--seed", str(seed)]
    command = [sys.executable, str(Path(__file__)), *options]
    completed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    figures: dict[str, Any] = json.loads(completed.stdout)
    return figures


def _measure_part(part: str, records: int, seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as folder:
        from cairn.interfaces.cli.installation import prepare_installation

        os.environ["CAIRN_DATA"] = folder
        prepare_installation(Path(folder, "data"))
        table = build_record_table(records, seed)
        if part == "delta":
            return measure_updates(table, seed)
        return {"people": index_in_parts(table, PARTS if part == "in-parts" else 1, seed)}


def build_record_table(records: int, seed: int) -> pa.Table:
    """Build the table of synthetic records that record matching expects, with hashed keys."""
    from youth import generate_records

    from cairn.matching.standardize.record_table import IDENTIFYING_FIELDS

    youth_records, _ = generate_records(records, seed=seed, damaged_ids=False)
    columns = {
        "record_key": _hash_ids(youth_records["source"], youth_records["record_id"]),
        "anchor": _hash_ids(youth_records["source"], youth_records["local_id"]),
    }
    for name in IDENTIFYING_FIELDS[2:]:
        is_known = name in youth_records.column_names
        columns[name] = (
            youth_records[name] if is_known else pa.nulls(len(youth_records), pa.string())
        )
    return pa.table(columns)


def _hash_ids(source: pa.ChunkedArray, name: pa.ChunkedArray) -> pa.Array:
    texts = pc.binary_join_element_wise(source, name, "\x1f").to_pylist()
    return pa.array(
        [text and hmac.digest(b"benchmark", text.encode(), hashlib.sha256).hex() for text in texts],
        pa.string(),
    )


def measure_updates(table: pa.Table, seed: int) -> dict[str, Any]:
    """Index all but the last records, then the last, then children who are typed in."""
    existing, arriving = table.slice(0, len(table) - DELTA), table.slice(len(table) - DELTA)
    first_delivery = _measure_delivery(1, existing)
    second_delivery = _measure_delivery(2, arriving)
    typed = _measure_typed_children(table, seed)
    clock, processor = ([durations[index] for durations in typed] for index in (0, 1))
    return {
        "records": len(table),
        "whole_seconds": round(first_delivery["seconds"], 1),
        "whole_processor_seconds": round(first_delivery["processor"], 1),
        "whole_peak_mb": first_delivery["peak_mb"],
        "delta": DELTA,
        "delta_seconds": round(second_delivery["seconds"], 2),
        "delta_processor_seconds": round(second_delivery["processor"], 2),
        "delta_weighed": second_delivery["looked_at"],
        "one_child_median_ms": round(1000 * median(clock), 1),
        "one_child_p95_ms": round(1000 * quantiles(clock, n=20)[-1], 1),
        "one_child_processor_median_ms": round(1000 * median(processor), 1),
        "one_child_processor_p95_ms": round(1000 * quantiles(processor, n=20)[-1], 1),
        "disk_confirms_in_ms": round(1000 * median(_measure_disk_writes()), 1),
        "database_mb": _measure_database_size(),
    }


def _measure_delivery(delivery: int, table: pa.Table) -> dict[str, Any]:
    clock_start, processor_start = time.perf_counter(), time.process_time()
    update = _add_delivery(delivery, table)
    return {
        "seconds": time.perf_counter() - clock_start,
        "processor": time.process_time() - processor_start,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "looked_at": update.looked_at,
    }


def _measure_disk_writes() -> list[float]:
    """Measure the seconds until the disk confirms a page in the database's folder.

    Every commit waits twice for that, once for each database.
    """
    from django.db import connections

    folder = Path(connections["identities"].settings_dict["NAME"]).parent
    durations = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(50):
            start = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            durations.append(time.perf_counter() - start)
    return durations


def _add_delivery(delivery: int, table: pa.Table) -> Any:
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
    update = update_index(sealer, at, delivered=True)
    with transaction.atomic():
        record_audit_event("benchmark.linked", f"delivery:{delivery}", by=None, at=at)
    return update


def _measure_typed_children(table: pa.Table, seed: int) -> list[tuple[float, float]]:
    """Measure clock and processor seconds for each typed-in child; half have another first name."""
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

    rng = random.Random(seed)
    durations = []
    for number in range(TYPED_CHILDREN + 5):
        row = table.slice(rng.randrange(len(table)), 1)
        key = hashlib.sha256(f"typed {seed} {number}".encode()).hexdigest()
        given_name = row["given_name"][0].as_py() if number % 2 else f"Qyx{seed}{number}"
        changes = {"record_key": key, "anchor": None, "source": "program", "given_name": given_name,
                   "local_id": None}  # fmt: skip
        (statement,) = extract_statements(
            pa.table(
                {
                    name: pa.array([changes[name]], pa.string()) if name in changes else row[name]
                    for name in row.column_names
                }
            )
        )
        clock_start, processor_start = time.perf_counter(), time.process_time()
        with transaction.atomic(), transaction.atomic(using="identities"):
            sealer, at = IdentitySealer(open_key_ring()), timezone.now()
            store_typed_statement(statement, sealer, at)
            update_index(sealer, at)
            record_audit_event("benchmark.typed", "child:1", by=None, at=at)
        durations.append((time.perf_counter() - clock_start, time.process_time() - processor_start))
    return durations[5:]


def index_in_parts(table: pa.Table, parts: int, seed: int) -> dict[str, str]:
    """Index records in some parts and in another order; return the person of each record."""
    from cairn.data.identity.index.update import find_people_by_keys

    order = list(range(len(table)))
    if parts > 1:
        random.Random(seed + 1).shuffle(order)
    first = len(order) // 2 if parts > 1 else len(order)
    step = max(1, (len(order) - first) // max(1, parts - 1))
    cuts = [0, *range(first, len(order), step), len(order)]
    for number, (start, end) in enumerate(pairwise(cuts), 1):
        if end > start:
            _add_delivery(number, table.take(pa.array(order[start:end])))
    return find_people_by_keys(table["record_key"].to_pylist())


def compute_b_cubed(first: dict[str, str], second: dict[str, str]) -> float:
    """Compute the B-cubed F of two partitions of the same records (Bagga and Baldwin 1998)."""
    joint_sizes = Counter((first[key], second[key]) for key in first)
    first_sizes, second_sizes = Counter(first.values()), Counter(second.values())
    precision = sum(n * n / first_sizes[a] for (a, _), n in joint_sizes.items()) / len(first)
    recall = sum(n * n / second_sizes[b] for (_, b), n in joint_sizes.items()) / len(first)
    return 2 * precision * recall / (precision + recall)


def _measure_database_size() -> int:
    """Measure the megabytes of the identities database."""
    from django.db import connections

    return int(Path(connections["identities"].settings_dict["NAME"]).stat().st_size // 1_000_000)


if __name__ == "__main__":
    main()
