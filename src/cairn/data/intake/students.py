"""Find the students in the rows of a file, with their known birth dates and enrollments.

A student is named by the key of `consents`, a keyed hash of the organization's own student ID:
this app can look up the consent, and no name leaves the file. What a partner has delivered
about its own students lets an agreement's population be checked for rows that do not hold it
themselves.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import QuerySet

from cairn.data.intake.models import Delivery
from cairn.governance.consents import api as consents_api
from cairn.governance.disclosure_log.api import ChildHashes
from cairn.governance.partners import api as partners_api
from cairn.governance.partners.api import Organization
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine import find_audience
from cairn.policy.facts import Actor, AgreementFact, RowsFact
from cairn.policy.law import SIGNED_FORM_BASES
from cairn.policy.vocabulary import Audience, DeliveryState, LegalBasis, Level, PartyRole
from cairn.warehouse import pipeline
from cairn.warehouse.schema import (
    HEADING_COLUMN,
    LOCAL_ID,
    ColumnMapping,
    ColumnTarget,
    Sheet,
    repair_id,
)
from cairn.warehouse.store import FileRef, FileStore

__all__ = [
    "build_rows_fact",
    "collect_delivered_students",
    "compute_student_keys",
    "describe_row_origin",
    "iterate_landed_local_ids",
    "list_conformed_local_ids",
]


_ROWS_AT_ONCE: Final = 1 << 20
_KEY_DIGITS: Final = 64


def list_student_keys(
    store: FileStore, landed: FileRef, mapping: ColumnMapping, organization: Organization
) -> frozenset[str]:
    """List the key of each student in a landed file.

    A row names its student by the organization's own ID. Families find the disclosure by these
    keys. A file without such IDs, or not about students, names no student: its families cannot
    be distinguished.

    Args:
        store: the file store.
        landed: the landed file.
        mapping: its column mapping.
        organization: the sender.

    Returns:
        The keys.
    """
    return compute_student_keys(organization.slug, iterate_landed_local_ids(store, landed, mapping))


def iterate_landed_local_ids(
    store: FileStore, landed: FileRef, mapping: ColumnMapping
) -> Iterator[str]:
    """Yield the IDs by which a landed file names students; the file is read when asked.

    The column is read in blocks of a million rows. Within one an ID comes once.

    Args:
        store: the file store.
        landed: the landed file.
        mapping: its column mapping.

    Yields:
        The organization's own student IDs.
    """
    if headers := _list_id_headers([name for name, _ in store.manifest(landed).columns], mapping):
        batches: list[pa.RecordBatch] = []
        for batch in store.read_batches(landed, headers):
            batches.append(batch)
            if sum(part.num_rows for part in batches) >= _ROWS_AT_ONCE:
                yield from iterate_table_local_ids(pa.Table.from_batches(batches), mapping)
                batches = []
        if batches:
            yield from iterate_table_local_ids(pa.Table.from_batches(batches), mapping)


def iterate_table_local_ids(table: pa.Table, mapping: ColumnMapping) -> Iterator[str]:
    """Yield the IDs by which the rows of a landed table name students, each once for a table."""
    for header in _list_id_headers(table.column_names, mapping):
        for local_id in pc.unique(table.column(header)).to_pylist():
            if local_id and local_id.strip():
                yield local_id if local_id.isalnum() else repair_id(local_id)


def _list_id_headers(header: Sequence[str], mapping: ColumnMapping) -> list[str]:
    """List the columns with the IDs by which rows name students; none of another record type."""
    targets = mapping.targets(header) if mapping.type.subject else {}
    return [name for name, target in targets.items() if target.field == LOCAL_ID]


def list_landed_days(store: FileStore, landed: FileRef, mapping: ColumnMapping) -> frozenset[str]:
    """List the days that the rows of a landed file are about, as the file writes them.

    Args:
        store: the file store.
        landed: the landed file.
        mapping: its column mapping.

    Returns:
        The different days; none for a record type without a required date.
    """
    fields = mapping.type.fields
    dated = {name for name, field in fields.items() if field.type == "date" and field.required}
    headers = [
        header
        for header, target in mapping.columns.items()
        if ColumnTarget.parse(target).field in dated
    ]
    table = store.read(landed)
    columns = [name for name in (*headers, HEADING_COLUMN) if name in table.column_names]
    return frozenset(
        day.strip()
        for name in columns
        for day in pc.unique(table.column(name)).to_pylist()
        if day and day.strip()
    )


def describe_row_origin(
    organization: str,
    agreement: str,
    known: pipeline.KnownStudents | None = None,
    on_named: Callable[[memoryview], object] | None = None,
    *,
    file_year: str = "",
) -> pipeline.RowOrigin:
    """Describe for the warehouse where rows come from and how their students are named.

    Args:
        organization: slug of the sender.
        agreement: reference of the agreement.
        known: what the organization has delivered of these students before.
        on_named: receives the keys of the students of remaining rows, one after the other, if they
            are asked for.
        file_year: the school year of the file; empty if no step asks for it.

    Returns:
        The origin of the rows.
    """
    receive_keys = None if on_named is None else lambda keys: on_named(_get_text(keys))
    return pipeline.RowOrigin(
        agreement,
        organization,
        _make_column_namer(organization),
        known or {},
        receive_keys,
        file_year,
    )


def _make_column_namer(organization: str) -> Callable[[pa.Array], pa.Array]:
    """Make the function that computes the keys of a column of IDs."""
    name_children = consents_api.make_child_namer(organization)
    name_lines = consents_api.make_line_namer(organization)

    def name_column(ids: pa.Array) -> pa.Array:
        if not len(ids) or not pc.all(pc.ascii_is_alnum(ids)).as_py():
            return pa.array(name_children(ids.to_pylist()), pa.string())
        lines = pc.binary_join(pa.ListArray.from_arrays([0, len(ids)], ids), "\n")[0].as_py()
        starts = np.arange(0, (len(ids) + 1) * _KEY_DIGITS, _KEY_DIGITS, dtype=np.int32)
        keys = [None, pa.py_buffer(starts), pa.py_buffer(name_lines(lines).encode())]
        return pa.Array.from_buffers(pa.string(), len(ids), keys)

    return name_column


def _get_text(column: pa.Array) -> memoryview:
    """Return the texts of a column without nulls, one after the other."""
    if not len(column):
        return memoryview(b"")
    starts = np.frombuffer(column.buffers()[1], np.int32)[column.offset :]
    return memoryview(column.buffers()[2])[starts[0] : starts[len(column)]]


def build_rows_fact(terms: AgreementFact, ids: Mapping[str, Iterable[str]], on: date) -> RowsFact:
    """Build the fact of the students in rows under one agreement on a day.

    Under written consent every named student is looked up. Under any other basis only students
    with restricted data are looked up, since all other rows are in, once their school has
    declared so; for directory information also those of families that opted out.

    Args:
        terms: the agreement.
        ids: the organizations' own student IDs, by organization (slug).
        on: the day.

    Returns:
        The fact.
    """
    keys: set[str] = set()
    if terms.basis in SIGNED_FORM_BASES:
        for organization, local_ids in ids.items():
            keys |= compute_student_keys(organization, local_ids)
    return build_rows_fact_from_keys(terms, ids, keys, on)


def build_rows_fact_from_keys(
    terms: AgreementFact, organizations: Iterable[str], keys: Iterable[str], on: date
) -> RowsFact:
    """Build the fact of the students in rows, as ``build_rows_fact`` does, from known keys.

    Computing the keys of a large file takes long; this only reads the database.

    Args:
        terms: the agreement.
        organizations: slugs of the organizations of the students in the rows.
        keys: the students' keys; used under written consent only.
        on: the day.

    Returns:
        The fact.
    """
    if terms.basis in SIGNED_FORM_BASES:
        owners = terms.list_organizations(PartyRole.PROVIDER)
        return RowsFact(
            terms.reference,
            consents_api.load_person_facts(keys, on),
            providers=partners_api.load_organization_facts(
                Organization.objects.filter(slug__in=owners)
            ),
            state_reviews=partners_api.load_state_reviews(owners),
        )
    return RowsFact(
        terms.reference,
        consents_api.load_children_with_restrictions(
            organizations, on, opted_out=terms.basis is LegalBasis.DIRECTORY
        ),
        consents_api.load_school_declarations(terms.list_organizations(PartyRole.PROVIDER), on),
    )


def compute_student_keys(organization: str, local_ids: Iterable[str]) -> frozenset[str]:
    """Compute the key of each student from an organization's own IDs; blank IDs name no student.

    Args:
        organization: slug of the organization.
        local_ids: its own student IDs.

    Returns:
        The keys.
    """
    name_children = consents_api.make_child_namer(organization)
    return frozenset(name_children(local_id for local_id in local_ids if local_id.strip()))


def collect_child_hashes(
    store: FileStore, landed: FileRef, mapping: ColumnMapping, organization: str
) -> ChildHashes:
    """Collect the students in a landed file for the line of its disclosure, in little memory.

    Args:
        store: the file store.
        landed: the landed file.
        mapping: its column mapping.
        organization: slug of the sender.

    Returns:
        The students, as `list_student_keys` lists them.
    """
    name_children, hashes = consents_api.make_child_namer(organization), ChildHashes()
    local_ids = filter(str.strip, iterate_landed_local_ids(store, landed, mapping))
    while block := list(islice(local_ids, _ROWS_AT_ONCE)):
        hashes.add_keys(name_children(block))
    return hashes


def list_conformed_local_ids(store: FileStore, conformed: FileRef) -> frozenset[str]:
    """List the IDs by which the rows of a conformed file name students.

    Args:
        store: the file store.
        conformed: the conformed file.

    Returns:
        The organization's own student IDs.
    """
    if LOCAL_ID not in (name for name, _ in store.manifest(conformed).columns):
        return frozenset()
    ids = pc.unique(store.read(conformed).column(LOCAL_ID)).to_pylist()
    return frozenset(local_id for local_id in ids if local_id)


def list_statements_with_delivery(
    delivery: Delivery, who: Actor, on: date
) -> list[consents_api.StatementToSend]:
    """List the families' statements that go with the accepted rows of a delivery.

    They name students, so they are listed for the sender's own staff and the hub's data manager.
    The file is read only if a family of the sender placed a statement at all.
    """
    audience = find_audience(who, frozenset({delivery.organization.slug}), on)
    if audience is not Audience.STEWARD:
        return []
    keys = consents_api.list_children_with_statements(delivery.organization.slug)
    if not keys or not delivery.conformed:
        return []
    store, conformed = open_file_store(), FileRef.parse(delivery.conformed)
    columns = [name for name, _kind in store.manifest(conformed).columns]
    present = {
        consents_api.compute_child_key(delivery.organization.slug, local_id)
        for local_id in list_conformed_local_ids(store, conformed)
    }
    return consents_api.list_statements_to_send(
        present & set(keys.values()),
        {f"{delivery.record}.{name}" for name in columns},
        Level.INDIVIDUAL,
        on,
    )


def list_sheet_local_ids(sheets: Iterable[Sheet], mapping: ColumnMapping) -> frozenset[str]:
    """List the IDs by which the rows of sheets name students, as they would land.

    An ID may be made from other columns, and rows that a filter leaves out name no student.
    """
    return frozenset(
        repair_id(local_id)
        for sheet in (pipeline.prepare_sheet(sheet, mapping) for sheet in sheets)
        for header, target in mapping.targets(sheet.header).items()
        if target.field == LOCAL_ID
        for local_id in pc.unique(sheet.table[header]).to_pylist()
        if local_id
    )


def load_known_students(delivery: Delivery, store: FileStore) -> pipeline.KnownStudents:
    """Load what the sender's other current deliveries say of its students, by its own IDs.

    They are the sender's own records, under any of its agreements; nothing of them leaves
    memory. Invented data say nothing of real students, nor the reverse.
    """
    rows = Delivery.objects.filter(
        organization=delivery.organization, state=DeliveryState.CONFORMED.value
    ).exclude(pk=delivery.pk)
    rows = rows.exclude(synthetic="") if delivery.pilot else rows.filter(synthetic="")
    return collect_delivered_students(store, rows, delivery.organization.slug)


def collect_delivered_students(
    store: FileStore, rows: QuerySet[Delivery], organization: str
) -> pipeline.KnownStudents:
    """Collect what some deliveries of one organization say of its students, by its own IDs.

    Args:
        store: the file store.
        rows: accepted deliveries of the organization.
        organization: its slug.

    Returns:
        The known facts; nothing of them leaves memory.
    """
    files = ((row.record, FileRef.parse(row.conformed)) for row in rows.order_by("pk"))
    return pipeline.collect_known_students(_read_population_columns(store, files), organization)


def load_known_students_by_key(
    store: FileStore, students: Mapping[str, str]
) -> dict[str, pipeline.KnownStudent]:
    """Load what organizations have delivered of their own students.

    Files of a pilot are left out; nothing leaves memory.

    Args:
        store: the file store.
        students: organization (slug) by student key.

    Returns:
        Facts by student key.
    """
    known_by_key: dict[str, pipeline.KnownStudent] = {}
    for slug in sorted(set(students.values())):
        rows = Delivery.objects.filter(
            organization__slug=slug, state=DeliveryState.CONFORMED.value, synthetic=""
        )
        files = ((row.record, FileRef.parse(row.conformed)) for row in rows.order_by("pk"))
        for local_id, known_student in pipeline.collect_known_students(
            _read_population_columns(store, files), slug
        ).items():
            if students.get(key := consents_api.compute_child_key(slug, local_id)) == slug:
                known_by_key[key] = pipeline.merge_known_student(
                    known_by_key.get(key, pipeline.UNKNOWN_STUDENT), known_student
                )
    return known_by_key


def _read_population_columns(
    store: FileStore, files: Iterator[tuple[str, FileRef]]
) -> Iterator[tuple[str, pipeline.ConformedColumns]]:
    for record, ref in files:
        present = {name for name, _ in store.manifest(ref).columns}
        fields = [name for name in pipeline.POPULATION_FIELDS if name in present]
        if LOCAL_ID in fields and len(fields) > 1:
            table = store.read(ref)
            yield record, {name: table.column(name) for name in fields}
