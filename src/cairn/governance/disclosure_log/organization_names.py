"""Name the organizations in the reasons of a decision; policy knows them by their short names."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from cairn.policy.engine import Reason

__all__ = ["name_organizations", "name_organizations_in_text"]

_SEPARATOR: Final = re.compile(r"( or |, )")
"""What a rule writes between several names."""

_HYPHENATED: Final = re.compile(r"(?<![\w@/.-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w@/-]|\.\w)")
"""A word with a hyphen that belongs to no address and no file name."""


def name_organizations(reason: Reason, names: Mapping[str, str]) -> Reason:
    """Replace the short names of organizations in the facts of a reason by their names.

    Args:
        reason: the reason.
        names: name by short name.

    Returns:
        The reason with the names.
    """
    facts = tuple(
        (key, _name_in_fact(value, names) if isinstance(value, str) else value)
        for key, value in reason.facts
    )
    return replace(reason, facts=facts)


def name_organizations_in_text(text: str, names: Mapping[str, str]) -> str:
    """Replace short names with a hyphen in a finished sentence, such as ``elm-county``.

    A short name of one word could be any word of the sentence, so it stays.

    Args:
        text: the sentence.
        names: name by short name.

    Returns:
        The sentence with the names.
    """
    return _HYPHENATED.sub(lambda slug: names.get(slug[0], slug[0]), text)


def _name_in_fact(value: str, names: Mapping[str, str]) -> str:
    named = (names.get(part, part) for part in _SEPARATOR.split(value))
    return name_organizations_in_text("".join(named), names)
