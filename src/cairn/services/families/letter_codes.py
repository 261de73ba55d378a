"""Create and hash the codes of family letters, and limit how often a code can be guessed.

A code is random, written so that it can be read aloud, and stored only as a keyed hash. The first
group of a code identifies its letter. After ten wrong codes with the same first group, no code
with that group is checked for the rest of ten minutes, from any address. An address that sent
twenty wrong codes is busy: from there a letter gets three tries instead of ten. Wrong codes from
an address never block another letter, so a family with a right code gets in even if another
person guesses from the same library, school or mobile network.

Remaining risk, for an attacker who guesses from any number of addresses as fast as the server
answers: ten tries in ten minutes at the eight characters (40 bits) after each first group. With
100,000 letters that are valid for twelve weeks (12,096 periods of ten minutes) this gives 1.2e10
tries among 1.1e12 codes of each letter: a chance of 1.1 in 100 that one of the 100,000 pages is
opened in all that time. An attacker who has read eight of the twelve characters needs a year on
average, at 1,440 tries a day among a million codes.

The counts are database rows, so every server process sees them. They hold only keyed hashes.
"""

import secrets
from datetime import datetime
from typing import Final

from django.db.models import F

from cairn.platform.sealing.api import compute_keyed_hash
from cairn.services.families.models import WrongCodes

# No 0 and O, no 1 and I: 32 characters, so twelve of them are 60 bits.
_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

_LENGTH: Final = 12


def generate_letter_code() -> str:
    """Generate a new code in three groups of four characters."""
    characters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(characters[i : i + 4] for i in range(0, _LENGTH, 4))


def hash_letter_code(code: str) -> str:
    """Return the keyed hash of a code, ignoring letter case, spaces and hyphens."""
    normalized = "".join(character for character in code.upper() if character in _ALPHABET)
    return compute_keyed_hash("families-code", normalized.encode())


def first_code_group(code: str) -> str:
    """Return the first four characters of a code; wrong codes are counted by them."""
    return "".join(character for character in code.upper() if character in _ALPHABET)[:4]


_WINDOW_SECONDS: Final = 600
_MAX_WRONG_PER_LETTER: Final = 10
_MAX_WRONG_FROM_BUSY_ADDRESS: Final = 3
_BUSY_ADDRESS_THRESHOLD: Final = 20


class CodeAttempt:
    """One code that a person typed. It counts as wrong until it proves right."""

    def __init__(self, code: str, address: str, at: datetime) -> None:
        self._window = int(at.timestamp()) // _WINDOW_SECONDS
        # Counted before the code is checked, so that parallel tries all count.
        WrongCodes.objects.filter(window__lt=self._window).delete()
        self._letter = self._count(f"letter:{first_code_group(code)}")
        self._address = self._count(f"address:{address}")

    @property
    def is_over_limit(self) -> bool:
        """Whether this code must not be checked."""
        is_busy = self._address.wrong > _BUSY_ADDRESS_THRESHOLD
        return self._letter.wrong > (
            _MAX_WRONG_FROM_BUSY_ADDRESS if is_busy else _MAX_WRONG_PER_LETTER
        )

    def mark_correct(self) -> None:
        """Take this attempt out of the counts because the code opened its page."""
        counted = WrongCodes.objects.filter(pk__in=(self._letter.pk, self._address.pk))
        counted.update(wrong=F("wrong") - 1)

    def _count(self, counted: str) -> WrongCodes:
        """Add one to the counter of a letter or an address, and return the counter."""
        hashed = compute_keyed_hash("families-guesses", counted.encode())
        row, _created = WrongCodes.objects.get_or_create(of=hashed, window=self._window)
        WrongCodes.objects.filter(pk=row.pk).update(wrong=F("wrong") + 1)
        row.refresh_from_db()
        return row
