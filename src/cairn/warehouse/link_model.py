"""What is compared, and what agreement is worth for three kinds of pairs.

The usual model knows two: the same person, and two strangers. Brothers and sisters then look like
one person, because everything a household shares is counted as if it were independent. So each
level has a probability for *the same person*, for *relatives of one household* and, measured on
random pairs, for *strangers*; and the household is one comparison, not five.
"""

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of agreement. ``same`` and ``household`` are P(level | kind of pair).

    ``strangers`` is a start where a sample of random pairs would not hold enough of this level.
    ``frequency`` names a column whose rare values count for more.
    """

    name: str
    sql: str
    same: float
    household: float
    strangers: float
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The degrees of agreement of one kind of fact, best first; ``missing`` says nothing."""

    name: str
    missing: str
    levels: tuple[Level, ...]

    def settings(self) -> dict[str, Any]:
        """As Splink's settings: missing, the levels, and everything else last."""
        return {
            "output_column_name": self.name,
            "comparison_levels": [
                {"sql_condition": self.missing, "label_for_charts": "missing",
                 "is_null_level": True},
                *(_splink_level(level) for level in self.levels),
            ],
        }  # fmt: skip

    def ratio_to_household(self) -> dict[int, float]:
        """For each of Splink's level numbers, P(level | household) over P(level | same)."""
        top = len(self.levels) - 1
        return {top - i: level.household / level.same for i, level in enumerate(self.levels)}


def _splink_level(level: Level) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "sql_condition": level.sql,
        "label_for_charts": level.name,
        "m_probability": level.same,
        "u_probability": level.strangers,
    }
    if level.frequency:
        settings["tf_adjustment_column"] = level.frequency
        settings["tf_minimum_u_value"] = 0.0002
    return settings


_SWAPPED: Final = (
    "(list_contains(family_tokens_r, given_l) AND list_contains(family_tokens_l, given_r))"
)
_NEAR_NAME: Final = "jaro_winkler_similarity({0}_l, {0}_r) >= 0.88"

GIVEN: Final = Comparison(
    "given_names",
    "given_l IS NULL OR given_r IS NULL",
    (
        Level("same", "given_l = given_r", 0.82, 0.004, 0.006, frequency="given"),
        Level("swapped with surname", _SWAPPED, 0.008, 0.000_05, 0.000_01),
        Level("short or other form", "list_has_any(given_forms_l, given_forms_r)",
              0.07, 0.006, 0.003),
        Level("nearly", f"{_NEAR_NAME.format('given')} OR levenshtein(given_l, given_r) <= 1",
              0.045, 0.012, 0.006),
        Level("middle name used", "list_contains(middle_tokens_l, given_r)"
              " OR list_contains(middle_tokens_r, given_l)", 0.02, 0.008, 0.006),
        Level("one is cut short", "starts_with(given_l, given_r) OR starts_with(given_r, given_l)",
              0.01, 0.003, 0.002),
        Level("differ", "ELSE", 0.02, 0.96, 0.98),
    ),
)  # fmt: skip
FAMILY: Final = Comparison(
    "surnames",
    f"len(family_tokens_l) = 0 OR len(family_tokens_r) = 0 OR {_SWAPPED}",
    (
        Level("same", "family_key_l = family_key_r", 0.83, 0.78, 0.004, frequency="family_key"),
        Level("share a word", "list_has_any(family_tokens_l, family_tokens_r)", 0.07, 0.06, 0.004),
        Level("nearly", f"{_NEAR_NAME.format('family_key')}"
              " OR levenshtein(family_key_l, family_key_r) <= 1", 0.055, 0.05, 0.004),
        Level("word in middle name", "list_has_any(family_tokens_l, middle_tokens_r)"
              " OR list_has_any(middle_tokens_l, family_tokens_r)", 0.01, 0.005, 0.003),
        Level("differ", "ELSE", 0.035, 0.10, 0.98),
    ),
)  # fmt: skip
BIRTH: Final = Comparison(
    "birth_dates",
    "birth_date_l IS NULL OR birth_date_r IS NULL",
    (
        Level("same", "birth_date_l = birth_date_r", 0.935, 0.06, 0.000_16),
        Level("day and month swapped", "birth_key_l = birth_key_r", 0.015, 0.000_2, 0.000_1),
        Level("one digit", "levenshtein(birth_text_l, birth_text_r) <= 1", 0.025, 0.012, 0.004),
        Level("1 January stands for the year", "year(birth_date_l) = year(birth_date_r) AND"
              " (right(birth_text_l, 4) = '0101' OR right(birth_text_r, 4) = '0101')",
              0.004, 0.000_4, 0.000_4),
        Level("two parts", "(left(birth_text_l, 6) = left(birth_text_r, 6)) OR"
              " (right(birth_text_l, 4) = right(birth_text_r, 4))", 0.011, 0.006, 0.006),
        Level("differ", "ELSE", 0.01, 0.92, 0.988),
    ),
)  # fmt: skip
HOUSEHOLD: Final = Comparison(
    "household",
    "len(household_l) = 0 OR len(household_r) = 0",
    (
        Level("two or more shared", "len(list_intersect(household_l, household_r)) >= 2",
              0.62, 0.70, 0.000_02),
        Level("one shared", "list_has_any(household_l, household_r)", 0.20, 0.20, 0.000_4),
        Level("same postal code", "postal_l = postal_r", 0.10, 0.05, 0.08),
        Level("none shared", "ELSE", 0.08, 0.05, 0.92),
    ),
)  # fmt: skip
IDS: Final = Comparison(
    "ids",
    "len(ids_l) = 0 OR len(ids_r) = 0 OR NOT (list_has_any(ids_l, ids_r)"
    " OR (state_id_l IS NOT NULL AND state_id_r IS NOT NULL)"
    " OR (source_l = source_r AND local_id_l IS NOT NULL AND local_id_r IS NOT NULL))",
    (
        Level("shared", "list_has_any(ids_l, ids_r)", 0.93, 0.006, 0.000_05),
        Level("one digit", "levenshtein(state_id_l, state_id_r) <= 1", 0.02, 0.01, 0.001),
        Level("differ", "ELSE", 0.05, 0.984, 0.999),
    ),
)  # fmt: skip
GENDER: Final = Comparison(
    "gender",
    "gender_l IS NULL OR gender_r IS NULL",
    (
        Level("same", "gender_l = gender_r", 0.985, 0.5, 0.5),
        Level("differ", "ELSE", 0.015, 0.5, 0.5),
    ),
)
COMPARISONS: Final = (GIVEN, FAMILY, BIRTH, HOUSEHOLD, IDS, GENDER)

HOUSEHOLD_PAIRS: Final = 0.8
"""For each pair of records of one person, how many pairs are relatives of one household."""

BLOCKING: Final = (
    "l.birth_key = r.birth_key AND l.initial = r.initial",
    "l.name_bag = r.name_bag",
    "l.phone = r.phone",
    "l.street = r.street AND l.initial = r.initial",
)
"""Pairs worth comparing, beside those below that need a list taken apart."""

EXPLODED: Final = (
    ("l.family_tokens = r.family_tokens AND l.birth_key = r.birth_key", "family_tokens"),
    ("l.given = r.given AND l.family_tokens = r.family_tokens", "family_tokens"),
    ("l.ids = r.ids", "ids"),
)
"""Pairs that share one element of a list: a word of the surname, any of their ids."""
