"""Identifying fields, encrypted for the identities database (AES-256-GCM, a key of their own)."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.warehouse.keys import KeyRing

Fields: TypeAlias = Mapping[str, str | date | None]

_NONCE: Final = 12
_HASH: Final = 8
_LEFT_OUT: Final = frozenset({"record_key", "anchor", "source"})


class Sealer:
    """Seals and opens; each seal is bound to what it is of, so that two cannot be exchanged."""

    def __init__(self, keys: KeyRing) -> None:
        self._own = keys.subkey("identities")
        self._cipher = AESGCM(self._own)
        self._content_key = keys.subkey("identities/content")
        self._blocking_key = keys.subkey("identities/blocking")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealer) and hmac.compare_digest(self._own, other._own)

    def __hash__(self) -> int:
        return hash(self._own)

    def content(self, plain: bytes) -> str:
        """A keyed hash that changes when the fields do."""
        return hmac.digest(self._content_key, plain, hashlib.sha256).hex()

    def blocking(self, text: str) -> int:
        """A keyed hash of 64 bits, as a signed number: what two records meet by."""
        return int(self.blocking_keys([text])[0])

    def blocking_keys(self, texts: Iterable[str]) -> npt.NDArray[np.int64]:
        """The same of many texts."""
        key, digest = self._blocking_key, hmac.digest
        hashes = b"".join([digest(key, text.encode(), "sha256")[:_HASH] for text in texts])
        return np.frombuffer(hashes, ">i8").astype(np.int64)

    def seal(self, bound_to: str, plain: bytes) -> bytes:
        """The fields, encrypted."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, bound_to.encode())

    def unseal(self, bound_to: str, sealed: bytes) -> bytes:
        """What was sealed; raises ``InvalidTag`` where it was sealed for something else."""
        return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())

    def open(self, bound_to: str, sealed: bytes) -> list[dict[str, Any]]:
        """The fields again, each way they were said, dates as text."""
        ways: list[dict[str, Any]] = json.loads(self.unseal(bound_to, sealed))
        return ways


def plain(ways: Iterable[Fields]) -> bytes:
    """The different ways in which fields were said, in one spelling, as they are hashed."""
    said = {
        json.dumps(
            {k: str(v) for k, v in way.items() if v is not None and k not in _LEFT_OUT},
            sort_keys=True,
            ensure_ascii=False,
        )
        for way in ways
    }
    return f"[{','.join(sorted(said))}]".encode()
