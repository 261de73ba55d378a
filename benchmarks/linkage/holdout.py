"""Generate a second population to which the engine is never tuned.

Names, families, sources and mistakes differ from the first population. Each seed is a county of its
own: three to seven sources of eleven kinds, each with its own fields, habits and share of careless
rows, and with mistakes known from practice: an agency's own phone in many rows, 999-999-9999, a
roster sent twice, IDs of a household, IDs that are numbered again each year.

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
from holdout_mistakes import MISTAKES, Row
from records import damage_ids
from youth import write_dataset

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
    """One source and its habits, drawn for this county.

    Attributes:
        name: kind of the source.
        youngest: age from which it knows children.
        oldest: age up to which it knows them.
        coverage: share of these children that it knows.
        fill_rates: share of rows that have a field.
        mistake_rate: chance of one more mistake in a row.
        case: changes the letter case of its names.
        id_kind: what its local ID means: a child, a household, or a child in one year.
        desk_phone: its own phone, which some rows have.
        row_rate: mean number of years in which it records a child.
    """

    name: str
    youngest: int
    oldest: int
    coverage: float
    fill_rates: dict[str, float]
    mistake_rate: float
    case: Callable[[str], str]
    id_kind: str
    desk_phone: str
    row_rate: float


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--damaged-ids", action="store_true")
    parser.add_argument("--csv", action="store_true", help="also one CSV a source")
    args = parser.parse_args()
    records, truth = generate_records(args.records, seed=args.seed, damaged_ids=args.damaged_ids)
    write_dataset(args.out, records, truth, csv=args.csv)


def generate_records(count: int, *, seed: int, damaged_ids: bool) -> tuple[pa.Table, pa.Table]:
    """Generate ``count`` records, and the truth about each in the same order."""
    rng = random.Random(seed * 7919 + 13)
    sources = _draw_sources(rng)
    rows: list[Row] = []
    batches = 0
    while len(rows) < count:
        # Children until there are enough records; each batch is other families.
        offset, batches = batches * _BATCH, batches + 1
        for child in county.generate_children(rng, _BATCH):
            child.person, child.household = child.person + offset, child.household + offset
            child.twin = child.twin + offset if child.twin >= 0 else -1
            rows += [row for source in sources for row in _write_rows(rng, source, child)]
    rows = rows[:count]
    rows = [Row(row.child, row.source, row.year, dict(row.values), set(row.tags)) for row in rows]
    for number, row in enumerate(rows):
        row.values["record_id"] = f"{row.source[:2]}-{number}"
    rng.shuffle(rows)
    records, truth = _build_records(rows), _build_truth(rows)
    if damaged_ids:
        return damage_ids(np.random.default_rng(seed), records, truth)
    return records, truth


def _draw_sources(rng: random.Random) -> list[Source]:
    names = ["clinic", rng.choice(("north_schools", "south_schools"))]
    others = [name for name in _KINDS if name not in names]
    names += rng.sample(others, rng.randint(1, 5))
    return [_draw_source(rng, name) for name in names]


def _draw_source(rng: random.Random, name: str) -> Source:
    youngest, oldest, known = _KINDS[name]
    is_school = name.endswith("schools")

    def draw_share(low: float, high: float) -> float:
        return rng.uniform(low, high)

    return Source(
        name=name, youngest=youngest, oldest=oldest, coverage=known * draw_share(0.8, 1.3),
        fill_rates={
            "middle_name": draw_share(0, 0.7), "suffix": draw_share(0.1, 0.8),
            "birth_date": draw_share(0.98, 1) if is_school else draw_share(0.88, 1),
            "street": draw_share(0.5, 1), "phone": draw_share(0.5, 1), "email": draw_share(0, 0.7),
            "guardian_name": draw_share(0, 0.95),
            "school": 0.98 if is_school else draw_share(0, 0.6),
            "state_id": 0.97 if is_school else draw_share(0, 0.4), "local_id": draw_share(0.6, 1),
        },
        mistake_rate=0.04 if is_school else draw_share(0.06, 0.28),
        case=rng.choice((str.title, str.upper, str.lower, lambda text: text)),
        id_kind=rng.choice(("child", "child", "household", "yearly")),
        desk_phone=f"505{rng.randint(2_010_000, 9_999_999)}",
        row_rate=draw_share(1, 2.2),
    )  # fmt: skip


def _write_rows(rng: random.Random, source: Source, child: Child) -> list[Row]:
    first = max(_YEARS[0], child.born.year + source.youngest)
    last = min(_YEARS[1], child.born.year + source.oldest)
    if last < first or rng.random() > source.coverage:
        return []
    years = sorted(rng.sample(range(first, last + 1), min(last - first + 1, 4)))
    years = years[: max(1, round(rng.expovariate(1) * source.row_rate))]
    rows = [_write_row(rng, source, child, year) for year in years]
    # Rosters roll on: most of a later row is copied, and some are sent twice.
    for index in range(1, len(rows)):
        if rng.random() < 0.5:
            names = ("given_name", "middle_name", "family_name", "birth_date")
            rows[index].values.update({name: rows[index - 1].values[name] for name in names})
            rows[index].tags = set(rows[index - 1].tags) | (rows[index].tags & {"moved"})
    return rows + [row for row in rows if rng.random() < 0.02]


def _write_row(rng: random.Random, source: Source, child: Child, year: int) -> Row:
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
        "street": _format_street(rng, home),
        "city": home.town,
        "postal_code": home.postal,
        "phone": home.phone,
        "email": home.email,
        "guardian_name": home.guardian,
        "school": f"{_name_school(child)} School",
        "grade": str(max(0, year - child.born.year - 6)),
        "state_id": f"{child.person * 48_271 % 89_999_999 + 10_000_000}",
        "local_id": _choose_local_id(rng, source, child, year),
    }
    row = Row(child, source.name, year, values, {"surname change"} if renamed else set())
    if len(child.family) > 1:
        row.tags.add("double surname")
    if home is not child.homes[0]:
        row.tags.add("moved")
    kinds = list(MISTAKES)
    while rng.random() < source.mistake_rate:
        MISTAKES[
            rng.choices(kinds, weights=[mistake.share for mistake in MISTAKES.values()])[0]
        ].apply(rng, row)
    if rng.random() < 0.015:
        row.values["phone"] = rng.choice(
            (source.desk_phone, source.desk_phone, "9999999999", "0000000000")
        )
    for name, filled in source.fill_rates.items():
        if rng.random() > filled:
            row.values[name] = None
            row.tags |= {"no birth date"} if name == "birth_date" else set()
    for name in ("given_name", "middle_name", "family_name", "street", "guardian_name"):
        if isinstance(text := row.values[name], str):
            row.values[name] = source.case(text)
    return row


def _format_street(rng: random.Random, home: Home) -> str:
    unit = ""
    if home.unit and rng.random() < 0.75:
        unit = rng.choice((" Apt {}", ", Unit {}", " #{}", " Lot {}")).format(home.unit)
    return f"{home.number} {home.street}{unit}"


def _name_school(child: Child) -> str:
    names = ("Adams", "Brook", "Carver", "Douglass", "Eastside", "Franklin", "Gateway", "Huerta")
    return names[child.household % len(names)]


def _choose_local_id(rng: random.Random, source: Source, child: Child, year: int) -> str:
    if source.id_kind == "household":
        return f"H{child.household}"
    if source.id_kind == "yearly":
        return f"{year}{rng.randint(1, 40_000)}"
    return child.local_ids.setdefault(source.name, str(rng.randint(1_000_000, 9_999_999)))


def _build_records(rows: list[Row]) -> pa.Table:
    columns = {}
    for name in _COLUMNS:
        if name in ("source", "sex", "race_ethnicity"):
            attribute = {"race_ethnicity": "group"}.get(name, name)
            values = [getattr(row if name == "source" else row.child, attribute) for row in rows]
        else:
            values = [row.values.get(name) or None for row in rows]
        columns[name] = pa.array(values, pa.date32() if name == "birth_date" else pa.string())
    return pa.table(columns)


def _build_truth(rows: list[Row]) -> pa.Table:
    truth: dict[str, list[object]] = {
        "record_id": [row.values["record_id"] for row in rows],
        "source": [row.source for row in rows],
    }
    for name in _FACTS:
        attribute = {"race_ethnicity": "group"}.get(name, name)
        truth[name] = [getattr(row if name == "year" else row.child, attribute) for row in rows]
    tags = ("surname change", "double surname", "moved", "no birth date", *MISTAKES)
    for tag in tags:
        truth[tag] = [tag in row.tags for row in rows]
    return pa.table(truth)


if __name__ == "__main__":
    main()
