"""What a partner learns of all the others from what is published, since it knows its own children.

Whoever contributed to a total can take its own part away. What is left is a table of everyone
else, and it is attacked as if it had been published: a few children of others, or a withheld
number of theirs that has become narrow, is something that the partner can work out. A release is
protected against that (`among`); one that was published before is not. In a margin that does not
hold, a partner's own numbers are not shown to it beside the published ones, so that nobody does
the subtraction for it.
"""

from collections.abc import Mapping, Sequence

from cairn.disclosure.outsider import Counts, NotATableError
from cairn.disclosure.rule import Rule
from cairn.disclosure.subtraction import subtract, told
from cairn.disclosure.table import ALL, RESULT, Key, Nest

Margin = frozenset[str]
"""The dimensions that a cell is broken down by, the outcome's result apart."""

FEWEST_OTHERS = 2
"""With one other contributor, everyone else is that one partner by name."""


def margins_that_hold(
    dims: tuple[str, ...],
    published: Counts,
    left: Mapping[Key, int],
    *,
    by: str,
    others: int,
    nests: Sequence[Nest],
    rule: Rule,
) -> frozenset[Margin]:
    """The margins in which a contributor may see its own numbers beside the published ones.

    Args:
        dims: names of the dimensions of each key.
        published: every cell of every margin; None where withheld.
        left: the true numbers of everyone else, by the same keys.
        by: the dimension that tells contributors apart.
        others: how many other contributors there are.
        nests: which dimension lies within which.
        rule: what the others' table must withstand.
    """
    margins = {opened(dims, key) for key in published} - {frozenset()}
    largest = [sorted(one) for one in margins if not any(one < other for other in margins)]
    if not others:
        return frozenset()
    try:
        found = subtract(dims, published, left, sorted(largest), nests, rule)
    except NotATableError:
        return frozenset()
    # Parts that come to a few tell in the margin that divides, not in that of their total.
    singled = set(told(found)) - set(found.pooled) | set(found.exposed)
    return frozenset(
        margin
        for margin in margins
        if (by in margin or others >= FEWEST_OTHERS)
        and not any(opened(dims, key) <= margin for key in singled)
        and not _pooled(dims, published, left, margin, nests, rule)
    )


def opened(dims: tuple[str, ...], key: Key) -> Margin:
    """What a cell is broken down by."""
    said = zip(dims, key, strict=True)
    return frozenset(dim for dim, value in said if value != ALL and dim != RESULT)


def _pooled(
    dims: tuple[str, ...],
    published: Counts,
    left: Mapping[Key, int],
    margin: Margin,
    nests: Sequence[Nest],
    rule: Rule,
) -> bool:
    """Whether withheld parts of one margin come to a few others."""
    cells = {key: count for key, count in published.items() if opened(dims, key) <= margin}
    return bool(subtract(dims, cells, left, [sorted(margin)], nests, rule).pooled)
