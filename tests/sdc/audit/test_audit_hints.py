"""Steps that somebody says there are: only those that are exactly whole tables count."""

from math import inf

import numpy as np

from cairn.sdc.audit.audit_hints import AuditHints, HintChecker, HintedChange
from cairn.sdc.audit.feasible_tables import EquationRow
from cairn.sdc.audit.table_audit import audit_tables
from cairn.sdc.tables.request import Key
from cairn.sdc.tables.rule import SuppressionRule

ROWS: list[EquationRow] = [((0, 1), (), 30), ((2,), (3,), 4)]
"""0 and 1 come to 30, and 2 is 4 more than 3."""

START = np.array([2, 28, 9, 5])


def handed(*changes: HintedChange, ceilings: tuple[float, ...] = (inf,) * 4) -> HintChecker:
    return HintChecker(ROWS, [1, 1, 0, 0], ceilings, START, changes)


def steps(found: HintChecker, unknown: int, most: int = 2) -> list[dict[int, int]]:
    return [
        dict(zip(part.tolist(), by.tolist(), strict=True))
        for part, by in found.find_steps(unknown, most)
    ]


def test_a_change_is_taken_forth_and_back_and_further_within_the_limits() -> None:
    assert steps(handed({0: 1, 1: -1}), 1) == [{0: 1, 1: -1}, {0: -1, 1: 1}, {0: 2, 1: -2}]


def test_no_step_goes_above_a_ceiling() -> None:
    found = handed({2: 1, 3: 1}, ceilings=(inf, inf, 10, inf))
    assert steps(found, 2) == [{2: 1, 3: 1}, {2: -1, 3: -1}, {2: -2, 3: -2}]


def test_what_does_not_keep_a_sum_is_not_believed() -> None:
    assert steps(handed({0: 1}, {2: 1, 3: -1}), 0) == []
    assert steps(handed({0: 1}, {2: 1, 3: -1}), 3) == []


def test_each_change_is_taken_once() -> None:
    found = handed({0: 1, 1: -1})
    assert steps(found, 0)
    assert steps(found, 1) == []


def test_the_audit_looks_there_first_and_believes_nothing_false() -> None:
    counts: dict[Key, int | None] = {("All",): 60, ("a",): None, ("b",): None, ("c",): 30}
    start = {("a",): 5, ("b",): 25}

    def programs(*ways: dict[Key, int]) -> int:
        found = audit_tables(
            ("race",), counts, (("race",),), (), SuppressionRule(), hints=AuditHints(start, ways)
        )
        assert found.safe
        return found.programs

    true: dict[Key, int] = {("a",): 2, ("b",): -2}
    assert programs(true) == 0
    assert programs({("a",): 2, ("b",): -1}) == programs()
    # What is shown does not move, and the rest of that change keeps all sums.
    assert programs({("a",): 2, ("b",): -2, ("c",): 4}) == 0


def test_a_number_that_follows_follows_whatever_is_said() -> None:
    counts: dict[Key, int | None] = {("All",): 35, ("a",): None, ("c",): 30}
    lies: list[dict[Key, int]] = [{("a",): 1}, {("a",): 1, ("c",): -1}]
    start = {("a",): 5}
    found = audit_tables(
        ("race",), counts, (("race",),), (), SuppressionRule(), hints=AuditHints(start, lies)
    )
    assert [(one.low, one.high) for one in found.narrowed] == [(5, 5)]
