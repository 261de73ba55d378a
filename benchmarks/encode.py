"""Compare linkage of encoded records with linkage in clear text, on the same records.

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
from score import score_linkage
from youth import generate_records

from cairn.matching.pipeline import link_records
from cairn.matching.pprl import encoded_matching, encoding
from cairn.matching.pprl.measured_loss import CLEAR_TEXT_ACCURACY, ENCODED_ACCURACY
from cairn.matching.pprl.project_secret import ProjectSecret
from cairn.warehouse.schema import encoded_records
from cairn.warehouse.schema.encoded_records import ENCODING_BYTES

_FIGURES = ("cluster_f1", "pair_precision", "pair_recall", "exactly_right", "over_merged",
         "twins_merged", "recall_gap_points")  # fmt: skip


def main() -> None:
    """Print the figures of both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    records, truth = generate_records(args.records, seed=args.seed, damaged_ids=False)
    key = pc.binary_join_element_wise(records["source"], records["record_id"], "\x1f")
    records = records.rename_columns({"sex": "gender"}).append_column("record_key", key)
    results = {
        "clear": _measure_linkage(link_clear_text, records, truth),
        "encoded": _measure_linkage(link_encodings, records, truth),
    }
    if args.json:
        print(json.dumps({"records": len(records), **results}))
        return
    print(f"{len(records):,} records")
    for name in ("seconds", *_FIGURES):
        print(
            f"{name:20}", *(f"{method} {figures[name]:<8}" for method, figures in results.items())
        )
    print(f"What the pages say: {ENCODED_ACCURACY}, in the clear {CLEAR_TEXT_ACCURACY}")


def _measure_linkage(
    link: Callable[[pa.Table], pa.Table], records: pa.Table, truth: pa.Table
) -> dict[str, Any]:
    start = time.perf_counter()
    people = link(records)
    seconds = time.perf_counter() - start
    figures = score_linkage(truth, people)
    return {"seconds": round(seconds, 1), **{name: round(figures[name], 4) for name in _FIGURES}}


def link_clear_text(records: pa.Table) -> pa.Table:
    """Link records in clear text, where names may be sent."""
    clusters = link_records(records)
    rows = pc.index_in(clusters["record_key"], value_set=records["record_key"].combine_chunks())
    people = records.select(["source", "record_id"]).take(rows)
    return people.append_column("person_id", clusters["cluster"])


def link_encodings(records: pa.Table) -> pa.Table:
    """Encode records as the partners would, then link the encodings."""
    secret = ProjectSecret("benchmark", b"b" * 32)
    encodings = encoding.encode_records(records, secret)
    bits = np.frombuffer(b"".join(encodings["bits"].to_pylist()), np.uint8).reshape(
        -1, ENCODING_BYTES
    )
    rows = encodings.drop_columns(["bits"])
    clusters = encoded_matching.link_encoded_files(
        [encoded_records.EncodedFile("all", secret.project, secret.mark, rows, bits)]
    )
    return clusters.select(["source", "record_id", "cluster"]).rename_columns(
        ["source", "record_id", "person_id"]
    )


if __name__ == "__main__":
    main()
