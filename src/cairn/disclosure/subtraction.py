"""What a contributor works out of all others by taking its own part away from what is published.

What is left is a table like any other, and it is attacked like one. A contributor is taken to
know one thing more than its own rows and the publication: in which groups there is nobody else.
It may well know that, such as of its own schools; and one who knows too much is withstood by
whatever withstands one who knows less.
"""

from collections.abc import Mapping, Sequence

from cairn.disclosure.attack import attack
from cairn.disclosure.certificate import Certificate, Range
from cairn.disclosure.handed import Start
from cairn.disclosure.outsider import Bounds, Counts
from cairn.disclosure.rule import FREELY_CROSSED, Rule, Zeros
from cairn.disclosure.shape import Shape, open_places, project
from cairn.disclosure.table import Key, Nest


def subtract(
    dims: tuple[str, ...],
    counts: Counts,
    left: Mapping[Key, int],
    tables: Sequence[Sequence[str]],
    nests: Sequence[Nest],
    rule: Rule,
    *,
    ranges: Bounds | None = None,
    ways: Sequence[Mapping[Key, int]] = (),
) -> Certificate:
    """The audit of everyone but one contributor, as that contributor sees them.

    Args:
        dims: names of the dimensions of each key.
        counts: every published cell; None where withheld.
        left: the true numbers of all others, of every cell of every margin. Of a withheld cell
            the attack is told only that it is empty.
        tables: the dimensions of each table, as they were asked for.
        nests: which dimension lies within which.
        rule: what the others' table must withstand.
        ranges: for withheld cells, the least and the most that is known of the others in them.
        ways: changes of the others' numbers that are said to lead to other whole tables.

    Raises:
        NotATableError: the cells are incomplete or contradict each other.
    """
    empty = _nobody_else(Shape(dims, counts, tables, nests), counts, left, rule)
    seen = {key: left[key] if n is not None or key in empty else None for key, n in counts.items()}
    return attack(dims, seen, tables, nests, rule, ranges=ranges, start=Start(left, ways))


def told(found: Certificate) -> list[Key]:
    """Cells in which the contributor singles out few others."""
    return [*(one.key for one in singled_out(found)), *found.exposed, *found.pooled]


def singled_out(found: Certificate) -> list[Range]:
    """Withheld numbers of others that are narrowed too far, and that could be small. One that is
    known to be large is as good as published, and tells of nobody."""
    return [one for one in found.narrowed if one.low < found.rule.minimum]


def _nobody_else(shape: Shape, counts: Counts, left: Mapping[Key, int], rule: Rule) -> set[Key]:
    """Withheld cells in groups of which a contributor knows that nobody else is in them: where
    they are shown, where the rule always shows empty groups, and whatever lies within these."""
    known = {
        key
        for key, n in counts.items()
        if not left[key]
        and shape.group(key) == key
        and (n is not None or rule.zeros is Zeros.SHOWN or shape.crossed(key) <= FREELY_CROSSED)
    }
    margins = {open_places(key) for key in known}
    return {
        key
        for key, n in counts.items()
        if n is None and not left[key] and any(project(key, margin) in known for margin in margins)
    }
