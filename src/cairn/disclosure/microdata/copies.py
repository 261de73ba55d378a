"""A mark that tells copies of one extract apart: the order in which its children stand.

Each copy has an order of its own, drawn from a random secret. No value is touched, so no statistic
changes. What the mark can do: a file that turns up, or any part of one that kept its order and the
children's codes, is traced to one copy. What it cannot do: survive sorting, new codes, or somebody
who means to remove it. Beside it each copy names its recipient in its notes.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

FEWEST: Final = 20
"""Fewer children than this stand in any order by chance too often."""
SURE: Final = 0.9
"""The chance agreement of two orders of 20 children passes this less than once in a million."""


@dataclass(frozen=True, slots=True)
class Traced:
    """How far a found order agrees with each copy's (1: the same, about 0: another's), and the
    copy that it is, if it is one."""

    agreement: Mapping[str, float]
    children: int
    copy: str | None


def place(mark: bytes, child: str) -> bytes:
    """Where a child stands in the copy with this mark: copies are sorted by it."""
    return hmac.digest(mark, child.encode(), hashlib.sha256)


def ordered(mark: bytes, children: Iterable[str]) -> list[str]:
    """The children in this copy's order."""
    return sorted(children, key=lambda child: place(mark, child))


def traced(found: Sequence[str], marks: Mapping[str, bytes]) -> Traced:
    """Which copy a file is from.

    Args:
        found: the children's codes as they stand in the file; only the first place of each counts.
        marks: the mark of every copy there is, by the copy's name.
    """
    children = list(dict.fromkeys(found))
    agreement = {copy: _agreement(children, mark) for copy, mark in marks.items()}
    best = max(agreement, key=lambda copy: agreement[copy], default=None)
    sure = best is not None and len(children) >= FEWEST and agreement[best] >= SURE
    return Traced(agreement, len(children), best if sure else None)


def _agreement(children: Sequence[str], mark: bytes) -> float:
    """Spearman's correlation of the order found with the copy's own."""
    if len(children) < 2:  # noqa: PLR2004 - one child stands in every order
        return 0.0
    where = {child: at for at, child in enumerate(ordered(mark, children))}
    mine = np.array([where[child] for child in children], np.float64)
    return float(np.corrcoef(mine, np.arange(len(children)))[0, 1])
