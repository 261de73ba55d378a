"""Rare combinations are the smallest ones, and every rare row is in one."""

from collections import Counter
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.sdc.microdata.anonymity import build_hierarchy
from cairn.sdc.microdata.disclosure_risk import find_rare_combinations


def test_what_is_rare_alone_is_not_named_again_with_others() -> None:
    grade = build_hierarchy("grade", [["3", "3", "3", "12"]])
    sex = build_hierarchy("sex", [["f", "f", "m", "f"]])
    found = find_rare_combinations([grade, sex], 2)
    assert [(one.elements, one.combinations, one.rows.tolist()) for one in found] == [
        (("grade",), 1, [3]),
        (("sex",), 1, [2]),
    ]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=20),
    st.integers(1, 4),
)
def test_every_smallest_rare_set_is_found(rows: list[tuple[int, int, int]], k: int) -> None:
    ladders = [build_hierarchy(str(at), [[row[at] for row in rows]]) for at in range(3)]
    found = {
        (one.elements, row)
        for one in find_rare_combinations(ladders, k)
        for row in one.rows.tolist()
    }
    expected = set()
    for number, row in enumerate(rows):
        small: list[tuple[int, ...]] = []
        for size in (1, 2, 3):
            for places in combinations(range(3), size):
                counts = Counter(tuple(r[at] for at in places) for r in rows)
                within = any(set(part) <= set(places) for part in small)
                if counts[tuple(row[at] for at in places)] < k and not within:
                    small.append(places)
        expected |= {(tuple(map(str, places)), number) for places in small}
    assert found == expected
