"""Which statements of families go with a disclosure of records (34 CFR 99.21(c)(2))."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest

from cairn.policy.checks.records.statements import are_statements_sent, find_statements_to_send
from cairn.policy.facts.students.amendment import FamilyStatementFact
from cairn.policy.vocabulary.data_use import Level

ON: Final = date(2026, 11, 24)
STATEMENT: Final = FamilyStatementFact("1", "k1", ON, frozenset({"attendance"}))
DISCLOSURE: Final = {
    "people": frozenset({"k1", "k2"}),
    "elements": frozenset({"attendance.date", "student.gender"}),
    "level": Level.INDIVIDUAL,
    "on": ON,
}


@pytest.mark.parametrize(
    ("statement", "disclosure", "is_sent"),
    [
        ({}, {}, True),
        # The contested part is not in it, or the student is not.
        ({}, {"elements": frozenset({"student.gender"})}, False),
        ({}, {"people": frozenset({"k2"})}, False),
        ({}, {"elements": frozenset()}, False),
        # The school did not say which part, or it is not known what is sent.
        ({"records": frozenset()}, {"elements": frozenset({"student.gender"})}, True),
        ({}, {"elements": None}, True),
        ({"records": frozenset()}, {"elements": frozenset()}, False),
        # Before its day it is not part of the record.
        ({"placed_on": ON + timedelta(days=1)}, {}, False),
        # Data that identify no student.
        ({}, {"level": Level.DE_IDENTIFIED}, False),
        ({}, {"level": Level.POPULATION}, False),
        ({"records": frozenset()}, {"level": Level.PROGRAM, "elements": None}, False),
        ({}, {"level": Level.SYSTEMS}, True),
    ],
)
def test_a_statement_goes_with_the_contested_part(
    statement: dict[str, Any], disclosure: dict[str, Any], *, is_sent: bool
) -> None:
    placed = replace(STATEMENT, **statement)
    expected = (placed,) if is_sent else ()
    assert find_statements_to_send((placed,), **{**DISCLOSURE, **disclosure}) == expected


def test_the_level_of_the_data_decides() -> None:
    assert [level for level in Level if are_statements_sent(level)] == [
        Level.INDIVIDUAL,
        Level.SYSTEMS,
    ]
