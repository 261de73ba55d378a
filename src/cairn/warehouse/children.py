"""Rows child by child: whose row it is, and what a permit lets it hold.

A child is named as its own organization names it, through `Naming`: the storehouse itself knows
no names. Where a permit opens rows child by child, a row of anybody else goes no further, and a
cell that a child's consent does not cover, or that is kept back for the child, is left empty. So is
one of a school that has not said yet what it keeps back.
"""

from collections import abc
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.rules.decision import Permit
from cairn.warehouse.mapping import Mapping, Target
from cairn.warehouse.meant import Roster

LOCAL_ID: Final = "local_id"

Naming = Callable[[str], str]
"""The id by which an organization knows a child → the name that a permit gives the child."""


@dataclass(frozen=True, slots=True)
class RowsOf:
    """Under which agreement rows came, from whom, and how a permit names their children.

    ``roster`` is what the organization has delivered of its children before, where an agreement
    asks which children they are.
    """

    agreement: str
    organization: str
    name: Naming
    roster: Roster = field(default_factory=dict)

    def concerned(self, permit: Permit) -> bool:
        """Whether the permit says anything about single children of these rows."""
        by_child = self.agreement in permit.rows or bool(permit.kept_back)
        return by_child or self.organization in permit.shut.get(self.agreement, ())

    def lacking(self, permit: Permit, child: str | None, elements: frozenset[str]) -> bool:
        """Whether the permit keeps some of these elements out of a row of this child."""
        return bool(permit.lacks(self.agreement, self.organization, child, elements))

    def children(self, ids: pa.Array | pa.ChunkedArray) -> pa.Array:
        """The name of the child of each row, null where the row has no id. Each different id is
        named once."""
        whole = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
        encoded = whole.cast(pa.string()).dictionary_encode()
        named = [self.name(i) if i and i.strip() else None for i in encoded.dictionary.to_pylist()]
        return pa.array(named, pa.string()).take(encoded.indices)


def opened(
    table: pa.Table,
    targets: abc.Mapping[str, Target],
    mapping: Mapping,
    permit: Permit,
    rows: RowsOf | None,
) -> tuple[pa.Table, pa.Array]:
    """What is left of a landed table, and for each of its rows whether it stays out.

    ``targets``: what each column is. A row stays out whose child does not open every element
    without which the row is of no use.
    """
    if rows is None or not mapping.type.subject or not rows.concerned(permit):
        return table, pa.repeat(value=False, size=table.num_rows)
    ids = next((name for name, t in targets.items() if t.field == LOCAL_ID), None)
    mine = rows.children(table.column(ids) if ids else pa.nulls(table.num_rows, pa.string()))
    out = closed(mine, rows, _needed(mapping, permit), permit)
    held = {
        name: frozenset(mapping.type.fields[f].element for f in target.fields(mapping.type))
        & permit.elements
        for name, target in targets.items()
    }
    return emptied(table, mine, rows, held, permit).filter(pc.invert(out)), out


def _needed(mapping: Mapping, permit: Permit) -> frozenset[str]:
    """The elements without which a row is of no use: the child's id, what is required, and what
    the mapping says of every row alike."""
    fields = mapping.type.fields
    names = {name for name, f in fields.items() if f.required} | {LOCAL_ID}
    names |= mapping.constants.keys() & {f.rpartition(".")[2] for f in permit.elements}
    if mapping.wide:
        names |= {mapping.wide.field, Target.parse(mapping.wide.value).field}
    return frozenset(fields[name].element for name in names)


def emptied(
    table: pa.Table,
    children: pa.Array,
    rows: RowsOf,
    elements: abc.Mapping[str, frozenset[str]],
    permit: Permit,
) -> pa.Table:
    """The table with each cell empty that the child of its row does not open. ``elements`` are
    those that a column holds; a column that is not named there is about no child."""
    for name, held in elements.items():
        shut = closed(children, rows, held, permit)
        if pc.any(shut).as_py():
            column = table.column(name)
            blank = pa.scalar(None, column.type)
            cells = pc.if_else(shut, blank, column)
            table = table.set_column(table.column_names.index(name), table.field(name), cells)
    return table


def closed(children: pa.Array, rows: RowsOf, elements: frozenset[str], permit: Permit) -> pa.Array:
    """True for each row whose child does not open all of these elements. Each different child is
    asked once; a row that names none is nobody's."""
    encoded = children.dictionary_encode()
    told = [rows.lacking(permit, child, elements) for child in encoded.dictionary.to_pylist()]
    nobody = rows.lacking(permit, None, elements)
    return pc.fill_null(pa.array(told, pa.bool_()).take(encoded.indices), nobody)
