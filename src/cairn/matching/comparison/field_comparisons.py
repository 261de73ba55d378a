"""Declare the comparisons, their levels of agreement, and the prior probability of each level.

The usual model knows two kinds of pairs: the same person, and two strangers. Siblings then look
like one person, because everything that a household shares is counted as if it were independent. So
each level has a probability for *the same person*, for *twins*, for other *siblings* of one
household and for *strangers*; and the household is one comparison, not five. Race and language are
never compared.

The levels of a pair, packed into one number, are its agreement pattern. Millions of pairs have
about ten thousand patterns, and everything about a pair except its two record keys follows from its
pattern: its weight, its sentence and what it teaches the model.
"""

import math
from dataclasses import dataclass, field
from math import prod
from typing import Final

import numpy as np
import numpy.typing as npt

from cairn.matching.comparison.predicates import (
    AgreementPredicate,
    AllOf,
    AnyOf,
    CrossListOverlap,
    EditDistanceMatch,
    ExactMatch,
    FlagCheck,
    JaroWinklerMatch,
    ListOverlap,
    MissingValue,
    NumericProximity,
    PrefixMatch,
    RecordRow,
    SuffixMatch,
    SwappedNames,
    ValueMismatch,
)

__all__ = [
    "BIRTH_DATE_COMPARISON",
    "COMPARISONS",
    "GIVEN_NAME_COMPARISON",
    "RARITY_GRADES",
    "STATE_ID_COMPARISON",
    "SURNAME_COMPARISON",
    "FieldComparison",
    "compute_pattern",
    "decode_patterns",
]

RARITY_GRADES: Final = (3e-3, 1e-3, 3e-4, 1e-4, 3e-5)
"""Shares of records with a name: grade 0 is above the first, grade 5 below the last."""


