"""Write the records of each source about each child, with the truth beside them."""

from collections.abc import Iterable

import name_lists
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from children import Children
from mistakes import (
    alter_dates,
    misspell_words,
    mistype_digits,
    move_to_january_first,
    swap_day_and_month,
)
from places import YEARS, Places, build_mail_addresses, build_phone_numbers, draw_school_names
from sources import Source

_FIRST_YEAR = 2021
_TYPO_OF_ID, _SIBLINGS_ID, _ANY_ID = 0.01, 0.007, 0.003
_COPIED_ROW = 0.55
"""Chance that a further row of a child in one source copies the names of the row before."""


class SourceRows:
    """The rows of one source while they are written; every array has one entry for each row."""

    def __init__(
        self, rng: np.random.Generator, source: Source, children: Children, places: Places
    ) -> None:
        self.rng, self.source, self.children, self.places = rng, source, children, places
        self.child, self.year = _draw_observations(rng, source, children)
        self.count = len(self.child)
        is_repeat = np.r_[False, self.child[1:] == self.child[:-1]]
        copied = is_repeat & (rng.random(self.count) < _COPIED_ROW)
        self.copied_from = np.maximum.accumulate(np.where(copied, 0, np.arange(self.count)))
        self.is_repeat = is_repeat
        self.tags: dict[str, np.ndarray] = {}

    def draw_mistake(self, kind: str, possible: np.ndarray | bool = True) -> np.ndarray:  # noqa: FBT001, FBT002
        """Draw where this mistake happens (the same in a row copied from the one before)."""
        is_mistaken = (
            self.rng.random(self.count) < self.source.mistake_rates.get(kind, 0.0)
        ) & possible
        is_mistaken = is_mistaken[self.copied_from] & possible
        self.tags[kind] = is_mistaken
        return is_mistaken

    def draw_filled(self, field: str) -> np.ndarray:
        """Draw where the field has a value."""
        share = self.source.fill_rates.get(field, 0.0)
        return (self.rng.random(self.count) < share)[self.copied_from]


def write_source_records(
    rng: np.random.Generator, source: Source, children: Children, places: Places
) -> tuple[pa.Table, pa.Table]:
    """Write the records of one source, and the truth about them."""
    rows = SourceRows(rng, source, children, places)
    given, middle, family = _write_names(rows)
    columns = {
        "record_id": np.array([f"{source.name[0]}{n:07}" for n in range(rows.count)], dtype=object),
        "source": np.full(rows.count, source.name, dtype=object),
        "given_name": given,
        "middle_name": middle,
        "family_name": family,
        "suffix": np.where(rows.draw_filled("suffix"), children.suffix[rows.child], ""),
    }
    birth = _write_birth_dates(rows)
    contacts = {**_write_addresses(rows), **_write_contacts(rows), **_write_schools(rows)}
    ids = {"state_id": _write_state_ids(rows), "local_id": _write_local_ids(rows)}
    facts = {"sex": children.sex[rows.child], "race_ethnicity": children.group[rows.child]}
    texts = {**columns, **facts, **contacts, **ids}
    table = pa.table({name: _build_text_array(values) for name, values in texts.items()})
    table = table.add_column(6, "birth_date", birth)
    truth = {
        "record_id": table["record_id"],
        "source": table["source"],
        "person": children.person[rows.child],
        "household": children.household[rows.child],
        "twin": children.twin[rows.child],
        "race_ethnicity": table["race_ethnicity"],
        "sex": table["sex"],
        "language": _build_text_array(children.language[rows.child]),
        "year": _FIRST_YEAR + rows.year,
        **rows.tags,
    }
    return table, pa.table(truth)


def damage_ids(
    rng: np.random.Generator, records: pa.Table, truth: pa.Table
) -> tuple[pa.Table, pa.Table]:
    """Replace some state IDs: mistyped, a sibling's, or another child's."""
    ids = np.array(records["state_id"].to_pylist(), dtype=object)
    with_id = np.flatnonzero(ids != None)  # noqa: E711 - element by element
    person, home = truth["person"].to_numpy(), truth["household"].to_numpy()
    id_of_person = np.full(int(person.max()) + 2, None, dtype=object)
    id_of_person[person[with_id]] = ids[with_id]
    sibling = _find_siblings(person, home, len(id_of_person))
    kind = rng.random(len(with_id))
    damaged = ids.copy()
    typo = with_id[kind < _TYPO_OF_ID]
    damaged[typo] = mistype_digits(rng, ids[typo])
    with_sibling = with_id[id_of_person[sibling[person[with_id]]] != None]  # noqa: E711
    wanted = min(len(with_sibling), int(len(with_id) * _SIBLINGS_ID))
    chosen = rng.permutation(with_sibling)[:wanted]
    damaged[chosen] = id_of_person[sibling[person[chosen]]]
    any_id = with_id[kind > 1 - _ANY_ID]
    damaged[any_id] = ids[rng.permutation(with_id)[: len(any_id)]]
    column = records.column_names.index("state_id")
    changed = pa.array(damaged != ids)
    return (
        records.set_column(column, "state_id", pa.array(damaged, pa.string())),
        truth.append_column("damaged id", changed),
    )


