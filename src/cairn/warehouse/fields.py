"""The fields of a landed table: each from its column or columns, by its rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from cairn.rules.decision import Permit
from cairn.warehouse import names
from cairn.warehouse.elements import Field, code_list
from cairn.warehouse.mapping import NAME, Mapping, Target
from cairn.warehouse.read.sheet import ReadNote
from cairn.warehouse.values import Converted, combined, convert, text
from cairn.warehouse.wide import CELL, HEADING


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """One field's values, one per landed row; which columns they came from; which cells failed."""

    field: str
    columns: tuple[str, ...]
    values: pa.Array
    failed: pa.Array | None = None
    notes: tuple[ReadNote, ...] = ()


def fed(header: Sequence[str], mapping: Mapping, permit: Permit) -> dict[Field, dict[str, Target]]:
    """Each field that these columns or a constant feed and the permit covers, in the catalogue's
    order, with its columns; none for a constant.
    """
    sources = sources_of(header, mapping)
    found = {}
    for name, element in mapping.type.fields.items():
        mine = {c: t for c, t in sources.items() if name in t.fields(mapping.type)}
        if element.element in permit.elements and (mine or name in mapping.constants):
            found[element] = mine
    return found


def column_of(
    table: pa.Table, element: Field, mine: dict[str, Target], mapping: Mapping, permit: Permit
) -> FieldColumn:
    """One field of a landed table, converted."""
    if not mine:
        return _constant(table, element, mapping, permit)
    return _from_columns(table, element, mine, mapping, permit)


def sources_of(header: Sequence[str], mapping: Mapping) -> dict[str, Target]:
    """The columns of a landed table that go somewhere, those of a wide sheet among them."""
    sources = mapping.targets(header)
    if mapping.wide and HEADING in header:
        sources[HEADING] = Target(mapping.wide.field)
        sources[CELL] = Target.parse(mapping.wide.value)
    return sources


def _from_columns(
    table: pa.Table, element: Field, mine: dict[str, Target], mapping: Mapping, permit: Permit
) -> FieldColumn:
    if element.flags and any(t.rule for t in mine.values()):
        return _from_flags(table, element, mine, mapping, permit)
    ((column, target),) = mine.items()
    cells = _whole(table[column])
    if target.field == NAME:
        return FieldColumn(element.name, (column,), _part(cells, element.name, target.rule))
    made = _converted(cells, element, mapping, permit, target.rule)
    notes = tuple(replace(n, message=f"{column}: {n.message}") for n in made.notes)
    return FieldColumn(element.name, (column,), made.values, made.failed, notes)


def _converted(
    cells: pa.Array, element: Field, mapping: Mapping, permit: Permit, rule: str = ""
) -> Converted:
    return convert(
        cells,
        element,
        on=permit.on,
        rule=rule,
        codes=mapping.codes.get(element.name),
        formats=mapping.date_formats.get(element.name, ()),
    )


def _constant(table: pa.Table, element: Field, mapping: Mapping, permit: Permit) -> FieldColumn:
    one = pa.array([mapping.constants[element.name]], pa.string())
    made = _converted(one, element, mapping, permit)
    rows = table.num_rows
    failed = pa.repeat(made.failed[0], rows) if made.failed is not None else None
    return FieldColumn(element.name, (), pa.repeat(made.values[0], rows), failed, made.notes)


def _part(cells: pa.Array, name: str, order: str) -> pa.Array:
    """One part of the whole names in a column."""
    encoded = cells.dictionary_encode()
    at = name.removesuffix("_name")
    parts = [getattr(names.split(v or "", order), at) for v in encoded.dictionary.to_pylist()]
    return text(pa.array(parts, pa.string()).take(encoded.indices))


def _from_flags(
    table: pa.Table, element: Field, mine: dict[str, Target], mapping: Mapping, permit: Permit
) -> FieldColumn:
    """One code from a yes/no column per code, and a plain column where there is one."""
    yes_no = replace(element, codes=code_list("yes_no"), flags={})
    flags: dict[str, pa.Array] = {}
    failed: pa.Array | None = None
    plain: pa.Array | None = None
    for column, target in mine.items():
        which = yes_no if target.rule else element
        own = None if target.rule else mapping.codes.get(element.name)
        made = convert(_whole(table[column]), which, on=permit.on, codes=own)
        if made.failed is not None:
            failed = made.failed if failed is None else pc.coalesce(failed, made.failed)
        if target.rule:
            flags[target.rule] = made.values
        else:
            plain = made.values
    return FieldColumn(element.name, tuple(mine), combined(flags, plain), failed)


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return column
