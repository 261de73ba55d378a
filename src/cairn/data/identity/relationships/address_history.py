"""Keep what deliveries state of records' homes, from when until when, beside the statements.

A statement goes when a newer delivery replaces its own. Its residence remains and shows until when
it was stated. A residence is deleted without a trace if its delivery was withdrawn or destroyed, no
longer names the child, or had been read incorrectly: then it never was true.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from cairn.data.identity.models.person_index import Statement
from cairn.data.identity.models.relationships import Stay, StayKey
from cairn.data.identity.storage import sql
from cairn.data.identity.storage.statements import (
    TYPED_IN,
    IdentitySealer,
    build_seal_context,
    build_statement_table,
)
from cairn.matching.relationships import HouseholdIdentifier, RelationshipGround, Residence
from cairn.matching.standardize import standardize_adult_name, standardize_records

_GROUND_BY_LETTER: Final = {"a": RelationshipGround.ADDRESS, "g": RelationshipGround.GUARDIAN}
"""By the letter that marks the kind of a household value in a standardized row."""

_GROUND_BY_VALUE: Final = {ground.value: ground for ground in RelationshipGround}
_HOME_FIELDS: Final = ("birth_date", "family_name", "street", "postal_code", "guardian_name")
_CHUNK_ROWS: Final = 5_000


@dataclass(frozen=True, slots=True)
class _StatedHome:
    """What one statement states of a home; `values` are the keyed hashes in it."""

    key: str
    plain: bytes
    content: str
    values: tuple[int, ...]
    since: datetime


def update_residences(
    records: Collection[int], sealer: IdentitySealer, at: datetime
) -> Counter[int]:
    """Update the residences of these records to what their statements state.

    Args:
        records: record numbers.
        sealer: encrypts and decrypts.
        at: the current time.
    Returns:
        Household value to the number of residences that were added, deleted, begun or ended with
        it.
    """
    stated = _read_stated_homes(records, sealer)
    new_residences, ended, deleted = dict(stated), [], []
    resumed: list[int] = []
    is_delivery_stated = _DeliveryStatus()
    for batch in sql.split_batches(sorted(records)):
        stored = Stay.objects.filter(record__among=sql.as_value_set(batch)).order_by("pk")
        for pk, record, delivery, content, until in stored.values_list(
            "pk", "record_id", "delivery", "content", "until"
        ).iterator(_CHUNK_ROWS):
            record_and_delivery = record, delivery
            is_typed = delivery == TYPED_IN
            if (
                record_and_delivery in stated
                and stated[record_and_delivery].content == content
                and not (is_typed and until)
            ):
                new_residences.pop(record_and_delivery, None)
                resumed += [pk] if until else []
            elif not is_typed and is_delivery_stated[delivery]:
                deleted.append(pk)
            elif until is None:
                ended.append(pk)
    touched = _count_values([*ended, *deleted, *resumed])
    sql.execute_statement(
        "UPDATE linkage_stay SET until = %s WHERE id AMONG", ended, sql.adapt_datetime(at)
    )
    sql.execute_statement("UPDATE linkage_stay SET until = NULL WHERE id AMONG", resumed)
    _delete_residence_rows(deleted)
    _insert_residences(new_residences, sealer)
    touched.update(value for stated_home in new_residences.values() for value in stated_home.values)
    return touched


def list_residence_deliveries() -> set[int]:
    """List the deliveries with residences.

    Returns:
        Numbers of deliveries.
    """
    return {
        delivery for (delivery,) in sql.select_rows("SELECT DISTINCT delivery FROM linkage_stay")
    }


def delete_residences(residences: Iterable[int]) -> Counter[int]:
    """Delete residences as if they had never existed.

    Args:
        residences: numbers of residences.
    Returns:
        Household value to the number of deleted residences with it.
    """
    numbers = list(residences)
    touched = _count_values(numbers)
    _delete_residence_rows(numbers)
    return touched


def standardize_guardian(name: str, sealer: IdentitySealer) -> tuple[int, str] | None:
    """Standardize the name of a guardian as records state it and compute its keyed hash.

    Args:
        name: the name as written.
        sealer: computes the hash.
    Returns:
        The keyed hash and the standardized name, or None for fewer than two words.
    """
    plain = standardize_adult_name(name)
    return (_hash_household_value(f"g {plain}", sealer), plain) if plain else None


def count_records_with_values(values: Iterable[int]) -> dict[int, int]:
    """Count the records that ever stated each household value.

    Args:
        values: household values.
    Returns:
        Value to number of records.
    """
    return dict(sql.fetch_rows(_RECORD_COUNTS_SQL, values))


def find_records_with_values(values: Iterable[int]) -> set[int]:
    """Find the records that ever stated one of these household values.

    Args:
        values: household values.
    Returns:
        Record numbers.
    """
    return {record for (record,) in sql.fetch_rows(_RECORDS_WITH_VALUE_SQL, values)}


def find_household_values(records: Iterable[int]) -> set[int]:
    """Find the household values that these records ever stated.

    Args:
        records: record numbers.
    Returns:
        Household values.
    """
    return {value for (value,) in sql.fetch_rows(_VALUES_OF_RECORDS_SQL, records)}


def read_residences(
    person_of: dict[int, str], household_values: Collection[int], sealer: IdentitySealer
) -> Iterator[Residence]:
    """Read all residences of these records, restricted to the given household values.

    Args:
        person_of: record number to person ID.
        household_values: household values to keep.
        sealer: decrypts.
    Yields:
        The residences.
    """
    for batch in sql.split_batches(sorted(person_of)):
        stored = Stay.objects.filter(record__among=sql.as_value_set(batch)).order_by("pk")
        for record, key, source, delivery, sealed, since, until in stored.values_list(
            "record_id", "record__key", "record__source", "delivery", "sealed", "since", "until"
        ).iterator(_CHUNK_ROWS):
            content = json.loads(
                sealer.unseal(_build_residence_context(key, delivery), bytes(sealed))
            )
            yield Residence(
                person=person_of[record],
                source=source,
                since=since,
                until=until,
                birth_date=date.fromisoformat(content["born"]) if content["born"] else None,
                surnames=frozenset(content["surnames"]),
                home=frozenset(
                    HouseholdIdentifier(_GROUND_BY_VALUE[ground], value, name)
                    for ground, value, name in content["home"]
                    if value in household_values
                ),
            )


class _DeliveryStatus(dict[int, bool]):
    """Whether a delivery states anything now, by its number."""

    def __missing__(self, delivery: int) -> bool:
        first_row = sql.select_rows(
            "SELECT 1 FROM linkage_statement WHERE delivery = %s LIMIT 1", delivery
        )
        self[delivery] = bool(first_row)
        return self[delivery]


def _read_stated_homes(
    records: Collection[int], sealer: IdentitySealer
) -> dict[tuple[int, int], _StatedHome]:
    """Read for each record and delivery what it states of a home or a birth date."""
    stated_homes = {}
    for batch in sql.split_batches(sorted(records)):
        statements = Statement.objects.filter(record__among=sql.as_value_set(batch)).order_by("pk")
        rows, since, keys = [], {}, {}
        for record, key, source, delivery, sealed, stated_at in statements.values_list(
            "record_id", "record__key", "record__source", "delivery", "sealed", "since"
        ).iterator(_CHUNK_ROWS):
            row_key = f"{record} {delivery}"
            since[row_key], keys[row_key] = stated_at, key
            for version in sealer.open(build_seal_context(key, delivery), bytes(sealed)):
                fields: dict[str, Any] = {
                    field: version[field] for field in _HOME_FIELDS if field in version
                }
                if "birth_date" in fields:
                    fields["birth_date"] = date.fromisoformat(fields["birth_date"])
                rows.append({**fields, "record_key": row_key, "source": source, "number": record})
        columns = ("record_key", "birth_date", "family_words", "household")
        for row in (
            standardize_records(build_statement_table(rows)).select(columns).to_pylist()
            if rows
            else ()
        ):
            record, delivery = map(int, (row_key := row["record_key"]).split())
            if stated_home := _build_stated_home(row, keys[row_key], since[row_key], sealer):
                stated_homes[record, delivery] = stated_home
    return stated_homes


def _build_stated_home(
    row: dict[str, Any], key: str, since: datetime, sealer: IdentitySealer
) -> _StatedHome | None:
    home = [
        [
            _GROUND_BY_LETTER[household_text[:1]],
            _hash_household_value(household_text, sealer),
            household_text[2:] if household_text[:1] == "g" else "",
        ]
        for household_text in row["household"]
        if household_text[:1] in _GROUND_BY_LETTER
    ]
    birth_date = row["birth_date"]
    if not home and birth_date is None:
        return None
    content = {
        "born": birth_date and str(birth_date),
        "surnames": row["family_words"],
        "home": home,
    }
    plain = json.dumps(content).encode()
    values = tuple(sorted({int(value) for _ground, value, _name in home}))
    return _StatedHome(key, plain, sealer.hash_content(plain), values, since)


@lru_cache(maxsize=100_000)
def _hash_household_value(text: str, sealer: IdentitySealer) -> int:
    return sealer.hash_blocking_key(f"home {text}")


def _insert_residences(
    new_residences: dict[tuple[int, int], _StatedHome], sealer: IdentitySealer
) -> None:
    numbered = (
        list(enumerate(sorted(new_residences), sql.get_next_id(Stay))) if new_residences else []
    )
    sql.insert_rows(
        Stay,
        ("id", "record_id", "delivery", "content", "sealed", "since"),
        (
            (
                number,
                record,
                delivery,
                stated_home.content,
                sealed,
                sql.adapt_datetime(stated_home.since),
            )
            for number, (record, delivery) in numbered
            for stated_home in [new_residences[record, delivery]]
            for sealed in [
                sealer.seal(_build_residence_context(stated_home.key, delivery), stated_home.plain)
            ]
        ),
    )
    pairs = sorted(
        (value, number)
        for number, record_and_delivery in numbered
        for value in new_residences[record_and_delivery].values
    )
    sql.insert_rows(StayKey, ("value", "stay_id"), pairs)


def _delete_residence_rows(numbers: Collection[int]) -> None:
    sql.execute_statement("DELETE FROM linkage_staykey WHERE stay_id AMONG", numbers)
    sql.execute_statement("DELETE FROM linkage_stay WHERE id AMONG", numbers)


def _count_values(numbers: Iterable[int]) -> Counter[int]:
    return Counter(value for (value,) in sql.fetch_rows(_VALUES_SQL, numbers))


def _build_residence_context(key: str, delivery: int) -> str:
    """Build the context that the seal of a residence is bound to."""
    return f"home {build_seal_context(key, delivery)}"


_VALUES_SQL: Final = "SELECT value FROM linkage_staykey WHERE stay_id AMONG"

_VALUES_OF_RECORDS_SQL: Final = """
SELECT DISTINCT held.value FROM linkage_staykey held
JOIN linkage_stay stay ON stay.id = held.stay_id WHERE stay.record_id AMONG
"""

_RECORDS_WITH_VALUE_SQL: Final = """
SELECT DISTINCT stay.record_id FROM linkage_staykey held
JOIN linkage_stay stay ON stay.id = held.stay_id WHERE held.value AMONG
"""

_RECORD_COUNTS_SQL: Final = """
SELECT held.value, count(DISTINCT stay.record_id) FROM linkage_staykey held
JOIN linkage_stay stay ON stay.id = held.stay_id WHERE held.value AMONG GROUP BY held.value
"""
