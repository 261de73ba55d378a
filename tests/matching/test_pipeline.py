"""Which records are one child: small cases with a known answer, and measured shares of pairs."""

import hashlib
from collections import Counter, defaultdict
from datetime import date, timedelta
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from cairn.matching.pipeline import link_records
from cairn.matching.scoring import score_pairs
from cairn.matching.standardize import standardize_records

GIVEN = (
    "Ada", "Bruno", "Carla", "Dario", "Elena", "Fabian", "Gina", "Hector", "Ida", "Jonas",
    "Katja", "Lars", "Mira", "Nils", "Olga", "Pablo", "Quinn", "Rosa", "Simon", "Tilda",
    "Ugo", "Vera", "Walter", "Xenia", "Yann", "Zelda", "Amara", "Boris", "Celia", "Dunja",
)  # fmt: skip
FAMILY = (
    "Abel", "Brandt", "Costa", "Duarte", "Egger", "Fuchs", "Gruber", "Hanson", "Ibarra",
    "Jansen", "Keller", "Lund", "Mendez", "Novak", "Olsen", "Prado", "Quiroga", "Rossi",
    "Silva", "Torres", "Urban", "Vidal", "Weber", "Xiang", "Young", "Zamora", "Acosta",
    "Bauer",
)  # fmt: skip


class Town:
    """Invented children on a district's roster and again, spelled otherwise, in a program's."""

    def __init__(self, people: int) -> None:
        self.rows: list[dict[str, object]] = []
        self.child: dict[str, int] = {}
        for number in range(people):
            self.record(number, "district", **self.person(number))

    def person(self, number: int) -> dict[str, object]:
        chance = Random(number)
        return {
            "given_name": chance.choice(GIVEN) + chance.choice(("", "", "lin", "ro", "ta")),
            "family_name": chance.choice(FAMILY) + chance.choice(("", "", "son", "er", "ski")),
            "birth_date": date(2008, 1, 1) + timedelta(days=chance.randrange(4000)),
            "phone": f"555{chance.randrange(10**6):07d}",
            "street": f"{chance.randrange(900)} Oak Street",
            "postal_code": "22903",
        }

    def record(self, child: int, source: str, **fields: object) -> str:
        key = f"r{len(self.rows)}"
        self.child[key] = child
        self.rows.append({"record_key": key, "source": source, "local_id": None, **fields})
        return key

    def linked(self) -> dict[str, int]:
        table = link_records(pa.Table.from_pylist(self.rows))
        return dict(zip(table["record_key"].to_pylist(), table["cluster"].to_pylist(), strict=True))


@pytest.fixture(scope="module")
def cases() -> dict[str, bool]:
    """Case → whether its two records became one person; all linked in one town of 400."""
    town = Town(400)
    base = {
        "given_name": "Leonor", "family_name": "Quintero", "birth_date": date(2012, 3, 4),
        "phone": "5559990001", "street": "7 Elm Street", "postal_code": "22901",
    }  # fmt: skip

    def pair(name: str, **changes: object) -> tuple[str, str, str]:
        number = 10_000 + 2 * len(pairs)
        own = {
            **base, "family_name": f"Quinter{name.replace(' ', '')}",
            "phone": f"555888{number:05d}"[:10], "street": f"{number} Elm Street",
        }  # fmt: skip
        first = town.record(number, "district", **own)
        return name, first, town.record(number + 1, "program", **{**own, **changes})

    pairs: list[tuple[str, str, str]] = []
    pairs.append(pair("the same"))
    pairs.append(pair("a twin", given_name="Marisol"))
    pairs.append(pair("a sister", given_name="Marisol", birth_date=date(2014, 8, 9)))
    pairs.append(pair("a short form", given_name="Leonora"))
    pairs.append(pair("no birth date", birth_date=None))
    pairs.append(pair("day and month", birth_date=date(2012, 4, 3)))
    pairs.append(pair("moved", phone=None, street="99 Far Road", postal_code="22999"))
    pairs.append(pair("swapped", given_name="Quinterswapped", family_name="Leonor"))
    pairs.append(pair("hyphen", family_name="Quinterhyphen-Robles"))
    pairs.append(
        pair("a stranger", given_name="Otto", birth_date=date(2010, 1, 9), phone=None, street=None)
    )
    found = town.linked()
    return {name: found[a] == found[b] for name, a, b in pairs}


