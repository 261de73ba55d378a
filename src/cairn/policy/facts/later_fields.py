"""Mark fields of facts that were added after the first decisions were recorded.

A recorded decision holds a digest of its facts. A marked field is left out of the digest while it
has its default, so that facts on record keep their digest.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["ADDED_LATER", "added_later"]

ADDED_LATER: Final[Mapping[str, bool]] = MappingProxyType({"added_later": True})
"""Metadata of such a field: ``field(default=…, metadata=ADDED_LATER)``."""


def added_later(*, recorded: object) -> Mapping[str, object]:
    """Mark a field with a default that denies, for facts recorded before the field existed.

    Such a fact is read with ``recorded``, so that its decision is answered again as it was. A
    digest leaves the field out while it holds that value.

    Args:
        recorded: the value of the field in a fact that was recorded without it.
    Returns:
        Metadata of the field.
    """
    return MappingProxyType({"added_later": True, "recorded": recorded})
