"""How little must be looked at again when records come, change or go.

A *circle* is what strong evidence, or a person's word, holds together: every record of it has some
partner in it that it could be one child with. Which records of a circle are one child depends on
that circle alone. So whoever looks again at the circles that a change touches, and at no other,
finds what linking everything anew would find.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import TypeAlias

from cairn.warehouse.person.joining import joined
from cairn.warehouse.person.verdicts import Pair, Verdicts, settle

Grouping: TypeAlias = Callable[[Collection[str], Mapping[Pair, float]], Iterable[Collection[str]]]
"""The records of one circle and the evidence between them (bits) → groups that are one child."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Records that hang together, and which of them are one child."""

    records: frozenset[str]
    people: tuple[frozenset[str], ...]


def circles(
    records: Iterable[str],
    evidence: Mapping[Pair, float],
    verdicts: Verdicts,
    *,
    threshold: float,
    grouping: Grouping,
) -> list[Circle]:
    """The circles of these records, in an order of their own.

    ``evidence``: every pair that was compared, in bits; a pair of records not given here does not
    matter. At ``threshold`` two records may be one child.
    """
    known = frozenset(records)
    inside = {two: bits for two, bits in evidence.items() if known.issuperset(two)}
    mine = verdicts.among(known)
    strong = [two for two, bits in inside.items() if bits >= threshold]
    home = joined(known, [*strong, *mine.always])
    members: dict[str, set[str]] = defaultdict(set)
    for record, top in home.items():
        members[top].add(record)
    between: dict[str, dict[Pair, float]] = defaultdict(dict)
    for two, bits in inside.items():
        if home[two[0]] == home[two[1]]:
            between[home[two[0]]][two] = bits
    return [
        Circle(frozenset(found), tuple(settle(groups, mine.among(found), between[top])))
        for top, found in sorted(members.items())
        for groups in [[found] if len(found) == 1 else grouping(found, between[top])]
    ]


def touched(
    circle_of: Mapping[str, str],
    changed: Set[str],
    evidence: Mapping[Pair, float],
    verdicts: Verdicts,
    *,
    threshold: float,
) -> frozenset[str]:
    """The standing circles that must be looked at again.

    ``circle_of``: each standing record → its circle; ``changed``: records that came, changed or
    went; ``evidence``: of those that came or changed with whatever they could be one child with.
    """
    near = {r for two, bits in evidence.items() if bits >= threshold for r in two}
    spoken = {r for two in (*verdicts.always, *verdicts.never) if changed & {*two} for r in two}
    return frozenset(circle_of[r] for r in {*changed, *near, *spoken} if r in circle_of)
