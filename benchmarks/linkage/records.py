"""What each source wrote down about each child, with the truth kept beside it."""

from collections.abc import Iterable

import name_lists
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from children import Children
from mistakes import day_month_swapped, first_of_january, misdated, misspelled, mistyped
from places import YEARS, Places, mail_addresses, phone_numbers, schools
from sources import Source

_FIRST_YEAR = 2021
_TYPO_OF_ID, _SIBLINGS_ID, _ANY_ID = 0.01, 0.007, 0.003
_SAME_AS_BEFORE = 0.55
"""Chance that a further row of a child in one source copies the names of the row before."""


class Written:
    """The rows of one source while they are being written: one entry a row in every array."""

    def __init__(
        self, rng: np.random.Generator, source: Source, children: Children, places: Places
    ) -> None:
        self.rng, self.source, self.children, self.places = rng, source, children, places
        self.child, self.year = _seen(rng, source, children)
        self.rows = len(self.child)
        again = np.r_[False, self.child[1:] == self.child[:-1]]
        copied = again & (rng.random(self.rows) < _SAME_AS_BEFORE)
        self.like = np.maximum.accumulate(np.where(copied, 0, np.arange(self.rows)))
        self.again = again
        self.tags: dict[str, np.ndarray] = {}

    def slip(self, kind: str, possible: np.ndarray | bool = True) -> np.ndarray:  # noqa: FBT001, FBT002
        """Where this mistake happens (the same in a row copied from the one before)."""
        here = (self.rng.random(self.rows) < self.source.slips.get(kind, 0.0)) & possible
        here = here[self.like] & possible
        self.tags[kind] = here
        return here

    def filled(self, field: str) -> np.ndarray:
        """Where the field has something in it."""
        share = self.source.fills.get(field, 0.0)
        return (self.rng.random(self.rows) < share)[self.like]


def written(
    rng: np.random.Generator, source: Source, children: Children, places: Places
) -> tuple[pa.Table, pa.Table]:
    """The records of one source, and the truth about them."""
    rows = Written(rng, source, children, places)
    given, middle, family = _names(rows)
    columns = {
        "record_id": np.array([f"{source.name[0]}{n:07}" for n in range(rows.rows)], dtype=object),
        "source": np.full(rows.rows, source.name, dtype=object),
        "given_name": given,
        "middle_name": middle,
        "family_name": family,
        "suffix": np.where(rows.filled("suffix"), children.suffix[rows.child], ""),
    }
    birth = _birth_dates(rows)
    reached = {**_addresses(rows), **_contact(rows), **_schooling(rows)}
    ids = {"state_id": _state_ids(rows), "local_id": _local_ids(rows)}
    facts = {"sex": children.sex[rows.child], "race_ethnicity": children.group[rows.child]}
    texts = {**columns, **facts, **reached, **ids}
    table = pa.table({name: _text(values) for name, values in texts.items()})
    table = table.add_column(6, "birth_date", birth)
    truth = {
        "record_id": table["record_id"],
        "source": table["source"],
        "person": children.person[rows.child],
        "household": children.household[rows.child],
        "twin": children.twin[rows.child],
        "race_ethnicity": table["race_ethnicity"],
        "sex": table["sex"],
        "language": _text(children.language[rows.child]),
        "year": _FIRST_YEAR + rows.year,
        **rows.tags,
    }
    return table, pa.table(truth)


def with_damaged_ids(
    rng: np.random.Generator, records: pa.Table, truth: pa.Table
) -> tuple[pa.Table, pa.Table]:
    """A copy whose state-wide ids are partly mistyped, a sibling's, or anybody's."""
    ids = np.array(records["state_id"].to_pylist(), dtype=object)
    have = np.flatnonzero(ids != None)  # noqa: E711 - element by element
    person, home = truth["person"].to_numpy(), truth["household"].to_numpy()
    of_person = np.full(int(person.max()) + 2, None, dtype=object)
    of_person[person[have]] = ids[have]
    sibling = _siblings(person, home, len(of_person))
    kind = rng.random(len(have))
    damaged = ids.copy()
    typo = have[kind < _TYPO_OF_ID]
    damaged[typo] = mistyped(rng, ids[typo])
    with_sibling = have[of_person[sibling[person[have]]] != None]  # noqa: E711
    wanted = min(len(with_sibling), int(len(have) * _SIBLINGS_ID))
    chosen = rng.permutation(with_sibling)[:wanted]
    damaged[chosen] = of_person[sibling[person[chosen]]]
    any_id = have[kind > 1 - _ANY_ID]
    damaged[any_id] = ids[rng.permutation(have)[: len(any_id)]]
    at = records.column_names.index("state_id")
    changed = pa.array(damaged != ids)
    return (
        records.set_column(at, "state_id", pa.array(damaged, pa.string())),
        truth.append_column("damaged id", changed),
    )


