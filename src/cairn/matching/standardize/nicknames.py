"""Look up the formal names that a given name may be short for."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from nicknames import NickNamer

__all__ = ["is_given_name"]

_SPANISH_NICKNAMES: Final = {
    "alejandro": "ale alex jandro", "alejandra": "ale alex", "antonio": "tono tony",
    "beatriz": "bety betty", "carlos": "charlie carlitos", "concepcion": "concha conchita",
    "consuelo": "chelo", "cristian": "chris cris",
    "dolores": "lola lolita", "eduardo": "lalo eddie",
    "enrique": "quique kike", "ernesto": "neto", "esperanza": "lanza", "fernando": "nando fer",
    "francisco": "paco pancho frank cisco", "gabriel": "gabo gabi", "gabriela": "gaby gabi",
    "graciela": "chela", "gregorio": "goyo", "guadalupe": "lupe lupita", "guillermo": "memo willy",
    "ignacio": "nacho", "isabel": "isa chabela bel", "jesus": "chuy chucho", "jorge": "george",
    "jose": "pepe joe pepito", "juan": "john juancho", "leonardo": "leo", "luis": "lucho louis",
    "manuel": "manny manolo", "margarita": "rita mago", "maria": "mari mary",
    "mercedes": "meche", "miguel": "mike migue", "pedro": "peter perico", "rafael": "rafa",
    "ricardo": "rick richie", "roberto": "beto bob robert", "rosario": "charo chayo",
    "salvador": "chava sal", "santiago": "santi chago", "sebastian": "sebas", "sergio": "checo",
    "teresa": "tere teresita", "valentina": "vale", "vicente": "chente", "ximena": "xime",
    "yolanda": "yoli",
}  # fmt: skip
"""Spanish given names and their nicknames, which the package of English nicknames lacks."""


def list_formal_names(words: Sequence[str]) -> list[str]:
    """List every name that a given name may abbreviate, itself included (bill: bill, william).

    Args:
        words: words of one standardized given name; empty if there is no name.
    Returns:
        The names, sorted.
    """
    if not words:
        return []
    first, joined_name = words[0], "".join(words)
    return sorted(
        {first, joined_name, *_find_formal_names(first), *_find_formal_names(joined_name)}
    )


def is_given_name(word: str) -> bool:
    """Decide whether a word is known as a given name or as a nickname.

    Args:
        word: one word, in any case.
    Returns:
        True if the English or the Spanish list holds the word.
    """
    name = word.casefold()
    return bool(
        _load_english_nicknames().nicknames_of(name)
        or _load_english_nicknames().canonicals_of(name)
        or name in _SPANISH_NICKNAMES
        or name in _index_spanish_nicknames()
    )


@cache
def _find_formal_names(name: str) -> frozenset[str]:
    return frozenset(
        _load_english_nicknames().canonicals_of(name)
    ) | _index_spanish_nicknames().get(name, frozenset())


@cache
def _load_english_nicknames() -> NickNamer:
    return NickNamer()


@cache
def _index_spanish_nicknames() -> dict[str, frozenset[str]]:
    formal_names: dict[str, set[str]] = {}
    for name, short in _SPANISH_NICKNAMES.items():
        for nickname in short.split():
            formal_names.setdefault(nickname, set()).add(name)
    return {nickname: frozenset(names) for nickname, names in formal_names.items()}
