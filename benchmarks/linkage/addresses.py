"""How home addresses are read: Cairn's own reading beside the package ``usaddress``.

    python benchmarks/linkage/addresses.py [--homes 20000] [--records 100000] [--seed 1] [--json]

First on addresses alone: every home is written twice, as forms have it. *One*: of homes written in
two ways, how many are read as one; *two*: of homes that differ in one part of the street, how many
are read as one all the same; *no home*: of shelters, schools and their like, how many are told.
Then in linkage: the youth of ``youth.py`` with such addresses, linked with either reading.

``usaddress`` labels words; what becomes of the words (short forms of "Street" and "North") is ours
in both, and so is the list of what names a shelter.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest.mock import patch

import dirty_streets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import usaddress
import youth
from score import scored

from cairn.matching.pipeline import resolve_people
from cairn.matching.rosters.person_file import combine_rosters, format_record_key
from cairn.matching.rosters.roster_file import read_roster
from cairn.matching.scoring.pair_scoring import score_pairs
from cairn.matching.standardize import addresses
from cairn.matching.standardize.record_table import standardize_records

Reading = Callable[[str], str | None]
_STREET = (
    "AddressNumberPrefix", "AddressNumber", "AddressNumberSuffix", "StreetNamePreDirectional",
    "StreetNamePreModifier", "StreetNamePreType", "StreetName", "StreetNamePostType",
    "StreetNamePostDirectional", "StreetNamePostModifier", "USPSBoxType", "USPSBoxID",
)  # fmt: skip


def by_usaddress(text: str) -> str | None:
    """House number and street in our short words, by the package's labels."""
    if addresses.is_shared_place(text):
        return None
    kept = [word for word, label in usaddress.parse(text) if label in _STREET]
    return addresses.split_address(" ".join(kept))[0] or None


READINGS: dict[str, Reading] = {"cairn": addresses.standardize_street, "usaddress": by_usaddress}


def read_alone(reading: Reading, homes: int, seed: int) -> dict[str, object]:
    """What one reading makes of addresses."""
    rng = np.random.default_rng(seed)
    made = dirty_streets.homes(rng, homes)
    asked, right = Counter[str](), Counter[str]()
    twice = [(dirty_streets.written(rng, h), dirty_streets.written(rng, h)) for h in made]
    other = [dirty_streets.written(rng, _neighbor(rng, h))[0] for h in made]
    nobody = [dirty_streets.shared(rng) for _ in range(homes // 10)]
    begun = time.process_time()
    keys = [(reading(one[0]), reading(two[0])) for one, two in twice]
    took = time.process_time() - begun
    for (one, two), ((_, odd), (_, odder)) in zip(keys, twice, strict=True):
        for kind in {"all", *(odd | odder or {"plain"})}:
            asked[kind] += 1
            right[kind] += one is not None and one == two
    mixed = sum(one == reading(text) for (one, _), text in zip(keys, other, strict=True))
    return {
        "one": {kind: round(right[kind] / asked[kind], 4) for kind in sorted(asked)},
        "two": round(mixed / homes, 4),
        "no_home": round(sum(reading(text) is None for text in nobody) / len(nobody), 4),
        "addresses_per_second": int(2 * homes / took),
    }


def _neighbor(rng: np.random.Generator, home: dirty_streets.Street) -> dirty_streets.Street:
    """Another home, alike but for its number, side or name."""
    if home.box or home.rural >= 0 or rng.random() < 0.5:
        return replace(home, number=home.number + 2)
    if rng.random() < 0.5:
        return replace(home, side=2 + (home.side + 1) % 4)
    return replace(home, name=home.name + " Hill")


def linked(reading: Reading, table: pa.Table, truth: pa.Table) -> dict[str, object]:
    """The figures of linkage where addresses are read so."""
    with tempfile.TemporaryDirectory() as folder:
        pq.write_table(table, Path(folder) / "records.parquet")
        rows = combine_rosters(
            [read_roster(Path(folder) / "records.parquet", on=date(2026, 11, 26))]
        )
    with patch.object(addresses, "standardize_street", reading):
        begun = time.process_time()
        standard = standardize_records(rows)
        spelled = time.process_time() - begun
    found, _ = resolve_people(standard, score_pairs(standard))
    took = time.process_time() - begun
    of = dict(zip(standard["record_key"].to_pylist(), found.tolist(), strict=True))
    names = [table[n].to_pylist() for n in ("source", "record_id")]
    numbers = [of[format_record_key(*name)] for name in zip(*names, strict=True)]
    answer = table.select(["source", "record_id"]).append_column("person_id", pa.array(numbers))
    figures = scored(truth, answer)
    kept = ("cluster_f1", "exactly_right", "over_merged", "twins_merged")
    return {
        **{name: figures[name] for name in kept},
        "standardize_seconds": round(spelled, 1),
        "seconds": round(took, 1),
    }


def with_dirty_streets(table: pa.Table, truth: pa.Table, seed: int) -> pa.Table:
    """The same records, each home written as forms have it, and differently each time."""
    rng = np.random.default_rng(seed)
    seen: dict[str, dirty_streets.Street] = {}
    written = []
    for text in table["street"].to_pylist():
        if text is None:
            written.append(None)
            continue
        plain = " ".join(addresses.split_address(text))
        if plain not in seen:
            (home,) = dirty_streets.homes(rng, 1)
            number = "".join(filter(str.isdigit, plain.split()[0]))
            seen[plain] = replace(home, number=int(number or 1))
        written.append(dirty_streets.written(rng, seen[plain])[0])
    at = table.column_names.index("street")
    return table.set_column(at, "street", pa.array(written, pa.string()))


def main() -> None:
    """Print what each reading makes of addresses, and of linkage."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--homes", type=int, default=20_000)
    options.add_argument("--records", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true", help="for machines")
    chosen = options.parse_args()
    alone = {n: read_alone(r, chosen.homes, chosen.seed) for n, r in READINGS.items()}
    table, truth = youth.made(chosen.records, seed=chosen.seed, damaged_ids=True)
    dirty = with_dirty_streets(table, truth, chosen.seed)
    ways = {n: linked(r, dirty, truth) for n, r in READINGS.items()}
    if chosen.json:
        print(json.dumps({"alone": alone, "linked": ways}))
        return
    for name in READINGS:
        print(name, alone[name], ways[name], sep="\n  ")


if __name__ == "__main__":
    main()
