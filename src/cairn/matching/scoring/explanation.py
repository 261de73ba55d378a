"""Explain why two records are one child or two: a sentence and its parts, from the pattern."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from cairn.matching.comparison import COMPARISONS, RARITY_GRADES, decode_patterns
from cairn.matching.scoring.match_model import PAIR_KINDS, MatchModel

__all__ = ["MatchExplanation", "explain_pattern"]

_GIVEN_NAME_PHRASES: Final = {
    "same": "the same first name",
    "swapped with surname": "first and last name swapped",
    "short or other form": "one first name is a form of the other",
    "one is cut short": "one first name is the beginning of the other",
    "a slip": "a typing error in the first name",
    "rhymes": "first names that rhyme",
    "alike": "similar first names",
    "middle name used": "the middle name of one is the first name of the other",
    "share a word": "first names that share a word",
    "same initial": "first names that share only an initial",
    "differ": "different first names",
}

_SURNAME_PHRASES: Final = {
    "same": "the same last name",
    "share a rare word": "last names that share a rare word",
    "share a word": "last names that share a word",
    "a slip": "a typing error in the last name",
    "alike": "similar last names",
    "grown together": "one last name is the end of the other",
    "word in middle name": "the last name of one is the middle name of the other",
    "differ": "different last names",
}

_BIRTH_DATE_PHRASES: Final = {
    "same, but 1 January": "the same birth date, January 1, which often means an unknown date",
    "same": "the same birth date",
    "day and month swapped": "the same birth date with day and month swapped",
    "one digit": "birth dates that differ in one digit",
    "1 January stands for the year": "the same birth year, one of them with January 1",
    "1 January of two years": "birth dates on January 1 of different years",
    "two parts": "birth dates that agree in two of day, month and year",
    "within two years": "birth dates within two years of each other",
    "years apart": "birth dates more than two years apart",
}

_HOUSEHOLD_PHRASES: Final = {
    "three shared": "three of these are the same: address, phone, email, guardian",
    "two shared": "two of these are the same: address, phone, email, guardian",
    "one shared": "one of these is the same: address, phone, email, guardian",
    "nearly one address": "nearly the same address",
    "same postal code": "the same ZIP code, but no address, phone, email or guardian in common",
    "none shared": "no address, phone, email or guardian in common",
}

_STATE_ID_PHRASES: Final = {
    "same": "the same state student ID",
    "one digit": "state student IDs that differ in one digit",
    "differ": "different state student IDs",
}

_ROSTER_PHRASES: Final = {
    "same id of one source": "the same local ID at the same organization",
    "two ids of one source": "two different local IDs at the same organization",
    "two rows of one source": "two rows of the same organization",
    "two sources": "records of two organizations",
}

_MIDDLE_NAME_PHRASES: Final = {
    "same": "the same middle name",
    "same initial": "the same middle initial",
    "differ": "different middle names",
}

_GENDER_PHRASES: Final = {"same": "the same sex", "differ": "different sex"}

LEVEL_PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "given name": _GIVEN_NAME_PHRASES, "surname": _SURNAME_PHRASES,
    "birth date": _BIRTH_DATE_PHRASES, "household": _HOUSEHOLD_PHRASES,
    "state id": _STATE_ID_PHRASES, "roster": _ROSTER_PHRASES, "middle name": _MIDDLE_NAME_PHRASES,
    "gender": _GENDER_PHRASES,
}  # fmt: skip
"""The words of each level, by comparison and level."""


def describe_level(fact: str, finding: str, *, rare: bool = False) -> str:
    """Describe a level of agreement in words.

    Args:
        fact: name of a comparison.
        finding: name of a level.
        rare: whether the shared name is rare.
    Returns:
        A phrase for a sentence.
    """
    words = LEVEL_PHRASES[fact][finding]
    return words.replace("the same", "the same rare", 1) if rare else words


_MIN_BITS_IN_SENTENCE: Final = 1.0
"""Bits that a fact must weigh to be in the sentence."""

_RARE_NAME_GRADE: Final = len(RARITY_GRADES) // 2 + 1

_ALTERNATIVE_PHRASES: Final = {
    "twins": "twins",
    "siblings": "siblings",
    "strangers": "students of different families",
}


@dataclass(frozen=True, slots=True)
class ComparisonEvidence:
    """What one comparison found about a pair.

    Attributes:
        fact: name of the comparison.
        finding: name of the level of agreement.
        bits: evidence (log2 Bayes factor) for one child against the most likely alternative.
        told_from_strangers: the same against two strangers.
        words: the finding as a phrase.
    """

    fact: str
    finding: str
    bits: float
    told_from_strangers: float
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class MatchExplanation:
    """The weight of a pair and its parts: a waterfall from `start` to `weight`.

    The waterfall shows the most likely alternative only. `weight` counts the other
    alternatives, too, and so differs a little from the sum of the parts.

    Attributes:
        weight: bits that the pair is one child, all alternatives counted.
        otherwise: the most likely alternative: "twins", "siblings" or "strangers".
        start: bits before anything was compared.
        evidence: what each comparison found, in the order of comparing.
    """

    weight: float
    otherwise: str
    start: float
    evidence: tuple[ComparisonEvidence, ...]

    @property
    def sentence(self) -> str:
        """Explain in words the evidence for one child, against a twin, and against one child."""
        speaks = _join_weighty_phrases(
            self.evidence,
            lambda part: part.told_from_strangers if part.bits > -_MIN_BITS_IN_SENTENCE else 0.0,
        )
        sentences = [
            f"Evidence for the same student: {speaks}."
            if speaks
            else "There is no evidence for the same student."
        ]
        against = _join_weighty_phrases(self.evidence, lambda part: -part.bits)
        if self.weight > 0 and self.otherwise != "strangers":
            decisive = _join_weighty_phrases(self.evidence, lambda part: part.bits)
            sentences.append(
                f"Evidence for one student and not {_ALTERNATIVE_PHRASES[self.otherwise]}: "
                f"{decisive or 'very little'}."
            )
        if against:
            sentences.append(f"Evidence for different students: {against}.")
        conclusion = (
            "the same student"
            if self.weight > 0
            else f"two students ({_ALTERNATIVE_PHRASES[self.otherwise]})"
        )
        return " ".join([*sentences, f"More likely: {conclusion}."])


def _join_weighty_phrases(
    evidence: tuple[ComparisonEvidence, ...], bits: Callable[[ComparisonEvidence], float]
) -> str:
    """Join the phrases that weigh enough to be in the sentence, the weightiest first."""
    parts = sorted(
        (part for part in evidence if bits(part) >= _MIN_BITS_IN_SENTENCE),
        key=lambda piece: -bits(piece),
    )
    return "; ".join(map(str, parts))


def explain_pattern(pattern: int, model: MatchModel) -> MatchExplanation:
    """Explain why a pair with this agreement pattern weighs what it weighs.

    Args:
        pattern: the agreement pattern of the pair.
        model: the model that weighs it.
    Returns:
        The explanation.
    """
    pattern_array = np.array([pattern])
    alternative = PAIR_KINDS[
        1 + int(np.argmax(model.compute_log_joint_probabilities(pattern_array)[1:, 0]))
    ]
    share = {"twins": model.twins, "siblings": model.siblings, "strangers": 1.0}[alternative]
    evidence = []
    for comparison, number in zip(
        COMPARISONS, decode_patterns(pattern_array)[0].tolist(), strict=True
    ):
        if (level_and_grade := comparison.find_level(number)) is not None:
            level, grade = level_and_grade
            bits = {
                kind: math.log2(probabilities[number - 1])
                for kind, probabilities in model.levels[comparison.name].items()
            }
            rare = bool(level.grade) and grade >= _RARE_NAME_GRADE
            evidence.append(
                ComparisonEvidence(
                    comparison.name,
                    level.name + (" and rare" if rare else ""),
                    bits["same"] - bits[alternative],
                    bits["same"] - bits["strangers"],
                    describe_level(comparison.name, level.name, rare=rare),
                )
            )
    return MatchExplanation(
        weight=float(model.compute_weights(pattern_array)[0]),
        otherwise=alternative,
        start=math.log2(model.same / share),
        evidence=tuple(evidence),
    )