def _find_siblings(person: np.ndarray, home: np.ndarray, count: int) -> np.ndarray:
    """Find another child of the same household for each person; ``-1`` for a person without one."""
    people, first = np.unique(person, return_index=True)
    homes = home[first]
    sibling = np.full(count, -1)
    same = homes[1:] == homes[:-1]
    sibling[people[1:][same]] = people[:-1][same]
    sibling[people[:-1][same]] = people[1:][same]
    return sibling


def _draw_observations(
    rng: np.random.Generator, source: Source, children: Children
) -> tuple[np.ndarray, np.ndarray]:
    """Draw child and year of every row; each child's rows are in order of the years."""
    youngest, oldest = source.ages
    years = np.arange(YEARS)
    age = (_FIRST_YEAR + years - 1970)[None, :] - (children.birth / 365.25)[:, None]
    is_in_range = (age >= youngest) & (age < oldest)
    known = is_in_range.any(axis=1) & (rng.random(len(children)) < source.coverage)
    wanted = rng.choice(list(source.row_shares), len(children), p=list(source.row_shares.values()))
    order = (
        np.where(is_in_range, rng.random(is_in_range.shape), 2.0).argsort(axis=1).argsort(axis=1)
    )
    is_recorded = is_in_range & known[:, None] & (order < wanted[:, None])
    child, year = np.nonzero(is_recorded)
    return child, year


