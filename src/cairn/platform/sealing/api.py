"""Public face of cairn.platform.sealing: what other packages may import.

Loads the master key of this installation once and derives a key for each use from it. A sealer
encrypts fields of the relational database with such a key.
"""

import hmac
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

from cairn.warehouse.store import KeyRing

__all__ = [
    "FieldSealer",
    "KeyedHasher",
    "compute_keyed_hash",
    "derive_subkey",
    "load_key_ring",
]


def load_key_ring() -> KeyRing:
    """Load the key ring of this installation's data folder, from a cache after the first time.

    Returns:
        The key ring.

    Raises:
        KeyProblem: the key is missing, or is not the one that the data was written with.
    """
    return _open_key_ring(settings.CAIRN_DATA, os.environ.get("CAIRN_KEY", ""))


def derive_subkey(label: str) -> bytes:
    """Derive a key for one use from the master key.

    With `CAIRN_KEY` set, the data folder alone does not yield it.

    Args:
        label: name of the use; different labels give unrelated keys.

    Returns:
        32 bytes.

    Raises:
        KeyProblem: the key is missing, or is not the one that the data was written with.
    """
    return _derive_subkey(settings.CAIRN_DATA, os.environ.get("CAIRN_KEY", ""), label)


def compute_keyed_hash(label: str, content: bytes) -> str:
    """Compute the keyed hash of a value, which does not reveal it without the key.

    Args:
        label: name of the use; the hashes of different uses cannot be linked.
        content: the value.

    Returns:
        64 hexadecimal digits (HMAC-SHA-256).

    Raises:
        KeyProblem: the key is missing, or is not the one that the data was written with.
    """
    return hmac.digest(derive_subkey(label), content, "sha256").hex()


class KeyedHasher:
    """Computes the keyed hashes (HMAC-SHA-256, RFC 2104) of many values under one key.

    The key is hashed once, and each value starts from a copy of that state: less than half the
    time of `hmac.digest`, which counts where a file names a million children.

    Args:
        key: 32 bytes, from `derive_subkey`.
        prefix: what every value begins with.
    """

    def __init__(self, key: bytes, prefix: bytes = b"") -> None:
        self._keyed = HMAC(key, hashes.SHA256())
        self._keyed.update(prefix)

    def hash_contents(self, contents: Iterable[bytes]) -> list[bytes]:
        """Compute the keyed hash of each value.

        Args:
            contents: the values, without the prefix.

        Returns:
            32 bytes for each, in the same order.
        """
        copy_keyed, computed = self._keyed.copy, []
        for content in contents:
            keyed = copy_keyed()
            keyed.update(content)
            computed.append(keyed.finalize())
        return computed


@lru_cache(maxsize=4)
def _open_key_ring(data: Path, master: str) -> KeyRing:
    return KeyRing.open(data, {"CAIRN_KEY": master})


@lru_cache(maxsize=64)
def _derive_subkey(data: Path, master: str, label: str) -> bytes:
    return _open_key_ring(data, master).subkey(label)


_NONCE_BYTES: Final = 12


class FieldSealer:
    """Encrypts fields, each bound to what it belongs to, so that two cannot be exchanged.

    Args:
        key: 32 bytes, from `derive_subkey`.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, bound_to: str, plain: bytes) -> bytes:
        """Encrypt bytes.

        Args:
            bound_to: key or reference of what they belong to.
            plain: the bytes.

        Returns:
            Nonce and ciphertext.
        """
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, bound_to.encode())

    def unseal(self, bound_to: str, sealed: bytes | memoryview) -> bytes:
        """Decrypt bytes.

        Args:
            bound_to: key or reference of what they belong to.
            sealed: nonce and ciphertext.

        Returns:
            The bytes.

        Raises:
            InvalidTag: they belong to something else, were changed, or have another key.
        """
        raw = bytes(sealed)
        return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], bound_to.encode())
