"""Hold the children of one line of the log in little memory, ready to be written.

A roster of a state names ten million children. As texts in a set they take two gigabytes; here
each takes 16 bytes. They are hashed before the transaction that writes the line begins.
"""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import numpy as np

from cairn.governance.disclosure_log.archive import CHILD_HASH_BYTES, SnapshotVault

__all__ = ["ChildHashes"]

_BLOCK_CHILDREN: Final = 1 << 16


class ChildHashes:
    """The children whom one line of the log names, each once, as hashes unique to this log.

    Args:
        keys: child keys of the consents app; more may be added.
    """

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._vault = SnapshotVault.for_installation()
        self._unsorted = bytearray()
        self._sorted = b""
        self.add_keys(keys)

    def add_keys(self, keys: Iterable[str]) -> None:
        """Add children; one who is there already counts once.

        Args:
            keys: child keys of the consents app.
        """
        remaining = iter(keys)
        while block := list(islice(remaining, _BLOCK_CHILDREN)):
            self._unsorted += self._vault.hash_child_keys(block)

    def __len__(self) -> int:
        """Return the number of different children."""
        return len(self._sort()) // CHILD_HASH_BYTES

    def list_blocks(self) -> Iterator[list[str]]:
        """Yield the hashes in ascending order, in lists of at most 65,536.

        Yields:
            Hashes of 32 hexadecimal digits.
        """
        hashes, step = self._sort(), _BLOCK_CHILDREN * CHILD_HASH_BYTES
        for start in range(0, len(hashes), step):
            yield hashes[start : start + step].hex("\n", CHILD_HASH_BYTES).split("\n")

    def compute_digest(self) -> str:
        """Compute the SHA-256 (hex) of the children: what `compute_children_digest` computes.

        Returns:
            64 hexadecimal digits.
        """
        digest = hashlib.sha256()
        for number, block in enumerate(self.list_blocks()):
            digest.update(("\n" if number else "").encode() + "\n".join(block).encode("ascii"))
        return digest.hexdigest()

    def _sort(self) -> bytes:
        if self._unsorted:
            both = self._sorted + bytes(self._unsorted)
            hashes = np.sort(np.frombuffer(both, f"S{CHILD_HASH_BYTES}"))
            is_new = np.concatenate([[True], hashes[1:] != hashes[:-1]])
            self._sorted, self._unsorted = hashes[is_new].tobytes(), bytearray()
        return self._sorted
