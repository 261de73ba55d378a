"""What linking without names costs: encodings against the clear, on the same records.

    python benchmarks/encode.py --records 100000 [--seed 7]

Both link the same invented youth of five sources in the same run. In the clear every field is
used, ids and addresses too; the encodings hold names, birth date and sex.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

sys.path.insert(0, str(Path(__file__).parent / "linkage"))
from score import scored
from youth import made

from cairn.matching.pipeline import link_records
from cairn.matching.pprl import encoded_matching, encoding
from cairn.matching.pprl.measured_loss import CLEAR_TEXT_ACCURACY, ENCODED_ACCURACY
from cairn.matching.pprl.project_secret import ProjectSecret
from cairn.warehouse.schema import encoded_records
from cairn.warehouse.schema.encoded_records import ENCODING_BYTES

_TOLD = ("cluster_f1", "pair_precision", "pair_recall", "exactly_right", "over_merged",
         "twins_merged", "recall_gap_points")  # fmt: skip


def main() -> None:
    """Print both, and the difference."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--json", action="store_true", help="for machines")
    chosen = options.parse_args()
    records, truth = made(chosen.records, seed=chosen.seed, damaged_ids=False)
    key = pc.binary_join_element_wise(records["source"], records["record_id"], "\x1f")
    records = records.rename_columns({"sex": "gender"}).append_column("record_key", key)
    found = {
        "clear": _measured(clear, records, truth),
        "encoded": _measured(encoded, records, truth),
    }
    if chosen.json:
        print(json.dumps({"records": len(records), **found}))
        return
    print(f"{len(records):,} records")
    for name in ("seconds", *_TOLD):
        print(f"{name:20}", *(f"{way} {figures[name]:<8}" for way, figures in found.items()))
    print(f"What the pages say: {ENCODED_ACCURACY}, in the clear {CLEAR_TEXT_ACCURACY}")


def _measured(
    way: Callable[[pa.Table], pa.Table], records: pa.Table, truth: pa.Table
) -> dict[str, Any]:
    begun = time.perf_counter()
    people = way(records)
    seconds = time.perf_counter() - begun
    figures = scored(truth, people)
    return {"seconds": round(seconds, 1), **{k: round(figures[k], 4) for k in _TOLD}}


def clear(records: pa.Table) -> pa.Table:
    """As it is done where names may be sent."""
    found = link_records(records)
    at = pc.index_in(found["record_key"], value_set=records["record_key"].combine_chunks())
    people = records.select(["source", "record_id"]).take(at)
    return people.append_column("person_id", found["cluster"])


def encoded(records: pa.Table) -> pa.Table:
    """Encode as the partners would, then link what they send."""
    secret = ProjectSecret("benchmark", b"b" * 32)
    sent = encoding.encode_records(records, secret)
    raw = np.frombuffer(b"".join(sent["bits"].to_pylist()), np.uint8).reshape(-1, ENCODING_BYTES)
    rows = sent.drop_columns(["bits"])
    found = encoded_matching.link_encoded_files(
        [encoded_records.EncodedFile("all", secret.project, secret.mark, rows, raw)]
    )
    return found.select(["source", "record_id", "cluster"]).rename_columns(
        ["source", "record_id", "person_id"]
    )


if __name__ == "__main__":
    main()
