"""Write a child down as a source would: no two sources record the same child in the same way.

Each source has `ErrorRates`. What goes wrong is what goes wrong in real rosters (typing errors,
short names, half of a double surname, given and family name in each other's column, day and month
exchanged, January 1 for "unknown", no birth date at all).
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from cairn.demo.population.households import SimulatedChild


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRates:
    """Hold the shares of records with each error, between 0 and 1."""

    typo: float
    called: float  # writes what the child is called
    swapped: float  # given name in the column of the family name
    half_surname: float  # one part of a double surname
    no_birth_date: float
    day_month: float
    new_years_day: float
    no_middle: float
    accents: bool  # keeps them


OFFICE_ERRORS = ErrorRates(
    typo=0.012, called=0.02, swapped=0.003, half_surname=0.1, no_birth_date=0.002,
    day_month=0.003, new_years_day=0.002, no_middle=0.1, accents=True,
)  # fmt: skip

TESTING_ERRORS = ErrorRates(
    typo=0.015, called=0.02, swapped=0.004, half_surname=0.15, no_birth_date=0.004,
    day_month=0.004, new_years_day=0.002, no_middle=0.4, accents=False,
)  # fmt: skip

PROGRAM_ERRORS = ErrorRates(
    typo=0.03, called=0.16, swapped=0.01, half_surname=0.3, no_birth_date=0.06,
    day_month=0.012, new_years_day=0.006, no_middle=0.9, accents=False,
)  # fmt: skip

SIGN_IN_SHEET_ERRORS = ErrorRates(
    typo=0.04, called=0.3, swapped=0.012, half_surname=0.35, no_birth_date=0.15,
    day_month=0.015, new_years_day=0.008, no_middle=1.0, accents=False,
)  # fmt: skip

AGENCY_ERRORS = ErrorRates(
    typo=0.02, called=0.03, swapped=0.006, half_surname=0.25, no_birth_date=0.015,
    day_month=0.006, new_years_day=0.003, no_middle=0.3, accents=False,
)  # fmt: skip

HYPHENATED_SHARE = 0.15  # of double surnames
MONTHS_IN_YEAR = 12  # a day up to this can be taken for a month
SHORTEST_MISTYPED_WORD = 3  # letters in a word that can be mistyped inside


@dataclass(slots=True)
class RecordedChild:
    """Hold a child as one source has recorded them."""

    given: str
    middle: str
    family: str
    suffix: str
    birth: date | None


def record_child(child: SimulatedChild, error_rates: ErrorRates, rng: Random) -> RecordedChild:
    """Record `child` with the errors of a source."""
    given = child.called if rng.random() < error_rates.called else child.given
    family = _record_surname(child.family, error_rates, rng)
    if rng.random() < error_rates.typo:
        if rng.getrandbits(1):
            given = mistype_word(given, rng)
        else:
            family = mistype_word(family, rng)
    if not error_rates.accents:
        given, family = drop_accents(given), drop_accents(family)
    if rng.random() < error_rates.swapped:
        given, family = family, given
    middle = "" if not child.middle or rng.random() < error_rates.no_middle else child.middle
    if middle and not error_rates.accents:
        middle = drop_accents(middle)
    return RecordedChild(
        given, middle, family, child.suffix, _record_birth_date(child.birth, error_rates, rng)
    )


def _record_surname(family: str, error_rates: ErrorRates, rng: Random) -> str:
    expected_separator = " " if " " in family else "-"
    first, separator, second = family.partition(expected_separator)
    if not separator:
        return family
    draw = rng.random()
    if draw < error_rates.half_surname:
        return first if draw < error_rates.half_surname * 0.7 else second
    return f"{first}-{second}" if draw > 1 - HYPHENATED_SHARE else family


def _record_birth_date(birth: date, error_rates: ErrorRates, rng: Random) -> date | None:
    draw = rng.random()
    if draw < error_rates.no_birth_date:
        return None
    draw -= error_rates.no_birth_date
    if draw < error_rates.day_month and birth.day <= MONTHS_IN_YEAR:
        return birth.replace(month=birth.day, day=birth.month)
    draw -= error_rates.day_month
    return birth.replace(month=1, day=1) if 0 <= draw < error_rates.new_years_day else birth


def mistype_word(word: str, rng: Random) -> str:
    """Make one typing error: two letters exchanged, one left out, doubled or replaced."""
    if len(word) < SHORTEST_MISTYPED_WORD:
        return word + word[-1]
    index = rng.randrange(1, len(word) - 1)
    prefix, letter, suffix = word[:index], word[index], word[index + 1 :]
    slips = (
        prefix + suffix[0] + letter + suffix[1:],
        prefix + suffix,
        prefix + letter + letter + suffix,
        prefix + rng.choice("aeinorst") + suffix,
    )
    return rng.choice(slips)


@cache
def drop_accents(word: str) -> str:
    """Return the word without accents, as systems that cannot store accents keep it."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode("ascii")


MISSING_STATE_ID_SHARE, WRONG_DIGIT_SHARE = 0.06, 0.007


def make_state_id(person: str) -> str:
    """Make the state student ID of a person ("P0000001"): ten digits, unique, in no visible
    order.
    """
    return f"9{int(person[1:]) * 48_271_003 % 999_999_937:09}"


def record_state_id(state_id: str, rng: Random) -> str:
    """Return the state ID as a source has it: sometimes missing, rarely with a wrong digit."""
    draw = rng.random()
    if draw < MISSING_STATE_ID_SHARE:
        return ""
    if draw > 1 - WRONG_DIGIT_SHARE:
        index = rng.randrange(1, len(state_id))
        return state_id[:index] + str((int(state_id[index]) + 3) % 10) + state_id[index + 1 :]
    return state_id
