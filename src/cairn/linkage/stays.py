"""What deliveries state of records' homes, from when until when; kept beside the statements.

A statement goes when a newer delivery takes the place of its own. Its stay remains, and says until
when it was so. A stay goes without a trace where its delivery was withdrawn or destroyed, no longer
names the child, or had been read otherwise: then it never was so.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from cairn.linkage.among import among
from cairn.linkage.bulk import ask, batches, insert, moment, next_id, rows, tell
from cairn.linkage.models import Statement, Stay, StayKey
from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import TYPED_IN, bound_to, table_of
from cairn.warehouse.linking import spelling
from cairn.warehouse.linking.standard import standardize
from cairn.warehouse.person import relations
from cairn.warehouse.person.relations import Ground, Home

_GROUNDS: Final = {"a": Ground.ADDRESS, "g": Ground.GUARDIAN}
"""By the letter with which a standard row marks the kind of what a household shares."""
_GROUND: Final = {ground.value: ground for ground in Ground}
_FIELDS: Final = ("birth_date", "family_name", "street", "postal_code", "guardian_name")
_CHUNK: Final = 5_000


@dataclass(frozen=True, slots=True)
class _Said:
    """What one statement says of a home; ``values`` are the keyed hashes in it."""

    key: str
    plain: bytes
    content: str
    values: tuple[int, ...]
    since: datetime


def follow(records: Collection[int], sealer: Sealer, at: datetime) -> Counter[int]:
    """Let the stays of these records say what their statements say. Value → how many stays came,
    went, began or ended with it."""
    now = _said(records, sealer)
    begun, ended, gone = dict(now), [], []
    again: list[int] = []
    stands = _Standing()
    for batch in batches(sorted(records)):
        held = Stay.objects.filter(record__among=among(batch)).order_by("pk")
        for pk, record, delivery, content, until in held.values_list(
            "pk", "record_id", "delivery", "content", "until"
        ).iterator(_CHUNK):
            place = record, delivery
            typed = delivery == TYPED_IN
            if place in now and now[place].content == content and not (typed and until):
                begun.pop(place, None)
                again += [pk] if until else []
            elif not typed and stands[delivery]:
                gone.append(pk)
            elif until is None:
                ended.append(pk)
    touched = _values([*ended, *gone, *again])
    tell("UPDATE linkage_stay SET until = %s WHERE id AMONG", ended, moment(at))
    tell("UPDATE linkage_stay SET until = NULL WHERE id AMONG", again)
    _drop(gone)
    _begin(begun, sealer)
    touched.update(value for one in begun.values() for value in one.values)
    return touched


def deliveries() -> set[int]:
    """The deliveries of which any stay is kept."""
    return {delivery for (delivery,) in rows("SELECT DISTINCT delivery FROM linkage_stay")}


def forget(stays: Iterable[int]) -> Counter[int]:
    """Take stays out as if they had never been; the values in them."""
    numbers = list(stays)
    touched = _values(numbers)
    _drop(numbers)
    return touched


def guardian(name: str, sealer: Sealer) -> tuple[int, str] | None:
    """A guardian's name as records would state it, and its value; none of fewer than two words."""
    plain = spelling.person(name)
    return (_value(f"g {plain}", sealer), plain) if plain else None


def bearers(values: Iterable[int]) -> dict[int, int]:
    """Value → how many records ever stated it."""
    return dict(ask(_BEARERS, values))


def records_with(values: Iterable[int]) -> set[int]:
    """The records that ever stated one of these values."""
    return {record for (record,) in ask(_RECORDS, values)}


def values_of(records: Iterable[int]) -> set[int]:
    """The values that these records ever stated."""
    return {value for (value,) in ask(_VALUES_OF, records)}


def stays(
    person_of: dict[int, str], homes: Collection[int], sealer: Sealer
) -> Iterator[relations.Stay]:
    """All stays of these records, with those of their homes that are among ``homes``."""
    for batch in batches(sorted(person_of)):
        held = Stay.objects.filter(record__among=among(batch)).order_by("pk")
        for record, key, source, delivery, sealed, since, until in held.values_list(
            "record_id", "record__key", "record__source", "delivery", "sealed", "since", "until"
        ).iterator(_CHUNK):
            said = json.loads(sealer.unseal(_bound(key, delivery), bytes(sealed)))
            yield relations.Stay(
                person=person_of[record],
                source=source,
                since=since,
                until=until,
                birth_date=date.fromisoformat(said["born"]) if said["born"] else None,
                surnames=frozenset(said["surnames"]),
                home=frozenset(
                    Home(_GROUND[ground], value, name)
                    for ground, value, name in said["home"]
                    if value in homes
                ),
            )


