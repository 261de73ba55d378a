"""The one-time link by which the signer of a paper confirms the signature."""

import hashlib
from typing import Final

LINK_DAYS: Final = 30
"""Days in which a signer confirms a paper signature; a rule of this software."""


def hash_confirmation_key(key: str) -> str:
    """Hash the key of a link: only the hash is kept.

    Args:
        key: the key in the link.

    Returns:
        The SHA-256 hash in hex.
    """
    return hashlib.sha256(key.encode()).hexdigest()
