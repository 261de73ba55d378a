"""Encrypt fields of the relational database with AES-256-GCM."""

import os
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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
