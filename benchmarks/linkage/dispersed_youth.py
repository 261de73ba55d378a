"""Disperse the population of ``youth.py`` over a country; mark which records are distant, and why.

    python benchmarks/linkage/dispersed_youth.py OUT --records 100000 [--seed 1] [--damaged-ids]

Families move far away; some sources go on writing an old address; children of parents who live far
apart are known to one source by the father's address, to another by the mother's; older ones are
at a camp or a boarding school for a year; a digit of a postal code is mistyped. All these are one
child. *Namesakes* are two: children with one name and birth date in towns far apart. There are many
times as many of them as in life, or there would be none to count. The truth says of each record
what of this it shows.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
from children import Children, generate_children
from mistakes import mistype_digits
from places import YEARS, generate_places
from records import damage_ids, write_source_records
from sources import SOURCES
from youth import RECORDS_PER_CHILD, write_dataset

_LONG_MOVE, _TWO_HOMES, _CAMP = 0.008, 0.004, 0.006
"""Chances: a household moves far in a year; has a second home far away; a child of 13 or more is
at a camp or a boarding school in a year."""
_USES_SECOND_HOME, _OLD_ADDRESS, _CODE_TYPO = 0.4, 0.12, 0.006
"""Shares: of sources, those that know a child with two homes by the second; of records outside
the schools, those with an address a year or two old; of postal codes, those mistyped."""
_NAMESAKES = 0.002
_OLD_ENOUGH = 13
"""Years of age from which on a child is sent to a camp or a school for a year."""
_DISTANT_AREAS = (
    "606", "641", "752", "303", "331", "841", "900", "971", "100", "021", "481", "802", "554",
    "372", "631", "462",
)  # fmt: skip
"""Areas of postal codes where people move to; the last three are the nearest."""
_DISTANT_TOWNS = ("Far Harbor", "Westfork", "Palm Bend", "Granite Pass")


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--damaged-ids", action="store_true")
    args = parser.parse_args()
    records, truth = generate_records(args.records, seed=args.seed, damaged_ids=args.damaged_ids)
    write_dataset(args.out, records, truth)


def generate_records(count: int, *, seed: int, damaged_ids: bool) -> tuple[pa.Table, pa.Table]:
    """Generate ``count`` records, and the truth about each in the same order."""
    rng = np.random.default_rng(seed)
    children = generate_children(rng, int(count / RECORDS_PER_CHILD))
    distant_children = add_namesakes(rng, children)
    places = generate_places(rng, children.households)
    by_source = [write_source_records(rng, source, children, places) for source in SOURCES]
    records, truth = (pa.concat_tables(tables) for tables in zip(*by_source, strict=True))
    order = rng.permutation(len(records))[:count]
    records, truth = disperse_records(
        rng, records.take(order), truth.take(order), children, distant_children
    )
    return damage_ids(rng, records, truth) if damaged_ids else (records, truth)


def add_namesakes(rng: np.random.Generator, children: Children) -> np.ndarray:
    """Give some children name, sex and birth date of others, who live far away; return them."""
    count = int(len(children) * _NAMESAKES)
    single = rng.permutation(np.flatnonzero(children.twin < 0))
    originals, copies = single[:count], single[count : 2 * count]
    for name in ("given", "family", "second", "sex", "birth", "group"):
        getattr(children, name)[copies] = getattr(children, name)[originals]
    children.middle[copies] = np.where(rng.random(count) < 0.5, children.middle[originals], "")
    return copies


def disperse_records(
    rng: np.random.Generator,
    records: pa.Table,
    truth: pa.Table,
    children: Children,
    distant_children: np.ndarray,
) -> tuple[pa.Table, pa.Table]:
    """Give some records a distant address; return the records, and the truth with the reasons."""
    reasons = _find_distant_records(rng, records, truth, children, distant_children)
    is_distant = np.logical_or.reduce(list(reasons.values()))
    home = truth["household"].to_numpy()
    postal, street, city = (
        _read_texts(records, name) for name in ("postal_code", "street", "city")
    )
    has_distant_code = is_distant & (postal != None)  # noqa: E711 - element by element
    area = np.array(_DISTANT_AREAS, dtype=object)[
        rng.integers(0, len(_DISTANT_AREAS), children.households)
    ]
    postal[has_distant_code] = (
        area[home] + np.array([f"{household % 90 + 10}" for household in home], dtype=object)
    )[has_distant_code]
    city[has_distant_code] = np.array(_DISTANT_TOWNS, dtype=object)[
        home[has_distant_code] % len(_DISTANT_TOWNS)
    ]
    for index in np.flatnonzero(is_distant & (street != None)):  # noqa: E711
        street[index] = (
            f"{home[index] * 37 % 9000 + 11} {street[index].split(' ', 1)[-1].split(' Apt')[0]}"
        )
    has_typo = (postal != None) & (rng.random(len(home)) < _CODE_TYPO)  # noqa: E711
    postal[has_typo] = mistype_digits(rng, postal[has_typo])
    for name, values in (("postal_code", postal), ("street", street), ("city", city)):
        column = records.column_names.index(name)
        records = records.set_column(column, name, pa.array(values, pa.string()))
    for name, flags in {**reasons, "slip": has_typo}.items():
        truth = truth.append_column(name, pa.array(flags))
    return records, truth


def _find_distant_records(
    rng: np.random.Generator,
    records: pa.Table,
    truth: pa.Table,
    children: Children,
    distant_children: np.ndarray,
) -> dict[str, np.ndarray]:
    """Find for each reason the records that name a distant place because of it."""
    person, home, calendar = (truth[name].to_numpy() for name in ("person", "household", "year"))
    source, year = _read_texts(records, "source"), calendar - calendar.min()
    is_old = (source != "district") & (rng.random(len(person)) < _OLD_ADDRESS)
    known_year = np.maximum(year - np.where(is_old, rng.integers(1, 3, len(person)), 0), 0)
    moves_far = (rng.random((children.households, YEARS)) < _LONG_MOVE)[:, 1:]
    first_distant_year = np.where(moves_far.any(axis=1), moves_far.argmax(axis=1) + 1, YEARS)[home]
    has_second_home = rng.random(children.households) < _TWO_HOMES
    uses_second_home = rng.random((len(children), len(SOURCES))) < _USES_SECOND_HOME
    in_camp = rng.random((len(children), YEARS)) < _CAMP
    old_enough = calendar - 1970 - children.birth[person] / 365.25 >= _OLD_ENOUGH
    return {
        "namesake": np.isin(person, distant_children),
        "moved far": known_year >= first_distant_year,
        "two homes": has_second_home[home]
        & uses_second_home[person, np.unique(source, return_inverse=True)[1]],
        "camp": in_camp[person, year] & old_enough & (source == "program"),
    }


def _read_texts(records: pa.Table, name: str) -> np.ndarray:
    return np.array(records[name].to_pylist(), dtype=object)


if __name__ == "__main__":
    main()
