"""A pair's levels of agreement in one number: its pattern.

Millions of pairs have some ten thousand patterns, and everything about a pair but its two names
is a matter of its pattern: its weight, its sentence, what it teaches the model.
"""

from math import prod
from typing import Final

import numpy as np
import numpy.typing as npt

from cairn.warehouse.linking.agreement import Row
from cairn.warehouse.linking.comparisons import COMPARISONS

_SIZES: Final = tuple(comparison.size for comparison in COMPARISONS)
_STRIDES: Final = tuple(prod(_SIZES[place + 1 :]) for place in range(len(_SIZES)))
PATTERNS: Final = prod(_SIZES)
"""How many there can be; they fit an int32."""


def sql() -> str:
    """An expression for the pattern of a pair, over columns with ``_l`` and ``_r``."""
    parts = (f"{s} * ({c.sql()})" for s, c in zip(_STRIDES, COMPARISONS, strict=True))
    return " + ".join(parts)


def of(left: Row, right: Row) -> int:
    """The pattern of two rows."""
    return sum(s * c.number(left, right) for s, c in zip(_STRIDES, COMPARISONS, strict=True))


def numbers(patterns: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
    """The level numbers of each pattern: one row a pattern, one column a comparison."""
    found = [patterns // s % n for s, n in zip(_STRIDES, _SIZES, strict=True)]
    return np.stack(found, axis=1).astype(np.intp)
