"""How right a linkage is: pairs, people, twins, groups of children, kinds of mistakes.

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
_EITHER = {
    "no birth date", "given typo", "family typo", "date typo", "double surname", "two given",
    "damaged id",
}  # fmt: skip


def main() -> None:
    """Print the figures of one linkage."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("truth", type=Path)
    options.add_argument("people", type=Path)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    figures = scored(pq.read_table(chosen.truth), pq.read_table(chosen.people))
    if chosen.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:26}", figure)


def scored(truth: pa.Table, people: pa.Table) -> dict[str, Any]:
    """All figures; shares between 0 and 1."""
    person = _numbered(truth["person"].to_numpy())
    cluster = _of_each_record(truth, people)
    true_pairs, found_pairs = _pairs(person), _pairs(cluster)
    right = _pairs(_numbered(_joint(person, cluster)))
    recall, precision = right / max(1, true_pairs), right / max(1, found_pairs)
    figures: dict[str, Any] = {
        "records": len(person),
        "people": int(person.max()) + 1,
        "pair_precision": round(precision, 5),
        "pair_recall": round(recall, 5),
        "cluster_f1": round(2 * right / max(1, true_pairs + found_pairs), 5),
        **_b_cubed(person, cluster),
        **_by_child(truth, person, cluster),
    }
    left, other = _true_pairs(person)
    together = cluster[left] == cluster[other]
    for fact, name in _GROUPS.items():
        if fact in truth.column_names:
            values = truth[fact].to_numpy(zero_copy_only=False)[left]
            figures[f"recall_by_{name}"] = _shares(values, together)
    if groups := figures.get("recall_by_group"):
        gap = max(groups.values()) - min(groups.values())
        figures["recall_gap_points"] = round(100 * gap, 2)
    figures["recall_by_mistake"] = _by_mistake(truth, left, other, together)
    sources = truth["source"].to_numpy(zero_copy_only=False).astype(str)
    a, b = sources[left], sources[other]
    joined = np.char.add(np.char.add(np.where(a < b, a, b), " with "), np.where(a < b, b, a))
    figures["recall_by_sources"] = _shares(joined, together)
    return figures


def _of_each_record(truth: pa.Table, people: pa.Table) -> np.ndarray:
    """The cluster of each record of the truth, in its order; a record not there is alone."""
    asked, answered = (
        pc.binary_join_element_wise(
            table["source"].cast(pa.string()), table["record_id"].cast(pa.string()), "\x1f"
        ).combine_chunks()
        for table in (truth, people)
    )
    if pc.count_distinct(answered).as_py() != len(people):
        raise ValueError("a record has more than one person")
    found = people["person_id"].combine_chunks().take(pc.index_in(asked, value_set=answered))
    codes = found.dictionary_encode().indices
    alone = pa.array(np.arange(len(truth)) + len(truth), pa.int64())
    return _numbered(codes.cast(pa.int64()).fill_null(-1).to_numpy(), alone.to_numpy())


def _numbered(values: np.ndarray, otherwise: np.ndarray | None = None) -> np.ndarray:
    if otherwise is not None:
        values = np.where(values < 0, otherwise, values)
    return np.unique(values, return_inverse=True)[1]


def _joint(person: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    return person.astype(np.int64) * (int(cluster.max()) + 1) + cluster


def _pairs(numbers: np.ndarray) -> int:
    counts = np.bincount(numbers)
    return int((counts * (counts - 1) // 2).sum())


def _b_cubed(person: np.ndarray, cluster: np.ndarray) -> dict[str, float]:
    joint = _numbered(_joint(person, cluster))
    shared = np.bincount(joint)[joint]
    precision = float((shared / np.bincount(cluster)[cluster]).mean())
    recall = float((shared / np.bincount(person)[person]).mean())
    return {
        "b_cubed_precision": round(precision, 5),
        "b_cubed_recall": round(recall, 5),
        "b_cubed_f1": round(2 * precision * recall / (precision + recall), 5),
    }


def _by_child(truth: pa.Table, person: np.ndarray, cluster: np.ndarray) -> dict[str, float]:
    both = np.unique(np.stack([person, cluster], axis=1), axis=0)
    children, clusters = int(person.max()) + 1, int(cluster.max()) + 1
    children_of = np.bincount(both[:, 1], minlength=clusters)
    clusters_of = np.bincount(both[:, 0], minlength=children)
    shared = np.zeros(children, dtype=bool)
    shared[both[children_of[both[:, 1]] > 1, 0]] = True
    figures = {
        "exactly_right": round(float(((clusters_of == 1) & ~shared).mean()), 5),
        "over_merged": round(float(shared.mean()), 5),
        "split": round(float((clusters_of > 1).mean()), 5),
        "people_found": clusters,
        "count_error": round(abs(clusters - children) / children, 5),
    }
    if "twin" in truth.column_names:
        figures["twins_merged"] = _twins_merged(truth, person, cluster)
    return figures


def _twins_merged(truth: pa.Table, person: np.ndarray, cluster: np.ndarray) -> float:
    said = truth["person"].to_numpy()
    number = dict(zip(said.tolist(), person.tolist(), strict=True))
    twin_of = {
        number[child]: number[twin]
        for child, twin in zip(said.tolist(), truth["twin"].to_numpy().tolist(), strict=True)
        if twin >= 0 and twin in number
    }
    of: dict[int, set[int]] = {}
    for child, found in zip(person.tolist(), cluster.tolist(), strict=True):
        if child in twin_of:
            of.setdefault(child, set()).add(found)
    merged = sum(bool(found & of.get(twin_of[child], set())) for child, found in of.items())
    return round(merged / max(1, len(of)), 5)


def _true_pairs(person: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every true pair once, as two arrays of records."""
    order = np.argsort(person, kind="stable")
    lefts, rights = [], []
    for step in range(1, int(np.bincount(person).max())):
        same = person[order[step:]] == person[order[:-step]]
        lefts.append(order[:-step][same])
        rights.append(order[step:][same])
    if not lefts:
        return np.array([], dtype=int), np.array([], dtype=int)
    return np.concatenate(lefts), np.concatenate(rights)


def _shares(values: np.ndarray, together: np.ndarray) -> dict[str, float]:
    names, index = np.unique(values.astype(str), return_inverse=True)
    found = np.bincount(index, weights=together) / np.bincount(index)
    return {str(name): round(float(share), 4) for name, share in zip(names, found, strict=True)}


def _by_mistake(
    truth: pa.Table, left: np.ndarray, other: np.ndarray, together: np.ndarray
) -> dict[str, float | None]:
    shares: dict[str, float | None] = {}
    none = np.ones(len(left), dtype=bool)
    for kind in (c for c in truth.column_names if c not in _FACTS):
        has = truth[kind].fill_null(False).to_numpy(zero_copy_only=False)  # noqa: FBT003
        a, b = has[left], has[other]
        here = a | b if kind in _EITHER else a ^ b
        shares[kind] = round(float(together[here].mean()), 4) if here.any() else None
        if kind != "moved":
            none &= ~(a | b)
    shares["none of these"] = round(float(together[none].mean()), 4) if none.any() else None
    return shares


if __name__ == "__main__":
    main()
