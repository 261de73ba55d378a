"""State what linking without names costs, as `benchmarks/encode.py` measured it.

Measured on 100,000 synthetic records of five sources, both ways in one run, for two populations;
where the two differ, the worse figure is used. `docs/how-to/link-without-names.md` has the same
table, and a test compares the two.
"""

from dataclasses import dataclass
from typing import Final

__all__ = ["CLEAR_TEXT_ACCURACY", "ENCODED_ACCURACY", "describe_measured_loss"]


@dataclass(frozen=True, slots=True)
class MeasuredAccuracy:
    """The accuracy of one way of linking, in percent.

    Pairs of one child that are found, found pairs that are right, children with exactly their
    records, children mixed up with another, and twins mistaken for their twin. `gap`: by how many
    points fewer pairs are found in the race group served worst than in the one served best.
    """

    found: float
    right: float
    exact: float
    mixed_up: float
    twins: float
    gap: float

    @property
    def missed(self) -> float:
        """Return the pairs of one child that are not found, in percent."""
        return 100 - self.found


CLEAR_TEXT_ACCURACY: Final = MeasuredAccuracy(
    found=99.5, right=99.9, exact=99.2, mixed_up=0.1, twins=3, gap=0.3
)
ENCODED_ACCURACY: Final = MeasuredAccuracy(
    found=92.6, right=98.9, exact=90.0, mixed_up=1.0, twins=22, gap=1.3
)


def describe_measured_loss() -> str:
    """Describe the loss for a user who links plain files.

    Returns:
        Three sentences.
    """
    return (
        "Expect more errors than with names. In a test with synthetic records, matching without "
        f"names missed {ENCODED_ACCURACY.missed:.0f} of 100 pairs of records of the same child "
        f"(with names: {CLEAR_TEXT_ACCURACY.missed:.1f}). It matched "
        f"{ENCODED_ACCURACY.mixed_up:.0f} of 100 children with another child (with names: "
        f"{CLEAR_TEXT_ACCURACY.mixed_up}), and {ENCODED_ACCURACY.twins:.0f} of 100 twins with "
        f"their twin (with names: {CLEAR_TEXT_ACCURACY.twins:.0f})."
    )