def _write_names(rows: SourceRows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng, children, child = rows.rng, rows.children, rows.child
    given = children.given[child].copy()
    middle = np.where(rows.draw_filled("middle_name"), children.middle[child], "")
    nicknames = name_lists.load_nicknames()
    has_nickname = np.array([name.lower() in nicknames for name in given])
    for index in np.flatnonzero(rows.draw_mistake("nickname", has_nickname)):
        choices = nicknames[given[index].lower()]
        given[index] = choices[(rows.child[index] * 7 + index % 2) % len(choices)].capitalize()
    preferred_names = children.preferred[child]
    preferred = rows.draw_mistake("preferred", (preferred_names != "") & ~rows.tags["nickname"])
    given[preferred] = preferred_names[preferred]
    has_two = rows.draw_mistake("two given", (children.middle[child] != "") & ~preferred)
    given[has_two] = given[has_two] + " " + children.middle[child[has_two]]
    middle[has_two] = ""
    family = _write_surnames(rows)
    for kind, names in (("given typo", given), ("family typo", family)):
        where = np.flatnonzero(rows.draw_mistake(kind))
        names[where] = misspell_words(rng, names[where])
    for names in (given, family):
        names[:] = names[rows.copied_from]
    initial = rng.random(rows.count) < rows.source.middle_initial
    middle = np.where(initial, [name[:1] for name in middle], middle)
    swapped = rows.draw_mistake("swapped")
    given[swapped], family[swapped] = family[swapped], given[swapped].copy()
    return _apply_letter_case(rows, [given, middle, family])


def _write_surnames(rows: SourceRows) -> np.ndarray:
    rng, children, child = rows.rng, rows.children, rows.child
    renamed = rows.year >= children.renamed[child]
    rows.tags["surname change"] = renamed
    first = np.where(renamed, children.new_family[child], children.family[child])
    second = children.second[child]
    rows.tags["double surname"] = second != ""
    form_shares = rows.source.double_forms
    kind = rng.choice(
        [*form_shares, "words"],
        rows.count,
        p=[*form_shares.values(), 1 - sum(form_shares.values())],
    )[rows.copied_from]
    surnames_by_form = {
        "words": first + " " + second,
        "hyphen": first + "-" + second,
        "first": first,
        "second": second,
        "turned": second + " " + first,
        "joined": first + second,
    }
    family = first.copy()
    for form, names in surnames_by_form.items():
        is_form = (second != "") & (kind == form)
        family[is_form] = names[is_form]
    return family


def _apply_letter_case(rows: SourceRows, columns: list[np.ndarray]) -> tuple[np.ndarray, ...]:
    title, upper, _ = rows.source.case_shares
    draw = rows.rng.random(rows.count)
    maximum_length = rows.source.maximum_length
    styled_columns = []
    for names in columns:
        styled = np.array([name[:maximum_length] for name in names], dtype=object)
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
        styled_columns.append(styled)
    return tuple(styled_columns)


def _write_birth_dates(rows: SourceRows) -> pa.Array:
    rng = rows.rng
    days = rows.children.birth[rows.child].copy()
    swapped = swap_day_and_month(days)
    where = rows.draw_mistake("day month", swapped != days)
    days[where] = swapped[where]
    where = rows.draw_mistake("january", ~where)
    days[where] = move_to_january_first(days[where])
    where = np.flatnonzero(rows.draw_mistake("date typo", ~where))
    days[where] = alter_dates(rng, days[where])
    days = days[rows.copied_from]
    missing = ~rows.draw_filled("birth_date")
    rows.tags["no birth date"] = missing
    return pa.array(days.astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())


def _write_addresses(rows: SourceRows) -> dict[str, np.ndarray]:
    rng, places = rows.rng, rows.places
    entry = places.address[rows.children.household[rows.child], rows.year]
    street = np.where(
        rng.random(rows.count) < rows.source.short_streets, places.short[entry], places.long[entry]
    )
    unit = places.unit[entry]
    unit_words = np.array([" Apt ", " #", " Unit ", " APT "], dtype=object)
    with_unit = (unit != "") & (rng.random(rows.count) < 0.85)
    street = np.where(
        with_unit, street + unit_words[rng.integers(0, len(unit_words), rows.count)] + unit, street
    )
    typo = np.flatnonzero(rng.random(rows.count) < 0.02)
    street[typo] = misspell_words(rng, street[typo])
    if rows.source.case_shares[1] == 1:
        street = np.array([s.upper() for s in street], dtype=object)
    known = rows.draw_filled("street")
    with_code = known | (rng.random(rows.count) < 0.4)
    rows.tags["moved"] = entry != places.address[rows.children.household[rows.child], 0]
    return {
        "street": np.where(known, street, ""),
        "city": np.where(with_code, places.town[entry], ""),
        "postal_code": np.where(with_code, places.postal[entry], ""),
    }


def _write_contacts(rows: SourceRows) -> dict[str, np.ndarray]:
    rng, children, child = rows.rng, rows.children, rows.child
    household = children.household[child]
    entry = rows.places.phone[household, rows.year]
    by_father = rng.random(rows.count) < 0.2
    own = rng.random(rows.count) < rows.source.own_contact
    digits = np.where(by_father, build_phone_numbers(household, 1), build_phone_numbers(entry, 0))
    digits = np.where(own, build_phone_numbers(child, 2), digits)
    typo = np.flatnonzero(rng.random(rows.count) < 0.015)
    digits[typo] = mistype_digits(rng, digits[typo])
    phone = np.array(
        [rows.source.phone.format(number[:3], number[3:6], number[6:]) for number in digits],
        dtype=object,
    )
    guardian = np.where(by_father, children.father[household], children.mother[household])
    mail = np.where(
        own,
        build_mail_addresses(children.given[child] + " " + children.family[child], child),
        build_mail_addresses(guardian, household),
    )
    guardian_names = [
        rows.source.guardian.format(first=name.split(" ")[0], last=" ".join(name.split(" ")[1:]))
        for name in guardian
    ]
    return {
        "phone": np.where(rows.draw_filled("phone"), phone, ""),
        "email": np.where(rows.draw_filled("email"), mail, ""),
        "guardian_name": np.where(rows.draw_filled("guardian_name"), guardian_names, ""),
    }


def _write_schools(rows: SourceRows) -> dict[str, np.ndarray]:
    grade = _FIRST_YEAR + rows.year - 1970 - rows.children.birth[rows.child] / 365.25 - 5
    grade = grade.astype(int)
    names = draw_school_names(rows.rng)
    level = np.digitize(grade, [6, 9])
    home = rows.children.household[rows.child]
    is_enrolled = rows.draw_filled("school") & (grade >= 0) & (grade <= 12)
    school = names[level, (home // 5) % names.shape[1]]
    words = np.array(["KG", *(str(n) for n in range(1, 13))], dtype=object)
    return {
        "school": np.where(is_enrolled, school, ""),
        "grade": np.where(is_enrolled, words[np.clip(grade, 0, 12)], ""),
    }


def _write_state_ids(rows: SourceRows) -> np.ndarray:
    numbers = 1_000_000_000 + rows.children.person[rows.child].astype(np.int64) * 7919 % 899_999_963
    in_schools = rows.children.birth[rows.child] / 365.25 < _FIRST_YEAR + YEARS - 1 - 1970 - 4
    known = rows.draw_filled("state_id") & in_schools
    return np.where(known, numbers.astype(str).astype(object), "")


def _write_local_ids(rows: SourceRows) -> np.ndarray:
    is_new = rows.is_repeat & (rows.rng.random(rows.count) < rows.source.new_local_id)
    start = np.maximum.accumulate(np.where(rows.is_repeat, 0, np.arange(rows.count)))
    id_number = np.cumsum(is_new) - np.cumsum(is_new)[start]
    # Each source numbers its children for itself: what one calls 5 is somebody else to another.
    offset = int(rows.rng.integers(1, 80_000_000))
    number = (
        rows.child.astype(np.int64) * 5 + id_number + offset
    ) * 104_729 % 89_999_969 + 10_000_000
    known = rows.draw_filled("local_id")
    return np.where(known, number.astype(str).astype(object), "")


def _build_text_array(values: np.ndarray | Iterable[str]) -> pa.Array:
    return pa.array([value or None for value in values], pa.string())
