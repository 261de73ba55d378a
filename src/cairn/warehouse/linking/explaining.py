"""Why two records are one child or two: a sentence and its parts, from the pair's pattern."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from cairn.warehouse.linking import patterns
from cairn.warehouse.linking.comparisons import COMPARISONS, GRADES
from cairn.warehouse.linking.model import KINDS, Model
from cairn.warehouse.linking.words import phrase

_TELLING: Final = 1.0
"""Bits that a fact must weigh to be told in the sentence."""
_RARE: Final = len(GRADES) // 2 + 1


_OTHERS: Final = {
    "twins": "twins",
    "siblings": "brothers or sisters",
    "strangers": "children of different families",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one comparison found. ``bits`` are above 0 for one child and below 0 against, when the
    alternative is the likeliest one; ``told_from_strangers`` when it is strangers."""

    fact: str
    finding: str
    bits: float
    told_from_strangers: float
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Explanation:
    """The weight in bits, what else the two could be (``twins``, ``siblings``, ``strangers``), the
    bits before anything was compared, and the evidence, in the order of comparing: a waterfall
    from ``start`` to ``weight``, but for the alternatives that are less likely."""

    weight: float
    otherwise: str
    start: float
    evidence: tuple[Evidence, ...]

    @property
    def sentence(self) -> str:
        """In plain words: what speaks for one child, what rules out her twin, what speaks against,
        and how it ends."""
        speaks = _told(
            self.evidence, lambda part: part.told_from_strangers if part.bits > -_TELLING else 0.0
        )
        found = [f"For one child: {speaks}." if speaks else "Nothing speaks for one child."]
        against = _told(self.evidence, lambda part: -part.bits)
        if self.weight > 0 and self.otherwise != "strangers":
            decisive = _told(self.evidence, lambda part: part.bits)
            found.append(
                f"Rather one child than {_OTHERS[self.otherwise]}: {decisive or 'hardly anything'}."
            )
        if against:
            found.append(f"Against: {against}.")
        ends = "one child" if self.weight > 0 else f"two children, {_OTHERS[self.otherwise]}"
        return " ".join([*found, f"Likelier {ends}."])


def _told(evidence: tuple[Evidence, ...], bits: Callable[[Evidence], float]) -> str:
    """What weighs enough to be told, the weightiest first."""
    parts = sorted((part for part in evidence if bits(part) >= _TELLING), key=lambda p: -bits(p))
    return "; ".join(map(str, parts))


def explain(pattern: int, model: Model) -> Explanation:
    """Why a pair with this pattern weighs what it weighs."""
    one = np.array([pattern])
    other = KINDS[1 + int(np.argmax(model.likelihoods(one)[1:, 0]))]
    share = {"twins": model.twins, "siblings": model.siblings, "strangers": 1.0}[other]
    evidence = []
    for comparison, number in zip(COMPARISONS, patterns.numbers(one)[0].tolist(), strict=True):
        if (found := comparison.level(number)) is not None:
            level, grade = found
            bits = {
                kind: math.log2(v[number - 1]) for kind, v in model.levels[comparison.name].items()
            }
            rare = bool(level.grade) and grade >= _RARE
            evidence.append(
                Evidence(
                    comparison.name,
                    level.name + (" and rare" if rare else ""),
                    bits["same"] - bits[other],
                    bits["same"] - bits["strangers"],
                    phrase(comparison.name, level.name, rare=rare),
                )
            )
    return Explanation(
        weight=float(model.weights(one)[0]),
        otherwise=other,
        start=math.log2(model.same / share),
        evidence=tuple(evidence),
    )
