"""Define messages for people who are not stewards: one sentence for many reasons.

A recipient who could distinguish a revoked consent from an opt-out, or a protected class from a
column that no agreement covers, would learn about a child from the refusal itself.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cairn.policy.vocabulary import Audience

__all__ = ["NOT_COVERED", "NOT_PUBLIC", "SOME_LEFT_OUT"]

SOME_LEFT_OUT: Final = "Some records may be left out."
NOT_COVERED: Final = "{element} is not covered."
NOT_PUBLIC: Final = "This is not available to the public."


def build_family_messages(message: str) -> Mapping[Audience, str]:
    """Build the messages of a card for a family about its own child, and for the public."""
    return MappingProxyType({Audience.FAMILY: message, Audience.PUBLIC: NOT_PUBLIC})
