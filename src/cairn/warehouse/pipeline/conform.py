"""Conform landed text to typed rows of one record type; keep good rows, set bad rows aside.

A row is set aside when a required field is missing or unreadable, when nothing says which
student it is about, when its record ID repeats an earlier one, or when the agreement does not
cover its school year or its student. An optional field that cannot be read is left empty and
counted; the row stays. Each reason is one line of the quarantine: sheet, row, column, field,
code and message, never the value.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.policy.engine import Permit, digest_facts
from cairn.policy.vocabulary import Action
from cairn.warehouse import schema
from cairn.warehouse.block_streams import iterate_ahead
from cairn.warehouse.pipeline import quarantine
from cairn.warehouse.pipeline.conversion import fields as conversion
from cairn.warehouse.pipeline.conversion.spark_fields import choose_field_converter
from cairn.warehouse.pipeline.landing import OPENED_NOTE, load_landing_result
from cairn.warehouse.pipeline.met_standard import derive_met
from cairn.warehouse.pipeline.quality import QualityReport
from cairn.warehouse.pipeline.quarantine import FieldColumn
from cairn.warehouse.pipeline.row_consistency import same_day_rows
from cairn.warehouse.pipeline.row_consistency.enrollment_periods import (
    PERIOD_FIELDS,
    find_period_notes,
)
from cairn.warehouse.pipeline.row_filters import RowOrigin, digest_opened_rows, filter_opened_rows
from cairn.warehouse.progress import Progress
from cairn.warehouse.schema import ColumnMapping
from cairn.warehouse.store import FileRef, FileStore, WrongPermit, Zone

__all__ = ["ConformResult", "conform_landed_file"]

CONFORM_STEP: Final = "conform"
QUARANTINE_STEP: Final = "quarantine"


@dataclass(frozen=True, slots=True)
class ConformResult:
    """What conforming one landed file wrote.

    Attributes:
        ref: the file of kept rows.
        quarantine_ref: the file of rows that were set aside.
        report: the quality report.
    """

    ref: FileRef
    quarantine_ref: FileRef
    report: QualityReport


def conform_landed_file(
    store: FileStore,
    ref: FileRef,
    mapping: ColumnMapping,
    *,
    permit: Permit,
    rows: RowOrigin | None = None,
    progress: Progress | None = None,
    engine: str = "duckdb",
    part_column: str = "",
) -> ConformResult:
    """Conform one landed file; a rerun with the same mapping and permit finds the result.

    Args:
        store: the file store.
        ref: the landed file.
        mapping: the column mapping.
        permit: a permit to conform.
        rows: where the rows come from; rows of students with a consent that ended since stay
            out.
        progress: receives the number of fields done.
        engine: "duckdb", or "spark" to convert the cells of a large file on Spark.
        part_column: the column in which these rows name no part of their file; they are all set
            aside until a person fills it in. Empty for any other file.

    Returns:
        References to the conformed file and the quarantine, and the quality report.

    Raises:
        WrongPermit: the permit is for another action, or the landed file holds an element that
            the permit does not name.
        UnknownEngine: there is no such engine.
    """
    _check_permit(store, ref, mapping, permit, rows)
    agreed_years = permit.years.get(mapping.record, ("", ""))
    coverage_digest = digest_facts(
        permit.rows, permit.kept_back, permit.shut, *_list_population_inputs(permit, rows)
    )
    found_by = {
        "mapping": mapping.digest,
        "years": " ".join(agreed_years),
        "opened": coverage_digest,
        **({"part_column": part_column} if part_column else {}),
    }
    if conformed_ref := store.find(CONFORM_STEP, [ref], found_by, permit=permit):
        return load_conform_result(store, conformed_ref)
    landed = _open_landed_file(store, ref, mapping, permit, rows)
    table = landed.places
    plan = conversion.plan_fields(landed.header, mapping, permit.elements)
    if progress:
        progress.step("Conforming", len(plan))
    fields = []
    converting_engine, convert = choose_field_converter(engine, table.num_rows)
    for field_column in convert(landed, plan, mapping, permit.on):
        fields.append(field_column)
        if progress:
            progress.advance(1)
    fields = _compute_fields(table, fields, mapping, permit)
    issues = quarantine.find_issues(table, fields, mapping, permit, rows)
    if part_column and table.num_rows:
        issues.append(quarantine.describe_missing_part(part_column, table.num_rows))
    is_kept = quarantine.select_kept_rows(table.num_rows, issues)
    periods = same_day_rows.find_class_periods(landed, fields, mapping)
    if periods:
        issues += same_day_rows.find_unclear_days(periods, is_kept, mapping)
        is_kept = quarantine.select_kept_rows(table.num_rows, issues)
    landing_result = load_landing_result(store, ref)
    report = quarantine.build_quality_report(
        table, fields, issues, is_kept, mapping, landing_result, landed.left_out
    )
    period_notes = _find_period_notes(table, fields, is_kept, mapping)
    fields, stay_notes = same_day_rows.subtract_overlapping_stays(landed, fields, is_kept, mapping)
    period_notes += stay_notes
    days = None
    if periods and mapping.periods:
        days = periods.join_days(is_kept, mapping.periods.absent_from)
        period_notes.append(days.note)
    report = replace(report, notes=(*report.notes, *period_notes))
    # A run that was interrupted before it wrote the kept rows has left the rows set aside.
    quarantine_ref = store.find(QUARANTINE_STEP, [ref], found_by, permit=permit) or store.write(
        Zone.QUARANTINED,
        quarantine.build_quarantine_table(table, issues, landing_result.misfits),
        permit=permit,
        step=QUARANTINE_STEP,
        inputs=[ref],
        counts={"rows": report.rows_quarantined, "cells": report.cells_blanked},
        engine="pyarrow",
        found_by=found_by,
    )
    if days:
        table, fields, is_kept = same_day_rows.take_days(table, fields, days)
    conformed_ref = store.write(
        Zone.CONFORMED,
        _stream_conformed_rows(table, fields, is_kept, mapping),
        permit=permit,
        step=CONFORM_STEP,
        inputs=[ref],
        counts={"in": report.rows_in, "kept": report.rows_kept, "left_out": report.left_out},
        engine=converting_engine,
        note={"quarantine": str(quarantine_ref), "report": report.to_json()},
        found_by=found_by,
    )
    return ConformResult(conformed_ref, quarantine_ref, report)


def _find_period_notes(
    table: pa.Table, fields: list[FieldColumn], is_kept: pa.Array, mapping: ColumnMapping
) -> list[schema.ReadNote]:
    """Find the kept enrollment periods that contradict each other; only their columns are read."""
    columns = {
        entry.field: entry.stored
        for entry in fields
        if entry.field in PERIOD_FIELDS.get(mapping.record, ())
    }
    if not columns:
        return []
    columns[schema.ROW_COLUMN] = conversion.combine_chunks(table[schema.ROW_COLUMN])
    if not pc.all(is_kept).as_py():
        columns = {name: column.filter(is_kept) for name, column in columns.items()}
    return list(find_period_notes(mapping.record, columns))


def _open_landed_file(
    store: FileStore,
    ref: FileRef,
    mapping: ColumnMapping,
    permit: Permit,
    rows: RowOrigin | None,
) -> conversion.LandedRows:
    """Open a landed file, without the rows that a permit no longer opens."""
    manifest = store.manifest(ref)
    header = tuple(name for name, _ in manifest.columns)
    place_columns = [name for name in quarantine.PLACE_COLUMNS if name in header]
    if manifest.note.get(OPENED_NOTE) == digest_opened_rows(mapping, permit, rows):
        places = store.read(ref, [name for name in place_columns if name != schema.SHEET_COLUMN])
        # The name of the sheet, which every row has, stays in a dictionary.
        sheets = store.read_column(ref, schema.SHEET_COLUMN).unify_dictionaries()
        places = places.add_column(0, schema.SHEET_COLUMN, sheets)
        return conversion.LandedRows(places, header, partial(store.read_column, ref))
    table, is_left_out = filter_opened_rows(
        store.read(ref), conversion.list_source_columns(header, mapping), mapping, permit, rows
    )
    left_out = pc.sum(is_left_out).as_py() or 0
    return conversion.LandedRows(table.select(place_columns), header, table.__getitem__, left_out)


def _compute_fields(
    table: pa.Table, fields: list[FieldColumn], mapping: ColumnMapping, permit: Permit
) -> list[FieldColumn]:
    """Compute what the columns do not say.

    Each result of a row has its own record ID. An assessment without a school year is of the one
    that its date is in. A level or a cut score decides whether a result meets the standard.
    """
    if schema.RESULT_COLUMN in table.column_names:
        names = conversion.combine_chunks(table[schema.RESULT_COLUMN])
        fields = [
            replace(entry, stored=pc.binary_join_element_wise(entry.values, names, ":"))
            if entry.field == schema.RECORD_ID
            else entry
            for entry in fields
        ]
    if year := _derive_school_year(fields, mapping, permit):
        fields = [*fields, year]
    has_rules = bool(mapping.levels or mapping.cut_scores)
    if has_rules and mapping.type.fields[schema.MET_FIELD].element in permit.elements:
        met = derive_met(fields, mapping, table.num_rows)
        fields = [entry for entry in fields if entry.field != schema.MET_FIELD] + [met]
    return fields


def _derive_school_year(
    fields: list[FieldColumn], mapping: ColumnMapping, permit: Permit
) -> FieldColumn | None:
    """Return the school year of each result's date, from July to June, if no column says it."""
    by_name = {entry.field: entry for entry in fields}
    element = mapping.type.fields.get("school_year")
    if mapping.record != "assessment" or element is None or element.element not in permit.elements:
        return None
    if "school_year" in by_name or "date" not in by_name:
        return None
    encoded = by_name["date"].values.dictionary_encode()
    years = [schema.find_school_year(day) for day in encoded.dictionary.to_pylist()]
    values = pa.array(years, pa.string()).take(encoded.indices)
    return FieldColumn("school_year", by_name["date"].columns, values)


