"""Marts → counted tables: small, and the last place where a count is not yet protected."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.rules.decision import Permit
from cairn.warehouse import absence, places, population
from cairn.warehouse.elements import Type, catalogue
from cairn.warehouse.engine import Engine
from cairn.warehouse.mart import PERSON, SOURCE
from cairn.warehouse.outcomes import DIMS, OutcomeDefinition
from cairn.warehouse.population import Query
from cairn.warehouse.zones import FileRef, Storehouse, WrongPermit, Zone

NOT_ON_RECORD: Final = "not_on_record"
"""The group of those whose school, district, race or gender nobody reported. It is a group like
any other, so that the groups add up to everyone and the protector can see that they do."""


def count(
    store: Storehouse,
    marts: Sequence[FileRef],
    definition: OutcomeDefinition,
    dims: Sequence[str],
    *,
    permit: Permit,
    engine: Engine,
    of: str = "",
) -> FileRef:
    """Write the COUNTED table of one outcome: ``school_year``, the dims, ``result``, ``n``; of a
    measure also the ``value`` that these people have.

    ``dims`` are of ``outcomes.DIMS``. Each person is once in each year. The manifest counts
    ``students`` and, for each dim, ``without_<dim>``: those not on record, over all years.
    ``of`` counts the rows that one organization sent, and no others.
    """
    unknown = set(dims) - set(DIMS)
    if unknown:
        raise ValueError(f"An outcome cannot be broken down by {', '.join(sorted(unknown))}.")
    by_child = permit.rows or permit.kept_back or permit.shut
    if by_child and any(store.manifest(mart).on != permit.on.isoformat() for mart in marts):
        raise WrongPermit("A mart from which children stay out counts on the day it was built.")
    held = records(store, marts)
    if of:
        held = {name: table.filter(pc.equal(table[SOURCE], of)) for name, table in held.items()}
    table = tabulate(held, definition, dims, permit=permit, engine=engine)
    return store.write(
        Zone.COUNTED,
        table,
        permit=permit,
        step="count",
        inputs=sorted(marts),
        counts={"students": _people(table), **_without(table, dims)},
        engine=engine.name,
        note={
            "outcome": definition.id,
            "dims": ",".join(dims),
            "vintage": definition.vintage,
            **({"of": of} if of else {}),
        },
    )


def records(store: Storehouse, marts: Sequence[FileRef]) -> dict[str, pa.Table]:
    """Every record type as a table with all of its columns, empty where the mart has none."""
    found: dict[str, list[pa.Table]] = defaultdict(list)
    for ref in marts:
        found[store.manifest(ref).note["record"]].append(store.read(ref))
    return {name: complete(name, found[name]) for name in catalogue()}


def complete(record: str, tables: Sequence[pa.Table]) -> pa.Table:
    """Tables of one record type as one, with a null column for each field that nobody sent."""
    schema = pa.schema(
        [
            (PERSON, pa.string()),
            (SOURCE, pa.string()),
            *(
                (f.name, _TYPES.get(f.type, pa.string()))
                for f in catalogue()[record].fields.values()
            ),
        ]
    )
    return pa.concat_tables(
        [schema.empty_table(), *(t.cast(_subschema(schema, t)) for t in tables)],
        promote_options="default",
    )


def tabulate(
    tables: Mapping[str, pa.Table],
    definition: OutcomeDefinition,
    dims: Sequence[str],
    *,
    permit: Permit,
    engine: Engine,
) -> pa.Table:
    """The counted table itself, from completed tables of every record type."""
    query = Query()
    if definition.absence:
        counted = absence.counted(definition.absence, query)
    else:
        counted = population.counted(definition, query, permit.on)
    groups = "".join(f", coalesce({_DIMS[d]}, {query.value(NOT_ON_RECORD)}) AS {d}" for d in dims)
    has = ", c.value" if definition.measure else ""
    sql = f"""
    WITH {places.COMMON}, counted AS ({counted})
    SELECT c.school_year{groups}, CASE WHEN c.yes THEN 'yes' ELSE 'no' END AS result{has},
      count(*) AS n
    FROM counted c {places.joins(definition.denominator.place)}
    GROUP BY ALL ORDER BY ALL
    """  # noqa: S608 - only names from this room; values are parameters
    return engine.query(sql, tables, query.parameters)


_DIMS: Final = {
    "district": "coalesce(p.district, h.district, o.district, r.district)",
    "school": "coalesce(p.school_id, c.school_id)",
    "race_ethnicity": "t.race_ethnicity",
    "gender": "t.gender",
}
_TYPES: Final = {
    Type.DATE: pa.date32(),
    Type.INTEGER: pa.int64(),
    Type.DECIMAL: pa.float64(),
}


def school_names(store: Storehouse, marts: Sequence[FileRef]) -> dict[str, str]:
    """What each school is called, by its id, as the partners last wrote it."""
    tables = records(store, marts)
    names: dict[str, str] = {}
    for record in ("enrollment", "school"):
        table = tables[record]
        pairs = zip(
            table.column("school_id").to_pylist(), table.column("school_name").to_pylist(),
            strict=True,
        )  # fmt: skip
        names.update({i: n for i, n in pairs if i and n})
    return names


def _subschema(schema: pa.Schema, table: pa.Table) -> pa.Schema:
    return pa.schema([schema.field(name) for name in table.column_names])


def _people(table: pa.Table) -> int:
    return int(pc.sum(table.column("n")).as_py() or 0)


def _without(table: pa.Table, dims: Sequence[str]) -> dict[str, int]:
    return {
        f"without_{dim}": _people(table.filter(pc.equal(table.column(dim), NOT_ON_RECORD)))
        for dim in dims
    }
