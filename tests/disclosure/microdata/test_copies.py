"""A copy is known by its order, also in part; sorted it is nobody's."""

import random

from hypothesis import given
from hypothesis import strategies as st

from cairn.disclosure.microdata.copies import FEWEST, ordered, traced

CHILDREN = [f"{n:04x}" for n in range(200)]
MARKS = {"university": b"1" * 16, "college": b"2" * 16}


def test_a_copy_is_traced_whole_and_in_part() -> None:
    copy = ordered(MARKS["college"], CHILDREN)
    assert sorted(copy) == CHILDREN
    assert traced(copy, MARKS).copy == "college"
    part = [child for child in copy if random.Random(child).random() < 0.2]
    found = traced([*part, *part[:5]], MARKS)
    assert (found.copy, found.agreement["college"], found.children) == ("college", 1.0, len(part))
    assert abs(found.agreement["university"]) < 0.5


def test_a_sorted_file_or_a_short_one_is_nobodys() -> None:
    assert traced(CHILDREN, MARKS).copy is None
    few = ordered(MARKS["college"], CHILDREN)[: FEWEST - 1]
    assert traced(few, MARKS).copy is None
    assert traced(few[:1], MARKS).agreement["college"] == 0
    assert traced(CHILDREN, {}).copy is None


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_no_copy_is_taken_for_another(one: bytes, other: bytes) -> None:
    found = traced(ordered(one, CHILDREN), {"one": one, "other": other})
    assert found.copy == "one" or one == other
