"""Encrypt identifying fields for the identities database (AES-256-GCM, own key)."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cairn.platform.sealing.api import FieldSealer
from cairn.warehouse.store import KeyRing

SealedFields: TypeAlias = Mapping[str, str | date | None]
_HASH_BYTES: Final = 8
_UNSEALED_FIELDS: Final = frozenset({"record_key", "anchor", "source"})


class IdentitySealer(FieldSealer):
    """Seals and opens identifying fields; each seal is bound to its context."""

    def __init__(self, keys: KeyRing) -> None:
        self._own = keys.subkey("identities")
        super().__init__(self._own)
        self._content_key = keys.subkey("identities/content")
        self._blocking_key = keys.subkey("identities/blocking")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdentitySealer) and hmac.compare_digest(self._own, other._own)

    def __hash__(self) -> int:
        return hash(self._own)

    def content(self, plain: bytes) -> str:
        """Compute a keyed hash that changes when the fields do."""
        return hmac.digest(self._content_key, plain, hashlib.sha256).hex()

    def blocking(self, text: str) -> int:
        """Compute a keyed hash of 64 bits, as a signed number, by which two records meet."""
        return int(self.blocking_keys([text])[0])

    def blocking_keys(self, texts: Iterable[str]) -> npt.NDArray[np.int64]:
        """Compute the same of many texts."""
        key, digest = self._blocking_key, hmac.digest
        hashes = b"".join([digest(key, text.encode(), "sha256")[:_HASH_BYTES] for text in texts])
        return np.frombuffer(hashes, ">i8").astype(np.int64)

    def open(self, bound_to: str, sealed: bytes) -> list[dict[str, Any]]:
        """Decrypt the fields of a statement, one mapping for each version of them, dates as
        text.
        """
        versions: list[dict[str, Any]] = json.loads(self.unseal(bound_to, sealed))
        return versions


def serialize_statement(versions: Iterable[SealedFields]) -> bytes:
    """Serialize the distinct versions of a record's fields, as they are hashed and sealed.

    Args:
        versions: versions of the fields that one delivery states of one record.
    Returns:
        JSON, sorted.
    """
    serialized = {
        json.dumps(
            {
                name: str(value)
                for name, value in version.items()
                if value is not None and name not in _UNSEALED_FIELDS
            },
            sort_keys=True,
            ensure_ascii=False,
        )
        for version in versions
    }
    return f"[{','.join(sorted(serialized))}]".encode()
