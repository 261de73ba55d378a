"""Whether the values of a dimension stand in an order: grades, ages, years."""

import re
from collections.abc import Sequence

_BEFORE = {"pk": -2, "pre-k": -2, "prek": -2, "tk": -1, "k": 0, "kg": 0, "kindergarten": 0}
_COUNTED = re.compile(
    r"(?:grades?|g|ages?|years?|under|over|up to|<|>|≤|≥)?\s*(\d{1,2}|(?:19|20)\d\d)\b"
)
"""A grade, an age, a band of them, or a year; not the code of a school."""


def in_order(values: Sequence[str]) -> list[str] | None:
    """The values in their order; None where they have none, such as races or schools."""
    placed = [(_place(value), value) for value in values]
    known = [(place, value) for place, value in placed if place is not None]
    return [value for _, value in sorted(known)] if len(known) == len(placed) else None


def _place(value: str) -> int | None:
    said = value.strip().casefold()
    if said in _BEFORE:
        return _BEFORE[said]
    found = _COUNTED.match(said)
    return int(found[1]) if found else None
