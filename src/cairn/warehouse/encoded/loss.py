"""What linking without names costs, as `benchmarks/encode.py` measured it: said once, here.

Of 100,000 invented records of five sources, both ways in one run, of two populations; where the
two differ, the worse figure stands. `docs/how-to/link-without-names.md` has the same table, which
a test holds up to this one.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Loss:
    """One way of linking. In percent: pairs of one child that are found, found pairs that are
    right, children with exactly their records, children mixed up with another, twins taken for
    their twin. ``gap``: by how many points fewer pairs are found of the worst served race group
    than of the best."""

    found: float
    right: float
    exact: float
    mixed_up: float
    twins: float
    gap: float

    @property
    def missed(self) -> float:
        """Pairs of one child that are not found, in percent."""
        return 100 - self.found


CLEAR: Final = Loss(found=99.5, right=99.9, exact=99.2, mixed_up=0.1, twins=3, gap=0.3)
ENCODED: Final = Loss(found=92.6, right=98.9, exact=90.0, mixed_up=1.0, twins=22, gap=1.3)


def in_words() -> str:
    """For whoever links plain files."""
    return (
        f"Measured on invented records: of 100 pairs of one child's records {ENCODED.missed:.0f} "
        f"are missed (in the clear {CLEAR.missed:.1f}), of 100 children {ENCODED.mixed_up:.0f} is "
        f"mixed up with another (in the clear {CLEAR.mixed_up}), and of 100 twins "
        f"{ENCODED.twins:.0f} are taken for their twin (in the clear {CLEAR.twins:.0f})."
    )
