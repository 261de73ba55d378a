"""Which element an agreement covers, and what is said of one that none covers."""

from dataclasses import replace
from datetime import date

import pytest
from tests.policy import permitted_use as u

from cairn.policy.coverage.data_elements import check_element_coverage

ON = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (0, "an agreement"),
        (1, "A-0"),
        (3, "A-0 or A-1 or A-2"),
        (4, "any of the 4 agreements behind this use"),
    ],
)
def test_a_few_agreements_are_named_and_many_counted(count: int, named: str) -> None:
    agreements = tuple(replace(u.agreement(), reference=f"A-{n}") for n in range(count))
    (reason,) = check_element_coverage(agreements).run("student.phone", ON)
    assert reason.message == f"student.phone is not covered by {named}."
