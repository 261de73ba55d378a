"""Generate synthetic households and their children, before any source records them.

Everything is an array with one entry a child (or a household), so that a million take seconds.
Days are whole days since 1970-01-01.
"""

from dataclasses import dataclass, field

import name_lists
import numpy as np

FIRST_BIRTH, LAST_BIRTH = (
    int(np.datetime64(day).astype(int)) for day in ("2000-07-01", "2023-06-30")
)
GROUP_SHARES = {
    "white": 0.45,
    "black": 0.21,
    "hispanic": 0.23,
    "asian_pacific": 0.07,
    "native": 0.04,
}
_HOUSEHOLD_SIZES = {1: 0.42, 2: 0.34, 3: 0.16, 4: 0.06, 5: 0.02}
_TWIN_OF_LATER = 0.0365
"""Of children that are not their household's first, how many are born with the one before."""
_DOUBLE_SURNAMES = {
    "hispanic": 0.58,
    "white": 0.03,
    "black": 0.05,
    "asian_pacific": 0.04,
    "native": 0.05,
}
_NAMED_AFTER = 0.008
"""Of boys, how many are named after an older relative whom some source also knows."""
_PREFERRED_NAMES = 0.025
"""Share of children who go by another given name than their papers'; half of them by the middle."""
_RHYMES = ("B", "C", "D", "F", "G", "J", "K", "L", "M", "N", "R", "S", "T", "Z")
_LANGUAGE = {"hispanic": ("es", 0.45), "asian_pacific": ("other", 0.4), "black": ("other", 0.05)}


@dataclass
class Children:
    """Attributes of all children; every array has one entry for each child.

    ``second`` is the other half of a double surname, or empty; so is ``preferred``, another given
    name that some go by. ``renamed`` is the year from which ``new_family`` is the surname, or 99.
    ``twin`` is the person born with them, or -1. ``mother`` and ``father`` have one entry for each
    household.
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


def generate_children(rng: np.random.Generator, people: int) -> Children:
    """Generate children in households."""
    household = _draw_households(rng, people)
    homes = int(household[-1]) + 1
    later = np.r_[False, household[1:] == household[:-1]]
    groups = np.array(list(GROUP_SHARES))
    household_group = rng.choice(len(groups), homes, p=list(GROUP_SHARES.values()))
    group = groups[household_group][household]
    birth, twin = _draw_births(rng, later)
    sex = np.where(rng.random(people) < 0.5, "F", "M").astype(object)
    is_same_sex_twin = (twin >= 0) & later & (twin < np.arange(people)) & (rng.random(people) < 0.3)
    sex[is_same_sex_twin] = sex[twin[is_same_sex_twin]]
    given = _draw_given_names(rng, group, sex)
    _match_sibling_names(rng, given, group, sex, twin, later)
    maiden = _draw_surnames(rng, groups[household_group])
    father = _draw_surnames(rng, groups[_draw_partner_groups(rng, household_group)])
    family, second = _choose_child_surnames(rng, group, household, later, maiden, father)
    children = Children(
        person=np.arange(people),
        household=household,
        group=group,
        language=_draw_languages(rng, groups[household_group])[household],
        sex=sex,
        birth=birth,
        given=given,
        middle=np.where(rng.random(people) < 0.8, _draw_given_names(rng, group, sex), ""),
        family=family,
        second=second,
        new_family=np.where(
            rng.random(people) < 0.5, maiden[household], _draw_surnames(rng, group)),
        suffix=np.full(people, "", dtype=object),
        preferred=np.full(people, "", dtype=object),
        renamed=np.where(rng.random(people) < 0.035, rng.integers(1, 5, people), 99),
        twin=twin,
        mother=_draw_guardians(rng, groups[household_group], "F", np.where(
            rng.random(homes) < 0.5, maiden, father)),
        father=_draw_guardians(rng, groups[household_group], "M", father),
        households=homes,
    )  # fmt: skip
    _name_after_relatives(rng, children)
    _choose_preferred_names(rng, children)
    return children


def _draw_households(rng: np.random.Generator, people: int) -> np.ndarray:
    sizes = rng.choice(list(_HOUSEHOLD_SIZES), people, p=list(_HOUSEHOLD_SIZES.values()))
    return np.repeat(np.arange(people), sizes)[:people]


def _draw_births(rng: np.random.Generator, later: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draw birth dates: siblings one to six years apart, the whole household within the range."""
    people = len(later)
    with_previous = later & (rng.random(people) < _TWIN_OF_LATER)
    gap = np.where(with_previous, 0, rng.integers(330, 2200, people))
    first = np.where(later, 0, rng.integers(FIRST_BIRTH, LAST_BIRTH, people))
    start = np.maximum.accumulate(np.where(later, 0, np.arange(people)))
    elapsed = np.cumsum(np.where(later, gap, 0))
    birth = first[start] + elapsed - elapsed[start]
    span = LAST_BIRTH - FIRST_BIRTH
    birth = FIRST_BIRTH + (birth - FIRST_BIRTH) % span
    twin = np.full(people, -1)
    second = np.flatnonzero(with_previous)
    twin[second] = second - 1
    twin[second - 1] = second
    birth[second] = birth[second - 1]
    return birth, twin


