"""A copy is known by its order, also in part; sorted it is nobody's."""

import random

from hypothesis import given
from hypothesis import strategies as st

from cairn.sdc.microdata.copy_tracing import FEWEST_TRACED_CHILDREN, order_children, trace_copy

CHILDREN = [f"{n:04x}" for n in range(200)]
MARKS = {"university": b"1" * 16, "college": b"2" * 16}


def test_a_copy_is_traced_whole_and_in_part() -> None:
    copy = order_children(MARKS["college"], CHILDREN)
    assert sorted(copy) == CHILDREN
    assert trace_copy(copy, MARKS).copy == "college"
    part = [child for child in copy if random.Random(child).random() < 0.2]
    found = trace_copy([*part, *part[:5]], MARKS)
    assert (found.copy, found.agreement["college"], found.children) == ("college", 1.0, len(part))
    assert abs(found.agreement["university"]) < 0.5


def test_a_sorted_file_or_a_short_one_is_nobodys() -> None:
    assert trace_copy(CHILDREN, MARKS).copy is None
    few = order_children(MARKS["college"], CHILDREN)[: FEWEST_TRACED_CHILDREN - 1]
    assert trace_copy(few, MARKS).copy is None
    assert trace_copy(few[:1], MARKS).agreement["college"] == 0
    assert trace_copy(CHILDREN, {}).copy is None


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_no_copy_is_taken_for_another(one: bytes, other: bytes) -> None:
    found = trace_copy(order_children(one, CHILDREN), {"one": one, "other": other})
    assert found.copy == "one" or one == other
