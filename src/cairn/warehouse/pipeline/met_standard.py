"""Decide whether assessment results meet the standard: by their level, else by a cut score."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse import schema
from cairn.warehouse.pipeline.quarantine import FieldColumn
from cairn.warehouse.schema import ColumnMapping, CutScore, Failure, ReadNote

__all__ = ["derive_met"]


def derive_met(fields: Sequence[FieldColumn], mapping: ColumnMapping, rows: int) -> FieldColumn:
    """Fill the field "met" of each result.

    What the file itself says comes first, then the level, then the first cut score that fits the
    result. A level that the mapping does not list is a failure, which leaves the cell empty.

    Args:
        fields: the converted fields.
        mapping: the column mapping, with levels or cut scores.
        rows: number of rows.

    Returns:
        The field, with "yes", "no" or null for each row.
    """
    by_name = {field.field: field for field in fields}
    own = by_name.get(schema.MET_FIELD)
    met = own.values if own else pa.nulls(rows, pa.string())
    failed = own.failed if own else None
    columns = own.columns if own else ()
    notes = own.notes if own else ()
    level = by_name.get(schema.LEVEL_FIELD)
    is_unknown = pa.repeat(value=False, size=rows)
    if mapping.levels and level is not None:
        by_level, is_unknown = _look_up_levels(level.values, mapping.levels)
        met, columns = pc.coalesce(met, by_level), (*columns, *level.columns)
    if mapping.cut_scores:
        by_score, without = _apply_cut_scores(by_name, mapping.cut_scores, met)
        met = pc.coalesce(met, by_score)
        if without:
            message = "Results without a level for which the column mapping has no cut score."
            notes = (*notes, ReadNote("no_cut_score", message, without))
    is_unknown = pc.and_(is_unknown, pc.is_null(met))
    if pc.any(is_unknown).as_py():
        code = pc.if_else(is_unknown, Failure.UNKNOWN_LEVEL.value, pa.scalar(None, pa.string()))
        failed = code if failed is None else pc.coalesce(failed, code)
    return FieldColumn(schema.MET_FIELD, columns, met, failed, notes)


def _look_up_levels(levels: pa.Array, table: Mapping[str, str]) -> tuple[pa.Array, pa.Array]:
    """Return what each level says, and whether it is not listed."""
    listed = {schema.normalize_spelling(name): met for name, met in table.items()}
    encoded = levels.dictionary_encode()
    keys = [schema.normalize_spelling(level) for level in encoded.dictionary.to_pylist()]
    met = pa.array([listed.get(key) or None for key in keys], pa.string()).take(encoded.indices)
    is_unknown = pa.array([key not in listed for key in keys], pa.bool_()).take(encoded.indices)
    return met, pc.fill_null(is_unknown, fill_value=False)


def _apply_cut_scores(
    by_name: Mapping[str, FieldColumn], cuts: Sequence[CutScore], met: pa.Array
) -> tuple[pa.Array, int]:
    """Return what the first fitting cut score says, and how many scored results none fits."""
    result = pa.nulls(len(met), pa.string())
    has_score = pa.repeat(value=False, size=len(met))
    for cut in cuts:
        if cut.field not in by_name:
            continue
        scores = _read_numbers(by_name[cut.field].values)
        has_score = pc.or_(has_score, pc.is_valid(scores))
        fits = pc.is_valid(scores)
        for name, texts in cut.where.items():
            fits = pc.and_(fits, _matches(by_name.get(name), texts, len(met)))
        reached = pc.if_else(pc.greater_equal(scores, cut.at_least), "yes", "no")
        result = pc.coalesce(result, pc.if_else(fits, reached, pa.scalar(None, pa.string())))
    is_open = pc.and_(has_score, pc.and_(pc.is_null(result), pc.is_null(met)))
    return result, pc.sum(is_open).as_py() or 0


def _read_numbers(values: pa.Array) -> pa.Array:
    """Return numbers as they are, and those that a column of text holds."""
    if not pa.types.is_string(values.type):
        return values
    encoded = values.dictionary_encode()
    numbers = [schema.parse_number(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(numbers, pa.float64()).take(encoded.indices)


def _matches(field: FieldColumn | None, texts: Sequence[str], rows: int) -> pa.Array:
    if field is None:
        return pa.repeat(value=False, size=rows)
    listed = {schema.normalize_spelling(text) for text in texts}
    encoded = field.values.cast(pa.string()).dictionary_encode()
    keys = [schema.normalize_spelling(value) in listed for value in encoded.dictionary.to_pylist()]
    matches = pa.array(keys, pa.bool_()).take(encoded.indices)
    return pc.fill_null(matches, fill_value=False)
