"""How many wrong codes are too many: counted for each letter and for each address.

A code's first group stands for its letter. Ten wrong codes with one first group, and for the rest
of ten minutes no code with it is looked at, whoever types it and from wherever. An address from
which twenty wrong codes came is busy: from there a letter gets three tries and not ten. No number
of wrong codes from an address closes the door for another letter, so that a family with a right
code gets in although somebody in the same library, school or mobile network guesses.

What that leaves to somebody who guesses from any number of addresses, as fast as the server
answers: ten tries in ten minutes at the eight signs, 40 bits, that follow each first group. With
100,000 letters that count for twelve weeks (12,096 times ten minutes) these are 1.2e10 tries among
1.1e12 codes of each letter: a chance of 1.1 in 100 that in all that time one of the 100,000 pages
is opened. Somebody who has read eight of the twelve signs needs a year on average, 1,440 tries a
day among a million codes.

The counts are rows, so that every process of a server sees them. They hold keyed hashes only.
"""

import hashlib
import hmac
from datetime import datetime
from typing import Final

from django.db.models import F

from cairn.consents.keys import subkey
from cairn.families.codes import first_group
from cairn.families.models import WrongCodes

_SECONDS: Final = 600
_OF_A_LETTER: Final = 10
_FROM_A_BUSY_ADDRESS: Final = 3
_BUSY: Final = 20


class Try:
    """One code that somebody types: it counts as wrong until it has proved right."""

    def __init__(self, code: str, address: str, at: datetime) -> None:
        self._window = int(at.timestamp()) // _SECONDS
        # Counted before anything is looked at: a hundred tries at once are a hundred tries.
        WrongCodes.objects.filter(window__lt=self._window).delete()
        self._letter = self._count(f"letter:{first_group(code)}")
        self._address = self._count(f"address:{address}")

    @property
    def is_one_too_many(self) -> bool:
        """Whether this code is not looked at."""
        busy = self._address.wrong > _BUSY
        return self._letter.wrong > (_FROM_A_BUSY_ADDRESS if busy else _OF_A_LETTER)

    def was_right(self) -> None:
        """The code opened its page, so that it counts for nothing."""
        counted = WrongCodes.objects.filter(pk__in=(self._letter.pk, self._address.pk))
        counted.update(wrong=F("wrong") - 1)

    def _count(self, what: str) -> WrongCodes:
        hashed = hmac.new(subkey("families-guesses"), what.encode(), hashlib.sha256).hexdigest()
        row, _made = WrongCodes.objects.get_or_create(of=hashed, window=self._window)
        WrongCodes.objects.filter(pk=row.pk).update(wrong=F("wrong") + 1)
        row.refresh_from_db()
        return row
