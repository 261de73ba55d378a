"""The door. Of what arrived, only columns that the agreement covers are ever written.

Everything before the one ``store.write`` below happens in memory: columns that the mapping does
not name, or whose elements the permit does not list, are gone before it, and so are the parts of a
whole name that are not covered, and the rows of children whose consent does not open them. What is
written is text, as it came, with its place in the file.
"""

import json
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as AbstractMapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.rules.decision import Permit
from cairn.rules.vocabulary import Action
from cairn.warehouse import names, quality
from cairn.warehouse.children import RowsOf, opened
from cairn.warehouse.mapping import NAME, Mapping, Target
from cairn.warehouse.quality import NOT_COVERED, DroppedColumn
from cairn.warehouse.read.sheet import ROW, ReadNote, Sheet
from cairn.warehouse.wide import melted
from cairn.warehouse.zones import FileRef, Storehouse, WrongPermit, Zone

CONSTANT: Final = "(constant)"
SHEET: Final = "__sheet"
STEP: Final = "land"
_NOTE: Final = "landing"


class NothingToLand(Exception):
    """The file cannot be used under this mapping and permit. The message says what to change."""


@dataclass(frozen=True, slots=True)
class Landed:
    """What was written, and what was not. ``misfits`` are rows that were set aside unread,
    ``left_out`` the number of those that no child's consent opens."""

    ref: FileRef
    rows: int
    dropped: tuple[DroppedColumn, ...]
    missing: tuple[str, ...]
    notes: tuple[ReadNote, ...]
    misfits: tuple[int, ...]
    left_out: int = 0


def land(
    store: Storehouse,
    sheets: Sequence[Sheet],
    mapping: Mapping,
    *,
    permit: Permit,
    rows: RowsOf | None = None,
    note: AbstractMapping[str, str] | None = None,
) -> Landed:
    """Write the covered columns of the mapped sheets. ``note`` goes into the manifest, and
    ``Storehouse.find`` finds the file by it.

    ``rows`` says whose rows they are, which a permit that opens rows child by child asks for.
    Raises ``WrongPermit``, or ``NothingToLand`` when no sheet has the mapped columns or a required
    element is not among what may be written.
    """
    if permit.action is not Action.RECEIVE:
        raise WrongPermit(f"A permit to {permit.action} does not receive a delivery.")
    if (permit.rows or permit.shut) and rows is None:
        raise WrongPermit("The permit opens rows child by child, and nobody said whose they are.")
    chosen = _chosen(sheets, mapping)
    dropped: list[DroppedColumn] = []
    dropped += [
        DroppedColumn(name, refusal, CONSTANT, NOT_COVERED)
        for name in mapping.constants
        if (refusal := _refusal(Target(name), mapping, permit))
    ]
    opened = [_covered(sheet, mapping, permit, rows, dropped) for sheet in chosen]
    tables, left_out = [table for table, _ in opened], sum(n for _, n in opened)
    _usable(chosen, tables, mapping, permit)
    table = pa.concat_tables(tables, promote_options="permissive")
    notes = tuple(n for sheet in chosen for n in sheet.notes)
    misfits = tuple(row for sheet in chosen for row in sheet.misfits)
    missing = tuple(mapping.absent({h for sheet in chosen for h in sheet.header}))
    said = {
        "dropped": [asdict(d) for d in dropped],
        "missing": missing,
        "notes": [asdict(n) for n in notes],
        "misfits": misfits,
        "left_out": left_out,
    }
    ref = store.write(
        Zone.LANDED,
        table,
        permit=permit,
        step=STEP,
        counts={
            "rows": table.num_rows,
            "misfits": len(misfits),
            "dropped": len(dropped),
            "left_out": left_out,
        },
        engine="pyarrow",
        note={"record": mapping.record, _NOTE: json.dumps(said)},
        found_by=note,
    )
    return Landed(ref, table.num_rows, tuple(dropped), missing, notes, misfits, left_out)


def landed(store: Storehouse, ref: FileRef) -> Landed:
    """What ``land`` said about a file, again."""
    record = store.manifest(ref)
    said: dict[str, Any] = json.loads(record.note[_NOTE])
    return Landed(
        ref,
        record.rows,
        tuple(DroppedColumn(**d) for d in said["dropped"]),
        tuple(said["missing"]),
        quality.notes(said["notes"]),
        tuple(said["misfits"]),
        said["left_out"],
    )


def _chosen(sheets: Sequence[Sheet], mapping: Mapping) -> list[Sheet]:
    """The sheets the mapping is about: those it names, else those with most of its columns."""
    if mapping.sheet:
        wanted = mapping.sheet.casefold()
        sheets = [s for s in sheets if fnmatchcase(s.name.casefold(), wanted)]
        if not sheets:
            raise NothingToLand(f"The file has no sheet “{mapping.sheet}”. Correct the mapping.")
    matches = [len(mapping.targets(s.header)) for s in sheets]
    best = max(matches, default=0)
    if not best:
        raise NothingToLand(
            "None of the columns that the mapping names is in this file. "
            "Is it the right file? If its layout changed, map its columns anew."
        )
    return [s for s, n in zip(sheets, matches, strict=True) if n * 2 >= best]


