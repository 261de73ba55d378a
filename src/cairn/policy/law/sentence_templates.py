"""Fill sentence templates with words that agree with a number: "1 child", "2 children".

A template names both forms at the number, the singular first: ``{n:child has|children have}``
prints the number and its words, ``{n:~is|are}`` prints the words alone.
"""

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["fill_template", "format_count"]

_PLURAL_FIELD: Final = re.compile(r"\{(\w+):(~?)([^|{}]*)\|([^|{}]*)\}")


class _PluralNumber(int):
    """A whole number that picks the singular or the plural words."""

    def __format__(self, words: str) -> str:
        singular, separator, plural = words.removeprefix("~").partition("|")
        if not separator:
            return format(int(self), words)
        chosen = singular if self == 1 else plural
        return chosen if words.startswith("~") else f"{int(self)} {chosen}"


class _PluralText(str):
    """A number that is hidden or unknown takes the plural words."""

    __slots__ = ()

    def __format__(self, words: str) -> str:
        _singular, separator, plural = words.removeprefix("~").partition("|")
        if not separator:
            return format(str(self), words)
        return plural if words.startswith("~") else f"{self} {plural}"


def fill_template(template: str, facts: Mapping[str, object]) -> str:
    """Fill a sentence template with facts; each number picks the words that fit it.

    Args:
        template: sentence with ``{name}`` and ``{name:singular|plural}`` fields.
        facts: value of each field by name; whole numbers pick their words.
    Returns:
        The sentence.
    """
    if "{" not in template and "}" not in template:
        return template  # Most sentences have no field.
    return template.format(**{name: _wrap_fact(fact) for name, fact in facts.items()})


def _wrap_fact(fact: object) -> object:
    if isinstance(fact, int):
        return _PluralNumber(fact)
    return _PluralText(fact) if isinstance(fact, str) else fact


def format_count(n: int, singular: str, plural: str) -> str:
    """Format a number with its noun, as in ``format_count(1, "child", "children")`` → "1 child".

    Args:
        n: the number.
        singular: noun for 1.
        plural: noun for every other number.
    Returns:
        The number and the noun that fits it.
    """
    return f"{_PluralNumber(n):{singular}|{plural}}"


def show_template(template: str) -> str:
    """Show an unfilled template as readers of the rule list see it: "{n} children have".

    Args:
        template: sentence template.
    Returns:
        The template with plural words and bare field names.
    """
    return _PLURAL_FIELD.sub(
        lambda match: match[4] if match[2] else f"{{{match[1]}}} {match[4]}", template
    )
