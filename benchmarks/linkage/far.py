"""The population of ``youth.py`` spread over a country: whose records are far apart, and why.

    python benchmarks/linkage/far.py OUT --records 100000 [--seed 1] [--damaged-ids]

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
from children import Children, born
from mistakes import mistyped
from places import YEARS, settled
from records import with_damaged_ids, written
from sources import FIVE
from youth import RECORDS_PER_CHILD, kept

_AWAY, _TWO_HOMES, _CAMP = 0.008, 0.004, 0.006
"""Chances: a household moves far in a year; has a second home far away; a child of 13 or more is
at a camp or a boarding school in a year."""
_BY_SECOND, _STALE, _SLIP = 0.4, 0.12, 0.006
"""Shares: of sources, those that know a child with two homes by the second; of records outside
the schools, those with an address a year or two old; of postal codes, those mistyped."""
_NAMESAKES = 0.002
_OLD_ENOUGH = 13
"""Years of age from which on a child is sent to a camp or a school for a year."""
_AREAS = (
    "606", "641", "752", "303", "331", "841", "900", "971", "100", "021", "481", "802", "554",
    "372", "631", "462",
)  # fmt: skip
"""Areas of postal codes where people move to; the last three are the nearest."""
_TOWNS = ("Far Harbor", "Westfork", "Palm Bend", "Granite Pass")


def main() -> None:
    """Write the files."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("out", type=Path)
    options.add_argument("--records", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--damaged-ids", action="store_true")
    chosen = options.parse_args()
    records, truth = made(chosen.records, seed=chosen.seed, damaged_ids=chosen.damaged_ids)
    kept(chosen.out, records, truth)


def made(count: int, *, seed: int, damaged_ids: bool) -> tuple[pa.Table, pa.Table]:
    """``count`` records, and the truth about each in the same order."""
    rng = np.random.default_rng(seed)
    children = born(rng, int(count / RECORDS_PER_CHILD))
    elsewhere = namesakes(rng, children)
    places = settled(rng, children.households)
    both = [written(rng, source, children, places) for source in FIVE]
    records, truth = (pa.concat_tables(tables) for tables in zip(*both, strict=True))
    order = rng.permutation(len(records))[:count]
    records, truth = spread(rng, records.take(order), truth.take(order), children, elsewhere)
    return with_damaged_ids(rng, records, truth) if damaged_ids else (records, truth)


def namesakes(rng: np.random.Generator, children: Children) -> np.ndarray:
    """Children who get name, sex and birth date of another one; they live far away from now on."""
    many = int(len(children) * _NAMESAKES)
    single = rng.permutation(np.flatnonzero(children.twin < 0))
    one, other = single[:many], single[many : 2 * many]
    for name in ("given", "family", "second", "sex", "birth", "group"):
        getattr(children, name)[other] = getattr(children, name)[one]
    children.middle[other] = np.where(rng.random(many) < 0.5, children.middle[one], "")
    return other


def spread(
    rng: np.random.Generator,
    records: pa.Table,
    truth: pa.Table,
    children: Children,
    elsewhere: np.ndarray,
) -> tuple[pa.Table, pa.Table]:
    """The records, some with an address far away, and the truth with the reasons."""
    why = _away(rng, records, truth, children, elsewhere)
    away = np.logical_or.reduce(list(why.values()))
    home = truth["household"].to_numpy()
    postal, street, city = (_words(records, name) for name in ("postal_code", "street", "city"))
    told = away & (postal != None)  # noqa: E711 - element by element
    area = np.array(_AREAS, dtype=object)[rng.integers(0, len(_AREAS), children.households)]
    postal[told] = (area[home] + np.array([f"{h % 90 + 10}" for h in home], dtype=object))[told]
    city[told] = np.array(_TOWNS, dtype=object)[home[told] % len(_TOWNS)]
    for i in np.flatnonzero(away & (street != None)):  # noqa: E711
        street[i] = f"{home[i] * 37 % 9000 + 11} {street[i].split(' ', 1)[-1].split(' Apt')[0]}"
    slip = (postal != None) & (rng.random(len(home)) < _SLIP)  # noqa: E711
    postal[slip] = mistyped(rng, postal[slip])
    for name, values in (("postal_code", postal), ("street", street), ("city", city)):
        at = records.column_names.index(name)
        records = records.set_column(at, name, pa.array(values, pa.string()))
    for name, tag in {**why, "slip": slip}.items():
        truth = truth.append_column(name, pa.array(tag))
    return records, truth


def _away(
    rng: np.random.Generator,
    records: pa.Table,
    truth: pa.Table,
    children: Children,
    elsewhere: np.ndarray,
) -> dict[str, np.ndarray]:
    """Reason → the records that name a place far away for it."""
    person, home, calendar = (truth[name].to_numpy() for name in ("person", "household", "year"))
    source, year = _words(records, "source"), calendar - calendar.min()
    stale = (source != "district") & (rng.random(len(person)) < _STALE)
    known = np.maximum(year - np.where(stale, rng.integers(1, 3, len(person)), 0), 0)
    leaves = (rng.random((children.households, YEARS)) < _AWAY)[:, 1:]
    since = np.where(leaves.any(axis=1), leaves.argmax(axis=1) + 1, YEARS)[home]
    second = rng.random(children.households) < _TWO_HOMES
    by_second = rng.random((len(children), len(FIVE))) < _BY_SECOND
    in_camp = rng.random((len(children), YEARS)) < _CAMP
    old_enough = calendar - 1970 - children.birth[person] / 365.25 >= _OLD_ENOUGH
    return {
        "namesake": np.isin(person, elsewhere),
        "moved far": known >= since,
        "two homes": second[home] & by_second[person, np.unique(source, return_inverse=True)[1]],
        "camp": in_camp[person, year] & old_enough & (source == "program"),
    }


def _words(records: pa.Table, name: str) -> np.ndarray:
    return np.array(records[name].to_pylist(), dtype=object)


if __name__ == "__main__":
    main()
