"""Invented households and their children: who there is, before anybody writes a record.

Everything is an array with one entry a child (or a household), so that a million take seconds.
Days are whole days since 1970-01-01.
"""

from dataclasses import dataclass, field

import name_lists
import numpy as np

FIRST_BIRTH, LAST_BIRTH = (
    int(np.datetime64(day).astype(int)) for day in ("2000-07-01", "2023-06-30")
)
SHARES = {"white": 0.45, "black": 0.21, "hispanic": 0.23, "asian_pacific": 0.07, "native": 0.04}
_CHILDREN = {1: 0.42, 2: 0.34, 3: 0.16, 4: 0.06, 5: 0.02}
_TWIN_OF_LATER = 0.0365
"""Of children that are not their household's first, how many are born with the one before."""
_DOUBLE = {"hispanic": 0.58, "white": 0.03, "black": 0.05, "asian_pacific": 0.04, "native": 0.05}
_NAMED_AFTER = 0.008
"""Of boys, how many are named after an older relative whom some source also knows."""
_PREFERS = 0.025
"""Share of children who go by another given name than their papers'; half of them by the middle."""
_RHYMES = ("B", "C", "D", "F", "G", "J", "K", "L", "M", "N", "R", "S", "T", "Z")
_LANGUAGE = {"hispanic": ("es", 0.45), "asian_pacific": ("other", 0.4), "black": ("other", 0.05)}


@dataclass
class Children:
    """One entry a child. ``second`` is the other half of a double surname, or empty; so is
    ``preferred``, another given name that some go by.

    ``moves`` of the household and ``renamed`` of the child (a year, or 99) say from when another
    address, phone or surname is theirs. ``twin`` is the person born with them, or -1.
    """

    person: np.ndarray
    household: np.ndarray
    group: np.ndarray
    language: np.ndarray
    sex: np.ndarray
    birth: np.ndarray
    given: np.ndarray
    middle: np.ndarray
    family: np.ndarray
    second: np.ndarray
    new_family: np.ndarray
    suffix: np.ndarray
    preferred: np.ndarray
    renamed: np.ndarray
    twin: np.ndarray
    mother: np.ndarray
    father: np.ndarray
    households: int = field(default=0)

    def __len__(self) -> int:
        return len(self.person)


def born(rng: np.random.Generator, people: int) -> Children:
    """So many children in households."""
    household = _households(rng, people)
    homes = int(household[-1]) + 1
    later = np.r_[False, household[1:] == household[:-1]]
    groups = np.array(list(SHARES))
    of_home = rng.choice(len(groups), homes, p=list(SHARES.values()))
    group = groups[of_home][household]
    birth, twin = _births(rng, later)
    sex = np.where(rng.random(people) < 0.5, "F", "M").astype(object)
    like = (twin >= 0) & later & (twin < np.arange(people)) & (rng.random(people) < 0.3)
    sex[like] = sex[twin[like]]
    given = _given(rng, group, sex)
    _similar(rng, given, group, sex, twin, later)
    maiden = _surnames(rng, groups[of_home])
    father = _surnames(rng, groups[_mixed(rng, of_home)])
    family, second = _child_surnames(rng, group, household, later, maiden, father)
    children = Children(
        person=np.arange(people),
        household=household,
        group=group,
        language=_languages(rng, groups[of_home])[household],
        sex=sex,
        birth=birth,
        given=given,
        middle=np.where(rng.random(people) < 0.8, _given(rng, group, sex), ""),
        family=family,
        second=second,
        new_family=np.where(rng.random(people) < 0.5, maiden[household], _surnames(rng, group)),
        suffix=np.full(people, "", dtype=object),
        preferred=np.full(people, "", dtype=object),
        renamed=np.where(rng.random(people) < 0.035, rng.integers(1, 5, people), 99),
        twin=twin,
        mother=_guardians(rng, groups[of_home], "F", np.where(
            rng.random(homes) < 0.5, maiden, father)),
        father=_guardians(rng, groups[of_home], "M", father),
        households=homes,
    )  # fmt: skip
    _juniors(rng, children)
    _preferred(rng, children)
    return children


def _households(rng: np.random.Generator, people: int) -> np.ndarray:
    sizes = rng.choice(list(_CHILDREN), people, p=list(_CHILDREN.values()))
    return np.repeat(np.arange(people), sizes)[:people]


