"""The tables of one extract as they lie sealed, and the list of who is in it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

from cairn.rules.decision import Permit
from cairn.warehouse.formats.labelled import Kind, Value
from cairn.warehouse.zones import FileRef, Storehouse, Zone

PERSON: Final = "person"
_STEP: Final = "extract"
_TYPES: Final = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
}


@dataclass(frozen=True, slots=True)
class Table:
    """One record type: the columns by name, ``person`` among them, and the kind of each."""

    columns: Mapping[str, Sequence[Value]]
    kinds: Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is in an extract: by the child's code its class among those alike, and the keys under
    which the child's organizations know it (for the record of disclosures)."""

    classes: Mapping[str, int]
    keys: Mapping[str, tuple[str, ...]]


def kind_of(values: Sequence[Value], *, codes: Mapping[str, object]) -> Kind:
    """What a column holds, by its values and the list of codes that its element has."""
    some = [v for v in values if v is not None]
    if some and all(isinstance(v, date) for v in some):
        return Kind.DATE
    if some and all(isinstance(v, int | float) for v in some):
        return Kind.NUMBER
    return Kind.CODE if codes and set(some) <= set(codes) else Kind.TEXT


def write(
    store: Storehouse,
    tables: Mapping[str, Table],
    roster: Roster,
    *,
    permit: Permit,
    inputs: Sequence[FileRef],
    note: Mapping[str, str],
) -> tuple[dict[str, FileRef], FileRef]:
    """Writes each table and the list, sealed; the references by record type, and the list's."""
    refs = {
        name: store.write(
            Zone.EXTRACT,
            pa.table({n: pa.array(v, _TYPES[table.kinds[n]]) for n, v in table.columns.items()}),
            permit=permit,
            step=_STEP,
            inputs=inputs,
            counts={"children": len(set(table.columns[PERSON]))},
            note={**note, "record": name, "kinds": json.dumps(table.kinds)},
        )
        for name, table in tables.items()
    }
    children = sorted(roster.classes)
    listed = pa.table(
        {
            PERSON: pa.array(children, pa.string()),
            "class": pa.array([roster.classes[c] for c in children], pa.int64()),
            "keys": pa.array([" ".join(roster.keys.get(c, ())) for c in children], pa.string()),
        }
    )
    said = {**note, "record": "(who is in it)"}
    return refs, store.write(
        Zone.EXTRACT, listed, permit=permit, step=_STEP, inputs=inputs, note=said
    )


def read(store: Storehouse, ref: FileRef) -> Table:
    """One table again."""
    kinds = json.loads(store.manifest(ref).note["kinds"])
    found = store.read(ref)
    return Table(
        {name: found.column(name).to_pylist() for name in found.column_names},
        {name: Kind(kind) for name, kind in kinds.items()},
    )


def read_roster(store: Storehouse, ref: FileRef) -> Roster:
    """The list again."""
    rows = store.read(ref).to_pylist()
    return Roster(
        {row[PERSON]: row["class"] for row in rows},
        {row[PERSON]: tuple(row["keys"].split()) for row in rows},
    )
