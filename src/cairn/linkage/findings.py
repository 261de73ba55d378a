"""What is wrong with the deliveries that a run reads: the same look that plain files get.

Counts and names of fields, never a value. Kept with the run; a finding about a delivery that was
read by an earlier run stands until the delivery is read anew or counts no longer.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.linkage.gathering import Source
from cairn.warehouse.rosters.columns import FIELDS, RECORD_ID, SOURCE
from cairn.warehouse.rosters.roster import Roster
from cairn.warehouse.soundness import Severity, inspect
from cairn.warehouse.zones import FileRef

FOUND: Final = "findings"
Finding = Mapping[str, Any]


def of_deliveries(
    come: Iterable[Source], tables: Mapping[FileRef, pa.Table], before: Iterable[Finding]
) -> list[Finding]:
    """The findings about these deliveries and, of ``before``, those of others.

    A table without names (attendance finds its child by id) is not looked at.
    """
    read = [source for source in come if source.ref in tables]
    rosters = [r for s in read if (r := _roster(s, tables[s.ref])) is not None]
    names = {_name(source) for source in read}
    found = [
        {
            "about": concern.file,
            "field": concern.column,
            "code": concern.code,
            "looks": concern.looks,
            "rows": concern.rows,
        }
        for concern in (inspect(rosters).concerns if rosters else ())
        if concern.severity is not Severity.NOTE
    ]
    return [*(one for one in before if one["about"] not in names), *found]


def standing(found: Iterable[Finding], sources: Sequence[Source]) -> list[Finding]:
    """Those findings whose delivery, or whose organizations, still count."""
    names = {_name(source) for source in sources} | {source.organization for source in sources}
    return [
        one
        for one in found
        if all(part in names for part in one["about"].replace(" and ", ", ").split(", "))
    ]


def _name(source: Source) -> str:
    return f"{source.organization}/{source.record}/{source.delivery}"


def _roster(source: Source, table: pa.Table) -> Roster | None:
    fields = [
        name
        for name in FIELDS
        if name in table.column_names and table[name].null_count < len(table) and name != SOURCE
    ]
    if not {"given_name", "family_name"} & set(fields):
        return None
    places = pa.array(range(len(table)), pa.int64()).cast(pa.string())
    ids = pc.binary_join_element_wise(str(source.delivery), places, "/")
    columns = {RECORD_ID: ids, SOURCE: table[SOURCE], **{name: table[name] for name in fields}}
    return Roster(_name(source), pa.table(columns), {name: name for name in (RECORD_ID, *fields)})