def _siblings(person: np.ndarray, home: np.ndarray, count: int) -> np.ndarray:
    """Another child of the same household for each person; a person without one stays ``-1``."""
    who, first = np.unique(person, return_index=True)
    homes = home[first]
    sibling = np.full(count, -1)
    same = homes[1:] == homes[:-1]
    sibling[who[1:][same]] = who[:-1][same]
    sibling[who[:-1][same]] = who[1:][same]
    return sibling


def _seen(
    rng: np.random.Generator, source: Source, children: Children
) -> tuple[np.ndarray, np.ndarray]:
    """Child and year of every row, each child's rows in order of the years."""
    youngest, oldest = source.ages
    years = np.arange(YEARS)
    age = (_FIRST_YEAR + years - 1970)[None, :] - (children.birth / 365.25)[:, None]
    fits = (age >= youngest) & (age < oldest)
    known = fits.any(axis=1) & (rng.random(len(children)) < source.known)
    wanted = rng.choice(list(source.rows), len(children), p=list(source.rows.values()))
    order = np.where(fits, rng.random(fits.shape), 2.0).argsort(axis=1).argsort(axis=1)
    taken = fits & known[:, None] & (order < wanted[:, None])
    child, year = np.nonzero(taken)
    return child, year


def _names(rows: Written) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng, children, child = rows.rng, rows.children, rows.child
    given = children.given[child].copy()
    middle = np.where(rows.filled("middle_name"), children.middle[child], "")
    called = name_lists.nicknames()
    has_nick = np.array([name.lower() in called for name in given])
    for i in np.flatnonzero(rows.slip("nickname", has_nick)):
        nicks = called[given[i].lower()]
        given[i] = nicks[(rows.child[i] * 7 + i % 2) % len(nicks)].capitalize()
    goes_by = children.preferred[child]
    preferred = rows.slip("preferred", (goes_by != "") & ~rows.tags["nickname"])
    given[preferred] = goes_by[preferred]
    two = rows.slip("two given", (children.middle[child] != "") & ~preferred)
    given[two] = given[two] + " " + children.middle[child[two]]
    middle[two] = ""
    family = _family(rows)
    for kind, names in (("given typo", given), ("family typo", family)):
        where = np.flatnonzero(rows.slip(kind))
        names[where] = misspelled(rng, names[where])
    for names in (given, family):
        names[:] = names[rows.like]
    initial = rng.random(rows.rows) < rows.source.middle_initial
    middle = np.where(initial, [m[:1] for m in middle], middle)
    swapped = rows.slip("swapped")
    given[swapped], family[swapped] = family[swapped], given[swapped].copy()
    return _styled(rows, [given, middle, family])


def _family(rows: Written) -> np.ndarray:
    rng, children, child = rows.rng, rows.children, rows.child
    renamed = rows.year >= children.renamed[child]
    rows.tags["surname change"] = renamed
    first = np.where(renamed, children.new_family[child], children.family[child])
    second = children.second[child]
    rows.tags["double surname"] = second != ""
    ways = rows.source.double
    kind = rng.choice(
        [*ways, "words"], rows.rows, p=[*ways.values(), 1 - sum(ways.values())]
    )[rows.like]  # fmt: skip
    written = {
        "words": first + " " + second,
        "hyphen": first + "-" + second,
        "first": first,
        "second": second,
        "turned": second + " " + first,
        "joined": first + second,
    }
    family = first.copy()
    for way, names in written.items():
        here = (second != "") & (kind == way)
        family[here] = names[here]
    return family


def _styled(rows: Written, columns: list[np.ndarray]) -> tuple[np.ndarray, ...]:
    title, upper, _ = rows.source.case
    draw = rows.rng.random(rows.rows)
    longest = rows.source.longest
    written = []
    for names in columns:
        styled = np.array([name[:longest] for name in names], dtype=object)
        for where, change in (
            ((draw >= title) & (draw < title + upper), str.upper),
            (draw >= title + upper, str.lower),
        ):
            styled[where] = [change(name) for name in styled[where]]
        if upper == 1:
            # Old systems keep capitals only, without accents.
            plain = pc.utf8_normalize(pa.array(styled, pa.string()), form="NFD")
            styled = np.array(
                pc.replace_substring_regex(plain, "\\p{M}", "").to_pylist(), dtype=object
            )
        written.append(styled)
    return tuple(written)


def _birth_dates(rows: Written) -> pa.Array:
    rng = rows.rng
    days = rows.children.birth[rows.child].copy()
    turned = day_month_swapped(days)
    where = rows.slip("day month", turned != days)
    days[where] = turned[where]
    where = rows.slip("january", ~where)
    days[where] = first_of_january(days[where])
    where = np.flatnonzero(rows.slip("date typo", ~where))
    days[where] = misdated(rng, days[where])
    days = days[rows.like]
    missing = ~rows.filled("birth_date")
    rows.tags["no birth date"] = missing
    return pa.array(days.astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())


