"""Why two records are one child or two: a sentence and its parts, from the pair's pattern."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from cairn.warehouse.linking import patterns
from cairn.warehouse.linking.comparisons import COMPARISONS, GRADES
from cairn.warehouse.linking.model import Model

_TELLING: Final = 1.0
"""Bits that a fact must weigh to be told in the sentence."""
_WORDS: Final = len(GRADES) // 2 + 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one comparison found, and its bits: above 0 for one child, below 0 against."""

    fact: str
    finding: str
    bits: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The weight in bits, what the other possibility was (``strangers`` or ``relatives``), the
    bits before anything was compared, and the evidence against that possibility, in the order of
    comparing. The parts add up to the weight, but for the possibility that is less likely."""

    weight: float
    otherwise: str
    start: float
    evidence: tuple[Evidence, ...]

    @property
    def sentence(self) -> str:
        """In plain words: what speaks for one child, what against, and how it ends."""
        parts = sorted(self.evidence, key=lambda part: -abs(part.bits))
        told = [part for part in parts if abs(part.bits) >= _TELLING]
        speaks = "; ".join(f"{p.fact}: {p.finding}" for p in told if p.bits > 0)
        against = "; ".join(f"{p.fact}: {p.finding}" for p in told if p.bits < 0)
        ends = "one child" if self.weight > 0 else f"two children, {self.otherwise}"
        found = [f"For one child: {speaks}." if speaks else "Nothing speaks for one child."]
        if against:
            found.append(f"Against: {against}.")
        return " ".join([*found, f"Likelier {ends}."])


def explain(pattern: int, model: Model) -> Explanation:
    """Why a pair with this pattern weighs what it weighs."""
    one = np.array([pattern])
    _, household, strangers = (float(found[0]) for found in model.likelihoods(one))
    relatives = household > strangers
    other = "household" if relatives else "strangers"
    share = model.household if relatives else 1.0
    evidence = []
    for comparison, number in zip(COMPARISONS, patterns.numbers(one)[0].tolist(), strict=True):
        if (found := comparison.level(number)) is not None:
            level, grade = found
            levels = model.levels[comparison.name]
            bits = np.log2(levels["same"][number - 1] / levels[other][number - 1])
            rare = " and rare" if level.grade and grade >= _WORDS else ""
            evidence.append(Evidence(comparison.name, level.name + rare, float(bits)))
    return Explanation(
        weight=float(model.weights(one)[0]),
        otherwise="relatives" if relatives else "strangers",
        start=float(np.log2(model.same / share)),
        evidence=tuple(evidence),
    )
