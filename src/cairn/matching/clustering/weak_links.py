"""Find where a reviewer should look: weak links inside people, and gaps between people.

A *joint* is where one person of the index is held together least (the weakest link); a *gap* is
between two people of one component. Both are questions about groups of records, not about pairs: is
this one child?
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final, TypeAlias

__all__ = [
    "EVIDENCE_BANDS",
    "RecordPair",
    "UncertainMatch",
    "UncertaintyKind",
    "find_evidence_band",
    "list_uncertain_matches",
    "order_pair",
]

RecordPair: TypeAlias = tuple[str, str]
"""Two records, the smaller key first."""

_UNCOMPARED_WEIGHT: Final = -1.0
"""Bits for two sides between which no records were compared: mildly against one child."""

MAX_PAIR_WEIGHT: Final = 12.0
"""No pair weighs more bits than this, for or against."""

_SIDE_COUNT: Final = 2

_MAX_PERSON_RECORDS: Final = 40
"""A person of more records is an overlink flag, not a question."""


class UncertaintyKind(StrEnum):
    """Whether the index takes both sides for one child today."""

    JOINED = "joined"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class UncertainMatch:
    """Two groups of records about which the index may be wrong: a weak joint, or a doubtful gap.

    Attributes:
        kind: whether the index takes both groups for one child today.
        one: record keys of the first group.
        other: record keys of the second group.
        bits: mean evidence (log2 Bayes factors) that both groups are one child.
    """

    kind: UncertaintyKind
    one: frozenset[str]
    other: frozenset[str]
    bits: float

    @property
    def probability(self) -> float:
        """Return the probability that the index is wrong, by evidence alone; at most one half."""
        return float(1 / (1 + 2 ** abs(self.bits)))

    @property
    def weight(self) -> float:
        """Return the expected effect of an answer: the probability times the records that move."""
        return self.probability * min(len(self.one), len(self.other))


EVIDENCE_BANDS: Final = (-6.0, -3.0, 0.0, 2.0, 4.0, 8.0)
"""The edges between bands of evidence, in bits."""


def find_evidence_band(bits: float) -> int:
    """Find the band of evidence.

    Args:
        bits: evidence in bits.
    Returns:
        The number of the band, from 0.
    """
    return sum(bits >= edge for edge in EVIDENCE_BANDS)


def order_pair(left: str, right: str) -> RecordPair:
    """Order two record keys as pairs are stored.

    Args:
        left: a record key.
        right: another record key.
    Returns:
        Both keys, the smaller first.
    """
    return (left, right) if left <= right else (right, left)


def list_uncertain_matches(
    people: Sequence[frozenset[str]], evidence: Mapping[RecordPair, float]
) -> Iterator[UncertainMatch]:
    """List every joint and every gap between the people of one component, certain or not.

    Args:
        people: the record keys of each person.
        evidence: bits for each compared pair of records.
    Yields:
        The joint of each person of several records, then the gaps.
    """
    for person in people:
        if 1 < len(person) <= _MAX_PERSON_RECORDS:
            left, right = _split_at_weakest_link(person, evidence)
            yield UncertainMatch(
                UncertaintyKind.JOINED, left, right, _average_compared_pairs(left, right, evidence)
            )
    for left, right in combinations(people, 2):
        if any(
            order_pair(left_key, right_key) in evidence for left_key in left for right_key in right
        ):
            first, second = sorted((left, right), key=min)
            yield UncertainMatch(
                UncertaintyKind.APART, first, second, _average_compared_pairs(left, right, evidence)
            )


def _average_compared_pairs(
    left: Collection[str], right: Collection[str], evidence: Mapping[RecordPair, float]
) -> float:
    """Average the evidence of the records that were compared.

    A list with only a first name and an ID meets only its own source: pairs that were never
    compared raise no doubt.
    """
    weights = [
        evidence[key_pair]
        for left_key in left
        for right_key in right
        if (key_pair := order_pair(left_key, right_key)) in evidence
    ]
    bits = [max(-MAX_PAIR_WEIGHT, min(MAX_PAIR_WEIGHT, weight)) for weight in weights] or [
        _UNCOMPARED_WEIGHT
    ]
    return sum(bits) / len(bits)


def _split_at_weakest_link(
    person: Collection[str], evidence: Mapping[RecordPair, float]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the last two parts when the strongest are joined first."""
    parts = [frozenset({record}) for record in sorted(person)]
    while len(parts) > _SIDE_COUNT:
        left, right = max(
            combinations(parts, 2),
            key=lambda part_pair: _average_compared_pairs(part_pair[0], part_pair[1], evidence),
        )
        parts = sorted(
            [left | right, *(part for part in parts if part not in (left, right))], key=min
        )
    return parts[0], parts[1]
