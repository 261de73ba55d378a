"""Given names: what a name may be short for."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from nicknames import NickNamer

_SPANISH: Final = {
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
"""Given names and what they are called at home: the package of English names has none of them."""


def long_forms(words: Sequence[str]) -> list[str]:
    """All that a given name may stand for, itself included (bill → bill, william).

    ``words`` are those of one standardized name; empty for no name.
    """
    if not words:
        return []
    first, whole = words[0], "".join(words)
    return sorted({first, whole, *_canonical(first), *_canonical(whole)})


def is_given_name(word: str) -> bool:
    """Whether a word is known as a given name, or as what somebody of some name is called."""
    name = word.casefold()
    return bool(
        _nicknames().nicknames_of(name)
        or _nicknames().canonicals_of(name)
        or name in _SPANISH
        or name in _spanish()
    )


@cache
def _canonical(name: str) -> frozenset[str]:
    return frozenset(_nicknames().canonicals_of(name)) | _spanish().get(name, frozenset())


@cache
def _nicknames() -> NickNamer:
    return NickNamer()


@cache
def _spanish() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, short in _SPANISH.items():
        for nickname in short.split():
            found.setdefault(nickname, set()).add(name)
    return {nickname: frozenset(names) for nickname, names in found.items()}
