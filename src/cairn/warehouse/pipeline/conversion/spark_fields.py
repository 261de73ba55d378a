"""Convert the fields of a landed file on Spark, with the functions that convert them here.

Each part of the rows is converted where Spark holds it. Before that, Spark collects the different
dates of each date column, because the order of day and month is chosen by the whole column; this
process chooses it, as it does without Spark.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib import import_module
from typing import Any, Final

import numpy as np
import pyarrow as pa

from cairn.warehouse import schema
from cairn.warehouse.engines import open_spark_session, require_known_engine
from cairn.warehouse.pipeline.conversion import fields
from cairn.warehouse.pipeline.conversion.fields import FieldConverter, FieldPlan, LandedRows
from cairn.warehouse.pipeline.quality import parse_read_notes
from cairn.warehouse.pipeline.quarantine import FieldColumn
from cairn.warehouse.schema import ColumnMapping, DateReader, FieldType, ReadNote

_INDEX: Final = "row_index"
_NOTES: Final = "notes"
_SPARK_TYPES: Final[Mapping[pa.DataType, str]] = {
    pa.string(): "string",
    pa.date32(): "date",
    pa.int64(): "bigint",
    pa.float64(): "double",
}


@dataclass(frozen=True, slots=True)
class _PartConverter:
    """Converts parts of the rows of a landed file; Spark sends it to its workers.

    The columns of a file are numbered, since Spark gives dots and quotes in a name a meaning.
    ``mapping`` is its TOML text.
    """

    header: tuple[str, ...]
    mapping: str
    elements: frozenset[str]
    on: date
    date_readers: dict[str, DateReader]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Convert each batch of landed cells to a batch of typed fields, failures and notes."""
        mapping = ColumnMapping.parse(self.mapping)
        plan = fields.plan_fields(self.header, mapping, self.elements)
        for batch in batches:
            columns = dict(zip(self.header, batch.columns[1:], strict=True))
            converted = {
                element.name: fields.convert_sources(
                    columns.__getitem__,
                    element,
                    sources,
                    mapping,
                    self.on,
                    self.date_readers.get(element.name),
                )
                for element, sources in plan.items()
                if sources
            }
            notes = {n: [asdict(note) for note in c.notes] for n, c in converted.items() if c.notes}
            empty = pa.nulls(batch.num_rows, pa.string())
            yield pa.RecordBatch.from_arrays(
                [
                    batch.column(0),
                    pa.array([json.dumps(notes)] + [None] * (batch.num_rows - 1), pa.string())
                    if notes
                    else empty,
                    *(column.values for column in converted.values()),
                    *(empty if c.failed is None else c.failed for c in converted.values()),
                ],
                [_INDEX, _NOTES, *_name_columns(list(converted))],
            )


def convert_fields_on_spark(
    landed: LandedRows, plan: FieldPlan, mapping: ColumnMapping, on: date
) -> Iterator[FieldColumn]:
    """Convert the planned fields on the Spark session of this process.

    Args:
        landed: the landed rows.
        plan: the fields.
        mapping: the column mapping.
        on: day of the import.

    Yields:
        The fields, in the order of the plan: the same that ``convert_fields`` yields.

    Raises:
        SparkUnavailable: PySpark or Java is missing.
    """
    rows = landed.places.num_rows
    # Only the columns that feed a field: a mapping finds the same targets among these.
    used = {column for sources in plan.values() for column in sources} | {schema.RESULT_COLUMN}
    header = tuple(name for name in landed.header if name in used)
    names = [element.name for element, sources in plan.items() if sources]
    converted: dict[str, FieldColumn] = {}
    if names and rows:
        cells = [fields.combine_chunks(landed.read_column(name)) for name in header]
        table = pa.table(
            [np.arange(rows), *cells], names=[_INDEX, *(f"c{i}" for i in range(len(header)))]
        )
        frame = open_spark_session().createDataFrame(table)
        readers, notes = _choose_date_readers(frame, header, plan, mapping, on)
        elements = frozenset(element.element for element in plan)
        part_converter = _PartConverter(header, mapping.dump(), elements, on, readers)
        result = frame.mapInArrow(part_converter, _write_result_schema(plan)).toArrow()
        converted = _build_fields(result.sort_by(_INDEX), plan, notes)
    local = {e: s for e, s in plan.items() if e.name not in converted}
    converted |= {
        column.field: column for column in fields.convert_fields(landed, local, mapping, on)
    }
    yield from (converted[element.name] for element in plan)


