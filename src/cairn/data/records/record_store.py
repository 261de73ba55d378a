"""Keep the encrypted records of single students, and erase them with their data submission.

Sealed Parquet is slow for one student. These rows are written once when a data submission is
checked, and found by a keyed hash of the student's key.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from django.db import transaction

from cairn.data.intake.api import CheckedFile, load_agreement_by_reference
from cairn.data.records.models import StudentRecord
from cairn.data.records.student_rows import (
    AttributeRow,
    group_rows_by_student,
    list_attribute_fields,
)
from cairn.governance.consents.api import make_child_namer
from cairn.platform.sealing.api import FieldSealer, KeyedHasher, derive_subkey
from cairn.platform.storage.api import open_file_store
from cairn.policy.questions import may_keep_student_records
from cairn.warehouse.schema import LOCAL_ID, get_record_type

__all__ = ["erase_student_records", "keep_student_records"]

_LOOKUP_LABEL: Final = "records-lookup"
_SEALING_LABEL: Final = "records-attributes"
_DATABASE: Final = "identities"
_ROWS_AT_ONCE: Final = 2_000


def keep_student_records(file: CheckedFile) -> int:
    """Keep the attributes of each student in a checked file, instead of those kept before.

    Nothing is kept unless the agreement lets someone see individual students. What was kept under
    earlier terms opens nothing under later ones, and goes with its data submission.

    Args:
        file: the checked file.

    Returns:
        The number of students.
    """
    if not _is_for_pages(file):
        return 0
    students = _read_students(file)
    with transaction.atomic(using=_DATABASE):
        erase_student_records(file.delivery)
        StudentRecord.objects.bulk_create(_build_records(file, students), batch_size=_ROWS_AT_ONCE)
    return len(students)


def erase_student_records(delivery: int) -> None:
    """Erase every record made from a data submission.

    Args:
        delivery: primary key of the data submission.
    """
    StudentRecord.objects.filter(delivery=delivery).delete()


def compute_record_lookups(keys: Iterable[str]) -> dict[str, str]:
    """Compute the keyed hashes by which students' records are found.

    Args:
        keys: student keys, from `compute_child_key`.

    Returns:
        The student's key by its hash (64 hexadecimal digits).
    """
    listed = list(keys)
    hashes = KeyedHasher(derive_subkey(_LOOKUP_LABEL)).hash_contents(
        [key.encode() for key in listed]
    )
    return {digest.hex(): key for digest, key in zip(hashes, listed, strict=True)}


def unseal_rows(
    rows: Iterable[StudentRecord],
) -> Iterator[tuple[StudentRecord, list[AttributeRow]]]:
    """Decrypt records.

    Args:
        rows: the records.

    Yields:
        Each record with its rows.
    """
    sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
    for row in rows:
        plain = sealer.unseal(_bind_to(row.delivery, row.lookup), row.sealed)
        yield row, json.loads(plain)


def _is_for_pages(file: CheckedFile) -> bool:
    return not file.is_synthetic and may_keep_student_records(
        load_agreement_by_reference(file.agreement)
    )


def _read_students(file: CheckedFile) -> Mapping[str, list[AttributeRow]]:
    """Read the checked rows as attributes by local ID; none of another record type."""
    store, record = open_file_store(), get_record_type(file.record)
    columns = [name for name, _type in store.manifest(file.conformed).columns]
    fields = list_attribute_fields(record, columns)
    if not (record.subject and fields and LOCAL_ID in columns):
        return {}
    batches = store.read_batches(file.conformed, [LOCAL_ID, *fields])
    return group_rows_by_student(batches, record, fields)


def _build_records(
    file: CheckedFile, students: Mapping[str, list[AttributeRow]]
) -> Iterator[StudentRecord]:
    sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
    name_children = make_child_namer(file.organization)
    # Two spellings of one ID are one student.
    rows_by_key: dict[str, list[AttributeRow]] = {}
    for key, rows in zip(name_children(students), students.values(), strict=True):
        rows_by_key.setdefault(key, []).extend(rows)
    for lookup, key in compute_record_lookups(rows_by_key).items():
        plain = json.dumps(rows_by_key[key], ensure_ascii=False, separators=(",", ":"))
        yield StudentRecord(
            delivery=file.delivery,
            source=str(file.conformed),
            lookup=lookup,
            agreement=file.agreement,
            record=file.record,
            sealed=sealer.seal(_bind_to(file.delivery, lookup), plain.encode()),
        )


def _bind_to(delivery: int, lookup: str) -> str:
    return f"{delivery}:{lookup}"
