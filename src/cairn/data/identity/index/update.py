"""Update the person index: examine fresh records and those they affect, and no others.

Read, weigh, group, assign IDs, write: one transaction of the identities database. Records in
components that nothing affected keep their person without being read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import transaction

from cairn.data.identity.comparison import fitted_model
from cairn.data.identity.comparison.record_comparer import (
    HashedKeys,
    WeighedRecords,
    create_record_comparer,
    hash_blocking_keys,
)
from cairn.data.identity.index import encoded_people, index_writer
from cairn.data.identity.index.blocking_keys import (
    find_component_members,
    find_records_sharing_keys,
)
from cairn.data.identity.models.person_index import Link, Record, SourceId, Statement
from cairn.data.identity.relationships import relationship_update
from cairn.data.identity.review.match_decisions import MatchDecisions, find_match_decisions
from cairn.data.identity.storage import person_ids, sql
from cairn.data.identity.storage.person_ids import PersonAssignment, assign_ids_from_index
from cairn.data.identity.storage.statements import (
    IdentitySealer,
    iterate_rows,
    read_statement_table,
    read_statements,
)
from cairn.matching import clustering
from cairn.matching.scoring import MatchModel, measure_model_drift
from cairn.matching.standardize import standardize_records

_MAX_GROWTH: Final = 1.25
"""The index may hold this many times the records to which its model was fitted."""

_MIN_EXISTING_PER_FRESH: Final = 2
"""With this many existing records for each fresh one, the affected records suffice."""


@dataclass(frozen=True, slots=True)
class IndexUpdate:
    """What one update changed.

    `sources` have rows that now belong to other people; `drift` is the largest change of the worth
    of any agreement, in bits, if the model was fitted again; `beyond` is the result of
    `count_pairs_between_components`, if everything was weighed.
    """

    looked_at: int = 0
    new_people: int = 0
    whole: bool = False
    sources: frozenset[str] = frozenset()
    drift: float = 0.0
    beyond: Mapping[float, int] = field(default_factory=dict)


@transaction.atomic(using=sql.IDENTITIES, savepoint=False)
def update_index(
    sealer: IdentitySealer,
    at: datetime,
    *,
    by: str = "",
    whole: bool = False,
    delivered: bool = False,
) -> IndexUpdate:
    """Update the index to what evidence and decisions imply today.

    With `whole`, all records are weighed with a newly fitted model. The same happens after a
    delivery (`delivered`) by which the index outgrew its model. A child that a user types in waits
    neither for that nor for encodings, which are compared with one another alone.

    Args:
        sealer: decrypts statements.
        at: the current time.
        by: ID of the user.
        whole: weigh all records.
        delivered: deliveries were added or withdrawn.
    Returns:
        What changed.
    """
    update = _update_named_records(sealer, at, by=by, whole=whole, delivered=delivered)
    if not delivered and not whole:
        return update
    examined, changes = encoded_people.update_encoded_people(sealer, at, by=by, whole=whole)
    return replace(
        update,
        looked_at=update.looked_at + examined,
        new_people=update.new_people + changes.new_people,
        sources=update.sources | changes.sources,
    )


def _update_named_records(
    sealer: IdentitySealer, at: datetime, *, by: str, whole: bool, delivered: bool
) -> IndexUpdate:
    """Update all records that carry names."""
    fresh, stated = _read_fresh_records()
    stored_model = fitted_model.load_fitted_model(sealer)
    whole = whole or stored_model is None or _is_mostly_new(len(stated))
    whole = whole or (
        delivered
        and stored_model is not None
        and _has_outgrown_model(len(stated), stored_model.model)
    )
    if not fresh and not whole:
        return IndexUpdate()
    if whole or stored_model is None:
        examination, model = _examine_all(sealer, at)
        fresh |= set(examination.order)
    else:
        examination, model = (
            _examine_affected(fresh, stated, stored_model.model, sealer),
            stored_model.model,
        )
    assignment = _assign_people(examination)
    changes = index_writer.write_assignment(
        assignment, fresh, examination.keys, examination.said, sealer, at, by
    )
    relationship_update.mark_affected_people(assignment, stated, fresh)
    refitted = stored_model and model and model is not stored_model.model
    model_drift = (
        measure_model_drift(stored_model.model, model)
        if stored_model and model and refitted
        else 0.0
    )
    weighed = examination.weighed
    pairs_between = (
        clustering.count_pairs_between_components(
            weighed.pairs, np.array(assignment.circle), weighed.person
        )
        if whole
        else {}
    )
    return IndexUpdate(
        len(examination.order),
        changes.new_people,
        whole,
        changes.sources,
        model_drift,
        pairs_between,
    )


def update_index_for_page(sealer: IdentitySealer, at: datetime, *, by: str = "") -> bool:
    """Update the index while a user waits at a page.

    Args:
        sealer: decrypts statements.
        at: the current time.
        by: ID of the user.
    Returns:
        False if the update is left to the worker (`is_update_deferred`): then nothing is done, and
        fresh records remain so until the next run.
    """
    if is_update_deferred(sealer):
        return False
    update_index(sealer, at, by=by)
    return True


def is_update_deferred(sealer: IdentitySealer) -> bool:
    """Decide whether the next update is too long for a page.

    It is if records are compared differently from when the index was weighed, so that all of it
    must be weighed again, or if a delivery arrived that was not examined yet.

    Args:
        sealer: decrypts the model.
    Returns:
        True if the update is left to the worker.
    """
    return (
        fitted_model.is_model_outdated(sealer)
        or len(sql.select_rows(_FRESH_EXIST_SQL, _MAX_FRESH_PER_PAGE + 1)) > _MAX_FRESH_PER_PAGE
    )


_MAX_FRESH_PER_PAGE: Final = 1_000
"""At most this many fresh records are examined while a user waits at a page."""

_FRESH_EXIST_SQL: Final = "SELECT 1 FROM linkage_record WHERE fresh AND mark = '' LIMIT %s"


@dataclass(frozen=True, slots=True)
class _Examination:
    """The records examined in one update, and the person of each.

    Holds number to key in the order of the keys, the statements, and the blocking keys of fresh
    records.
    """

    order: Mapping[int, str]
    said: Iterable[Mapping[str, Any]]
    keys: HashedKeys
    weighed: WeighedRecords
    verdicts: MatchDecisions


def _examine_all(sealer: IdentitySealer, at: datetime) -> tuple[_Examination, MatchModel | None]:
    """Examine every record with a newly fitted model; also return the model (None: no records)."""
    statements, verdicts = _read_all_statements(sealer)
    order = _sort_records(
        zip(*(statements[name].to_pylist() for name in ("number", "record_key")), strict=True)
    )
    standard = standardize_records(statements)
    weighed, model = fitted_model.fit_model(
        standard, sealer, at, *_position_decisions(verdicts, order)
    )
    return _Examination(
        order, iterate_rows(statements), hash_blocking_keys(standard, sealer), weighed, verdicts
    ), model


def _read_all_statements(sealer: IdentitySealer) -> tuple[pa.Table, MatchDecisions]:
    """Read the statements of all records, and every decision."""
    named_statements = Statement.objects.filter(record__mark="")
    numbers = sorted(set(named_statements.values_list("record_id", flat=True).distinct()))
    return read_statement_table(numbers, sealer), find_match_decisions(numbers)


def _examine_affected(
    fresh: set[int], stated: set[int], model: MatchModel, sealer: IdentitySealer
) -> _Examination:
    """Examine the fresh records and those in the components that they affect."""
    verdicts = find_match_decisions(fresh)
    affected = fresh | verdicts.records
    comparer = create_record_comparer(len(stated), model)
    statements = _read_statements_by_record(stated, sealer)
    comparer.add([row for rows in statements.values() for row in rows])
    names = {rows[0]["record_key"]: number for number, rows in statements.items()}
    fresh_keys = comparer.hash_blocking_keys(sealer)
    key_sharing = _read_statements_by_record(
        find_records_sharing_keys(fresh_keys, affected), sealer
    )
    comparer.add([row for rows in key_sharing.values() for row in rows])
    number_of = {rows[0]["record_key"]: number for number, rows in key_sharing.items()}
    neighbors = (
        find_component_members(
            {*(number_of[name] for name in comparer.find_possible_matches(names)), *affected}
        )
        - fresh
    )
    remaining = _read_statements_by_record(neighbors - key_sharing.keys(), sealer)
    comparer.add([row for rows in remaining.values() for row in rows])
    statements |= {
        number: rows for number, rows in (key_sharing | remaining).items() if number in neighbors
    }
    order = _sort_records((number, rows[0]["record_key"]) for number, rows in statements.items())
    weighed = comparer.resolve_records(list(order.values()), *_position_decisions(verdicts, order))
    all_rows = [row for rows in statements.values() for row in rows]
    return _Examination(order, all_rows, fresh_keys, weighed, verdicts)


def _read_statements_by_record(
    numbers: Iterable[int], sealer: IdentitySealer
) -> dict[int, list[dict[str, Any]]]:
    """Read the statements of each record."""
    rows_by_record: dict[int, list[dict[str, Any]]] = {}
    for row in read_statements(sorted(numbers), sealer):
        rows_by_record.setdefault(row["number"], []).append(row)
    return rows_by_record


def _sort_records(records: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Sort the number and the key of each record by key."""
    return dict(sorted(set(records), key=itemgetter(1)))