def _births(rng: np.random.Generator, later: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Brothers and sisters a year to six apart, the whole household inside the window."""
    people = len(later)
    with_previous = later & (rng.random(people) < _TWIN_OF_LATER)
    gap = np.where(with_previous, 0, rng.integers(330, 2200, people))
    first = np.where(later, 0, rng.integers(FIRST_BIRTH, LAST_BIRTH, people))
    start = np.maximum.accumulate(np.where(later, 0, np.arange(people)))
    grown = np.cumsum(np.where(later, gap, 0))
    birth = first[start] + grown - grown[start]
    span = LAST_BIRTH - FIRST_BIRTH
    birth = FIRST_BIRTH + (birth - FIRST_BIRTH) % span
    twin = np.full(people, -1)
    second = np.flatnonzero(with_previous)
    twin[second] = second - 1
    twin[second - 1] = second
    birth[second] = birth[second - 1]
    return birth, twin


def _given(rng: np.random.Generator, group: np.ndarray, sex: np.ndarray) -> np.ndarray:
    names = np.empty(len(group), dtype=object)
    for (of, female), weighted in name_lists.given().items():
        where = np.flatnonzero((group == of) & (sex == female))
        names[where] = weighted.draw(rng, len(where))
        for i in where[rng.random(len(where)) < name_lists.TAIL[of]]:
            names[i] = name_lists.spelled_anew(rng, names[i])
    return names


def _similar(
    rng: np.random.Generator, given: np.ndarray, group: np.ndarray, sex: np.ndarray,
    twin: np.ndarray, later: np.ndarray,
) -> None:  # fmt: skip
    """Twins often, other siblings sometimes, have names that start or sound alike."""
    index = np.arange(len(given))
    second = (twin >= 0) & (twin < index)
    alike = later & (rng.random(len(given)) < np.where(second, 0.45, 0.08))
    by_initial: dict[tuple[str, str, str], np.ndarray] = {}
    for (of, female), weighted in name_lists.given().items():
        initials = np.array([n[0] for n in weighted.names])
        for letter in set(initials):
            by_initial[of, female, letter] = weighted.names[initials == letter]
    for i in np.flatnonzero(alike):
        before = given[i - 1]
        if second[i] and rng.random() < 0.25:
            given[i] = _RHYMES[rng.integers(len(_RHYMES))] + before[1:]
            continue
        same = by_initial.get((group[i], sex[i], before[0]))
        if same is not None:
            given[i] = same[min(int(rng.exponential(len(same) / 4)), len(same) - 1)]
    same = later & (given == np.roll(given, 1))
    given[same] = _given(rng, group[same], sex[same])


def _surnames(rng: np.random.Generator, group: np.ndarray) -> np.ndarray:
    names = np.empty(len(group), dtype=object)
    for of, weighted in name_lists.family().items():
        where = np.flatnonzero(group == of)
        names[where] = weighted.draw(rng, len(where))
    return names


def _mixed(rng: np.random.Generator, of_home: np.ndarray) -> np.ndarray:
    other = rng.choice(len(SHARES), len(of_home), p=list(SHARES.values()))
    return np.where(rng.random(len(of_home)) < 0.1, other, of_home)


def _child_surnames(
    rng: np.random.Generator, group: np.ndarray, household: np.ndarray, later: np.ndarray,
    maiden: np.ndarray, father: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    homes = len(maiden)
    by_mother = (rng.random(homes) < 0.15)[household]
    family = np.where(by_mother, maiden[household], father[household])
    half = later & (rng.random(len(household)) < 0.08)
    family[half] = _surnames(rng, group[half])
    double = rng.random(homes)[household] < np.vectorize(_DOUBLE.get)(group)
    second = np.where(double & (maiden[household] != family), maiden[household], "")
    return family, second.astype(object)


def _guardians(
    rng: np.random.Generator, group: np.ndarray, sex: str, surname: np.ndarray
) -> np.ndarray:
    return _given(rng, group, np.full(len(group), sex, dtype=object)) + " " + surname


def _languages(rng: np.random.Generator, group: np.ndarray) -> np.ndarray:
    spoken = np.full(len(group), "en", dtype=object)
    for of, (language, share) in _LANGUAGE.items():
        spoken[(group == of) & (rng.random(len(group)) < share)] = language
    return spoken


def _juniors(rng: np.random.Generator, children: Children) -> None:
    """Some boys carry the whole name of an older relative, who is in somebody's files too."""
    cut = FIRST_BIRTH + 365 * 8
    young = np.flatnonzero(
        (children.sex == "M") & (children.birth > cut) & (rng.random(len(children)) < _NAMED_AFTER)
    )
    old = np.flatnonzero((children.sex == "M") & (children.birth < cut) & (children.twin < 0))
    elder = rng.permutation(old)[: len(young)]
    young = young[: len(elder)]
    for name in ("given", "middle", "family", "second", "group"):
        getattr(children, name)[elder] = getattr(children, name)[young]
    children.suffix[young] = rng.choice(np.array(["Jr", "II", "III"], dtype=object), len(young))


def _preferred(rng: np.random.Generator, children: Children) -> None:
    """What some are called: their middle name, or one that they or their parents chose."""
    who = np.flatnonzero(rng.random(len(children)) < _PREFERS)
    chosen = _given(rng, children.group[who], children.sex[who])
    by_middle = (rng.random(len(who)) < 0.5) & (children.middle[who] != "")
    children.preferred[who] = np.where(by_middle, children.middle[who], chosen)
