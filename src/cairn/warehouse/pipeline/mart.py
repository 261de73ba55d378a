"""Separate identifiers from attributes, and build a project's mart with only what it may use."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.policy.engine import Permit, digest_facts
from cairn.policy.vocabulary import IdentifierClass
from cairn.warehouse.pipeline.row_filters import RowOrigin, blank_closed_cells, find_closed_rows
from cairn.warehouse.schema import LOCAL_ID, get_record_type
from cairn.warehouse.store import FileRef, FileStore, Pseudonyms, WrongPermit, Zone

__all__ = [
    "FILE_YEAR_COLUMN",
    "PERSON_COLUMN",
    "SOURCE_COLUMN",
    "build_crosswalk",
    "build_mart",
    "compute_linked_file_key",
    "find_linked_files",
    "hide_closed_data",
    "split_identifiers",
]

PERSON_COLUMN: Final = "person"
SOURCE_COLUMN: Final = "source"
FILE_YEAR_COLUMN: Final = "file_year"
"""The school year of the file of a row, of record types that have no school year of their own."""
PERSON_ID_COLUMN: Final = "person_id"
_SCHOOL_YEAR: Final = "school_year"
_SPLIT_STEP: Final = "part"
_BUILD_STEP: Final = "build mart"


class NoLinkedFiles(Exception):
    """There are no linked files to build a mart from."""


def split_identifiers(
    store: FileStore,
    conformed: FileRef,
    crosswalk: pa.Table,
    *,
    source: str,
    permit: Permit,
    rows: RowOrigin | None = None,
) -> FileRef:
    """Write the LINKED file of one conformed file: its attributes and ``person_id``.

    No direct identifier passes, and no element outside the file's agreement is in it. A row of
    a student that ``rows`` and the permit do not open becomes an empty row.

    Args:
        store: the file store.
        conformed: the conformed file.
        crosswalk: Table[person_id: str], one row for each row of the file, in its order; null
            where the person is not known.
        source: slug of the organization that sent the file.
        permit: a permit to link.
        rows: where the rows come from.

    Returns:
        A reference to the linked file.

    Raises:
        ValueError: the crosswalk has another number of rows than the file.
    """
    table = hide_closed_data(store.read(conformed), rows, permit)
    if len(crosswalk) != len(table):
        raise ValueError("The crosswalk must have one row for each row of the file.")
    record = get_record_type(table.schema.metadata[b"cairn.record"].decode())
    attribute_names = [
        name
        for name, field in record.fields.items()
        if name in table.column_names and field.identifier is not IdentifierClass.DIRECT
    ]
    columns = {
        "person_id": crosswalk.column("person_id").cast(pa.string()),
        SOURCE_COLUMN: pa.array([source] * len(table), pa.string()),
        **{name: table.column(name) for name in attribute_names},
    }
    return store.write(
        Zone.LINKED,
        pa.table(columns),
        permit=permit,
        step=_SPLIT_STEP,
        inputs=[conformed],
        counts={"rows": len(table), "not_linked": columns["person_id"].null_count},
        note={
            "record": record.name,
            "source": source,
            "agreement": rows.agreement if rows else "",
            "made": compute_linked_file_key(conformed, crosswalk, permit, rows),
        },
    )


def build_crosswalk(records: pa.Table | None, people: Mapping[str, str], *, rows: int) -> pa.Table:
    """Build the crosswalk of a file: the person of each row.

    Args:
        records: Table[record_key: str, ...] with the record key of each row; None for a file
            without records of people.
        people: person ID by record key.
        rows: number of rows of the file.

    Returns:
        Table[person_id: str], null where the person is not known.
    """
    if records is None:
        return pa.table({"person_id": pa.nulls(rows, pa.string())})
    keys = records.column("record_key").combine_chunks().dictionary_encode()
    person_ids = pa.array(
        [people.get(record_key) for record_key in keys.dictionary.to_pylist()], pa.string()
    )
    return pa.table({"person_id": person_ids.take(keys.indices)})


def hide_closed_data(table: pa.Table, rows: RowOrigin | None, permit: Permit) -> pa.Table:
    """Return a conformed table as a later step may see it today.

    The rows stay; each cell that its student does not open (or no longer opens) is empty.

    Args:
        table: the conformed table.
        rows: where the rows come from; None if the permit is not about single students.
        permit: the permit of the later step.

    Returns:
        The table, with closed cells empty.
    """
    record = get_record_type(table.schema.metadata[b"cairn.record"].decode())
    if rows is None or not record.subject or not rows.is_affected_by(permit):
        return table
    students = name_row_students(table, rows)
    elements_by_column = {
        column_name: frozenset({record.fields[column_name].element})
        for column_name in table.column_names
        if column_name in record.fields
    }
    is_hidden = find_closed_rows(students, rows, frozenset({f"{record.name}.{LOCAL_ID}"}), permit)
    return _blank_rows(
        blank_closed_cells(table, students, rows, elements_by_column, permit),
        elements_by_column,
        is_hidden,
    )


def name_row_students(conformed: pa.Table, rows: RowOrigin) -> pa.DictionaryArray:
    """Return the key of the student of each row of a conformed table."""
    if LOCAL_ID not in conformed.column_names:
        return pa.nulls(len(conformed), pa.string()).dictionary_encode()
    return rows.get_student_keys(conformed.column(LOCAL_ID))


def _blank_rows(table: pa.Table, columns: Iterable[str], is_blank: pa.Array) -> pa.Table:
    """Blank some rows: a student who may not be named leaves no trace in them."""
    for name in columns:
        column = table.column(name)
        cells = pc.if_else(is_blank, pa.scalar(None, column.type), column)
        table = table.set_column(table.column_names.index(name), table.field(name), cells)
    return table


def compute_linked_file_key(
    conformed: FileRef, crosswalk: pa.Table, permit: Permit, rows: RowOrigin | None
) -> str:
    """Compute the name of the linked file that a file, its people and their consents would make.

    People's IDs are random, so their hash reveals nothing.

    Args:
        conformed: the conformed file.
        crosswalk: Table[person_id: str], one row for each row of the file.
        permit: the permit to link.
        rows: where the rows come from.

    Returns:
        A digest; the same inputs give the same one.
    """
    ids = "\n".join(person_id or "" for person_id in crosswalk.column("person_id").to_pylist())
    consents = permit.rows.get(rows.agreement) if rows else None
    withheld = permit.shut.get(rows.agreement) if rows else None
    return digest_facts(str(conformed), ids, consents, permit.kept_back, withheld)


def find_linked_files(store: FileStore) -> dict[str, FileRef]:
    """Find the linked files by their key, so that a rerun continues.

    Args:
        store: the file store.

    Returns:
        References by ``compute_linked_file_key``.
    """
    return {
        manifest.note["made"]: FileRef(Zone.LINKED, manifest.digest, manifest.rows)
        for manifest in store.manifests()
        if manifest.step == _SPLIT_STEP and not manifest.destroyed
    }


def build_mart(
    store: FileStore,
    linked: Sequence[FileRef],
    *,
    permit: Permit,
    pseudonyms: Pseudonyms,
    rows: Mapping[FileRef, RowOrigin] | None = None,
) -> tuple[FileRef, ...]:
    """Write the MART of a project: one file for each record type, in the order of names.

    It holds only elements that the permit names. It leaves out people that the permit excludes
    and rows of unknown people. The column ``person`` has a pseudonym of this project.

    Args:
        store: the file store.
        linked: the linked files.
        permit: a permit to build the mart or to prepare an extract.
        pseudonyms: pseudonyms of the project.
        rows: where the rows of each file come from; required if the permit opens rows student
            by student. The student of a row is read from the conformed file of the linked one,
            which has the same rows.

    Returns:
        References to the mart's files.

    Raises:
        NoLinkedFiles: ``linked`` is empty.
        WrongPermit: ``rows`` lacks a file.
    """
    if not linked:
        raise NoLinkedFiles("No records are linked yet. Run: cairn link")
    files: dict[str, list[FileRef]] = defaultdict(list)
    for ref in linked:
        files[store.manifest(ref).note["record"]].append(ref)
    row_origins = rows or {}
    if (permit.rows or permit.shut) and (missing_origins := set(linked) - row_origins.keys()):
        raise WrongPermit(f"The owner of the rows in {min(missing_origins)} is not known.")
    return tuple(
        _build_record_file(store, name, files[name], permit, pseudonyms, row_origins)
        for name in sorted(files)
    )


def _build_record_file(
    store: FileStore,
    record_name: str,
    refs: Sequence[FileRef],
    permit: Permit,
    pseudonyms: Pseudonyms,
    rows: Mapping[FileRef, RowOrigin],
) -> FileRef:
    record = get_record_type(record_name)
    allowed_fields = [
        field_name
        for field_name in record.fields
        if f"{record_name}.{field_name}" in permit.elements
    ]
    parts = [
        _select_allowed_columns(
            _read_opened_rows(store, ref, rows.get(ref), permit), allowed_fields
        )
        for ref in sorted(refs)
    ]
    if record.subject and _SCHOOL_YEAR not in record.fields:
        years = [rows[ref].file_year if ref in rows else "" for ref in sorted(refs)]
        parts = [
            _add_file_year(part, year) if year else part
            for part, year in zip(parts, years, strict=True)
        ]
    table = pa.concat_tables(parts, promote_options="permissive")
    counts = {"rows_before": len(table)}
    if record.subject:
        table, counts["rows_left_out"] = _drop_excluded_people(table, permit)
    pseudonym_list = pseudonyms.assign_pseudonyms(
        person_id or "" for person_id in table.column("person_id").to_pylist()
    )
    people = pa.array(pseudonym_list if record.subject else [None] * len(table), pa.string())
    table = table.drop_columns(["person_id"]).add_column(0, PERSON_COLUMN, people)
    return store.write(
        Zone.MART,
        table,
        permit=permit,
        step=_BUILD_STEP,
        inputs=sorted(refs),
        counts={**counts, "rows": len(table)},
        note={"record": record_name},
    )


def _add_file_year(table: pa.Table, year: str) -> pa.Table:
    years = pa.repeat(pa.scalar(year, pa.string()), len(table))
    return table.append_column(FILE_YEAR_COLUMN, years)


def _drop_excluded_people(table: pa.Table, permit: Permit) -> tuple[pa.Table, int]:
    """Drop rows of people that the permit excludes, such as by opt-out, and of unknown people.

    Returns the rest, and the number of rows of excluded people.
    """
    person = table.column(PERSON_ID_COLUMN)
    is_excluded = pc.is_in(person, pa.array(sorted(permit.except_people), pa.string()))
    kept_rows = table.filter(pc.and_not(pc.is_valid(person), is_excluded))
    return kept_rows, int(pc.sum(is_excluded).as_py() or 0)


def _read_opened_rows(
    store: FileStore, ref: FileRef, rows: RowOrigin | None, permit: Permit
) -> pa.Table:
    """Read a linked file without the rows and cells that their students do not open today.

    A row that stays out gets no person, so the mart leaves it out with the rows of unknown
    people.
    """
    table, record = store.read(ref), get_record_type(store.manifest(ref).note["record"])
    if rows is None or not record.subject or not rows.is_affected_by(permit):
        return table
    (conformed,) = store.manifest(ref).inputs
    students = name_row_students(store.read(FileRef.parse(conformed)), rows)
    elements_by_column = {
        column_name: frozenset({record.fields[column_name].element})
        for column_name in table.column_names
        if column_name in record.fields
    }
    elements_by_column = {
        column_name: column_elements
        for column_name, column_elements in elements_by_column.items()
        if column_elements <= permit.elements
    }
    is_left_out = _find_fully_closed_rows(students, rows, elements_by_column, permit)
    return _blank_rows(
        blank_closed_cells(table, students, rows, elements_by_column, permit),
        (PERSON_ID_COLUMN, *elements_by_column),
        is_left_out,
    )


def _find_fully_closed_rows(
    students: pa.DictionaryArray,
    rows: RowOrigin,
    elements_by_column: Mapping[str, frozenset[str]],
    permit: Permit,
) -> pa.Array:
    """Return True for each row of a student who opens none of its columns."""
    is_closed = pa.repeat(value=True, size=len(students))
    for column_elements in elements_by_column.values():
        is_closed = pc.and_(is_closed, find_closed_rows(students, rows, column_elements, permit))
    return is_closed


def _select_allowed_columns(table: pa.Table, allowed: Sequence[str]) -> pa.Table:
    return table.select(
        ["person_id", SOURCE_COLUMN, *(name for name in allowed if name in table.column_names)]
    )