def _is_mostly_new(fresh: int) -> bool:
    """Decide whether there are few existing records for so many fresh ones.

    Counts no further than needed.
    """
    enough, encoded_count = (
        _MIN_EXISTING_PER_FRESH * fresh,
        encoded_people.count_examined_encodings(),
    )
    (existing,) = sql.select_one_row(_LINKED_COUNT_SQL, enough + encoded_count)
    return int(existing) - encoded_count < enough


_LINKED_COUNT_SQL: Final = """
SELECT count(*) FROM (SELECT 1 FROM linkage_link WHERE until IS NULL LIMIT %s) standing
"""


def _has_outgrown_model(new_records: int, model: MatchModel) -> bool:
    """Decide whether the index has many more records than the model was fitted to."""
    existing = (
        Link.objects.filter(until__isnull=True).count() - encoded_people.count_examined_encodings()
    )
    return existing + new_records > _MAX_GROWTH * model.records


def compare_with_full_relink(
    sealer: IdentitySealer,
) -> tuple[clustering.PartitionDifference, str, float]:
    """Compare the index with linking all records by a new model; nothing is changed.

    Args:
        sealer: decrypts statements.
    Returns:
        The difference, the version of the new model, and the largest change of the worth of any
        agreement, in bits.
    """
    statements, verdicts = _read_all_statements(sealer)
    order = _sort_records(
        zip(*(statements[name].to_pylist() for name in ("number", "record_key")), strict=True)
    )
    names = list(order.values())
    proposed, model = fitted_model.fit_shadow_model(
        standardize_records(statements), *_position_decisions(verdicts, order)
    )
    model_version = fitted_model.compute_model_version(model.to_json()) if model else ""
    stored_model = fitted_model.load_fitted_model(sealer)
    model_drift = measure_model_drift(stored_model.model, model) if stored_model and model else 0.0
    return (
        clustering.compare_partitions(
            find_people_by_keys(names), dict(zip(names, proposed.tolist(), strict=True))
        ),
        model_version,
        model_drift,
    )


