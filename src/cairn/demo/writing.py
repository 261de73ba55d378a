"""How a source writes a child down: the same child is never written the same way everywhere.

Each source has a `Hand`: how careful it is. What goes wrong is what goes wrong in real rosters
(typing errors, short names, half of a double surname, given and family name in each other's
column, day and month exchanged, 1 January for "unknown", no birth date at all).
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from cairn.demo.households import Child


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Shares of records with each fault, between 0 and 1."""

    typo: float
    called: float  # writes what the child is called
    swapped: float  # given name in the column of the family name
    half_surname: float  # one part of a double surname
    no_birth_date: float
    day_month: float
    new_years_day: float
    no_middle: float
    accents: bool  # keeps them


OFFICE = Hand(
    typo=0.012, called=0.02, swapped=0.003, half_surname=0.1, no_birth_date=0.002,
    day_month=0.003, new_years_day=0.002, no_middle=0.1, accents=True,
)  # fmt: skip
TESTING = Hand(
    typo=0.015, called=0.02, swapped=0.004, half_surname=0.15, no_birth_date=0.004,
    day_month=0.004, new_years_day=0.002, no_middle=0.4, accents=False,
)  # fmt: skip
PROGRAM = Hand(
    typo=0.03, called=0.16, swapped=0.01, half_surname=0.3, no_birth_date=0.06,
    day_month=0.012, new_years_day=0.006, no_middle=0.9, accents=False,
)  # fmt: skip
SIGN_IN_SHEET = Hand(
    typo=0.04, called=0.3, swapped=0.012, half_surname=0.35, no_birth_date=0.15,
    day_month=0.015, new_years_day=0.008, no_middle=1.0, accents=False,
)  # fmt: skip
AGENCY = Hand(
    typo=0.02, called=0.03, swapped=0.006, half_surname=0.25, no_birth_date=0.015,
    day_month=0.006, new_years_day=0.003, no_middle=0.3, accents=False,
)  # fmt: skip

HYPHENATES = 0.15  # of double surnames
MONTHS = 12  # a day up to this can be taken for a month
SHORTEST = 3  # letters in a word that can be mistyped inside


@dataclass(slots=True)
class Written:
    """A child as one source has written her down."""

    given: str
    middle: str
    family: str
    suffix: str
    birth: date | None


def write(child: Child, hand: Hand, rng: Random) -> Written:
    """Write `child` down with this hand."""
    given = child.called if rng.random() < hand.called else child.given
    family = _surname(child.family, hand, rng)
    if rng.random() < hand.typo:
        if rng.getrandbits(1):
            given = mistype(given, rng)
        else:
            family = mistype(family, rng)
    if not hand.accents:
        given, family = plain(given), plain(family)
    if rng.random() < hand.swapped:
        given, family = family, given
    middle = "" if not child.middle or rng.random() < hand.no_middle else child.middle
    if middle and not hand.accents:
        middle = plain(middle)
    return Written(given, middle, family, child.suffix, _birth_date(child.birth, hand, rng))


def _surname(family: str, hand: Hand, rng: Random) -> str:
    joint = " " if " " in family else "-"
    first, found, second = family.partition(joint)
    if not found:
        return family
    chance = rng.random()
    if chance < hand.half_surname:
        return first if chance < hand.half_surname * 0.7 else second
    return f"{first}-{second}" if chance > 1 - HYPHENATES else family


def _birth_date(birth: date, hand: Hand, rng: Random) -> date | None:
    chance = rng.random()
    if chance < hand.no_birth_date:
        return None
    chance -= hand.no_birth_date
    if chance < hand.day_month and birth.day <= MONTHS:
        return birth.replace(month=birth.day, day=birth.month)
    chance -= hand.day_month
    return birth.replace(month=1, day=1) if 0 <= chance < hand.new_years_day else birth


def mistype(word: str, rng: Random) -> str:
    """One slip of the hand: two letters exchanged, one left out, doubled or hit beside."""
    if len(word) < SHORTEST:
        return word + word[-1]
    at = rng.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    slips = (
        before + after[0] + letter + after[1:],
        before + after,
        before + letter + letter + after,
        before + rng.choice("aeinorst") + after,
    )
    return rng.choice(slips)


@cache
def plain(word: str) -> str:
    """The word without accents, as systems that know no accents keep it."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode("ascii")
