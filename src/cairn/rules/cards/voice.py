"""What those who are not stewards hear: one sentence for many reasons, so that it reveals none.

A recipient who could tell a revoked consent from an opt-out, or a protected class from a column
that nobody agreed to, would learn about a child from the refusal itself.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cairn.rules.vocabulary import Audience

SOME_LEFT_OUT: Final = "Some records may be left out."
NOT_COVERED: Final = "{element} is not covered."
NOT_PUBLIC: Final = "This is not available to the public."


def families(said: str) -> Mapping[Audience, str]:
    """What a family hears about its own child; the public hears that there is nothing for it."""
    return MappingProxyType({Audience.FAMILY: said, Audience.PUBLIC: NOT_PUBLIC})
