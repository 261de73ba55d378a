"""A second population that the engine is never tuned to: other names, families, sources, errors.

Each seed is a county of its own: three to seven sources of eleven kinds, every one with its own
fields, habits and share of careless rows, and with what goes wrong in practice: an agency's own
phone in many rows, 999-999-9999, a roster sent twice, ids that mean a household, ids that are
numbered anew each year.

    python benchmarks/linkage/holdout.py OUT --records 200000 [--seed 1] [--damaged-ids] [--csv]

Writes the same files as ``youth.py``.
"""

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import holdout_county as county
import numpy as np
import pyarrow as pa
from holdout_county import Child, Home
from holdout_slips import SLIPS, Row
from records import with_damaged_ids
from youth import kept

_KINDS: dict[str, tuple[int, int, float]] = {
    "north_schools": (5, 19, 0.55), "south_schools": (5, 19, 0.4), "head_start": (2, 6, 0.5),
    "library": (3, 18, 0.3), "clinic": (0, 24, 0.6), "sports_league": (5, 17, 0.3),
    "summer_jobs": (14, 24, 0.35), "food_program": (0, 18, 0.4), "child_welfare": (0, 18, 0.12),
    "mentoring": (8, 22, 0.25), "college_access": (13, 24, 0.3),
}  # fmt: skip
_YEARS = (2019, 2026)
_BATCH = 2_000
_COLUMNS = (
    "record_id", "source", "given_name", "middle_name", "family_name", "suffix", "birth_date",
    "sex", "race_ethnicity", "street", "city", "postal_code", "phone", "email", "guardian_name",
    "school", "grade", "state_id", "local_id",
)  # fmt: skip
_FACTS = ("person", "household", "twin", "race_ethnicity", "sex", "language", "year")


@dataclass
class Source:
    """One source and its habits, drawn for this county."""

    name: str
    youngest: int
    oldest: int
    known: float
    fills: dict[str, float]
    careless: float
    case: Callable[[str], str]
    ids: str
    desk: str
    rows: float


