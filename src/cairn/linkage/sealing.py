"""Identifying fields, encrypted for the identities database (AES-256-GCM, a key of their own)."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from datetime import date
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.warehouse.keys import KeyRing

_NONCE: Final = 12
_LEFT_OUT: Final = frozenset({"record_key", "anchor", "source"})


class Sealer:
    """Seals and opens; each seal is bound to its record, so that two cannot be exchanged."""

    def __init__(self, keys: KeyRing) -> None:
        self._cipher = AESGCM(keys.subkey("identities"))
        self._content_key = keys.subkey("identities/content")

    def content(self, plain: bytes) -> str:
        """A keyed hash that changes when the fields do."""
        return hmac.digest(self._content_key, plain, hashlib.sha256).hex()

    def seal(self, record: str, plain: bytes) -> bytes:
        """The fields, encrypted."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, record.encode())

    def open(self, record: str, sealed: bytes) -> dict[str, str]:
        """The fields again, dates as text; raises ``InvalidTag`` if they are another record's."""
        plain = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], record.encode())
        return dict(json.loads(plain))


def plain(fields: Mapping[str, str | date | None]) -> bytes:
    """Fields in one spelling, as they are hashed and sealed."""
    kept = {k: str(v) for k, v in fields.items() if v is not None and k not in _LEFT_OUT}
    return json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()
