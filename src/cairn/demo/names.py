"""Given names, family names and short forms of the people of River County.

The lists are our own (`lists/names.toml`), ordered by how common a name is. Every group draws
part of its given names from a shared list and part from its own, so that linkage can be judged
for each group: double surnames and names with accents are where software usually fails.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

OWN_LIST_SHARE = 0.55  # how often a given name comes from the group's own list
DOUBLE_SURNAME = {"hispanic": 0.45}  # "García López"
HYPHENATED_SURNAME = 0.06  # "Hughes-Okafor"
MIXED_FAMILIES = ("white", "black", "hispanic", "asian")  # the surnames of two_or_more


@dataclass(frozen=True, slots=True)
class NameLists:
    """Names by gender (F, M) or group, most common first, and the short forms of a given name."""

    given: Mapping[str, Mapping[str, tuple[str, ...]]]
    family: Mapping[str, tuple[str, ...]]
    short: Mapping[str, tuple[str, ...]]


@cache
def name_lists() -> NameLists:
    """The lists as written in `lists/names.toml`."""
    raw = tomllib.loads(files(__package__).joinpath("lists/names.toml").read_text("utf-8"))
    split = {
        table: {key: tuple(words.split()) for key, words in raw[table].items()}
        for table in ("girls", "boys", "families", "short")
    }
    return NameLists(
        given={"F": split["girls"], "M": split["boys"]},
        family=split["families"],
        short=split["short"],
    )


def pick(rng: Random, ranked: tuple[str, ...]) -> str:
    """One entry of a list, the first ones more often than the last."""
    return ranked[int(len(ranked) * rng.random() ** 1.6)]


def given_name(rng: Random, group: str, gender: str) -> str:
    """A given name; children recorded as X draw from either list."""
    by_group = name_lists().given[gender if gender in "FM" else rng.choice("FM")]
    own = by_group.get(group)
    return pick(rng, own if own and rng.random() < OWN_LIST_SHARE else by_group["shared"])


def family_name(rng: Random, group: str) -> str:
    """A family's surname, sometimes double or hyphenated."""
    families = name_lists().family
    first = pick(rng, families.get(group) or families[rng.choice(MIXED_FAMILIES)])
    chance = rng.random()
    if chance < DOUBLE_SURNAME.get(group, 0.0):
        return f"{first} {pick(rng, families[group])}"
    if chance > 1 - HYPHENATED_SURNAME:
        return f"{first}-{pick(rng, families[rng.choice(MIXED_FAMILIES)])}"
    return first


def short_name(rng: Random, given: str) -> str:
    """What people call a child with this given name; the name itself when nothing shorter is."""
    options = name_lists().short.get(given)
    return rng.choice(options) if options else given
