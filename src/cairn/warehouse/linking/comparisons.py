"""What is compared, level by level, and what each level is worth before any data are seen.

The usual model knows two kinds of pairs: one person, and two strangers. Brothers and sisters then
look like one person, because everything a household shares is counted as if it were independent.
So each level has a probability for *the same person*, for *twins*, for other *siblings* of one
household and for *strangers*; and the household is one comparison, not five. Race and language
are never compared.
"""

import math
from dataclasses import dataclass, field
from typing import Final

from cairn.warehouse.linking.agreement import (
    Agreement,
    Alike,
    AllOf,
    AnyOf,
    Crossed,
    Differ,
    Exchanged,
    Missing,
    Near,
    Part,
    Row,
    Same,
    Says,
    Shared,
    Slip,
    Starts,
)

GRADES: Final = (3e-3, 1e-3, 3e-4, 1e-4, 3e-5)
"""Shares of records that bear a name: grade 0 is commoner than the first, 5 rarer than the last."""


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of agreement. ``same``, ``twins``, ``siblings`` and ``strangers`` are
    P(level | kind of pair).

    ``agreement`` is none for the last level: everything else. With ``grade``, a column, the level
    counts as one for each grade of rarity: two who are called Xiomara agree on more than two who
    are called Maria. ``found``: every pair at this level shares a blocking key, so that strangers
    at it can be counted among the pairs that were compared. Whatever is learned, ``same`` stays
    between ``least`` and ``most``, and twins and siblings are at most ``kin`` times as often at it:
    no community teaches that two who are called the same are rather two.
    """

    name: str
    agreement: Agreement | None
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
        """How many levels this one counts as."""
        return len(GRADES) + 1 if self.grade else 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """The degrees of agreement of one kind of fact, best first. What is ``missing`` says nothing:
    level 0; the others are numbered from 1. What is ``of_household`` relatives share exactly as
    often as two records of one child, and what is ``of_birth`` twins do."""

    name: str
    missing: Agreement
    levels: tuple[Level, ...]
    of_household: bool = False
    of_birth: bool = False
    _numbered: list[tuple[int, Level]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found, number = [], 1
        for level in self.levels:
            found.append((number, level))
            number += level.width
        object.__setattr__(self, "_numbered", found)

    @property
    def size(self) -> int:
        """How many numbers a pair can have, 0 for missing among them."""
        return 1 + sum(level.width for level in self.levels)

    def numbered(self) -> list[tuple[int, Level]]:
        """Each level with the first number that it has."""
        return self._numbered

    def level(self, number: int) -> tuple[Level, int] | None:
        """The level that a number stands for, and its grade of rarity; none for missing."""
        for first, level in self.numbered():
            if first <= number < first + level.width:
                return level, number - first
        return None

    def sql(self) -> str:
        """An expression for the level's number, over columns with ``_l`` and ``_r``."""
        cases = [f"WHEN {self.missing.sql()} THEN 0"]
        for number, level in self.numbered():
            value = f"{number} + {level.grade}_l" if level.grade else str(number)
            if level.agreement is None:
                cases.append(f"ELSE {value}")
            else:
                cases.append(f"WHEN {level.agreement.sql()} THEN {value}")
        return f"CASE {' '.join(cases)} END"

    def number(self, left: Row, right: Row) -> int:
        """The same for two rows."""
        if self.missing.holds(left, right):
            return 0
        for number, level in self._numbered:
            if level.agreement is None or level.agreement.holds(left, right):
                return number + (left[level.grade] if level.grade else 0)
        return 0