def _list_population_inputs(permit: Permit, rows: RowOrigin | None) -> tuple[object, ...]:
    """Return the population of the agreement and the known facts of its students, if it has one."""
    population = permit.populations.get(rows.agreement) if rows else None
    return (population, sorted(rows.roster.items())) if rows and population else ()


def load_conform_result(store: FileStore, ref: FileRef) -> ConformResult:
    """Load what ``conform_landed_file`` returned for a conformed file."""
    note = store.manifest(ref).note
    quarantine_ref = FileRef.parse(note["quarantine"])
    return ConformResult(ref, quarantine_ref, QualityReport.from_json(note["report"]))


def _check_permit(
    store: FileStore, ref: FileRef, mapping: ColumnMapping, permit: Permit, rows: RowOrigin | None
) -> None:
    if permit.action is not Action.CONFORM:
        raise WrongPermit(f"A permit to {permit.action} does not conform a delivery.")
    if (permit.rows or permit.shut) and rows is None:
        raise WrongPermit(
            "The permit is limited to certain children, and the rows do not show which child "
            "they are about."
        )
    header = [name for name, _ in store.manifest(ref).columns]
    fields = {
        field_name
        for target in conversion.list_source_columns(header, mapping).values()
        for field_name in target.fields(mapping.type)
    }
    uncovered = sorted(
        element
        for field_name in fields
        if (element := mapping.type.fields[field_name].element) not in permit.elements
        and field_name not in ("middle_name", "suffix")
    )
    if uncovered:
        raise WrongPermit(f"The permit does not cover {', '.join(uncovered)}, which was landed.")


