"""Identify the recipient of a leaked file from its row order.

Each copy of an extract has an order of its own, drawn from a random secret. No value is changed,
so no statistic changes. The mark traces a leaked file, or any part of one that kept its order and
the children's codes, to one copy. It does not survive sorting, new codes, or a person who
intends to remove it. Each copy also names its recipient in its notes.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

__all__ = ["compute_sort_key", "trace_copy"]

FEWEST_TRACED_CHILDREN: Final = 20
"""Fewer children than this are in any order by chance too often."""

SURE_AGREEMENT: Final = 0.9
"""The chance agreement of two orders of 20 children passes this less than once in a million."""


@dataclass(frozen=True, slots=True)
class CopyTrace:
    """Say how far the order of a leaked file agrees with each copy's.

    Args:
        agreement: by copy; 1 is the same order, about 0 that of another copy.
        children: how many children the file holds.
        copy: the copy that the file is from, if it is from one.
    """

    agreement: Mapping[str, float]
    children: int
    copy: str | None


def compute_sort_key(mark: bytes, child: str) -> bytes:
    """Compute the sort key of a child in the copy with this mark: copies are sorted by it.

    Args:
        mark: the random secret of the copy.
        child: the child's code.

    Returns:
        32 bytes.
    """
    return hmac.digest(mark, child.encode(), hashlib.sha256)


def order_children(mark: bytes, children: Iterable[str]) -> list[str]:
    """Sort the children in this copy's order."""
    return sorted(children, key=lambda child: compute_sort_key(mark, child))


def trace_copy(codes: Sequence[str], marks: Mapping[str, bytes]) -> CopyTrace:
    """Find which copy a file is from.

    Args:
        codes: the children's codes in file order; only the first position of each counts.
        marks: the mark of every copy there is, by the copy's name.

    Returns:
        The agreement with each copy, and the copy if the agreement is sure.
    """
    children = list(dict.fromkeys(codes))
    agreement = {copy: _measure_agreement(children, mark) for copy, mark in marks.items()}
    best = max(agreement, key=lambda copy: agreement[copy], default=None)
    sure = (
        best is not None
        and len(children) >= FEWEST_TRACED_CHILDREN
        and agreement[best] >= SURE_AGREEMENT
    )
    return CopyTrace(agreement, len(children), best if sure else None)


def _measure_agreement(children: Sequence[str], mark: bytes) -> float:
    """Compute Spearman's correlation of the file's order with the copy's own."""
    if len(children) < 2:  # noqa: PLR2004 - one child is in every order
        return 0.0
    position_of = {child: index for index, child in enumerate(order_children(mark, children))}
    positions = np.array([position_of[child] for child in children], np.float64)
    return float(np.corrcoef(positions, np.arange(len(children)))[0, 1])
