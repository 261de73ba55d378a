"""Which row names the columns? Titles stand above it, and it looks like words, not like data."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

_LOOKED_AT: Final = 40
_DATA: Final = re.compile(r"[-+$]?[\d.,/:%\s]+|\d{4}-\d{2}-\d{2}.*")
_DATE: Final = re.compile(r"\d{1,4}[/.-]\d{1,2}([/.-]\d{1,4})?")


def width(rows: Sequence[Sequence[str]]) -> int:
    """How many cells a row of the table has: what most rows have, weighted by their number."""
    counts = Counter(len(r) for r in rows if any(c.strip() for c in r))
    if not counts:
        return 0
    return max(counts, key=lambda n: (counts[n] * n, n))


def _usual(filled: Sequence[int]) -> int:
    """What the fuller rows fill: titles and footers are the emptier ones."""
    return sorted(filled)[len(filled) * 3 // 4] if filled else 0


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """Index of the header among the first rows; 0 when no row looks like one.

    The header is the first row that fills about as many cells as the fullest of the rows around
    it and in which nearly every cell is a name. Dates may be names: some sheets have a column a
    day.
    """
    near = rows[:_LOOKED_AT]
    filled = [sum(1 for c in r if c.strip()) for r in near]
    usual = _usual([n for n in filled if n])
    for i, row in enumerate(near):
        cells = [c.strip() for c in row if c.strip()]
        if len(cells) < max(1, min(usual, 2), usual * 0.6):
            continue
        named = sum(1 for c in cells if not _DATA.fullmatch(c) or _DATE.fullmatch(c))
        if named >= len(cells) * 0.75 and not _DATE.fullmatch(cells[0]):
            return i
    return next((i for i, n in enumerate(filled) if n), 0)
