"""Count the outcomes of a mart into small tables, before statistical disclosure control."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.policy.engine import Permit
from cairn.warehouse.engines import SqlEngine
from cairn.warehouse.measures import indicator_queries, school_attribution
from cairn.warehouse.measures.breakdown_sql import BreakdownQuery
from cairn.warehouse.measures.breakdowns import get_value_rule, is_dimension
from cairn.warehouse.measures.condition_sql import QueryParameters
from cairn.warehouse.measures.indicators import IndicatorDefinition
from cairn.warehouse.pipeline import FILE_YEAR_COLUMN, PERSON_COLUMN, SOURCE_COLUMN
from cairn.warehouse.schema import FieldType, load_element_catalogue
from cairn.warehouse.store import FileRef, FileStore, WrongPermit, Zone

__all__ = ["NOT_ON_RECORD", "LoadedMart", "collect_school_names", "count_outcome"]

NOT_ON_RECORD: Final = "not_on_record"
"""The group of students without a reported school, district, race or gender. It is a group like
any other, so that the groups add up to everyone and the suppression can rely on it.
"""


class LoadedMart:
    """Hold the tables of one mart, which are read once for everything that is counted in it.

    Args:
        store: the file store.
        refs: files of one mart.
    """

    def __init__(self, store: FileStore, refs: Sequence[FileRef]) -> None:
        self.store, self.refs = store, tuple(refs)

    @cached_property
    def tables(self) -> dict[str, pa.Table]:
        """Table by record type, with all of its columns; empty where the mart has none."""
        parts: dict[str, list[pa.Table]] = defaultdict(list)
        for ref in self.refs:
            parts[self.store.manifest(ref).note["record"]].append(self.store.read(ref))
        return {name: complete_record_table(name, parts[name]) for name in load_element_catalogue()}

    def select_source(self, source: str) -> dict[str, pa.Table]:
        """Select the rows of one organization.

        Args:
            source: its slug; empty for all rows.

        Returns:
            Table by record type.
        """
        if not source:
            return self.tables
        return {
            name: table.filter(pc.equal(table[SOURCE_COLUMN], source))
            for name, table in self.tables.items()
        }


def count_outcome(
    mart: LoadedMart,
    definition: IndicatorDefinition,
    dims: Sequence[str],
    *,
    permit: Permit,
    engine: SqlEngine,
    of: str = "",
) -> FileRef:
    """Write the COUNTED table of one outcome.

    Its columns are ``school_year``, the dimensions, ``result`` and ``n``. A measure has also
    the column ``value``. Each person counts once in each year. The manifest counts ``students``
    and, for each dimension, ``without_<dimension>``: those not on record, over all years; and
    ``changed_<dimension>``: the children in another group by a rule that the definition names.

    Args:
        mart: the mart.
        definition: the outcome or measure.
        dims: dimensions (`is_dimension`).
        permit: a permit to count.
        engine: the engine that counts.
        of: count only the rows of this organization (slug); empty for all rows.

    Returns:
        A reference to the counted table.

    Raises:
        ValueError: a dimension is unknown.
        WrongPermit: the mart was built on another day, and students are left out by day.
    """
    unknown_dims = [dim for dim in dims if not is_dimension(dim)]
    if unknown_dims:
        raise ValueError(f"An outcome cannot be broken down by {', '.join(sorted(unknown_dims))}.")
    store, built_on = mart.store, permit.on.isoformat()
    is_row_level = permit.rows or permit.kept_back or permit.shut
    if is_row_level and any(store.manifest(ref).on != built_on for ref in mart.refs):
        raise WrongPermit("A mart from which children stay out counts on the day it was built.")
    tables = mart.select_source(of)
    table = tabulate_outcome(tables, definition, dims, permit=permit, engine=engine)
    changed = count_changed_groups(tables, definition, dims, permit=permit, engine=engine)
    return store.write(
        Zone.COUNTED,
        table,
        permit=permit,
        step="count",
        inputs=sorted(mart.refs),
        counts={
            "students": _sum_people(table),
            **_count_not_on_record(table, dims),
            **{f"changed_{dim}": children for dim, children in changed.items()},
        },
        engine=engine.name,
        note={
            "outcome": definition.id,
            "dims": ",".join(dims),
            "vintage": definition.vintage,
            **({"of": of} if of else {}),
        },
    )


def complete_record_table(record: str, tables: Sequence[pa.Table]) -> pa.Table:
    """Concatenate tables of one record type, with a null column for each field that is missing."""
    schema = build_record_schema(record)
    return pa.concat_tables(
        [schema.empty_table(), *(table.cast(_select_schema(schema, table)) for table in tables)],
        promote_options="default",
    )


@cache
def build_record_schema(record: str) -> pa.Schema:
    return pa.schema(
        [
            (PERSON_COLUMN, pa.string()),
            (SOURCE_COLUMN, pa.string()),
            (FILE_YEAR_COLUMN, pa.string()),
            *(
                (element_field.name, _FIELD_ARROW_TYPES.get(element_field.type, pa.string()))
                for element_field in load_element_catalogue()[record].fields.values()
            ),
        ]
    )


def tabulate_outcome(
    tables: Mapping[str, pa.Table],
    definition: IndicatorDefinition,
    dims: Sequence[str],
    *,
    permit: Permit,
    engine: SqlEngine,
) -> pa.Table:
    """Compute the counted table from completed tables of every record type.

    Args:
        tables: tables by record type, from `LoadedMart`.
        definition: the outcome or measure.
        dims: dimensions (`is_dimension`).
        permit: the permit to count.
        engine: the engine that counts.

    Returns:
        Table[school_year: str, <dimension>: str, ..., result: str, (value: decimal,) n: int64].
    """
    parameters = QueryParameters()
    sql = _build_count_query(definition, dims, parameters, permit)
    return engine.query(sql, tables, parameters.values)


def count_changed_groups(
    tables: Mapping[str, pa.Table],
    definition: IndicatorDefinition,
    dims: Sequence[str],
    *,
    permit: Permit,
    engine: SqlEngine,
) -> dict[str, int]:
    """Count the children who are in another group by the rules that the definition names.

    Args:
        tables: tables by record type, from `LoadedMart`.
        definition: the outcome or measure.
        dims: dimensions (`is_dimension`).
        permit: the permit to count.
        engine: the engine that counts.

    Returns:
        Children with another group in any period, by dimension with a rule of its own.
    """
    usual = replace(definition, value_rules={})
    named = [
        dim
        for dim in dims
        if get_value_rule(dim, definition.value_rules) != get_value_rule(dim, {})
    ]
    if not named:
        return {}
    groups = []
    for version in (definition, usual):
        parameters = QueryParameters()
        sql = _build_count_query(version, named, parameters, permit, by_child=True)
        rows = engine.query(sql, tables, parameters.values).to_pylist()
        groups.append({(row["person"], row["school_year"]): row for row in rows})
    by_rule, before = groups
    return {
        dim: len({key[0] for key, row in by_rule.items() if row[dim] != before[key][dim]})
        for dim in named
    }


def _build_count_query(
    definition: IndicatorDefinition,
    dims: Sequence[str],
    parameters: QueryParameters,
    permit: Permit,
    *,
    by_child: bool = False,
) -> str:
    """Build the query of the counted table, or of the same children one by one."""
    people_query = indicator_queries.build_indicator_query(definition, parameters, permit.on)
    rules = definition.value_rules
    breakdown_query = BreakdownQuery(dims, definition.period, parameters, rules)
    place_rule = get_value_rule("school", rules)
    child_column = "c.person, " if by_child else ""
    groups = "".join(
        f", coalesce({breakdown_query.build_column(dim)}, "
        f'{parameters.add_parameter(NOT_ON_RECORD)}) AS "{dim.replace(_QUOTE, 2 * _QUOTE)}"'
        for dim in dims
    )
    value_column = ", c.value" if definition.measure else ""
    return f"""
    WITH {school_attribution.build_attribution_tables(place_rule)}, counted AS ({people_query})
      {breakdown_query.build_tables()}
    SELECT {child_column}c.school_year{groups},
      CASE WHEN c.yes THEN 'yes' ELSE 'no' END AS result{value_column}, count(*) AS n
    FROM counted c {school_attribution.build_attribution_joins(definition.denominator.place)}
      {breakdown_query.build_joins()}
    GROUP BY ALL ORDER BY ALL
    """  # noqa: S608 - only names of this package; values are parameters


_QUOTE: Final = '"'
"""Closes a column's name in SQL; within the name it is written twice."""

