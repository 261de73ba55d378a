"""What is compared, level by level, and what each level is worth before any data are seen.

The usual model knows two kinds of pairs: one person, and two strangers. Brothers and sisters then
look like one person, because everything a household shares is counted as if it were independent.
So each level has a probability for *the same person*, for *relatives of one household* and for
*strangers*; and the household is one comparison, not five. Race and language are never compared.
"""

from dataclasses import dataclass
from typing import Final

from cairn.warehouse.linking.agreement import (
    Agreement,
    Alike,
    AllOf,
    AnyOf,
    Crossed,
    Missing,
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
    """One degree of agreement. ``same``, ``household`` and ``strangers`` are P(level | kind).

    ``agreement`` is none for the last level: everything else. With ``grade``, a column, the level
    counts as one for each grade of rarity: two who are called Xiomara agree on more than two who
    are called Maria.
    """

    name: str
    agreement: Agreement | None
    same: float
    household: float
    strangers: float
    grade: str = ""

    @property
    def width(self) -> int:
        """How many levels this one counts as."""
        return len(GRADES) + 1 if self.grade else 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """The degrees of agreement of one kind of fact, best first. What is ``missing`` says nothing:
    level 0; the others are numbered from 1."""

    name: str
    missing: Agreement
    levels: tuple[Level, ...]

    @property
    def size(self) -> int:
        """How many numbers a pair can have, 0 for missing among them."""
        return 1 + sum(level.width for level in self.levels)

    def numbered(self) -> list[tuple[int, Level]]:
        """Each level with the first number that it has."""
        found, number = [], 1
        for level in self.levels:
            found.append((number, level))
            number += level.width
        return found

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
        for number, level in self.numbered():
            if level.agreement is None or level.agreement.holds(left, right):
                return number + (left[level.grade] if level.grade else 0)
        return 0


_SWAPPED: Final = Crossed("given_words", "family_words")

GIVEN: Final = Comparison(
    "given name",
    Missing("given"),
    (
        Level("same", Same("given"), 0.80, 0.004, 0.006, grade="given_grade"),
        Level("swapped with surname", _SWAPPED, 0.008, 0.000_05, 0.000_01),
        Level("short or other form", Shared("given_forms"), 0.07, 0.006, 0.003),
        # A spelling that nobody else bears is a slip; two names of many bearers are two children.
        Level("a slip", AllOf((Says("given_odd"), AnyOf((Slip("given"), Alike("given", 0.9))))),
              0.05, 0.002, 0.000_5),
        Level("alike", AnyOf((Slip("given"), Alike("given", 0.9))), 0.012, 0.02, 0.003),
        Level("middle name used", AnyOf((Crossed("middle_words", "given_words", either=True),
              Shared("given_words"))), 0.02, 0.008, 0.006),
        Level("one is cut short", Starts("given"), 0.01, 0.003, 0.002),
        Level("same initial", Same("initial"), 0.006, 0.12, 0.07),
        Level("differ", None, 0.014, 0.83, 0.90),
    ),
)  # fmt: skip
FAMILY: Final = Comparison(
    "surname",
    AnyOf((Missing("family"), _SWAPPED)),
    (
        Level("same", Same("family"), 0.82, 0.78, 0.004, grade="family_grade"),
        Level("share a rare word", Shared("family_rare"), 0.04, 0.03, 0.000_2),
        Level("share a word", Shared("family_words"), 0.04, 0.04, 0.004),
        Level("a slip", AllOf((Says("family_odd"), AnyOf((Slip("family"), Alike("family", 0.92))))),
              0.045, 0.04, 0.001),
        Level("alike", AnyOf((Slip("family"), Alike("family", 0.92))), 0.008, 0.008, 0.003),
        Level("word in middle name", Crossed("family_words", "middle_words", either=True),
              0.01, 0.005, 0.003),
        Level("differ", None, 0.035, 0.10, 0.98),
    ),
)  # fmt: skip
BIRTH: Final = Comparison(
    "birth date",
    Missing("birth_date"),
    (
        Level("same, but 1 January", AllOf((Same("birth_date"), Says("new_year"))),
              0.005, 0.001, 0.000_01),
        Level("same", Same("birth_date"), 0.925, 0.06, 0.000_16),
        Level("day and month swapped", Same("birth_key"), 0.015, 0.000_2, 0.000_1),
        Level("one digit", Slip("birth_text"), 0.025, 0.012, 0.004),
        Level("1 January stands for the year", AllOf((Same("birth_year"), Says("new_year"))),
              0.004, 0.000_4, 0.000_4),
        Level("two parts", AnyOf((Same("birth_month"), Same("birth_day"))), 0.012, 0.006, 0.006),
        Level("differ", None, 0.012, 0.92, 0.988),
    ),
)  # fmt: skip
HOUSEHOLD: Final = Comparison(
    "household",
    Missing("household", many=True),
    (
        Level("three shared", Shared("household", 3), 0.30, 0.36, 0.000_01),
        Level("two shared", Shared("household", 2), 0.32, 0.34, 0.000_02),
        Level("one shared", Shared("household"), 0.20, 0.20, 0.000_4),
        Level("same postal code", Same("postal"), 0.10, 0.05, 0.08),
        Level("none shared", None, 0.08, 0.05, 0.92),
    ),
)  # fmt: skip
STATE_ID: Final = Comparison(
    "state id",
    Missing("state_id"),
    (
        Level("same", Same("state_id"), 0.94, 0.006, 0.000_001),
        Level("one digit", Slip("state_id"), 0.02, 0.01, 0.000_1),
        Level("differ", None, 0.04, 0.984, 0.999_9),
    ),
)
ROSTER: Final = Comparison(
    "roster",
    Missing("source"),
    (
        Level("same id of one source", AllOf((Same("source"), Same("local_id"))),
              0.05, 0.000_5, 0.000_001),
        Level("two rows of one source", Same("source"), 0.05, 0.40, 0.30),
        Level("two sources", None, 0.90, 0.60, 0.70),
    ),
)  # fmt: skip
MIDDLE: Final = Comparison(
    "middle name",
    Missing("middle_words", many=True),
    (
        Level("same", Shared("middle_words"), 0.80, 0.02, 0.01),
        Level("same initial", Same("middle_initial"), 0.12, 0.08, 0.06),
        Level("differ", None, 0.08, 0.90, 0.93),
    ),
)
GENDER: Final = Comparison(
    "gender",
    Missing("gender"),
    (
        Level("same", Same("gender"), 0.985, 0.5, 0.5),
        Level("differ", None, 0.015, 0.5, 0.5),
    ),
)
COMPARISONS: Final = (GIVEN, FAMILY, BIRTH, HOUSEHOLD, STATE_ID, ROSTER, MIDDLE, GENDER)
"""In the order of a pattern (``patterns``): its first comparison changes slowest."""
