"""Where a person should look: the joints that may be wrong, and the gaps that may be.

A *joint* is where one person of the index is held together least; a *gap* lies between two people
of one circle. Both are questions about groups of records, not about pairs: is this one child?
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final, TypeAlias

Pair: TypeAlias = tuple[str, str]
"""Two records, the smaller key first."""

_UNKNOWN: Final = -1.0
"""Bits for two sides of which no two records were compared: mildly against one child."""
MOST: Final = 12.0
"""No pair weighs more than so many bits, for or against."""
_SIDES: Final = 2
_MOST_RECORDS: Final = 40
"""A person of more records is an alarm, not a question."""


class Kind(StrEnum):
    """Whether the index takes both sides for one child today."""

    JOINED = "joined"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two groups of records, and the mean evidence (bits) that they are one child."""

    kind: Kind
    one: frozenset[str]
    other: frozenset[str]
    bits: float

    @property
    def chance(self) -> float:
        """That the index is wrong about it, as the evidence alone has it; at most one half."""
        return float(1 / (1 + 2 ** abs(self.bits)))

    @property
    def weight(self) -> float:
        """How much an answer is expected to change: the chance times the records that move."""
        return self.chance * min(len(self.one), len(self.other))


BANDS: Final = (-6.0, -3.0, 0.0, 2.0, 4.0, 8.0)
"""Where one band of evidence ends and the next begins, in bits."""


def band(bits: float) -> int:
    """The number of the band that this much evidence falls into, from 0."""
    return sum(bits >= edge for edge in BANDS)


def pair(one: str, other: str) -> Pair:
    """The two in the order in which a pair is spelled."""
    return (one, other) if one <= other else (other, one)


def doubts(people: Sequence[frozenset[str]], evidence: Mapping[Pair, float]) -> Iterator[Doubt]:
    """Every joint and every gap between the people of one circle, certain or not."""
    for person in people:
        if 1 < len(person) <= _MOST_RECORDS:
            one, other = _weakest(person, evidence)
            yield Doubt(Kind.JOINED, one, other, _mean(one, other, evidence))
    for one, other in combinations(people, 2):
        if any(pair(a, b) in evidence for a in one for b in other):
            first, second = sorted((one, other), key=min)
            yield Doubt(Kind.APART, first, second, _mean(one, other, evidence))


def _mean(one: Collection[str], other: Collection[str], evidence: Mapping[Pair, float]) -> float:
    """Of the records that were compared. A list that holds but a first name and an id meets its
    own source alone: what it was never compared with is no doubt."""
    known = [evidence[p] for a in one for b in other if (p := pair(a, b)) in evidence]
    bits = [max(-MOST, min(MOST, weight)) for weight in known] or [_UNKNOWN]
    return sum(bits) / len(bits)


def _weakest(
    person: Collection[str], evidence: Mapping[Pair, float]
) -> tuple[frozenset[str], frozenset[str]]:
    """The last two parts when the strongest join first."""
    parts = [frozenset({record}) for record in sorted(person)]
    while len(parts) > _SIDES:
        one, other = max(combinations(parts, 2), key=lambda two: _mean(two[0], two[1], evidence))
        parts = sorted([one | other, *(p for p in parts if p not in (one, other))], key=min)
    return parts[0], parts[1]
