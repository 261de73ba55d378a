"""What a partner learns of all the others from what is published, since it knows its own children.

Whoever contributed to a total can take its own part away. What is left is a table of everyone
else, and it is attacked as if it had been published: a few children of others, or a withheld
number of theirs that has become narrow, is something that the partner can work out. In such a
margin its own numbers are not shown to it beside the published ones, so that nobody does the
subtraction for it.
"""

from collections.abc import Collection, Mapping, Sequence

from cairn.disclosure.attack import attack
from cairn.disclosure.outsider import Counts, NotATableError
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import ALL, RESULT, Key, Nest

Margin = frozenset[str]
"""The dimensions that a cell is broken down by, the outcome's result apart."""

FEWEST_OTHERS = 2
"""With one other contributor, everyone else is that one partner by name."""


def margins_that_hold(
    dims: tuple[str, ...],
    published: Counts,
    own: Mapping[Key, int],
    *,
    part: tuple[str, str],
    nests: Sequence[Nest],
    rule: Rule,
) -> frozenset[Margin]:
    """The margins in which a contributor may see its own numbers beside the published ones.

    Args:
        dims: names of the dimensions of each key.
        published: every cell of every margin; None where withheld.
        own: the contributor's own numbers by the same keys; none where it has nobody.
        part: the dimension that tells contributors apart, and the contributor's value in it.
        nests: which dimension lies within which.
        rule: what the others' table must withstand.
    """
    dim, name = part
    place = dims.index(dim)
    rest = {
        key: None if count is None else count - own.get(key, 0)
        for key, count in published.items()
        if key[place] != name
    }
    margins = {opened(dims, key) for key in published} - {frozenset()}
    others = {key[place] for key in rest} - {ALL} - rule.unnamed
    told = _told(dims, rest, margins, nests, rule) if others else None
    if told is None:
        return frozenset()
    return frozenset(
        margin
        for margin in margins
        if (dim in margin or len(others) >= FEWEST_OTHERS)
        and not any(opened(dims, key) <= margin for key in told)
        and _alone(dims, rest, margin, nests, rule)
    )


def opened(dims: tuple[str, ...], key: Key) -> Margin:
    """What a cell is broken down by."""
    said = zip(dims, key, strict=True)
    return frozenset(dim for dim, value in said if value != ALL and dim != RESULT)


def _told(
    dims: tuple[str, ...],
    rest: Counts,
    margins: Collection[Margin],
    nests: Sequence[Nest],
    rule: Rule,
) -> list[Key] | None:
    """Cells of the others that follow from everything together; None where nothing can be proved.

    An attacker who supposes that a withheld group of the others has somebody in it, though it may
    be empty, knows too much rather than too little: what holds against it holds.
    """
    tables = [sorted(one) for one in margins if not any(one < other for other in margins)]
    try:
        found = attack(dims, rest, sorted(tables), nests, rule)
    except NotATableError:
        return None
    return [*(one.key for one in found.narrowed), *found.exposed]


def _alone(
    dims: tuple[str, ...], rest: Counts, margin: Margin, nests: Sequence[Nest], rule: Rule
) -> bool:
    """Whether the others' table of one margin holds by itself, the sums of its parts included."""
    cells = {key: count for key, count in rest.items() if opened(dims, key) <= margin}
    return attack(dims, cells, [sorted(margin)], nests, rule).safe
