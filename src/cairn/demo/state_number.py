"""The state's student number, and how it is written down."""

from random import Random

MISSING, WRONG_DIGIT = 0.06, 0.007


def state_number(person: str) -> str:
    """The number of a person ("P0000001"): ten digits, no two alike, in no visible order."""
    return f"9{int(person[1:]) * 48_271_003 % 999_999_937:09}"


def as_written(number: str, rng: Random) -> str:
    """The number as a source has it: sometimes missing, seldom with a wrong digit."""
    chance = rng.random()
    if chance < MISSING:
        return ""
    if chance > 1 - WRONG_DIGIT:
        at = rng.randrange(1, len(number))
        return number[:at] + str((int(number[at]) + 3) % 10) + number[at + 1 :]
    return number