@pytest.mark.parametrize(
    "case",
    [
        "the same", "a short form", "no birth date", "day and month", "moved", "swapped", "hyphen",
    ],
)  # fmt: skip
def test_one_child_written_twice_is_one_person(cases: dict[str, bool], case: str) -> None:
    assert cases[case]


@pytest.mark.parametrize("case", ["a twin", "a sister", "a stranger"])
def test_two_children_stay_two(cases: dict[str, bool], case: str) -> None:
    assert not cases[case]


@pytest.mark.slow
def test_the_order_of_records_does_not_matter() -> None:
    town = Town(150)
    for number in range(0, 150, 2):
        town.record(number, "program", **town.person(number))
    straight = town.linked()
    town.rows.reverse()
    turned = town.linked()
    groups = [
        {frozenset(k for k in found if found[k] == c) for c in found.values()}
        for found in (straight, turned)
    ]
    assert groups[0] == groups[1]


def rename_records(table: pa.Table, key: str) -> tuple[pa.Table, dict[str, str]]:
    """Hash the names of records as an installation with this key does."""
    names = table["record_key"].to_pylist()
    hashed = {hashlib.sha256(f"{key}{name}".encode()).hexdigest(): name for name in names}
    place = table.column_names.index("record_key")
    return table.set_column(place, "record_key", pa.array([*hashed])), hashed


def test_the_key_of_an_installation_does_not_change_the_people() -> None:
    # Two children of one name and home: the third record, which has no birth date, is either's.
    town = Town(120)
    for number in range(30):
        base = town.person(number)
        town.record(number, "program", **base | {"birth_date": None})
        town.record(120 + number, "district", **base | {"birth_date": date(2003, 7, 1 + number)})
    found = []
    for key in ("one", "another"):
        table, names = rename_records(pa.Table.from_pylist(town.rows), key)
        clusters: dict[int, set[str]] = defaultdict(set)
        for row in link_records(table).to_pylist():
            clusters[row["cluster"]].add(names[row["record_key"]])
        found.append({frozenset(group) for group in clusters.values()})
    assert 120 < len(found[0]) < 180
    assert found[0] == found[1]


def test_the_key_of_an_installation_does_not_change_the_model() -> None:
    # Records that differ in a phone, or in a middle name after its initial, alone.
    town = Town(0)
    for number in range(120):
        base = town.person(number)
        for phone, middle in (("5551110000", "Ann"), ("5552220000", "Ann"), ("5551110000", "Ada")):
            town.record(number, "clinic", **base | {"phone": phone}, middle_name=middle)
    one, another = (
        score_pairs(
            standardize_records(rename_records(pa.Table.from_pylist(town.rows), key)[0])
        ).model.levels
        for key in ("one", "another")
    )
    for name, kinds in one.items():
        for kind, probabilities in kinds.items():
            assert np.allclose(probabilities, another[name][kind], rtol=1e-9), (name, kind)


def test_records_that_say_nothing_stay_alone() -> None:
    rows = [{"record_key": k, "source": "s", "given_name": None} for k in "abc"]
    table = link_records(pa.Table.from_pylist(rows, pa.schema([
        ("record_key", pa.string()), ("source", pa.string()), ("given_name", pa.string())
    ])))  # fmt: skip
    assert len(set(table["cluster"].to_pylist())) == 3


def test_no_record_is_nobody() -> None:
    assert len(link_records(pa.table({"record_key": pa.array([], pa.string())}))) == 0


def test_one_record_is_one_person() -> None:
    town = Town(1)
    assert len(town.linked()) == 1


def test_one_surname_for_everyone_links_nobody_on_it() -> None:
    town = Town(200)
    for row in town.rows:
        row["family_name"] = "Same"
        row["phone"] = row["street"] = None
    sizes = Counter(town.linked().values())
    assert max(sizes.values()) <= 2