@dataclass(frozen=True, slots=True)
class ComparisonLevel:
    """One degree of agreement, with P(level | kind of pair) for each of four kinds of pairs.

    Regardless of training, `same` stays between `least` and `most`, and twins and siblings are at
    most `kin` times as often at the level: no community teaches that two records of one name are
    more likely two people.

    Attributes:
        name: name of the level, such as "same".
        agreement: the condition of the level; None for the last one, which takes all other pairs.
        same: probability of the level for two records of one person.
        twins: the same for twins.
        siblings: the same for other siblings of one household.
        strangers: the same for strangers.
        grade: column with the rarity of the value; the level then counts as one for each grade,
            since two records named Xiomara agree on more than two named Maria. Empty for other
            levels.
        found: whether every pair at this level shares a blocking key, so that strangers at it can
            be counted among the compared pairs.
        least: lower bound of `same`.
        most: upper bound of `same`.
        kin: upper bound of twins and siblings, as a multiple of `same`.
    """

    name: str
    agreement: AgreementPredicate | None
    same: float
    twins: float
    siblings: float
    strangers: float
    grade: str = ""
    found: bool = False
    least: float = 0.0
    most: float = 1.0
    kin: float = math.inf

    @property
    def width(self) -> int:
        """Return the number of levels that this one counts as."""
        return len(RARITY_GRADES) + 1 if self.grade else 1


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """The degrees of agreement of one kind of fact, best first.

    A pair with one side missing has level 0, which carries no evidence; the other levels are
    numbered from 1.

    Attributes:
        name: name of the comparison, such as "surname".
        missing: holds for a pair if one of its records lacks the fact.
        levels: the levels, best first; the last has no condition and takes all other pairs.
        of_household: whether relatives share the fact exactly as often as two records of one child
            do.
        of_birth: whether twins do, too, such as the birth date.
    """

    name: str
    missing: AgreementPredicate
    levels: tuple[ComparisonLevel, ...]
    of_household: bool = False
    of_birth: bool = False
    _numbered: list[tuple[int, ComparisonLevel]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        numbered_levels, number = [], 1
        for level in self.levels:
            numbered_levels.append((number, level))
            number += level.width
        object.__setattr__(self, "_numbered", numbered_levels)

    @property
    def size(self) -> int:
        """Return how many numbers a pair can have, 0 for missing included."""
        return 1 + sum(level.width for level in self.levels)

    def number_levels(self) -> list[tuple[int, ComparisonLevel]]:
        """List each level with the first number that it has."""
        return self._numbered

    def find_level(self, number: int) -> tuple[ComparisonLevel, int] | None:
        """Return the level of a number and its grade of rarity; None for missing."""
        for first, level in self.number_levels():
            if first <= number < first + level.width:
                return level, number - first
        return None

    def sql(self) -> str:
        """Build an expression for the number of the level, over columns with `_l` and `_r`."""
        cases = [f"WHEN {self.missing.sql()} THEN 0"]
        for number, level in self.number_levels():
            value = f"{number} + {level.grade}_l" if level.grade else str(number)
            if level.agreement is None:
                cases.append(f"ELSE {value}")
            else:
                cases.append(f"WHEN {level.agreement.sql()} THEN {value}")
        return f"CASE {' '.join(cases)} END"

    def compute_number(self, left: RecordRow, right: RecordRow) -> int:
        """Compute in Python the number that `sql` computes, for two rows."""
        if self.missing.is_met(left, right):
            return 0
        for number, level in self._numbered:
            if level.agreement is None or level.agreement.is_met(left, right):
                return number + (left[level.grade] if level.grade else 0)
        return 0


_SWAPPED_NAMES: Final = SwappedNames(0.9)
_SIMILAR_GIVEN_NAME: Final = AnyOf((EditDistanceMatch("given"), JaroWinklerMatch("given", 0.9)))
_SIMILAR_SURNAME: Final = AnyOf((EditDistanceMatch("family"), JaroWinklerMatch("family", 0.92)))

GIVEN_NAME_COMPARISON: Final = FieldComparison(
    "given name",
    MissingValue("given"),
    (
        ComparisonLevel("same", ExactMatch("given"), 0.80, 0.002, 0.002, 0.006, grade="given_grade",
              kin=0.03),
        ComparisonLevel("swapped with surname", _SWAPPED_NAMES, 0.008, 0.000_05, 0.000_05, 0.000_01,
              kin=0.1),
        ComparisonLevel("short or other form", ListOverlap("given_forms"), 0.07, 0.006, 0.006,
        0.003,
              kin=0.25),
        ComparisonLevel("one is cut short", PrefixMatch("given"), 0.01, 0.004, 0.003, 0.002,
        kin=1.0),
        # A spelling that no other record has is a typo; two common names are two children,
        # and so are two that rhyme: a first letter is seldom mistyped, but twins' names rhyme.
        ComparisonLevel("a slip", AllOf((FlagCheck("given_odd"), ExactMatch("initial"),
        _SIMILAR_GIVEN_NAME)),
              0.05, 0.006, 0.002, 0.000_5, kin=0.5),
        ComparisonLevel("rhymes", AllOf((FlagCheck("given_odd"), _SIMILAR_GIVEN_NAME)), 0.003,
        0.03, 0.002, 0.000_3),
        ComparisonLevel("alike", _SIMILAR_GIVEN_NAME, 0.005, 0.04, 0.01, 0.003),
        ComparisonLevel("middle name used", CrossListOverlap("other_words", "given_words",
        either=True),
              0.01, 0.001, 0.001, 0.001),
        ComparisonLevel("share a word", ListOverlap("given_words"), 0.005, 0.01, 0.008, 0.005),
        ComparisonLevel("same initial", ExactMatch("initial"), 0.006, 0.20, 0.11, 0.07),
        # A child with a second name in use is easily mistaken for a twin, also in training.
        ComparisonLevel("differ", None, 0.014, 0.72, 0.85, 0.90, least=0.004),
    ),
)  # fmt: skip

SURNAME_COMPARISON: Final = FieldComparison(
    "surname",
    AnyOf((MissingValue("family"), _SWAPPED_NAMES)),
    (
        ComparisonLevel("same", ExactMatch("family"), 0.82, 0.82, 0.76, 0.004, grade="family_grade",
              kin=1.0),
        ComparisonLevel("share a rare word", ListOverlap("family_rare"), 0.04, 0.04, 0.03,
        0.000_2, kin=1.5),
        ComparisonLevel("share a word", ListOverlap("family_words"), 0.04, 0.04, 0.04, 0.004),
        ComparisonLevel("a slip", AllOf((FlagCheck("family_odd"), _SIMILAR_SURNAME)), 0.045,
        0.045, 0.04, 0.001),
        ComparisonLevel("alike", _SIMILAR_SURNAME, 0.008, 0.008, 0.008, 0.003),
        ComparisonLevel("grown together", SuffixMatch("family"), 0.004, 0.004, 0.004, 0.000_5),
        ComparisonLevel("word in middle name", CrossListOverlap("family_words", "middle_words",
        either=True),
              0.01, 0.005, 0.005, 0.003),
        ComparisonLevel("differ", None, 0.035, 0.035, 0.12, 0.98),
    ),
)  # fmt: skip

BIRTH_DATE_COMPARISON: Final = FieldComparison(
    "birth date",
    MissingValue("birth_date"),
    (
        ComparisonLevel("same, but 1 January", AllOf((ExactMatch("birth_date"),
        FlagCheck("new_year"))),
              0.005, 0.005, 0.000_02, 0.000_01, kin=0.1),
        ComparisonLevel("same", ExactMatch("birth_date"), 0.925, 0.925, 0.000_2, 0.000_16),
        ComparisonLevel("day and month swapped", ExactMatch("birth_key"), 0.015, 0.015, 0.000_1,
        0.000_1),
        ComparisonLevel("one digit", EditDistanceMatch("birth_text"), 0.025, 0.025, 0.006, 0.004),
        ComparisonLevel("1 January stands for the year", AllOf((ExactMatch("birth_year"),
        FlagCheck("new_year"))),
              0.004, 0.004, 0.000_4, 0.000_4),
        # Unknown birth dates are written as January 1, for siblings as well.
        ComparisonLevel("1 January of two years", AllOf((ExactMatch("birth_day"),
        FlagCheck("new_year"))),
              0.002, 0.002, 0.002, 0.002),
        ComparisonLevel("two parts", AnyOf((ExactMatch("birth_month"),
              AllOf((ExactMatch("birth_day"), NumericProximity("birth_year", 2))))), 0.012, 0.012,
              0.002, 0.004),
        ComparisonLevel("within two years", NumericProximity("birth_year", 2), 0.008, 0.008, 0.30,
        0.24),
        # Typists miss a digit of a date; they seldom write one that is years away.
        ComparisonLevel("years apart", None, 0.000_3, 0.000_3, 0.66, 0.75, most=0.000_8),
    ),
    of_birth=True,
)  # fmt: skip

HOUSEHOLD_COMPARISON: Final = FieldComparison(
    "household",
    MissingValue("household", many=True),
    (
        ComparisonLevel(
            "three shared", ListOverlap("household", 3), 0.30, 0.30, 0.30, 0.000_01, found=True
        ),
        ComparisonLevel(
            "two shared", ListOverlap("household", 2), 0.32, 0.32, 0.32, 0.000_02, found=True
        ),
        ComparisonLevel(
            "one shared", ListOverlap("household"), 0.20, 0.20, 0.20, 0.000_04, found=True
        ),
        ComparisonLevel(
            "nearly one address",
            AllOf(
                (
                    AnyOf((ExactMatch("postal"), ExactMatch("family"))),
                    EditDistanceMatch("address", 2),
                )
            ),
            0.02,
            0.02,
            0.02,
            0.000_02,
        ),
        ComparisonLevel("same postal code", ExactMatch("postal"), 0.10, 0.10, 0.10, 0.08),
        ComparisonLevel("none shared", None, 0.08, 0.08, 0.08, 0.92),
    ),
    of_household=True,
)

STATE_ID_COMPARISON: Final = FieldComparison(
    "state id",
    MissingValue("state_id"),
    (
        ComparisonLevel("same", ExactMatch("state_id"), 0.94, 0.01, 0.006, 0.000_001, found=True),
        ComparisonLevel("one digit", EditDistanceMatch("state_id"), 0.02, 0.01, 0.005, 0.000_1),
        ComparisonLevel("differ", None, 0.04, 0.98, 0.989, 0.999_9),
    ),
)

ROSTER_COMPARISON: Final = FieldComparison(
    "roster",
    MissingValue("source"),
    (
        ComparisonLevel("same id of one source", AllOf((ExactMatch("source"),
        ExactMatch("local_id"))),
              0.10, 0.000_5, 0.000_5, 0.000_001, found=True),
        ComparisonLevel("two ids of one source", AllOf((ExactMatch("source"),
        ValueMismatch("local_id"))),
              0.01, 0.30, 0.30, 0.25),
        ComparisonLevel("two rows of one source", ExactMatch("source"), 0.04, 0.10, 0.10, 0.05),
        ComparisonLevel("two sources", None, 0.85, 0.60, 0.60, 0.70),
    ),
)  # fmt: skip

MIDDLE_NAME_COMPARISON: Final = FieldComparison(
    "middle name",
    MissingValue("middle_words", many=True),
    (
        ComparisonLevel("same", ListOverlap("middle_words"), 0.80, 0.02, 0.02, 0.01),
        ComparisonLevel("same initial", ExactMatch("middle_initial"), 0.12, 0.08, 0.08, 0.06),
        ComparisonLevel("differ", None, 0.08, 0.90, 0.90, 0.93),
    ),
)

GENDER_COMPARISON: Final = FieldComparison(
    "gender",
    MissingValue("gender"),
    (
        ComparisonLevel("same", ExactMatch("gender"), 0.985, 0.65, 0.5, 0.5),
        ComparisonLevel("differ", None, 0.015, 0.35, 0.5, 0.5),
    ),
)

COMPARISONS: Final = (
    GIVEN_NAME_COMPARISON,
    SURNAME_COMPARISON,
    BIRTH_DATE_COMPARISON,
    HOUSEHOLD_COMPARISON,
    STATE_ID_COMPARISON,
    ROSTER_COMPARISON,
    MIDDLE_NAME_COMPARISON,
    GENDER_COMPARISON,
)
"""In the order of an agreement pattern: the number of the first comparison changes slowest."""

_PATTERN_SIZES: Final = tuple(comparison.size for comparison in COMPARISONS)
_PATTERN_STRIDES: Final = tuple(
    prod(_PATTERN_SIZES[place + 1 :]) for place in range(len(_PATTERN_SIZES))
)

PATTERN_COUNT: Final = prod(_PATTERN_SIZES)
"""The number of possible patterns; they fit an int32."""


def build_pattern_sql() -> str:
    """Build an expression for the agreement pattern of a pair, over columns with `_l` and `_r`.

    Returns:
        The SQL text.
    """
    parts = (
        f"{stride} * ({comparison.sql()})"
        for stride, comparison in zip(_PATTERN_STRIDES, COMPARISONS, strict=True)
    )
    return " + ".join(parts)


def compute_pattern(left: RecordRow, right: RecordRow) -> int:
    """Compute the agreement pattern of two records.

    Args:
        left: one prepared row (`MatchModel.prepare`).
        right: the other prepared row.
    Returns:
        The pattern as one number.
    """
    return sum(
        stride * comparison.compute_number(left, right)
        for stride, comparison in zip(_PATTERN_STRIDES, COMPARISONS, strict=True)
    )


def decode_patterns(patterns: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
    """Decode agreement patterns into the level numbers of each comparison.

    Args:
        patterns: agreement patterns.
    Returns:
        An array with one row for each pattern and one column for each comparison.
    """
    level_numbers = [
        patterns // stride % size
        for stride, size in zip(_PATTERN_STRIDES, _PATTERN_SIZES, strict=True)
    ]
    return np.stack(level_numbers, axis=1).astype(np.intp)