_FIELD_ARROW_TYPES: Final = {
    FieldType.DATE: pa.date32(),
    FieldType.INTEGER: pa.int64(),
    FieldType.DECIMAL: pa.float64(),
}


def collect_school_names(mart: LoadedMart) -> dict[str, str]:
    """Return the name of each school, by its ID, as the partners last wrote it.

    Args:
        mart: the mart.

    Returns:
        School name by school ID.
    """
    names: dict[str, str] = {}
    for record in ("enrollment", "school"):
        table = mart.tables[record]
        pairs = zip(
            table.column("school_id").to_pylist(), table.column("school_name").to_pylist(),
            strict=True,
        )  # fmt: skip
        names.update(
            {
                school_id: school_name
                for school_id, school_name in pairs
                if school_id and school_name
            }
        )
    return names


def _select_schema(schema: pa.Schema, table: pa.Table) -> pa.Schema:
    return pa.schema([schema.field(name) for name in table.column_names])


def _sum_people(table: pa.Table) -> int:
    return int(pc.sum(table.column("n")).as_py() or 0)


def _count_not_on_record(table: pa.Table, dims: Sequence[str]) -> dict[str, int]:
    return {
        f"without_{dim}": _sum_people(table.filter(pc.equal(table.column(dim), NOT_ON_RECORD)))
        for dim in dims
    }
