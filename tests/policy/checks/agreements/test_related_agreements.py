"""One agreement is checked with those that it depends on, and what amends or joins them."""

from collections.abc import Callable

import pytest

from cairn.policy.checks.agreements.agreement_validity import select_related_agreements
from cairn.policy.facts.agreements.agreement import AgreementFact


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("A", ["J", "A-1", "M", "A"]),
        ("A-1", ["J", "A-1", "M", "A"]),
        ("M", ["J", "M"]),
        ("C", ["C", "D"]),
        ("NOPE-1", []),
    ],
)
def test_what_belongs_to_an_agreement(
    agreed: Callable[..., AgreementFact], reference: str, expected: list[str]
) -> None:
    agreements = (
        agreed(reference="J", joins="M"),
        agreed(reference="A-1", amends="A"),
        agreed(reference="M"),
        agreed(reference="A", under=("M",)),
        agreed(reference="B", under=("M",)),
        agreed(reference="C", under=("D",)),
        agreed(reference="D", under=("C",)),
    )
    related = select_related_agreements(agreements, reference)
    assert [agreement.reference for agreement in related] == expected
