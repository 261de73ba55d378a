"""Where identifiers and attributes part, and where a project gets what it may use and no more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.rules.decision import Permit
from cairn.rules.known import digest
from cairn.rules.vocabulary import IdentifierClass
from cairn.warehouse.children import LOCAL_ID, RowsOf, closed, emptied
from cairn.warehouse.elements import record_type
from cairn.warehouse.pseudonym import Pseudonyms
from cairn.warehouse.zones import FileRef, Storehouse, WrongPermit, Zone

PERSON: Final = "person"
SOURCE: Final = "source"
PERSON_ID: Final = "person_id"
_LINK: Final = "part"
_BUILD: Final = "build mart"


class NothingLinked(Exception):
    """There is nothing to build a mart from."""


def part(
    store: Storehouse,
    conformed: FileRef,
    crosswalk: pa.Table,
    *,
    source: str,
    permit: Permit,
    rows: RowsOf | None = None,
) -> FileRef:
    """Write the LINKED file of one conformed file: its attributes and ``person_id``.

    ``crosswalk`` has one row for each row of the file, in its order, and the column ``person_id``,
    null where the row's person is not known. ``source`` is the organization that sent it. No
    direct identifier passes, and no element that the file's agreement did not cover is in it.
    Of a child that ``rows`` and the permit do not open, an empty row is left in its place.
    """
    table = seen(store.read(conformed), rows, permit)
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
        note={
            "record": record.name,
            "source": source,
            "agreement": rows.agreement if rows else "",
            "made": part_name(conformed, crosswalk, permit, rows),
        },
    )


def crosswalk(seen: pa.Table | None, people: Mapping[str, str], *, rows: int) -> pa.Table:
    """The person of each row of a file: by the record key of ``seen``, or nobody's file (None)."""
    if seen is None:
        return pa.table({"person_id": pa.nulls(rows, pa.string())})
    keys = seen.column("record_key").combine_chunks().dictionary_encode()
    found = pa.array([people.get(key) for key in keys.dictionary.to_pylist()], pa.string())
    return pa.table({"person_id": found.take(keys.indices)})


def seen(table: pa.Table, rows: RowsOf | None, permit: Permit) -> pa.Table:
    """A conformed table as a later step may see it today: the same rows, each cell empty that its
    child does not open (or does no longer)."""
    record = record_type(table.schema.metadata[b"cairn.record"].decode())
    if rows is None or not record.subject or not rows.concerned(permit):
        return table
    children = children_of(table, rows)
    held = {
        n: frozenset({record.fields[n].element}) for n in table.column_names if n in record.fields
    }
    whole = closed(children, rows, frozenset({f"{record.name}.{LOCAL_ID}"}), permit)
    return _without_rows(emptied(table, children, rows, held, permit), held, whole)


def children_of(conformed: pa.Table, rows: RowsOf) -> pa.Array:
    """The child of each row of a conformed table."""
    if LOCAL_ID not in conformed.column_names:
        return pa.nulls(len(conformed), pa.string())
    return rows.children(conformed.column(LOCAL_ID))


def _without_rows(table: pa.Table, columns: Iterable[str], out: pa.Array) -> pa.Table:
    """The table with nothing in some rows: whoever may not be named is not there at all."""
    for name in columns:
        column = table.column(name)
        cells = pc.if_else(out, pa.scalar(None, column.type), column)
        table = table.set_column(table.column_names.index(name), table.field(name), cells)
    return table


def part_name(conformed: FileRef, crosswalk: pa.Table, permit: Permit, rows: RowsOf | None) -> str:
    """Names the part that would be made of a file and its people, and of what their consents open.
    People's ids are random, so that their hash says nothing."""
    ids = "\n".join(i or "" for i in crosswalk.column("person_id").to_pylist())
    mine = permit.rows.get(rows.agreement) if rows else None
    shut = permit.shut.get(rows.agreement) if rows else None
    return digest(str(conformed), ids, mine, permit.kept_back, shut)


def parts(store: Storehouse) -> dict[str, FileRef]:
    """The linked files there are, by ``part_name``, so that a rerun continues."""
    return {
        record.note["made"]: FileRef(Zone.LINKED, record.digest, record.rows)
        for record in store.manifests()
        if record.step == _LINK and not record.destroyed
    }


def build(
    store: Storehouse,
    linked: Sequence[FileRef],
    *,
    permit: Permit,
    pseudonyms: Pseudonyms,
    rows: Mapping[FileRef, RowsOf] | None = None,
) -> tuple[FileRef, ...]:
    """Write the MART of a project: one file per record type of ``linked``, in the order of names.

    Only elements that the permit names; without the people whom it leaves out (their person ids)
    and without rows of unknown people; ``person`` is a pseudonym of this project. ``rows`` says
    whose rows each file holds, which a permit that opens rows child by child asks for: the child of
    a row is read from the file that the linked one was made of, row by row the same.
    """
    if not linked:
        raise NothingLinked("Nothing is linked yet. Run: cairn link")
    files: dict[str, list[FileRef]] = defaultdict(list)
    for ref in linked:
        files[store.manifest(ref).note["record"]].append(ref)
    whose = rows or {}
    if (permit.rows or permit.shut) and (unsaid := set(linked) - whose.keys()):
        raise WrongPermit(f"Nobody said whose rows are in {min(unsaid)}.")
    return tuple(
        _build_record(store, name, files[name], permit, pseudonyms, whose) for name in sorted(files)
    )


def _build_record(
    store: Storehouse,
    name: str,
    refs: Sequence[FileRef],
    permit: Permit,
    pseudonyms: Pseudonyms,
    rows: Mapping[FileRef, RowsOf],
) -> FileRef:
    record = record_type(name)
    allowed = [f for f in record.fields if f"{name}.{f}" in permit.elements]
    parts = [_narrowed(_opened(store, ref, rows.get(ref), permit), allowed) for ref in sorted(refs)]
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


def _opened(store: Storehouse, ref: FileRef, rows: RowsOf | None, permit: Permit) -> pa.Table:
    """A linked file without the rows and cells that their children do not open today. A row that
    stays out is nobody's: the mart leaves it out with those of unknown people."""
    table, record = store.read(ref), record_type(store.manifest(ref).note["record"])
    if rows is None or not record.subject or not rows.concerned(permit):
        return table
    (conformed,) = store.manifest(ref).inputs
    children = children_of(store.read(FileRef.parse(conformed)), rows)
    held = {
        n: frozenset({record.fields[n].element}) for n in table.column_names if n in record.fields
    }
    held = {n: mine for n, mine in held.items() if mine <= permit.elements}
    out = _nothing_open(children, rows, held, permit)
    return _without_rows(emptied(table, children, rows, held, permit), (PERSON_ID, *held), out)


def _nothing_open(
    children: pa.Array, rows: RowsOf, held: Mapping[str, frozenset[str]], permit: Permit
) -> pa.Array:
    """True for each row of which its child opens nothing that is there."""
    out = pa.repeat(value=True, size=len(children))
    for mine in held.values():
        out = pc.and_(out, closed(children, rows, mine, permit))
    return out


def _narrowed(table: pa.Table, allowed: Sequence[str]) -> pa.Table:
    return table.select(
        ["person_id", SOURCE, *(name for name in allowed if name in table.column_names)]
    )
