"""Score a linkage: pairs, people, twins, groups of children, kinds of mistakes.

    python benchmarks/linkage/score.py TRUTH.parquet PEOPLE.parquet [--json]

``PEOPLE`` has ``source``, ``record_id`` and ``person_id``, one row a record. What the words mean:

- *pair*: two records of one source or of two. A pair is true when both are of one child, found
  when both have one ``person_id``. Precision, recall and **cluster F1** are of all such pairs.
- *B-cubed*: for each record, the share of its found companions that are true, and of its true
  companions that are found, itself among them; averaged over records.
- *exactly right*: children whose found person has all of their records and nobody else's.
- *over-merged*: children who share a found person with another child.
- *twins merged*: of twins whose twin has records too, those who share a found person with the twin.
- *recall by mistake*: of the true pairs where one record has the mistake and the other has not
  (where either has it, if what is missing or misspelled cannot agree by having it twice).
- *count error*: found people against true people.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_FACTS = {
    "record_id", "source", "person", "household", "twin", "race_ethnicity", "sex", "language",
    "year",
}  # fmt: skip
_GROUPS = {"race_ethnicity": "group", "sex": "sex", "language": "language"}
_MISTAKES_IN_EITHER = {
    "no birth date", "given typo", "family typo", "date typo", "double surname", "two given",
    "damaged id",
}  # fmt: skip


def main() -> None:
    """Print the figures of one linkage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", type=Path)
    parser.add_argument("people", type=Path)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    figures = score_linkage(pq.read_table(args.truth), pq.read_table(args.people))
    if args.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:26}", figure)


def score_linkage(truth: pa.Table, people: pa.Table) -> dict[str, Any]:
    """Compute all figures; shares are between 0 and 1."""
    person = _number_values(truth["person"].to_numpy())
    cluster = _align_clusters(truth, people)
    true_pairs, found_pairs = _count_pairs(person), _count_pairs(cluster)
    correct_pairs = _count_pairs(_number_values(_combine_labels(person, cluster)))
    recall, precision = correct_pairs / max(1, true_pairs), correct_pairs / max(1, found_pairs)
    figures: dict[str, Any] = {
        "records": len(person),
        "people": int(person.max()) + 1,
        "pair_precision": round(precision, 5),
        "pair_recall": round(recall, 5),
        "cluster_f1": round(2 * correct_pairs / max(1, true_pairs + found_pairs), 5),
        **_score_b_cubed(person, cluster),
        **_score_children(truth, person, cluster),
    }
    left, right = _list_true_pairs(person)
    is_found = cluster[left] == cluster[right]
    for fact, name in _GROUPS.items():
        if fact in truth.column_names:
            values = truth[fact].to_numpy(zero_copy_only=False)[left]
            figures[f"recall_by_{name}"] = _measure_recall_by_value(values, is_found)
    if groups := figures.get("recall_by_group"):
        gap = max(groups.values()) - min(groups.values())
        figures["recall_gap_points"] = round(100 * gap, 2)
    figures["recall_by_mistake"] = _measure_recall_by_mistake(truth, left, right, is_found)
    sources = truth["source"].to_numpy(zero_copy_only=False).astype(str)
    left_source, right_source = sources[left], sources[right]
    source_pairs = np.char.add(
        np.char.add(np.where(left_source < right_source, left_source, right_source), " with "),
        np.where(left_source < right_source, right_source, left_source),
    )
    figures["recall_by_sources"] = _measure_recall_by_value(source_pairs, is_found)
    return figures


def _align_clusters(truth: pa.Table, people: pa.Table) -> np.ndarray:
    """Return the cluster of each record of the truth, in its order; a missing record is alone."""
    truth_keys, people_keys = (
        pc.binary_join_element_wise(
            table["source"].cast(pa.string()), table["record_id"].cast(pa.string()), "\x1f"
        ).combine_chunks()
        for table in (truth, people)
    )
    if pc.count_distinct(people_keys).as_py() != len(people):
        raise ValueError("a record has more than one person")
    people_ids = (
        people["person_id"].combine_chunks().take(pc.index_in(truth_keys, value_set=people_keys))
    )
    codes = people_ids.dictionary_encode().indices
    own_numbers = pa.array(np.arange(len(truth)) + len(truth), pa.int64())
    return _number_values(codes.cast(pa.int64()).fill_null(-1).to_numpy(), own_numbers.to_numpy())


def _number_values(values: np.ndarray, default: np.ndarray | None = None) -> np.ndarray:
    if default is not None:
        values = np.where(values < 0, default, values)
    return np.unique(values, return_inverse=True)[1]


