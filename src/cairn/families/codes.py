"""The code on a family's letter: random, written for reading aloud, kept only as a keyed hash."""

import hashlib
import hmac
import secrets
from typing import Final

from cairn.consents.keys import subkey

# No 0 and O, no 1 and I: 32 signs, so that twelve of them are 60 bits.
_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH: Final = 12


def new_code() -> str:
    """A fresh code in three groups of four."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    return "-".join(signs[i : i + 4] for i in range(0, _LENGTH, 4))


def hashed(code: str) -> str:
    """The keyed hash of a code, however it was typed: small letters, spaces, no hyphens."""
    plain = "".join(sign for sign in code.upper() if sign in _SIGNS)
    return hmac.new(subkey("families-code"), plain.encode(), hashlib.sha256).hexdigest()


def first_group(code: str) -> str:
    """The first four signs of a code, however it was typed: by these wrong codes are counted."""
    return "".join(sign for sign in code.upper() if sign in _SIGNS)[:4]