def _addresses(rows: Written) -> dict[str, np.ndarray]:
    rng, places = rows.rng, rows.places
    entry = places.address[rows.children.household[rows.child], rows.year]
    street = np.where(
        rng.random(rows.rows) < rows.source.short_streets, places.short[entry], places.long[entry]
    )
    unit = places.unit[entry]
    apart = np.array([" Apt ", " #", " Unit ", " APT "], dtype=object)
    with_unit = (unit != "") & (rng.random(rows.rows) < 0.85)
    street = np.where(
        with_unit, street + apart[rng.integers(0, len(apart), rows.rows)] + unit, street
    )
    typo = np.flatnonzero(rng.random(rows.rows) < 0.02)
    street[typo] = misspelled(rng, street[typo])
    if rows.source.case[1] == 1:
        street = np.array([s.upper() for s in street], dtype=object)
    known = rows.filled("street")
    with_code = known | (rng.random(rows.rows) < 0.4)
    rows.tags["moved"] = entry != places.address[rows.children.household[rows.child], 0]
    return {
        "street": np.where(known, street, ""),
        "city": np.where(with_code, places.town[entry], ""),
        "postal_code": np.where(with_code, places.postal[entry], ""),
    }


def _contact(rows: Written) -> dict[str, np.ndarray]:
    rng, children, child = rows.rng, rows.children, rows.child
    household = children.household[child]
    entry = rows.places.phone[household, rows.year]
    by_father = rng.random(rows.rows) < 0.2
    own = rng.random(rows.rows) < rows.source.own_contact
    digits = np.where(by_father, phone_numbers(household, 1), phone_numbers(entry, 0))
    digits = np.where(own, phone_numbers(child, 2), digits)
    typo = np.flatnonzero(rng.random(rows.rows) < 0.015)
    digits[typo] = mistyped(rng, digits[typo])
    phone = np.array([rows.source.phone.format(d[:3], d[3:6], d[6:]) for d in digits], dtype=object)
    guardian = np.where(by_father, children.father[household], children.mother[household])
    mail = np.where(
        own,
        mail_addresses(children.given[child] + " " + children.family[child], child),
        mail_addresses(guardian, household),
    )
    said = [
        rows.source.guardian.format(first=g.split(" ")[0], last=" ".join(g.split(" ")[1:]))
        for g in guardian
    ]
    return {
        "phone": np.where(rows.filled("phone"), phone, ""),
        "email": np.where(rows.filled("email"), mail, ""),
        "guardian_name": np.where(rows.filled("guardian_name"), said, ""),
    }


def _schooling(rows: Written) -> dict[str, np.ndarray]:
    grade = _FIRST_YEAR + rows.year - 1970 - rows.children.birth[rows.child] / 365.25 - 5
    grade = grade.astype(int)
    names = schools(rows.rng)
    level = np.digitize(grade, [6, 9])
    home = rows.children.household[rows.child]
    there = rows.filled("school") & (grade >= 0) & (grade <= 12)
    school = names[level, (home // 5) % names.shape[1]]
    words = np.array(["KG", *(str(n) for n in range(1, 13))], dtype=object)
    return {
        "school": np.where(there, school, ""),
        "grade": np.where(there, words[np.clip(grade, 0, 12)], ""),
    }


def _state_ids(rows: Written) -> np.ndarray:
    numbers = 1_000_000_000 + rows.children.person[rows.child].astype(np.int64) * 7919 % 899_999_963
    in_schools = rows.children.birth[rows.child] / 365.25 < _FIRST_YEAR + YEARS - 1 - 1970 - 4
    known = rows.filled("state_id") & in_schools
    return np.where(known, numbers.astype(str).astype(object), "")


def _local_ids(rows: Written) -> np.ndarray:
    other = rows.again & (rows.rng.random(rows.rows) < rows.source.new_local_id)
    start = np.maximum.accumulate(np.where(rows.again, 0, np.arange(rows.rows)))
    turn = np.cumsum(other) - np.cumsum(other)[start]
    # Each source numbers its children for itself: what one calls 5 is somebody else to another.
    own = int(rows.rng.integers(1, 80_000_000))
    number = (rows.child.astype(np.int64) * 5 + turn + own) * 104_729 % 89_999_969 + 10_000_000
    known = rows.filled("local_id")
    return np.where(known, number.astype(str).astype(object), "")


def _text(values: np.ndarray | Iterable[str]) -> pa.Array:
    return pa.array([v or None for v in values], pa.string())
