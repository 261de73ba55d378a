"""Draw given names, family names and short names for the people of River County.

The lists are our own (`lists/names.toml`), ordered by how common a name is. Every group draws
part of its given names from a shared list and part from its own, so that record matching can be
judged for each group: double surnames and names with accents are where software usually fails.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

GROUP_LIST_SHARE = 0.55  # how often a given name comes from the group's own list
DOUBLE_SURNAME_SHARES = {"hispanic": 0.45}  # "García López"
HYPHENATED_SURNAME_SHARE = 0.06  # "Hughes-Okafor"
MIXED_SURNAME_GROUPS = ("white", "black", "hispanic", "asian")  # the surnames of two_or_more


@dataclass(frozen=True, slots=True)
class NameLists:
    """Hold names by gender (F, M) or group, most common first, and the short forms of a given
    name.
    """

    given: Mapping[str, Mapping[str, tuple[str, ...]]]
    family: Mapping[str, tuple[str, ...]]
    short: Mapping[str, tuple[str, ...]]


@cache
def load_name_lists() -> NameLists:
    """Load the lists from `lists/names.toml`."""
    document = tomllib.loads(files("cairn.demo").joinpath("lists/names.toml").read_text("utf-8"))
    words_by_table = {
        table: {key: tuple(words.split()) for key, words in document[table].items()}
        for table in ("girls", "boys", "families", "short")
    }
    return NameLists(
        given={"F": words_by_table["girls"], "M": words_by_table["boys"]},
        family=words_by_table["families"],
        short=words_by_table["short"],
    )


def pick_ranked(rng: Random, ranked: tuple[str, ...]) -> str:
    """Pick one entry of a list, the first ones more often than the last."""
    return ranked[int(len(ranked) * rng.random() ** 1.6)]


def draw_given_name(rng: Random, group: str, gender: str) -> str:
    """Draw a given name; children recorded as X draw from either list."""
    names_by_group = load_name_lists().given[gender if gender in "FM" else rng.choice("FM")]
    group_names = names_by_group.get(group)
    return pick_ranked(
        rng,
        group_names
        if group_names and rng.random() < GROUP_LIST_SHARE
        else names_by_group["shared"],
    )


def draw_family_name(rng: Random, group: str) -> str:
    """Draw a family's surname, sometimes double or hyphenated."""
    families = load_name_lists().family
    first = pick_ranked(rng, families.get(group) or families[rng.choice(MIXED_SURNAME_GROUPS)])
    draw = rng.random()
    if draw < DOUBLE_SURNAME_SHARES.get(group, 0.0):
        return f"{first} {pick_ranked(rng, families[group])}"
    if draw > 1 - HYPHENATED_SURNAME_SHARE:
        return f"{first}-{pick_ranked(rng, families[rng.choice(MIXED_SURNAME_GROUPS)])}"
    return first


def draw_short_name(rng: Random, given: str) -> str:
    """Draw what people call a child with this given name; the name itself when it has no short
    form.
    """
    options = load_name_lists().short.get(given)
    return rng.choice(options) if options else given