class _Standing(dict[int, bool]):
    """Delivery → whether anything is said by it now."""

    def __missing__(self, delivery: int) -> bool:
        found = rows("SELECT 1 FROM linkage_statement WHERE delivery = %s LIMIT 1", delivery)
        self[delivery] = bool(found)
        return self[delivery]


def _said(records: Collection[int], sealer: Sealer) -> dict[tuple[int, int], _Said]:
    """(record, delivery) → what it says of a home or a birth."""
    found = {}
    for batch in batches(sorted(records)):
        told = Statement.objects.filter(record__among=among(batch)).order_by("pk")
        ways, since, keys = [], {}, {}
        for record, key, source, delivery, sealed, at in told.values_list(
            "record_id", "record__key", "record__source", "delivery", "sealed", "since"
        ).iterator(_CHUNK):
            name = f"{record} {delivery}"
            since[name], keys[name] = at, key
            for way in sealer.open(bound_to(key, delivery), bytes(sealed)):
                one: dict[str, Any] = {field: way[field] for field in _FIELDS if field in way}
                if "birth_date" in one:
                    one["birth_date"] = date.fromisoformat(one["birth_date"])
                ways.append({**one, "record_key": name, "source": source, "number": record})
        columns = ("record_key", "birth_date", "family_words", "household")
        for row in standardize(table_of(ways)).select(columns).to_pylist() if ways else ():
            record, delivery = map(int, (name := row["record_key"]).split())
            if says := _one(row, keys[name], since[name], sealer):
                found[record, delivery] = says
    return found


def _one(row: dict[str, Any], key: str, since: datetime, sealer: Sealer) -> _Said | None:
    home = [
        [_GROUNDS[text[:1]], _value(text, sealer), text[2:] if text[:1] == "g" else ""]
        for text in row["household"]
        if text[:1] in _GROUNDS
    ]
    born = row["birth_date"]
    if not home and born is None:
        return None
    says = {"born": born and str(born), "surnames": row["family_words"], "home": home}
    plain = json.dumps(says).encode()
    values = tuple(sorted({int(value) for _ground, value, _name in home}))
    return _Said(key, plain, sealer.content(plain), values, since)


@lru_cache(maxsize=100_000)
def _value(text: str, sealer: Sealer) -> int:
    return sealer.blocking(f"home {text}")


def _begin(begun: dict[tuple[int, int], _Said], sealer: Sealer) -> None:
    numbered = list(enumerate(sorted(begun), next_id(Stay))) if begun else []
    insert(
        Stay,
        ("id", "record_id", "delivery", "content", "sealed", "since"),
        (
            (number, record, delivery, one.content, sealed, moment(one.since))
            for number, (record, delivery) in numbered
            for one in [begun[record, delivery]]
            for sealed in [sealer.seal(_bound(one.key, delivery), one.plain)]
        ),
    )
    pairs = sorted((value, number) for number, place in numbered for value in begun[place].values)
    insert(StayKey, ("value", "stay_id"), pairs)


def _drop(numbers: Collection[int]) -> None:
    tell("DELETE FROM linkage_staykey WHERE stay_id AMONG", numbers)
    tell("DELETE FROM linkage_stay WHERE id AMONG", numbers)


def _values(numbers: Iterable[int]) -> Counter[int]:
    return Counter(value for (value,) in ask(_VALUES, numbers))


def _bound(key: str, delivery: int) -> str:
    """What the seal of a stay is bound to."""
    return f"home {bound_to(key, delivery)}"


_VALUES: Final = "SELECT value FROM linkage_staykey WHERE stay_id AMONG"
_VALUES_OF: Final = """
SELECT DISTINCT held.value FROM linkage_staykey held
JOIN linkage_stay stay ON stay.id = held.stay_id WHERE stay.record_id AMONG
"""
_RECORDS: Final = """
SELECT DISTINCT stay.record_id FROM linkage_staykey held
JOIN linkage_stay stay ON stay.id = held.stay_id WHERE held.value AMONG
"""
_BEARERS: Final = """
SELECT held.value, count(DISTINCT stay.record_id) FROM linkage_staykey held
JOIN linkage_stay stay ON stay.id = held.stay_id WHERE held.value AMONG GROUP BY held.value
"""