def _draw_given_names(rng: np.random.Generator, group: np.ndarray, sex: np.ndarray) -> np.ndarray:
    names = np.empty(len(group), dtype=object)
    for (name_group, female), distribution in name_lists.load_given_names().items():
        where = np.flatnonzero((group == name_group) & (sex == female))
        names[where] = distribution.draw(rng, len(where))
        for index in where[rng.random(len(where)) < name_lists.INVENTED_SHARES[name_group]]:
            names[index] = name_lists.invent_spelling(rng, names[index])
    return names


def _match_sibling_names(
    rng: np.random.Generator, given: np.ndarray, group: np.ndarray, sex: np.ndarray,
    twin: np.ndarray, later: np.ndarray,
) -> None:  # fmt: skip
    """Give twins often, and other siblings sometimes, names that start or sound alike."""
    index = np.arange(len(given))
    second = (twin >= 0) & (twin < index)
    alike = later & (rng.random(len(given)) < np.where(second, 0.45, 0.08))
    by_initial: dict[tuple[str, str, str], np.ndarray] = {}
    for (name_group, female), distribution in name_lists.load_given_names().items():
        initials = np.array([name[0] for name in distribution.names])
        for letter in set(initials):
            by_initial[name_group, female, letter] = distribution.names[initials == letter]
    for child in np.flatnonzero(alike):
        before = given[child - 1]
        if second[child] and rng.random() < 0.25:
            given[child] = _RHYMES[rng.integers(len(_RHYMES))] + before[1:]
            continue
        same = by_initial.get((group[child], sex[child], before[0]))
        if same is not None:
            given[child] = same[min(int(rng.exponential(len(same) / 4)), len(same) - 1)]
    same = later & (given == np.roll(given, 1))
    given[same] = _draw_given_names(rng, group[same], sex[same])


def _draw_surnames(rng: np.random.Generator, group: np.ndarray) -> np.ndarray:
    names = np.empty(len(group), dtype=object)
    for name_group, distribution in name_lists.load_surnames().items():
        where = np.flatnonzero(group == name_group)
        names[where] = distribution.draw(rng, len(where))
    return names


def _draw_partner_groups(rng: np.random.Generator, household_group: np.ndarray) -> np.ndarray:
    other = rng.choice(len(GROUP_SHARES), len(household_group), p=list(GROUP_SHARES.values()))
    return np.where(rng.random(len(household_group)) < 0.1, other, household_group)


def _choose_child_surnames(
    rng: np.random.Generator, group: np.ndarray, household: np.ndarray, later: np.ndarray,
    maiden: np.ndarray, father: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    homes = len(maiden)
    by_mother = (rng.random(homes) < 0.15)[household]
    family = np.where(by_mother, maiden[household], father[household])
    half = later & (rng.random(len(household)) < 0.08)
    family[half] = _draw_surnames(rng, group[half])
    double = rng.random(homes)[household] < np.vectorize(_DOUBLE_SURNAMES.get)(group)
    second = np.where(double & (maiden[household] != family), maiden[household], "")
    return family, second.astype(object)


def _draw_guardians(
    rng: np.random.Generator, group: np.ndarray, sex: str, surname: np.ndarray
) -> np.ndarray:
    return _draw_given_names(rng, group, np.full(len(group), sex, dtype=object)) + " " + surname


def _draw_languages(rng: np.random.Generator, group: np.ndarray) -> np.ndarray:
    spoken = np.full(len(group), "en", dtype=object)
    for language_group, (language, share) in _LANGUAGE.items():
        spoken[(group == language_group) & (rng.random(len(group)) < share)] = language
    return spoken


def _name_after_relatives(rng: np.random.Generator, children: Children) -> None:
    """Give some boys the whole name of an older relative, whom some source also knows."""
    cutoff = FIRST_BIRTH + 365 * 8
    young = np.flatnonzero(
        (children.sex == "M")
        & (children.birth > cutoff)
        & (rng.random(len(children)) < _NAMED_AFTER)
    )
    old = np.flatnonzero((children.sex == "M") & (children.birth < cutoff) & (children.twin < 0))
    elder = rng.permutation(old)[: len(young)]
    young = young[: len(elder)]
    for name in ("given", "middle", "family", "second", "group"):
        getattr(children, name)[elder] = getattr(children, name)[young]
    children.suffix[young] = rng.choice(np.array(["Jr", "II", "III"], dtype=object), len(young))


def _choose_preferred_names(rng: np.random.Generator, children: Children) -> None:
    """Choose what some children are called: their middle name, or another name."""
    indexes = np.flatnonzero(rng.random(len(children)) < _PREFERRED_NAMES)
    chosen = _draw_given_names(rng, children.group[indexes], children.sex[indexes])
    by_middle = (rng.random(len(indexes)) < 0.5) & (children.middle[indexes] != "")
    children.preferred[indexes] = np.where(by_middle, children.middle[indexes], chosen)
