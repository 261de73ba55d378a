"""Assign person IDs to groups of records: the IDs that they had, as far as possible."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.data.identity.storage import record_person
from cairn.data.identity.storage.record_person import LinkStatus
from cairn.matching.clustering import WeightedPairs, keep_or_assign_person_ids


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
            for number, person, since in record_person.find_retired_people(
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
