"""Hash the children of a line, so that they mean nothing outside the log.

A child's key of the consents app is a keyed hash already: 32 bytes that cannot be distinguished
from random ones without the key. One block of AES-256 under a key of this log makes its first half
a hash of this log. A million children take 0.02 s so, where a second HMAC-SHA-256 of each takes
0.8 s.
"""

import hashlib
import hmac
import sys
from binascii import unhexlify
from collections.abc import Iterable
from itertools import islice
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from cairn.platform.sealing.api import derive_subkey

__all__ = ["ChildHashes"]

HASH_BYTES: Final = 16
_CHILD_KEY_BYTES: Final = 32
_HASH_LABEL: Final = "disclosures/child-hashes"
_OLDER_HASH_LABEL: Final = "disclosures/children"
_KEYS_AT_ONCE: Final = 1 << 16
_DIGESTED_BYTES: Final = HASH_BYTES << 16


def hash_child_keys(child_keys: Iterable[str]) -> bytes:
    """Hash child keys for use in this log only.

    Args:
        child_keys: keys of the consents app, of 64 hexadecimal digits.

    Returns:
        16 bytes for each, one after the other.

    Raises:
        ValueError: one of them is no such key.
    """
    listed = list(child_keys)
    joined = "".join(listed)
    if len(joined) != len(listed) * 2 * _CHILD_KEY_BYTES:
        raise ValueError("A child key has 64 hexadecimal digits.")
    return hash_joined_keys(joined.encode())


def hash_joined_keys(child_keys: bytes | memoryview) -> bytes:
    """Hash child keys that are one text, as `hash_child_keys` hashes each.

    Args:
        child_keys: keys of the consents app, of 64 hexadecimal digits, one after the other.

    Returns:
        16 bytes for each, one after the other.

    Raises:
        ValueError: they are no such keys.
    """
    keys = unhexlify(child_keys)
    halves = np.frombuffer(keys, np.uint8).reshape(-1, _CHILD_KEY_BYTES)[:, :HASH_BYTES]
    # Equal blocks give equal hashes, which is what a hash is for.
    mode = modes.ECB()  # noqa: S305
    return (
        Cipher(algorithms.AES(derive_subkey(_HASH_LABEL)), mode)
        .encryptor()
        .update(halves.tobytes())
    )


def list_hashes_of_child(child_key: str) -> list[str]:
    """List the hashes under which lines name a child: that of today, and that of older lines.

    Args:
        child_key: the child's key in the consents app.

    Returns:
        Hashes of 32 hexadecimal digits.
    """
    older = hmac.digest(derive_subkey(_OLDER_HASH_LABEL), child_key.encode(), "sha256")
    return [hash_child_keys([child_key]).hex(), older[:HASH_BYTES].hex()]


def compute_children_digest(pieces: Iterable[bytes]) -> str:
    """Compute the SHA-256 (hex) of the children of one line, as hexadecimal digits in lines.

    Args:
        pieces: their hashes in ascending order, some at a time.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    separator = b""
    for piece in pieces:
        for start in range(0, len(piece), _DIGESTED_BYTES):
            lines = piece[start : start + _DIGESTED_BYTES].hex("\n", HASH_BYTES)
            digest.update(separator + lines.encode("ascii"))
            separator = b"\n"
    return digest.hexdigest()


class ChildHashes:
    """The children in one line of the log, each once, as hashes unique to this log.

    A roster of a state names ten million children. As texts in a set they take two gigabytes; here
    each takes 16 bytes. They are hashed before the transaction that writes the line begins.

    Args:
        keys: child keys of the consents app; more may be added.
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._hashes = bytearray()
        self._is_sorted = True
        self.add_keys(keys)

    def add_keys(self, keys: Iterable[str]) -> None:
        """Add children; one who is there already counts once.

        Args:
            keys: child keys of the consents app.
        """
        remaining = iter(keys)
        while some := list(islice(remaining, _KEYS_AT_ONCE)):
            self._hashes += hash_child_keys(some)
            self._is_sorted = False

    def add_joined_keys(self, keys: bytes | memoryview) -> None:
        """Add children by keys in one text; one who is there already counts once.

        Args:
            keys: child keys of the consents app, one after the other.
        """
        self._hashes += hash_joined_keys(keys)
        self._is_sorted = False

    def __len__(self) -> int:
        """Return the number of different children."""
        self._sort()
        return len(self._hashes) // HASH_BYTES

    def list_hashes(self) -> bytes:
        """Return the hashes in ascending order.

        Returns:
            16 bytes for each child, one after the other.
        """
        self._sort()
        return bytes(self._hashes)

    def _sort(self) -> None:
        """Sort the hashes, and keep each once.

        They are sorted by the numbers of their first halves, in a third of the time; by all bytes
        only if two halves are equal.
        """
        if self._is_sorted:
            return
        halves = np.frombuffer(self._hashes, np.uint64).reshape(-1, 2)
        firsts = halves[:, 0].byteswap() if sys.byteorder == "little" else halves[:, 0]
        order = np.argsort(firsts)
        firsts = firsts[order]
        if (firsts[1:] == firsts[:-1]).any():
            hashes = np.sort(np.frombuffer(self._hashes, f"S{HASH_BYTES}"))
            hashes = hashes[np.append(True, hashes[1:] != hashes[:-1])]
        else:
            hashes = halves[order]
        self._hashes = bytearray(hashes.tobytes())
        self._is_sorted = True
