"""Compare two parsers of home addresses: Cairn's own and the package ``usaddress``.

    python benchmarks/linkage/address_parsing.py [--homes 20000] [--records 100000]
        [--seed 1] [--json]

First on addresses alone, each home formatted twice. *one*: of homes formatted in two ways, the
share parsed as one home; *two*: of homes that differ in one part of the street, the share parsed as
one home all the same; *no_home*: the share of shelters, schools and the like that is recognized.
Then in linkage: the youth of ``youth.py`` with such addresses, linked with each parser.

``usaddress`` labels words. The short forms of words ("Street", "North") and the list of shared
places are Cairn's with both parsers.
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

import address_variants
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import usaddress
import youth
from score import score_linkage

from cairn.matching.pipeline import resolve_people
from cairn.matching.rosters.person_file import combine_rosters, format_record_key
from cairn.matching.rosters.roster_file import read_roster
from cairn.matching.scoring.pair_scoring import score_pairs
from cairn.matching.standardize import addresses
from cairn.matching.standardize.record_table import standardize_records

StreetParser = Callable[[str], str | None]
_STREET = (
    "AddressNumberPrefix", "AddressNumber", "AddressNumberSuffix", "StreetNamePreDirectional",
    "StreetNamePreModifier", "StreetNamePreType", "StreetName", "StreetNamePostType",
    "StreetNamePostDirectional", "StreetNamePostModifier", "USPSBoxType", "USPSBoxID",
)  # fmt: skip


def parse_with_usaddress(text: str) -> str | None:
    """Return house number and street in Cairn's short words, by the labels of ``usaddress``."""
    if addresses.is_shared_place(text):
        return None
    words = [word for word, label in usaddress.parse(text) if label in _STREET]
    return addresses.split_address(" ".join(words))[0] or None


PARSERS: dict[str, StreetParser] = {
    "cairn": addresses.standardize_street,
    "usaddress": parse_with_usaddress,
}


def measure_parser(parse: StreetParser, homes: int, seed: int) -> dict[str, object]:
    """Measure one parser on addresses alone."""
    rng = np.random.default_rng(seed)
    originals = address_variants.generate_homes(rng, homes)
    compared, agreed = Counter[str](), Counter[str]()
    variants = [
        (address_variants.format_home(rng, home), address_variants.format_home(rng, home))
        for home in originals
    ]
    altered = [address_variants.format_home(rng, _alter_home(rng, home))[0] for home in originals]
    shared_places = [address_variants.generate_shared_place(rng) for _ in range(homes // 10)]
    start = time.process_time()
    parsed = [(parse(first[0]), parse(second[0])) for first, second in variants]
    seconds = time.process_time() - start
    for (first, second), ((_, first_features), (_, second_features)) in zip(
        parsed, variants, strict=True
    ):
        for kind in {"all", *(first_features | second_features or {"plain"})}:
            compared[kind] += 1
            agreed[kind] += first is not None and first == second
    merged = sum(first == parse(text) for (first, _), text in zip(parsed, altered, strict=True))
    return {
        "one": {kind: round(agreed[kind] / compared[kind], 4) for kind in sorted(compared)},
        "two": round(merged / homes, 4),
        "no_home": round(
            sum(parse(text) is None for text in shared_places) / len(shared_places), 4
        ),
        "addresses_per_second": int(2 * homes / seconds),
    }


def _alter_home(
    rng: np.random.Generator, home: address_variants.HomeAddress
) -> address_variants.HomeAddress:
    """Return another home that differs only in number, side or name."""
    if home.box or home.rural >= 0 or rng.random() < 0.5:
        return replace(home, number=home.number + 2)
    if rng.random() < 0.5:
        return replace(home, side=2 + (home.side + 1) % 4)
    return replace(home, name=home.name + " Hill")


def measure_linkage(parse: StreetParser, table: pa.Table, truth: pa.Table) -> dict[str, object]:
    """Link records with one parser of addresses; return the figures."""
    with tempfile.TemporaryDirectory() as folder:
        pq.write_table(table, Path(folder) / "records.parquet")
        rows = combine_rosters(
            [read_roster(Path(folder) / "records.parquet", on=date(2026, 11, 26))]
        )
    with patch.object(addresses, "standardize_street", parse):
        start = time.process_time()
        standard = standardize_records(rows)
        standardize_seconds = time.process_time() - start
    person_numbers, _ = resolve_people(standard, score_pairs(standard))
    seconds = time.process_time() - start
    person_of = dict(zip(standard["record_key"].to_pylist(), person_numbers.tolist(), strict=True))
    names = [table[name].to_pylist() for name in ("source", "record_id")]
    numbers = [person_of[format_record_key(*name)] for name in zip(*names, strict=True)]
    answer = table.select(["source", "record_id"]).append_column("person_id", pa.array(numbers))
    figures = score_linkage(truth, answer)
    shown_figures = ("cluster_f1", "exactly_right", "over_merged", "twins_merged")
    return {
        **{name: figures[name] for name in shown_figures},
        "standardize_seconds": round(standardize_seconds, 1),
        "seconds": round(seconds, 1),
    }


def rewrite_streets(table: pa.Table, truth: pa.Table, seed: int) -> pa.Table:
    """Write the home of each record as forms have it, differently each time."""
    rng = np.random.default_rng(seed)
    homes: dict[str, address_variants.HomeAddress] = {}
    streets = []
    for text in table["street"].to_pylist():
        if text is None:
            streets.append(None)
            continue
        plain = " ".join(addresses.split_address(text))
        if plain not in homes:
            (home,) = address_variants.generate_homes(rng, 1)
            number = "".join(filter(str.isdigit, plain.split()[0]))
            homes[plain] = replace(home, number=int(number or 1))
        streets.append(address_variants.format_home(rng, homes[plain])[0])
    column = table.column_names.index("street")
    return table.set_column(column, "street", pa.array(streets, pa.string()))


def main() -> None:
    """Print the figures of each parser, on addresses alone and in linkage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, default=20_000)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    alone = {name: measure_parser(parse, args.homes, args.seed) for name, parse in PARSERS.items()}
    table, truth = youth.generate_records(args.records, seed=args.seed, damaged_ids=True)
    rewritten = rewrite_streets(table, truth, args.seed)
    linked = {name: measure_linkage(parse, rewritten, truth) for name, parse in PARSERS.items()}
    if args.json:
        print(json.dumps({"alone": alone, "linked": linked}))
        return
    for name in PARSERS:
        print(name, alone[name], linked[name], sep="\n  ")


if __name__ == "__main__":
    main()
