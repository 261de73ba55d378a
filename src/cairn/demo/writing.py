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


@dataclass(frozen=True, slots=True)
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


OFFICE = Hand(0.012, 0.02, 0.003, 0.10, 0.002, 0.003, 0.002, 0.1, True)
TESTING = Hand(0.015, 0.02, 0.004, 0.15, 0.004, 0.004, 0.002, 0.4, False)
PROGRAM = Hand(0.030, 0.16, 0.010, 0.30, 0.060, 0.012, 0.006, 0.9, False)
SIGN_IN_SHEET = Hand(0.040, 0.30, 0.012, 0.35, 0.150, 0.015, 0.008, 1.0, False)
AGENCY = Hand(0.020, 0.03, 0.006, 0.25, 0.015, 0.006, 0.003, 0.3, False)


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
        if rng.random() < 0.5:
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
    return f"{first}-{second}" if chance > 0.85 else family


def _birth_date(birth: date, hand: Hand, rng: Random) -> date | None:
    chance = rng.random()
    if chance < hand.no_birth_date:
        return None
    chance -= hand.no_birth_date
    if chance < hand.day_month and birth.day <= 12:
        return birth.replace(month=birth.day, day=birth.month)
    chance -= hand.day_month
    return birth.replace(month=1, day=1) if 0 <= chance < hand.new_years_day else birth


def mistype(word: str, rng: Random) -> str:
    """One slip of the hand: two letters exchanged, one left out, doubled or hit beside."""
    if len(word) < 3:
        return word + word[-1]
    at = rng.randrange(1, len(word) - 1)
    slip = rng.randrange(4)
    if slip == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if slip == 1:
        return word[:at] + word[at + 1 :]
    if slip == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + rng.choice("aeinorst") + word[at + 1 :]


@cache
def plain(word: str) -> str:
    """The word without accents, as systems that know no accents keep it."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode("ascii")