def _covered(
    sheet: Sheet,
    mapping: Mapping,
    permit: Permit,
    rows: RowsOf | None,
    dropped: list[DroppedColumn],
) -> tuple[pa.Table, int]:
    """What may be written of a sheet, and how many rows no child opens."""
    targets = mapping.targets(sheet.header)
    table = _filled_down(sheet.table, mapping)
    kept = {}
    for header in sheet.header:
        if header not in targets:
            continue
        if refusal := _refusal(targets[header], mapping, permit):
            dropped.append(DroppedColumn(header, refusal, sheet.name, NOT_COVERED))
        else:
            kept[header] = _trimmed(table[header], targets[header], mapping, permit)
    unmapped = [h for h in sheet.header if h not in targets]
    place = {
        SHEET: pa.repeat(pa.scalar(sheet.name, pa.string()), table.num_rows),
        ROW: table[ROW],
    }
    mine = {header: targets[header] for header in kept}
    made, out = opened(pa.table({**place, **kept}), mine, mapping, permit, rows)
    table = table.filter(pc.invert(out))
    if mapping.wide:
        value = Target.parse(mapping.wide.value)
        refusal = _refusal(value, mapping, permit) or _refusal(
            Target(mapping.wide.field), mapping, permit
        )
        made, days = melted(made, table, unmapped, mapping.wide.school_year, refusal)
        if not days:
            raise NothingToLand(
                f"No heading of the sheet “{sheet.name}” is a date. Where headings leave out the "
                "year, write the school year into the mapping, under [wide]."
            )
        dropped += [DroppedColumn(h, refusal, sheet.name, NOT_COVERED) for h in days if refusal]
        unmapped = [h for h in unmapped if h not in days]
    dropped += [DroppedColumn(h, "not mapped", sheet.name) for h in unmapped]
    return made, pc.sum(out).as_py() or 0


def _refusal(target: Target, mapping: Mapping, permit: Permit) -> str:
    """Why a column may not be written; empty when it may."""
    fields = ("given_name", "family_name") if target.field == NAME else (target.field,)
    if all(mapping.type.fields[f].element in permit.elements for f in fields):
        return ""
    by = ", ".join(permit.agreements) or "any agreement"
    return f"not covered by {by}"


def _trimmed(
    column: pa.ChunkedArray, target: Target, mapping: Mapping, permit: Permit
) -> pa.ChunkedArray | pa.Array:
    """A whole name without the parts that are not covered; any other column as it is."""
    if target.field != NAME:
        return column
    fields = target.fields(mapping.type)
    hidden = [f for f in fields if mapping.type.fields[f].element not in permit.elements]
    hidden += [f for f in ("middle_name", "suffix") if f not in fields]
    if not hidden:
        return column
    encoded = column.combine_chunks().dictionary_encode()
    shown = [
        names.join(names.without(names.split(v or "", target.rule), hidden))
        for v in encoded.dictionary.to_pylist()
    ]
    return pa.array(shown, pa.string()).take(encoded.indices)


def _filled_down(table: pa.Table, mapping: Mapping) -> pa.Table:
    for header in mapping.fill_down:
        if header in table.column_names:
            column = table[header]
            blank = pc.equal(pc.utf8_trim_whitespace(column), "")
            whole = pc.fill_null_forward(
                pc.if_else(blank, pa.scalar(None, pa.string()), column).combine_chunks()
            )
            table = table.set_column(table.column_names.index(header), header, whole)
    return table


def _usable(
    sheets: Sequence[Sheet], tables: Sequence[pa.Table], mapping: Mapping, permit: Permit
) -> None:
    """Refuse a delivery in which what a row cannot do without would not be written."""
    record = mapping.type
    mapped = _fed([s.header for s in sheets], mapping)
    landing = _fed([t.column_names for t in tables], mapping)
    allowed = {f for f in landing if record.fields[f].element in permit.elements}
    for name, element in record.fields.items():
        if element.required and name not in allowed:
            raise NothingToLand(_lacking(element.element, permit, mapped=name in mapped))
    if record.subject and not allowed & {*record.person}:
        raise NothingToLand(
            "No covered column says which child a row is about. Map one of: "
            + ", ".join(record.person)
            + "; or ask for an agreement that covers it."
        )


def _fed(headers: Iterable[Sequence[str]], mapping: Mapping) -> set[str]:
    fields = set(mapping.constants)
    for header in headers:
        for target in mapping.targets(header).values():
            fields.update(target.fields(mapping.type))
    if mapping.wide:
        fields |= {mapping.wide.field, Target.parse(mapping.wide.value).field}
    return fields


def _lacking(element: str, permit: Permit, *, mapped: bool) -> str:
    if mapped:
        by = ", ".join(permit.agreements) or "any agreement"
        return f"The delivery is of no use without {element}, which {by} does not cover."
    return f"The delivery is of no use without {element}, which no column of the file is mapped to."