def _stream_conformed_rows(
    table: pa.Table, fields: list[FieldColumn], kept: pa.Array, mapping: ColumnMapping
) -> pa.RecordBatchReader:
    """Build the conformed rows block by block, as they are written."""
    places = (quarantine.SOURCE_SHEET_COLUMN, quarantine.SOURCE_ROW_COLUMN)
    names = [schema.RECORD_ID, *places]
    names += [entry.field for entry in fields if entry.field != schema.RECORD_ID]
    types = {
        name: schema.ARROW_TYPES[element.type] for name, element in mapping.type.fields.items()
    }
    types[quarantine.SOURCE_ROW_COLUMN] = pa.int64()
    types |= {f.field: f.stored.type for f in fields if pa.types.is_dictionary(f.stored.type)}
    types[schema.RECORD_ID] = pa.string()
    types[quarantine.SOURCE_SHEET_COLUMN] = table.schema.field(schema.SHEET_COLUMN).type
    table_schema = pa.schema(
        [(name, types.get(name, pa.string())) for name in names],
        metadata={"cairn.record": mapping.record},
    )
    has_sheets = _has_sheets(table)
    is_every_row_kept = pc.all(kept).as_py()

    def build_batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, table.num_rows, conversion.BLOCK_ROWS):
            block = table.slice(start, conversion.BLOCK_ROWS)
            values = {f.field: f.stored.slice(start, block.num_rows) for f in fields}
            own_ids = values.pop(schema.RECORD_ID, None)
            columns = [
                _build_row_ids(block, own_ids, has_sheets=has_sheets),
                block[schema.SHEET_COLUMN],
                block[schema.ROW_COLUMN],
                *values.values(),
            ]
            rows = pa.table(columns, schema=table_schema)
            if not is_every_row_kept:
                rows = rows.filter(kept.slice(start, len(block)))
            yield from rows.combine_chunks().to_batches()

    return pa.RecordBatchReader.from_batches(table_schema, iterate_ahead(build_batches()))


def _build_row_ids(
    table: pa.Table, own_ids: pa.Array | None, *, has_sheets: bool
) -> pa.Array | pa.ChunkedArray:
    """Use the source's own ID where there is one, else the row's place in the delivery."""
    position = pc.cast(table[schema.ROW_COLUMN], pa.string())
    if has_sheets:
        sheets = table[schema.SHEET_COLUMN].cast(pa.string())
        position = pc.binary_join_element_wise(sheets, position, ":")
    if schema.HEADING_COLUMN in table.column_names:
        position = pc.binary_join_element_wise(position, table[schema.HEADING_COLUMN], ":")
    if schema.RESULT_COLUMN in table.column_names:
        position = pc.binary_join_element_wise(position, table[schema.RESULT_COLUMN], ":")
    return position if own_ids is None else pc.coalesce(own_ids.cast(pa.string()), position)


def _has_sheets(table: pa.Table) -> bool:
    return len(table[schema.SHEET_COLUMN].unique()) > 1
