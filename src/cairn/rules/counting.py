"""Numbers in sentences: "1 child has", "12 children have".

A sentence names both words where a number stands, the one for 1 first: ``{n:child has|children
have}`` gives the number and its words, ``{n:~is|are}`` the words alone.
"""

import re
from collections.abc import Mapping
from typing import Final

_WORDS: Final = re.compile(r"\{(\w+):(~?)([^|{}]*)\|([^|{}]*)\}")


class _Number(int):
    """A whole number that picks its words."""

    def __format__(self, words: str) -> str:
        one, bar, many = words.removeprefix("~").partition("|")
        if not bar:
            return format(int(self), words)
        said = one if self == 1 else many
        return said if words.startswith("~") else f"{int(self)} {said}"


class _Text(str):
    """A number that is not told, or not known, goes with the words for many."""

    __slots__ = ()

    def __format__(self, words: str) -> str:
        _one, bar, many = words.removeprefix("~").partition("|")
        if not bar:
            return format(str(self), words)
        return many if words.startswith("~") else f"{self} {many}"


def filled(template: str, facts: Mapping[str, object]) -> str:
    """The sentence with its facts, each number with the word that fits it."""
    return template.format(**{name: _worded(fact) for name, fact in facts.items()})


def _worded(fact: object) -> object:
    if isinstance(fact, int):
        return _Number(fact)
    return _Text(fact) if isinstance(fact, str) else fact


def counted(n: int, one: str, many: str) -> str:
    """``counted(1, "child", "children")`` → "1 child"."""
    return f"{_Number(n):{one}|{many}}"


def in_print(template: str) -> str:
    """A sentence that nobody has filled, as a reader of all rules finds it: "{n} children have"."""
    return _WORDS.sub(
        lambda found: found[4] if found[2] else f"{{{found[1]}}} {found[4]}", template
    )
