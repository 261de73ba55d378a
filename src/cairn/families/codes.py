"""The code on a family's letter: random, written for reading aloud, kept only as a keyed hash."""

import hashlib
import hmac
import secrets
from typing import Final

from django.core.cache import cache

from cairn.consents.keys import subkey

# No 0 and O, no 1 and I: 32 signs, so that twelve of them are 60 bits.
_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH: Final = 12
_WINDOW: Final = 600
_FROM_ONE_ADDRESS: Final = 20
_FROM_ALL: Final = 400


def new_code() -> str:
    """A fresh code in three groups of four."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    return "-".join(signs[i : i + 4] for i in range(0, _LENGTH, 4))


def hashed(code: str) -> str:
    """The keyed hash of a code, however it was typed: small letters, spaces, no hyphens."""
    plain = "".join(sign for sign in code.upper() if sign in _SIGNS)
    return hmac.new(subkey("families-code"), plain.encode(), hashlib.sha256).hexdigest()


def too_many_tries(address: str) -> bool:
    """Whether so many wrong codes came of late, from one address or from all, that none counts."""
    one, everyone = _counters(address)
    found: dict[str, int] = cache.get_many([one, everyone])
    return found.get(one, 0) >= _FROM_ONE_ADDRESS or found.get(everyone, 0) >= _FROM_ALL


def wrong_code(address: str) -> None:
    """Counts one wrong code for ten minutes."""
    for counter in _counters(address):
        cache.add(counter, 0, _WINDOW)
        cache.incr(counter)


def _counters(address: str) -> tuple[str, str]:
    return f"family-tries:{hashlib.sha256(address.encode()).hexdigest()[:32]}", "family-tries"