def main() -> None:
    """Write the files."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("out", type=Path)
    options.add_argument("--records", type=int, default=200_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--damaged-ids", action="store_true")
    options.add_argument("--csv", action="store_true", help="also one CSV a source")
    chosen = options.parse_args()
    records, truth = made(chosen.records, seed=chosen.seed, damaged_ids=chosen.damaged_ids)
    kept(chosen.out, records, truth, csv=chosen.csv)


def made(count: int, *, seed: int, damaged_ids: bool) -> tuple[pa.Table, pa.Table]:
    """``count`` records, and the truth about each in the same order."""
    draw = random.Random(seed * 7919 + 13)
    sources = _sources(draw)
    rows: list[Row] = []
    batches = 0
    while len(rows) < count:
        # Children until there are enough records; each batch is other families.
        before, batches = batches * _BATCH, batches + 1
        for child in county.children(draw, _BATCH):
            child.person, child.household = child.person + before, child.household + before
            child.twin = child.twin + before if child.twin >= 0 else -1
            rows += [row for source in sources for row in _rows(draw, source, child)]
    rows = rows[:count]
    rows = [Row(r.child, r.source, r.year, dict(r.values), set(r.tags)) for r in rows]
    for number, row in enumerate(rows):
        row.values["record_id"] = f"{row.source[:2]}-{number}"
    draw.shuffle(rows)
    records, truth = _records(rows), _truth(rows)
    if damaged_ids:
        return with_damaged_ids(np.random.default_rng(seed), records, truth)
    return records, truth


def _sources(draw: random.Random) -> list[Source]:
    names = ["clinic", draw.choice(("north_schools", "south_schools"))]
    others = [n for n in _KINDS if n not in names]
    names += draw.sample(others, draw.randint(1, 5))
    return [_source(draw, name) for name in names]


def _source(draw: random.Random, name: str) -> Source:
    youngest, oldest, known = _KINDS[name]
    of_schools = name.endswith("schools")

    def share(low: float, high: float) -> float:
        return draw.uniform(low, high)

    return Source(
        name=name, youngest=youngest, oldest=oldest, known=known * share(0.8, 1.3),
        fills={
            "middle_name": share(0, 0.7), "suffix": share(0.1, 0.8),
            "birth_date": share(0.98, 1) if of_schools else share(0.88, 1),
            "street": share(0.5, 1), "phone": share(0.5, 1), "email": share(0, 0.7),
            "guardian_name": share(0, 0.95), "school": 0.98 if of_schools else share(0, 0.6),
            "state_id": 0.97 if of_schools else share(0, 0.4), "local_id": share(0.6, 1),
        },
        careless=0.04 if of_schools else share(0.06, 0.28),
        case=draw.choice((str.title, str.upper, str.lower, lambda text: text)),
        ids=draw.choice(("child", "child", "household", "yearly")),
        desk=f"505{draw.randint(2_010_000, 9_999_999)}",
        rows=share(1, 2.2),
    )  # fmt: skip


def _rows(draw: random.Random, source: Source, child: Child) -> list[Row]:
    first = max(_YEARS[0], child.born.year + source.youngest)
    last = min(_YEARS[1], child.born.year + source.oldest)
    if last < first or draw.random() > source.known:
        return []
    years = sorted(draw.sample(range(first, last + 1), min(last - first + 1, 4)))
    years = years[: max(1, round(draw.expovariate(1) * source.rows))]
    rows = [_row(draw, source, child, year) for year in years]
    # Rosters roll on: most of a later row is copied, and some are sent twice.
    for i in range(1, len(rows)):
        if draw.random() < 0.5:
            names = ("given_name", "middle_name", "family_name", "birth_date")
            rows[i].values.update({n: rows[i - 1].values[n] for n in names})
            rows[i].tags = set(rows[i - 1].tags) | (rows[i].tags & {"moved"})
    return rows + [row for row in rows if draw.random() < 0.02]


def _row(draw: random.Random, source: Source, child: Child, year: int) -> Row:
    share = (year - _YEARS[0]) / (_YEARS[1] - _YEARS[0] + 1)
    home = child.homes[int(share * len(child.homes))]
    renamed = bool(child.later_family) and share > 0.5
    family = child.later_family if renamed else child.family
    values: dict[str, str | date | None] = {
        "given_name": child.given,
        "middle_name": child.middle,
        "family_name": " ".join(family),
        "suffix": child.suffix,
        "birth_date": child.born,
        "street": _street(draw, home),
        "city": home.town,
        "postal_code": home.postal,
        "phone": home.phone,
        "email": home.email,
        "guardian_name": home.guardian,
        "school": f"{_school(child)} School",
        "grade": str(max(0, year - child.born.year - 6)),
        "state_id": f"{child.person * 48_271 % 89_999_999 + 10_000_000}",
        "local_id": _local_id(draw, source, child, year),
    }
    row = Row(child, source.name, year, values, {"surname change"} if renamed else set())
    if len(child.family) > 1:
        row.tags.add("double surname")
    if home is not child.homes[0]:
        row.tags.add("moved")
    slips = list(SLIPS)
    while draw.random() < source.careless:
        SLIPS[draw.choices(slips, weights=[s.share for s in SLIPS.values()])[0]].make(draw, row)
    if draw.random() < 0.015:
        row.values["phone"] = draw.choice((source.desk, source.desk, "9999999999", "0000000000"))
    for name, filled in source.fills.items():
        if draw.random() > filled:
            row.values[name] = None
            row.tags |= {"no birth date"} if name == "birth_date" else set()
    for name in ("given_name", "middle_name", "family_name", "street", "guardian_name"):
        if isinstance(text := row.values[name], str):
            row.values[name] = source.case(text)
    return row


def _street(draw: random.Random, home: Home) -> str:
    unit = ""
    if home.unit and draw.random() < 0.75:
        unit = draw.choice((" Apt {}", ", Unit {}", " #{}", " Lot {}")).format(home.unit)
    return f"{home.number} {home.street}{unit}"


def _school(child: Child) -> str:
    names = ("Adams", "Brook", "Carver", "Douglass", "Eastside", "Franklin", "Gateway", "Huerta")
    return names[child.household % len(names)]


def _local_id(draw: random.Random, source: Source, child: Child, year: int) -> str:
    if source.ids == "household":
        return f"H{child.household}"
    if source.ids == "yearly":
        return f"{year}{draw.randint(1, 40_000)}"
    return child.known_as.setdefault(source.name, str(draw.randint(1_000_000, 9_999_999)))


def _records(rows: list[Row]) -> pa.Table:
    columns = {}
    for name in _COLUMNS:
        if name in ("source", "sex", "race_ethnicity"):
            attribute = {"race_ethnicity": "group"}.get(name, name)
            found = [getattr(r if name == "source" else r.child, attribute) for r in rows]
        else:
            found = [row.values.get(name) or None for row in rows]
        columns[name] = pa.array(found, pa.date32() if name == "birth_date" else pa.string())
    return pa.table(columns)


def _truth(rows: list[Row]) -> pa.Table:
    truth: dict[str, list[object]] = {
        "record_id": [row.values["record_id"] for row in rows],
        "source": [row.source for row in rows],
    }
    for name in _FACTS:
        attribute = {"race_ethnicity": "group"}.get(name, name)
        truth[name] = [getattr(r if name == "year" else r.child, attribute) for r in rows]
    tags = ("surname change", "double surname", "moved", "no birth date", *SLIPS)
    for tag in tags:
        truth[tag] = [tag in row.tags for row in rows]
    return pa.table(truth)


if __name__ == "__main__":
    main()
