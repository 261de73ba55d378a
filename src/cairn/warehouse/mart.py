"""Where identifiers and attributes part, and where a project gets what it may use and no more."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.rules.decision import Permit
from cairn.rules.vocabulary import IdentifierClass
from cairn.warehouse.elements import record_type
from cairn.warehouse.pseudonym import Pseudonyms
from cairn.warehouse.zones import FileRef, Storehouse, Zone

PERSON: Final = "person"
SOURCE: Final = "source"
_LINK: Final = "part"
_BUILD: Final = "build mart"


class NothingLinked(Exception):
    """There is nothing to build a mart from."""


def part(
    store: Storehouse, conformed: FileRef, crosswalk: pa.Table, *, source: str, permit: Permit
) -> FileRef:
    """Write the LINKED file of one conformed file: its attributes and ``person_id``.

    ``crosswalk`` has one row for each row of the file, in its order, and the column ``person_id``,
    null where the row's person is not known. ``source`` is the organization that sent it. No
    direct identifier passes, and no element that the file's agreement did not cover is in it.
    """
    table = store.read(conformed)
    if len(crosswalk) != len(table):
        raise ValueError("The crosswalk must have one row for each row of the file.")
    record = record_type(table.schema.metadata[b"cairn.record"].decode())
    kept = [
        name
        for name, field in record.fields.items()
        if name in table.column_names and field.identifier is not IdentifierClass.DIRECT
    ]
    columns = {
        "person_id": crosswalk.column("person_id").cast(pa.string()),
        SOURCE: pa.array([source] * len(table), pa.string()),
        **{name: table.column(name) for name in kept},
    }
    return store.write(
        Zone.LINKED,
        pa.table(columns),
        permit=permit,
        step=_LINK,
        inputs=[conformed],
        counts={"rows": len(table), "not_linked": columns["person_id"].null_count},
        note={"record": record.name, "source": source, "made": part_name(conformed, crosswalk)},
    )


def crosswalk(seen: pa.Table | None, people: Mapping[str, str], *, rows: int) -> pa.Table:
    """The person of each row of a file: by the record key of ``seen``, or nobody's file (None)."""
    if seen is None:
        return pa.table({"person_id": pa.nulls(rows, pa.string())})
    keys = seen.column("record_key").combine_chunks().dictionary_encode()
    found = pa.array([people.get(key) for key in keys.dictionary.to_pylist()], pa.string())
    return pa.table({"person_id": found.take(keys.indices)})


def part_name(conformed: FileRef, crosswalk: pa.Table) -> str:
    """Names the part that would be made of a file and its people. People's ids are random, so
    that their hash says nothing."""
    ids = "\n".join(i or "" for i in crosswalk.column("person_id").to_pylist())
    return hashlib.sha256(f"{conformed}\n{ids}".encode()).hexdigest()


def parts(store: Storehouse) -> dict[str, FileRef]:
    """The linked files there are, by ``part_name``, so that a rerun continues."""
    return {
        record.note["made"]: FileRef(Zone.LINKED, record.digest, record.rows)
        for record in store.manifests()
        if record.step == _LINK and not record.destroyed
    }


def build(
    store: Storehouse, linked: Sequence[FileRef], *, permit: Permit, pseudonyms: Pseudonyms
) -> tuple[FileRef, ...]:
    """Write the MART of a project: one file per record type of ``linked``, in the order of names.

    Only elements that the permit names; without the people whom it leaves out (their person ids)
    and without rows of unknown people; ``person`` is a pseudonym of this project.
    """
    if not linked:
        raise NothingLinked("Nothing is linked yet. Run: cairn link")
    files: dict[str, list[FileRef]] = defaultdict(list)
    for ref in linked:
        files[store.manifest(ref).note["record"]].append(ref)
    return tuple(
        _build_record(store, name, files[name], permit, pseudonyms) for name in sorted(files)
    )


def _build_record(
    store: Storehouse, name: str, refs: Sequence[FileRef], permit: Permit, pseudonyms: Pseudonyms
) -> FileRef:
    record = record_type(name)
    allowed = [f for f in record.fields if f"{name}.{f}" in permit.elements]
    parts = [_narrowed(store.read(ref), allowed) for ref in sorted(refs)]
    table = pa.concat_tables(parts, promote_options="permissive")
    counts = {"rows_before": len(table)}
    if record.subject:
        person = table.column("person_id")
        left_out = pc.is_in(person, pa.array(sorted(permit.except_people), pa.string()))
        table = table.filter(pc.and_not(pc.is_valid(person), left_out))
        counts["rows_left_out"] = int(pc.sum(left_out).as_py() or 0)
    given = pseudonyms.give(p or "" for p in table.column("person_id").to_pylist())
    people = pa.array(given if record.subject else [None] * len(table), pa.string())
    table = table.drop_columns(["person_id"]).add_column(0, PERSON, people)
    return store.write(
        Zone.MART,
        table,
        permit=permit,
        step=_BUILD,
        inputs=sorted(refs),
        counts={**counts, "rows": len(table)},
        note={"record": name},
    )


def _narrowed(table: pa.Table, allowed: Sequence[str]) -> pa.Table:
    return table.select(
        ["person_id", SOURCE, *(name for name in allowed if name in table.column_names)]
    )