_SWAPPED: Final = Exchanged(0.9)
_NEARLY: Final = AnyOf((Slip("given"), Alike("given", 0.9)))
_OTHER_SPELLING: Final = AnyOf((Slip("family"), Alike("family", 0.92)))
GIVEN: Final = Comparison(
    "given name",
    Missing("given"),
    (
        Level("same", Same("given"), 0.80, 0.002, 0.002, 0.006, grade="given_grade",
              kin=0.03),
        Level("swapped with surname", _SWAPPED, 0.008, 0.000_05, 0.000_05, 0.000_01,
              kin=0.1),
        Level("short or other form", Shared("given_forms"), 0.07, 0.006, 0.006, 0.003,
              kin=0.25),
        Level("one is cut short", Starts("given"), 0.01, 0.004, 0.003, 0.002, kin=1.0),
        # A spelling that nobody else bears is a slip; two names of many bearers are two children,
        # and so are two that rhyme: hands seldom slip in the first letter, parents of twins do.
        Level("a slip", AllOf((Says("given_odd"), Same("initial"), _NEARLY)),
              0.05, 0.006, 0.002, 0.000_5, kin=0.5),
        Level("rhymes", AllOf((Says("given_odd"), _NEARLY)), 0.003, 0.03, 0.002, 0.000_3),
        Level("alike", _NEARLY, 0.005, 0.04, 0.01, 0.003),
        Level("middle name used", Crossed("other_words", "given_words", either=True),
              0.01, 0.001, 0.001, 0.001),
        Level("share a word", Shared("given_words"), 0.005, 0.01, 0.008, 0.005),
        Level("same initial", Same("initial"), 0.006, 0.20, 0.11, 0.07),
        # Whoever goes by another name is easily taken for her own twin, here as in the learning.
        Level("differ", None, 0.014, 0.72, 0.85, 0.90, least=0.004),
    ),
)  # fmt: skip
FAMILY: Final = Comparison(
    "surname",
    AnyOf((Missing("family"), _SWAPPED)),
    (
        Level("same", Same("family"), 0.82, 0.82, 0.76, 0.004, grade="family_grade",
              kin=1.0),
        Level("share a rare word", Shared("family_rare"), 0.04, 0.04, 0.03, 0.000_2, kin=1.5),
        Level("share a word", Shared("family_words"), 0.04, 0.04, 0.04, 0.004),
        Level("a slip", AllOf((Says("family_odd"), _OTHER_SPELLING)), 0.045, 0.045, 0.04, 0.001),
        Level("alike", _OTHER_SPELLING, 0.008, 0.008, 0.008, 0.003),
        Level("grown together", Part("family"), 0.004, 0.004, 0.004, 0.000_5),
        Level("word in middle name", Crossed("family_words", "middle_words", either=True),
              0.01, 0.005, 0.005, 0.003),
        Level("differ", None, 0.035, 0.035, 0.12, 0.98),
    ),
)  # fmt: skip
BIRTH: Final = Comparison(
    "birth date",
    Missing("birth_date"),
    (
        Level("same, but 1 January", AllOf((Same("birth_date"), Says("new_year"))),
              0.005, 0.005, 0.000_02, 0.000_01, kin=0.1),
        Level("same", Same("birth_date"), 0.925, 0.925, 0.000_2, 0.000_16),
        Level("day and month swapped", Same("birth_key"), 0.015, 0.015, 0.000_1, 0.000_1),
        Level("one digit", Slip("birth_text"), 0.025, 0.025, 0.006, 0.004),
        Level("1 January stands for the year", AllOf((Same("birth_year"), Says("new_year"))),
              0.004, 0.004, 0.000_4, 0.000_4),
        # Whoever was born on a day unknown is born on 1 January: brothers and sisters too.
        Level("1 January of two years", AllOf((Same("birth_day"), Says("new_year"))),
              0.002, 0.002, 0.002, 0.002),
        Level("two parts", AnyOf((Same("birth_month"),
              AllOf((Same("birth_day"), Near("birth_year", 2))))), 0.012, 0.012, 0.002, 0.004),
        Level("within two years", Near("birth_year", 2), 0.008, 0.008, 0.30, 0.24),
        # Hands slip in a date; they seldom write one of another childhood.
        Level("years apart", None, 0.000_3, 0.000_3, 0.66, 0.75, most=0.000_8),
    ),
    of_birth=True,
)  # fmt: skip
HOUSEHOLD: Final = Comparison(
    "household",
    Missing("household", many=True),
    (
        Level("three shared", Shared("household", 3), 0.30, 0.30, 0.30, 0.000_01, found=True),
        Level("two shared", Shared("household", 2), 0.32, 0.32, 0.32, 0.000_02, found=True),
        Level("one shared", Shared("household"), 0.20, 0.20, 0.20, 0.000_04, found=True),
        Level(
            "nearly one address",
            AllOf((AnyOf((Same("postal"), Same("family"))), Slip("address", 2))),
            0.02,
            0.02,
            0.02,
            0.000_02,
        ),
        Level("same postal code", Same("postal"), 0.10, 0.10, 0.10, 0.08),
        Level("none shared", None, 0.08, 0.08, 0.08, 0.92),
    ),
    of_household=True,
)
STATE_ID: Final = Comparison(
    "state id",
    Missing("state_id"),
    (
        Level("same", Same("state_id"), 0.94, 0.01, 0.006, 0.000_001, found=True),
        Level("one digit", Slip("state_id"), 0.02, 0.01, 0.005, 0.000_1),
        Level("differ", None, 0.04, 0.98, 0.989, 0.999_9),
    ),
)
ROSTER: Final = Comparison(
    "roster",
    Missing("source"),
    (
        Level("same id of one source", AllOf((Same("source"), Same("local_id"))),
              0.10, 0.000_5, 0.000_5, 0.000_001, found=True),
        Level("two ids of one source", AllOf((Same("source"), Differ("local_id"))),
              0.01, 0.30, 0.30, 0.25),
        Level("two rows of one source", Same("source"), 0.04, 0.10, 0.10, 0.05),
        Level("two sources", None, 0.85, 0.60, 0.60, 0.70),
    ),
)  # fmt: skip
MIDDLE: Final = Comparison(
    "middle name",
    Missing("middle_words", many=True),
    (
        Level("same", Shared("middle_words"), 0.80, 0.02, 0.02, 0.01),
        Level("same initial", Same("middle_initial"), 0.12, 0.08, 0.08, 0.06),
        Level("differ", None, 0.08, 0.90, 0.90, 0.93),
    ),
)
GENDER: Final = Comparison(
    "gender",
    Missing("gender"),
    (
        Level("same", Same("gender"), 0.985, 0.65, 0.5, 0.5),
        Level("differ", None, 0.015, 0.35, 0.5, 0.5),
    ),
)
COMPARISONS: Final = (GIVEN, FAMILY, BIRTH, HOUSEHOLD, STATE_ID, ROSTER, MIDDLE, GENDER)
"""In the order of a pattern (``patterns``): its first comparison changes slowest."""
