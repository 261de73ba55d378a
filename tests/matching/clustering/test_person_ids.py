"""People keep their ids from run to run."""

from itertools import count, product

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from cairn.matching.clustering.person_ids import keep_or_assign_person_ids


def run(clusters: dict[str, int], known: dict[str, str]) -> dict[str, str]:
    """Record → person; new people are n0, n1, …"""
    numbers = count()
    table = keep_or_assign_person_ids(
        pa.table(
            {
                "record_key": pa.array(clusters.keys(), pa.string()),
                "cluster": pa.array(clusters.values(), pa.int64()),
            }
        ),
        pa.table(
            {
                "record_key": pa.array(known.keys(), pa.string()),
                "person_id": pa.array(known.values(), pa.string()),
            }
        ),
        new_id=lambda: f"n{next(numbers)}",
    )
    return dict(zip(table["record_key"].to_pylist(), table["person_id"].to_pylist(), strict=True))


def test_a_new_cluster_is_a_new_person() -> None:
    assert run({"a": 1, "b": 1, "c": 2}, {}) == {"a": "n0", "b": "n0", "c": "n1"}


def test_a_known_person_keeps_her_id_and_gets_the_new_record() -> None:
    assert run({"a": 7, "b": 7}, {"a": "P"}) == {"a": "P", "b": "P"}


def test_at_a_split_the_larger_part_keeps_the_id() -> None:
    found = run({"a": 1, "b": 2, "c": 2}, {"a": "P", "b": "P", "c": "P"})
    assert found == {"a": "n0", "b": "P", "c": "P"}


def test_of_equal_parts_the_older_keeps_the_id() -> None:
    assert run({"a": 1, "b": 2}, {"b": "P", "a": "P"}) == {"a": "n0", "b": "P"}


def test_at_a_merge_the_older_id_stays() -> None:
    assert set(run({"a": 1, "b": 1}, {"b": "OLD", "a": "NEW"}).values()) == {"OLD"}


def test_age_is_told_by_since() -> None:
    known = pa.table({"record_key": ["a", "b"], "person_id": ["P", "Q"], "since": [2, 1]})
    clusters = pa.table({"record_key": ["a", "b"], "cluster": [1, 1]})
    assert keep_or_assign_person_ids(clusters, known, new_id=str)["person_id"].to_pylist() == [
        "Q",
        "Q",
    ]


def test_a_merger_undone_gives_the_old_ids_back() -> None:
    clusters = pa.table({"record_key": ["a", "b", "c"], "cluster": [1, 2, 3]})
    merged = pa.table({"record_key": ["a", "b", "c"], "person_id": ["P", "P", "P"]})
    retired = pa.table({"record_key": ["b"], "person_id": ["Q"]})
    found = keep_or_assign_person_ids(clusters, merged, new_id=lambda: "new", retired=retired)
    assert found["person_id"].to_pylist() == ["P", "Q", "new"]


records = st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 4), min_size=1)


@given(records, st.randoms(use_true_random=False))
def test_linking_again_changes_nobody(clusters: dict[str, int], chance: object) -> None:
    first = run(clusters, {})
    assert run(clusters, first) == first
    shuffled = dict(sorted(clusters.items(), key=lambda _: chance.random()))  # type: ignore[attr-defined]
    assert run(shuffled, first) == first


@given(records, records)
def test_people_are_clusters(before: dict[str, int], after: dict[str, int]) -> None:
    known = {record: f"P{cluster}" for record, cluster in before.items()}
    found = run(after, known)
    assert found.keys() == after.keys()
    for (a, one), (b, other) in product(after.items(), repeat=2):
        assert (found[a] == found[b]) == (one == other)