def mark_records_fresh(numbers: Iterable[int]) -> None:
    """Mark records for the next update, although nothing new is stated of them.

    Args:
        numbers: record numbers.
    """
    for batch in sql.split_batches(numbers):
        Record.objects.filter(pk__among=sql.as_value_set(batch)).update(fresh=True)


def find_people_by_keys(keys: Iterable[str]) -> dict[str, str]:
    """Find the current person of record keys and of keys of source IDs.

    Args:
        keys: record keys or anchors.
    Returns:
        Key to person ID. An ID gives the person with a name, if there is one, else the encoded
        person.
    """
    person_of: dict[str, str] = {}
    has_encodings = encoded_people.count_examined_encodings() > 0
    for batch in sql.split_batches(keys):
        person_of.update(
            Link.objects.filter(
                record__key__among=sql.as_value_set(batch), until__isnull=True
            ).values_list("record__key", "person_id")
        )
        person_of.update(_find_people_by_anchor(batch))
        if has_encodings:
            encoded_anchors = {
                encoded_people.compute_encoded_anchor(key): key
                for key in batch
                if key not in person_of
            }
            person_of.update(
                {
                    encoded_anchors[key]: person
                    for key, person in _find_people_by_anchor(encoded_anchors)
                }
            )
    return person_of


def _find_people_by_anchor(ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Find the person that each source ID identifies."""
    rows = SourceId.objects.filter(key__among=sql.as_value_set(ids), person__isnull=False)
    yield from rows.values_list("key", "person_id")


def _read_fresh_records() -> tuple[set[int], set[int]]:
    """Read the records to examine, and those of them that any delivery states something of."""
    has_statements = dict(sql.select_rows(_FRESH_RECORDS_SQL))
    return set(has_statements), {
        number for number, is_stated in has_statements.items() if is_stated
    }


_FRESH_RECORDS_SQL: Final = """
SELECT id, EXISTS (SELECT 1 FROM linkage_statement said WHERE said.record_id = linkage_record.id)
FROM linkage_record WHERE fresh AND mark = ''
"""


def _assign_people(examination: _Examination) -> PersonAssignment:
    """Assign people and components to the examined records."""
    weighed, ordered, record_keys = (
        examination.weighed,
        list(examination.order),
        list(examination.order.values()),
    )
    must_link, _ = _position_decisions(examination.verdicts, examination.order)
    component = clustering.find_match_components(
        weighed.pairs, weighed.twins, len(record_keys), must_link
    )
    link_status = person_ids.read_link_status(ordered)
    # A new record with a known ID: the child's name was corrected, no more.
    known_as = person_ids.find_people_by_source_id(
        record_number for record_number in ordered if record_number not in link_status
    )
    people = assign_ids_from_index(record_keys, weighed.person, ordered, link_status, known_as)
    return PersonAssignment(
        names=record_keys,
        numbers=ordered,
        people=people,
        circle=component.tolist(),
        group=weighed.person.tolist(),
        pairs=clustering.select_pairs_within_components(weighed.pairs, component),
        standing=link_status,
    )


def _position_decisions(
    verdicts: MatchDecisions, order: Iterable[int]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Translate reviewers' decisions to positions: must link, and cannot link."""
    position_of = {number: index for index, number in enumerate(order)}
    return _position_pairs(verdicts.always, position_of), _position_pairs(
        verdicts.never, position_of
    )


def _position_pairs(
    pairs: Iterable[tuple[int, int]], position_of: Mapping[int, int]
) -> npt.NDArray[np.int64]:
    positions = [
        (position_of[left], position_of[right])
        for left, right in pairs
        if left in position_of and right in position_of
    ]
    return np.array(positions, np.int64).reshape(-1, 2).T
