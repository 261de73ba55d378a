"""Mark fields of facts that were added after the first decisions were recorded.

A recorded decision holds a digest of its facts. A marked field is left out of the digest while it
has its default, so that facts on record keep their digest.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["ADDED_LATER"]

ADDED_LATER: Final[Mapping[str, bool]] = MappingProxyType({"added_later": True})
"""Metadata of such a field: ``field(default=…, metadata=ADDED_LATER)``."""