def _combine_labels(person: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    return person.astype(np.int64) * (int(cluster.max()) + 1) + cluster


def _count_pairs(numbers: np.ndarray) -> int:
    counts = np.bincount(numbers)
    return int((counts * (counts - 1) // 2).sum())


def _score_b_cubed(person: np.ndarray, cluster: np.ndarray) -> dict[str, float]:
    joint = _number_values(_combine_labels(person, cluster))
    shared = np.bincount(joint)[joint]
    precision = float((shared / np.bincount(cluster)[cluster]).mean())
    recall = float((shared / np.bincount(person)[person]).mean())
    return {
        "b_cubed_precision": round(precision, 5),
        "b_cubed_recall": round(recall, 5),
        "b_cubed_f1": round(2 * precision * recall / (precision + recall), 5),
    }


def _score_children(truth: pa.Table, person: np.ndarray, cluster: np.ndarray) -> dict[str, float]:
    joint = np.unique(np.stack([person, cluster], axis=1), axis=0)
    children, clusters = int(person.max()) + 1, int(cluster.max()) + 1
    children_of = np.bincount(joint[:, 1], minlength=clusters)
    clusters_of = np.bincount(joint[:, 0], minlength=children)
    shared = np.zeros(children, dtype=bool)
    shared[joint[children_of[joint[:, 1]] > 1, 0]] = True
    figures = {
        "exactly_right": round(float(((clusters_of == 1) & ~shared).mean()), 5),
        "over_merged": round(float(shared.mean()), 5),
        "split": round(float((clusters_of > 1).mean()), 5),
        "people_found": clusters,
        "count_error": round(abs(clusters - children) / children, 5),
    }
    if "twin" in truth.column_names:
        figures["twins_merged"] = _measure_merged_twins(truth, person, cluster)
    return figures


def _measure_merged_twins(truth: pa.Table, person: np.ndarray, cluster: np.ndarray) -> float:
    truth_person = truth["person"].to_numpy()
    number = dict(zip(truth_person.tolist(), person.tolist(), strict=True))
    twin_of = {
        number[child]: number[twin]
        for child, twin in zip(
            truth_person.tolist(), truth["twin"].to_numpy().tolist(), strict=True
        )
        if twin >= 0 and twin in number
    }
    clusters_of: dict[int, set[int]] = {}
    for child, clusters in zip(person.tolist(), cluster.tolist(), strict=True):
        if child in twin_of:
            clusters_of.setdefault(child, set()).add(clusters)
    merged = sum(
        bool(clusters & clusters_of.get(twin_of[child], set()))
        for child, clusters in clusters_of.items()
    )
    return round(merged / max(1, len(clusters_of)), 5)


def _list_true_pairs(person: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """List every true pair once, as two arrays of records."""
    order = np.argsort(person, kind="stable")
    lefts, rights = [], []
    for step in range(1, int(np.bincount(person).max())):
        same = person[order[step:]] == person[order[:-step]]
        lefts.append(order[:-step][same])
        rights.append(order[step:][same])
    if not lefts:
        return np.array([], dtype=int), np.array([], dtype=int)
    return np.concatenate(lefts), np.concatenate(rights)


def _measure_recall_by_value(values: np.ndarray, is_found: np.ndarray) -> dict[str, float]:
    names, index = np.unique(values.astype(str), return_inverse=True)
    recall = np.bincount(index, weights=is_found) / np.bincount(index)
    return {str(name): round(float(share), 4) for name, share in zip(names, recall, strict=True)}


def _measure_recall_by_mistake(
    truth: pa.Table, left: np.ndarray, right: np.ndarray, is_found: np.ndarray
) -> dict[str, float | None]:
    shares: dict[str, float | None] = {}
    is_clean = np.ones(len(left), dtype=bool)
    for kind in (column for column in truth.column_names if column not in _FACTS):
        has_mistake = truth[kind].fill_null(False).to_numpy(zero_copy_only=False)  # noqa: FBT003
        left_has, right_has = has_mistake[left], has_mistake[right]
        is_affected = left_has | right_has if kind in _MISTAKES_IN_EITHER else left_has ^ right_has
        shares[kind] = round(float(is_found[is_affected].mean()), 4) if is_affected.any() else None
        if kind != "moved":
            is_clean &= ~(left_has | right_has)
    shares["none of these"] = round(float(is_found[is_clean].mean()), 4) if is_clean.any() else None
    return shares


if __name__ == "__main__":
    main()
