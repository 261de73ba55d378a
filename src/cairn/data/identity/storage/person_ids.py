"""Look up the person ID of a record (current, last or retired) and assign IDs to new groups.

A retired person is replaced by the one that it was merged into. Groups of records keep the IDs that
they had, as far as possible.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.data.identity.storage.sql import fetch_rows
from cairn.matching.clustering import WeightedPairs, keep_or_assign_person_ids


def find_people_of_records(records: Iterable[int]) -> dict[int, str]:
    """Find the person that each record was linked to last, or that person's replacement.

    Args:
        records: record numbers.
    Returns:
        Record number to person ID.
    """
    return dict(fetch_rows(_PEOPLE_SQL, records))


def find_records_of_people(people: Iterable[str]) -> dict[int, str]:
    """Find every record of these people, in the sense of `find_people_of_records`.

    Args:
        people: person IDs.
    Returns:
        Record number to person ID.
    """
    person_ids = set(people)
    merged_people = {person for (person,) in fetch_rows(_MERGED_SQL, person_ids)}
    linked_records = {record for (record,) in fetch_rows(_RECORDS_SQL, person_ids | merged_people)}
    return {
        record: person
        for record, person in find_people_of_records(linked_records).items()
        if person in person_ids
    }


_PEOPLE_SQL = """
SELECT link.record_id,
  CASE WHEN person.merged_into > '' THEN person.merged_into ELSE person.id END
FROM linkage_link link JOIN linkage_person person ON person.id = link.person_id
WHERE link.record_id AMONG ORDER BY link.id
"""

_MERGED_SQL = "SELECT id FROM linkage_person WHERE merged_into AMONG"

_RECORDS_SQL = """
SELECT DISTINCT record_id FROM linkage_link WHERE record_id IS NOT NULL AND person_id AMONG
"""


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """How a record was linked before an update.

    Its open link, its newest person (also if the link ended), since when the record is known (as
    the database has it), and whether a link of it ever ended.
    """

    link: int | None
    last: str
    since: Any
    ended: bool = False


def read_link_status(numbers: Iterable[int]) -> dict[int, LinkStatus]:
    """Read the link status of records, of those that were ever linked.

    Args:
        numbers: record numbers.
    Returns:
        Record number to status.
    """
    status_of: dict[int, LinkStatus] = {}
    for pk, record, person, since, until in fetch_rows(_LINKS_SQL, numbers):
        before = status_of.get(record)
        first, ended = (before.since, before.ended) if before else (since, False)
        status_of[record] = LinkStatus(
            None if until else pk, person, first, ended or until is not None
        )
    return status_of


def find_people_by_source_id(numbers: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    """Find the person that the source ID of each record identifies.

    Args:
        numbers: record numbers.
    Returns:
        Rows of record, person and time.
    """
    return fetch_rows(_PEOPLE_BY_ID_SQL, numbers)


def find_retired_people(numbers: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    """Find the people of records under IDs that are no longer used.

    Args:
        numbers: record numbers.
    Returns:
        Rows of record, person and time.
    """
    return fetch_rows(_RETIRED_PEOPLE_SQL, numbers)


_LINKS_SQL: Final = """
SELECT id, record_id, person_id, since, until FROM linkage_link WHERE record_id AMONG ORDER BY id
"""

_PEOPLE_BY_ID_SQL: Final = """
SELECT record.id, person.id, person.created FROM linkage_record record
JOIN linkage_sourceid named ON named.id = record.of_id
JOIN linkage_person person ON person.id = named.person_id WHERE record.id AMONG
"""

_RETIRED_PEOPLE_SQL: Final = """
SELECT link.record_id, link.person_id, link.since FROM linkage_link link
JOIN linkage_person person ON person.id = link.person_id
WHERE link.until IS NOT NULL AND person.merged_into > '' AND link.record_id AMONG
"""


@dataclass(frozen=True, slots=True)
class PersonAssignment:
    """The person of each examined record: lists in the order of the record keys.

    `circle` and `group` hold positions in these lists, `pairs` the evidence inside components. The
    last field holds the previous link status of the records that were ever linked.
    """

    names: list[str]
    numbers: list[int]
    people: list[str]
    circle: list[int]
    group: list[int]
    pairs: WeightedPairs
    standing: Mapping[int, LinkStatus]


_ID_BYTES: Final = 16


def create_person_id() -> str:
    """Create a random person ID, which cannot be computed from anything.

    Returns:
        The ID.
    """
    return secrets.token_hex(_ID_BYTES)


def assign_ids_from_index(
    names: Sequence[str],
    group: npt.NDArray[np.integer],
    numbers: Sequence[int],
    link_status: Mapping[int, LinkStatus],
    known_as: Iterable[tuple[int, str, Any]] = (),
) -> list[str]:
    """Assign a person ID to each record.

    Args:
        names: record keys, in order.
        group: the group of each record.
        numbers: the number of each record.
        link_status: the previous link status, by record number.
        known_as: record, person and time, of records that were never linked but have an ID that
            identifies a person.
    Returns:
        The person ID of each record, in the order of `names`.
    """
    clusters = pa.table({"record_key": pa.array(names, pa.string()), "cluster": pa.array(group)})
    name_of = dict(zip(numbers, names, strict=True))
    known_people = _build_people_table(
        [
            *(
                (name_of[number], status.last, status.since)
                for number, status in link_status.items()
            ),
            *((name_of[number], person, since) for number, person, since in known_as),
        ]
    )
    retired = _build_people_table(
        [
            (name_of[number], person, since)
            for number, person, since in find_retired_people(
                record_number
                for record_number, record_status in link_status.items()
                if record_status.ended
            )
        ]
    )
    assigned = keep_or_assign_person_ids(
        clusters, known_people, new_id=create_person_id, retired=retired
    )
    person_of = dict(
        zip(
            *(
                assigned.column(record_number).to_pylist()
                for record_number in ("record_key", "person_id")
            ),
            strict=True,
        )
    )
    return [person_of[name] for name in names]


def _build_people_table(rows: Collection[tuple[str, str, Any]]) -> pa.Table:
    keys, people, since = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "record_key": pa.array(keys, pa.string()),
            "person_id": pa.array(people, pa.string()),
            "since": pa.array(since),
        }
    )