def _choose_date_readers(
    frame: Any, header: tuple[str, ...], plan: FieldPlan, mapping: ColumnMapping, on: date
) -> tuple[dict[str, DateReader], dict[str, list[ReadNote]]]:
    """Choose how each date column is read by all its different values, and note the assumptions."""
    columns = {
        element: next(iter(sources))
        for element, sources in plan.items()
        if sources and element.type is FieldType.DATE
    }
    if not columns:
        return {}, {}
    collect_set = import_module("pyspark.sql.functions").collect_set
    numbers = [header.index(column) for column in columns.values()]
    found = frame.agg(*(collect_set(f"c{i}").alias(f"c{i}") for i in numbers)).toArrow()
    readers, notes = {}, {}
    for (element, column), i in zip(columns.items(), numbers, strict=True):
        readers[element.name], column_notes = schema.choose_column_date_reader(
            found[f"c{i}"][0].as_py(),
            element,
            on=on,
            formats=mapping.date_formats.get(element.name, ()),
        )
        notes[element.name] = list(fields.name_column_in_notes(column, column_notes))
    return readers, notes


def _name_columns(names: list[str]) -> list[str]:
    return [f"value_{name}" for name in names] + [f"failed_{name}" for name in names]


def _write_result_schema(plan: FieldPlan) -> str:
    """Write the columns that a part converter returns, as Spark wants them."""
    elements = [element for element, sources in plan.items() if sources]
    types = [_SPARK_TYPES[schema.ARROW_TYPES[e.type]] for e in elements] + ["string"] * len(
        elements
    )
    names = _name_columns([element.name for element in elements])
    columns = (f"`{name}` {kind}" for name, kind in zip(names, types, strict=True))
    return f"{_INDEX} bigint, {_NOTES} string, {', '.join(columns)}"


def _build_fields(
    result: pa.Table, plan: FieldPlan, notes: dict[str, list[ReadNote]]
) -> dict[str, FieldColumn]:
    notes_by_field = _merge_notes(result, notes)
    built = {}
    for element, sources in plan.items():
        if sources:
            name, value_type = element.name, schema.ARROW_TYPES[element.type]
            values = result[f"value_{name}"].combine_chunks().cast(value_type)
            failed = result[f"failed_{name}"].combine_chunks().cast(pa.string())
            built[name] = FieldColumn(
                name,
                tuple(sources),
                values,
                None if failed.null_count == len(failed) else failed,
                tuple(notes_by_field[name]),
            )
    return built


def _merge_notes(
    result: pa.Table, notes: dict[str, list[ReadNote]]
) -> defaultdict[str, list[ReadNote]]:
    """Add the notes of all parts: equal ones become one, with the sum of their counts."""
    merged = defaultdict(list, notes)
    for text in result[_NOTES].drop_null().to_pylist():
        for name, part_notes in json.loads(text).items():
            for note in parse_read_notes(part_notes):
                same = [n for n in merged[name] if (n.code, n.message) == (note.code, note.message)]
                if same:
                    position = merged[name].index(same[0])
                    merged[name][position] = replace(note, count=same[0].count + note.count)
                else:
                    merged[name].append(note)
    return merged


_FIELD_CONVERTERS: Final[Mapping[str, FieldConverter]] = {
    "pyarrow": fields.convert_fields,
    "spark": convert_fields_on_spark,
}


def choose_field_converter(setting: str, rows: int) -> tuple[str, FieldConverter]:
    """Choose what converts the fields of a file: Spark takes longer to begin than a small one.

    Args:
        setting: "duckdb" or "spark", as ``CAIRN_ENGINE`` names the engine.
        rows: number of rows of the file.

    Returns:
        The name of the engine, "pyarrow" in this process or "spark", and the function.

    Raises:
        UnknownEngine: no engine has this name.
    """
    require_known_engine(setting)
    engine = "spark" if setting == "spark" and rows >= fields.BLOCK_ROWS else "pyarrow"
    return engine, _FIELD_CONVERTERS[engine]
