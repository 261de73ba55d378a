"""Standardize the identifying fields of a whole table of records. Nothing is linked here.

Each distinct value of a column is standardized once and mapped back to its rows, since a million
records hold about ten thousand given names.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cairn.matching.standardize import addresses, field_values
from cairn.matching.standardize.nicknames import list_formal_names
from cairn.warehouse.engines import DuckDBEngine
from cairn.warehouse.schema import LIFE_DATE_FIELDS

__all__ = [
    "CONTENT_FIELDS",
    "IDENTIFYING_FIELDS",
    "STANDARD_SCHEMA",
    "sort_by_content",
    "standardize_records",
]

IDENTIFYING_FIELDS: Final = (
    "record_key", "anchor", "source", "local_id", "state_id", "given_name", "middle_name",
    "family_name", "suffix", "preferred_name", "birth_date", "death_date", "gender", "street",
    "postal_code", "phone", "email", "guardian_name",
)  # fmt: skip
"""The identifying fields of a record. Only `record_key` and `source` are required.

`anchor` is the same for all records that share a source and a local ID. Only overlink flags and
reviewers use `death_date`: it never joins or separates records.
"""

_ITEM_END: Final = "\x1f"

Column: TypeAlias = pa.Array | pa.ChunkedArray
_TEXT_LIST: Final = pa.list_(pa.string())

STANDARD_SCHEMA: Final = pa.schema(
    [
        ("record_key", pa.string()),
        ("source", pa.string()),
        ("local_id", pa.string()),
        ("state_id", pa.string()),
        # The given name without spaces, its words, and all formal names of it.
        ("given", pa.string()),
        ("initial", pa.string()),
        ("given_words", _TEXT_LIST),
        ("given_forms", _TEXT_LIST),
        ("middle_words", _TEXT_LIST),
        ("middle_initial", pa.string()),
        # Other names in the record: the middle name, and words of an email address.
        ("other_words", _TEXT_LIST),
        # The surname as a sorted set of words, and the same as one text.
        ("family", pa.string()),
        ("family_words", _TEXT_LIST),
        # All formal given names and all words of the surname, so that swapped names meet.
        ("name_words", _TEXT_LIST),
        ("suffix", pa.string()),
        # The birth date as text (20120304), the same for day and month swapped, and its parts.
        ("birth_date", pa.date32()),
        ("birth_text", pa.string()),
        ("birth_key", pa.string()),
        ("birth_year", pa.int32()),
        ("birth_month", pa.string()),
        ("birth_day", pa.string()),
        ("new_year", pa.bool_()),
        ("gender", pa.string()),
        ("postal", pa.string()),
        # The values that a household shares: "a 12 oak st 22903", "e …", "g guardian", "p phone".
        ("household", _TEXT_LIST),
        # Number and street again, so that a typo in them can be tolerated.
        ("address", pa.string()),
    ]
)
"""The standard form: one row for each record key, in the order of the keys. No list is null."""


CONTENT_FIELDS: Final = (
    "source", "local_id", "state_id", "family", "given", "birth_text", "middle_initial", "suffix",
    "gender", "postal", "address", "given_forms", "middle_words", "household", "record_key",
)  # fmt: skip
"""What records are sorted by where one of several equal choices is made: all that is compared.

A record key is a keyed hash: sorted by it alone, the same files would give other people in an
installation with another key. It decides only between records that are alike.
"""


def sort_by_content(standard: pa.Table) -> npt.NDArray[np.int64]:
    """Sort records by what they say, which is the same in every installation.

    Args:
        standard: a table with the columns `CONTENT_FIELDS` of standardized records.
    Returns:
        The position in `standard` of each record, in the sorted order.
    """
    columns = {
        name: _join_list_items(standard[name], _ITEM_END)
        if pa.types.is_list(standard.schema.field(name).type)
        else standard[name]
        for name in CONTENT_FIELDS
    }
    keys = [(name, "ascending") for name in CONTENT_FIELDS]
    return np.asarray(pc.sort_indices(pa.table(columns), sort_keys=keys), np.int64)


def standardize_records(identifying_fields: pa.Table) -> pa.Table:
    """Build one standardized row for every record key.

    Names lose case, accents, apostrophes, particles and suffixes. Values without information ("BABY
    BOY", a phone number of zeros, the year 1900) become null. A key may be in several rows with
    different values: its household then holds all of them.

    Args:
        identifying_fields: a table with the columns of `IDENTIFYING_FIELDS`.
    Returns:
        A table with the schema `STANDARD_SCHEMA`, one row for each record key, sorted by key.
    """
    records = add_missing_columns(identifying_fields)
    given, forms = _build_given_name_columns(records)
    middle = _map_distinct_to_lists(records["middle_name"], field_values.split_given_name)
    family = _map_distinct_to_lists(records["family_name"], field_values.split_surname)
    postal = _map_distinct_texts(records["postal_code"], field_values.standardize_postal_code)
    street = _map_distinct_texts(records["street"], addresses.standardize_street)
    table = pa.table(
        {
            "record_key": records["record_key"],
            "source": records["source"],
            "local_id": _map_distinct_texts(records["local_id"], field_values.standardize_id),
            "state_id": _map_distinct_texts(records["state_id"], field_values.standardize_id),
            "given": _join_list_items(given, ""),
            "initial": pc.utf8_slice_codeunits(_join_list_items(given, ""), 0, 1),
            "given_words": given,
            "given_forms": forms,
            "middle_words": middle,
            "middle_initial": pc.utf8_slice_codeunits(_join_list_items(middle, ""), 0, 1),
            "other_words": _list_other_names(records, middle),
            "family": _join_list_items(family, " "),
            "family_words": family,
            "name_words": _concatenate_lists(forms, family),
            "suffix": pc.coalesce(
                _map_distinct_texts(records["suffix"], field_values.standardize_suffix),
                _map_distinct_texts(records["family_name"], field_values.standardize_suffix),
            ),
            **_build_birth_columns(records["birth_date"]),
            "gender": pc.if_else(
                pc.is_in(records["gender"], pa.array(["F", "M"])), records["gender"], _NULL_TEXT
            ),
            "postal": postal,
            "household": _build_household_values(records, street, postal),
            "address": street,
        },
        schema=STANDARD_SCHEMA,
    )
    if pc.count_distinct(table["record_key"]).as_py() < len(table):
        table = DuckDBEngine().query(_MERGE_ROWS_OF_KEY, {"standard": table}).cast(STANDARD_SCHEMA)
    return table.sort_by("record_key")


def add_missing_columns(identifying_fields: pa.Table) -> pa.Table:
    """Add every column of `IDENTIFYING_FIELDS` that the records lack, as nulls.

    Args:
        identifying_fields: records with some of the identifying fields.
    Returns:
        The same rows with all columns.
    """
    columns = {
        name: identifying_fields.column(name).cast(_get_field_type(name))
        if name in identifying_fields.column_names
        else pa.nulls(len(identifying_fields), _get_field_type(name))
        for name in IDENTIFYING_FIELDS
    }
    return pa.table(columns)


def _get_field_type(name: str) -> pa.DataType:
    return pa.date32() if name in LIFE_DATE_FIELDS else pa.string()


def _build_given_name_columns(records: pa.Table) -> tuple[Column, Column]:
    """Build the words of the given (or else preferred) name, and the formal names of both."""
    words, preferred = (
        _map_distinct_to_lists(records[name], field_values.split_given_name)
        for name in ("given_name", "preferred_name")
    )
    joined_names = pc.binary_join_element_wise(
        _join_list_items(words, " ", empty=""), _join_list_items(preferred, " ", empty=""), "|"
    )
    return (
        pc.if_else(pc.greater(pc.list_value_length(words), 0), words, preferred),
        _map_distinct_to_lists(joined_names, _list_both_formal_names),
    )


def _list_both_formal_names(joined_names: str) -> list[str]:
    given, _, preferred = joined_names.partition("|")
    return sorted({*list_formal_names(given.split()), *list_formal_names(preferred.split())})


def _list_other_names(records: pa.Table, middle: Column) -> Column:
    return _concatenate_lists(
        middle, _map_distinct_to_lists(records["email"], field_values.split_email_name)
    )


def _concatenate_lists(*lists: Column) -> pa.Array:
    """Concatenate several list columns row by row."""
    rows = len(lists[0])
    flat = pa.concat_arrays([_combine_column_chunks(column).flatten() for column in lists])
    lengths = np.stack(
        [
            pc.list_value_length(_combine_column_chunks(list_column)).to_numpy(zero_copy_only=False)
            for list_column in lists
        ]
    )
    starts = np.concatenate([[0], np.cumsum(lengths.ravel())])[:-1].reshape(lengths.shape)
    by_row, sizes = starts.T.ravel(), lengths.T.ravel()
    ends = np.cumsum(sizes)
    steps = np.arange(ends[-1] if rows else 0) - np.repeat(ends - sizes, sizes)
    offsets = np.concatenate([[0], np.cumsum(lengths.sum(axis=0))]).astype(np.int32)
    items = flat.take(pa.array(np.repeat(by_row, sizes) + steps))
    return pa.ListArray.from_arrays(pa.array(offsets), items)


def _build_birth_columns(dates: Column) -> dict[str, Column]:
    """Build the columns of the birth date; an impossible year counts as no date."""
    encoded = _combine_column_chunks(dates).dictionary_encode()
    birth_parts = [field_values.expand_birth_date(day) for day in encoded.dictionary.to_pylist()]
    kind = pa.struct(
        [
            schema_field
            for schema_field in STANDARD_SCHEMA
            if schema_field.name.startswith("birth_") or schema_field.name == "new_year"
        ]
    )
    parts = pa.array(birth_parts, kind).take(encoded.indices)
    return dict(zip([schema_field.name for schema_field in kind], parts.flatten(), strict=True))


def _build_household_values(records: pa.Table, street: Column, postal: Column) -> Column:
    """List all household values of each record, each with the letter of its kind."""
    values = [
        pc.coalesce(
            pc.binary_join_element_wise("a", street, postal, " "), _prefix_with_letter("a", street)
        ),
        _prefix_with_letter(
            "e", _map_distinct_texts(records["email"], field_values.standardize_email)
        ),
        _prefix_with_letter(
            "g", _map_distinct_texts(records["guardian_name"], field_values.standardize_adult_name)
        ),
        _prefix_with_letter(
            "p", _map_distinct_texts(records["phone"], field_values.standardize_phone)
        ),
    ]
    rows, kinds = len(records), len(values)
    all_values = pa.concat_arrays([_combine_column_chunks(column) for column in values])
    by_row = np.arange(rows * kinds).reshape(kinds, rows).T.ravel()
    ends = np.cumsum(
        sum(
            pc.is_valid(_combine_column_chunks(value_column))
            .to_numpy(zero_copy_only=False)
            .astype(np.int32)
            for value_column in values
        ),
        dtype=np.int32,
    )
    offsets = pa.array(np.concatenate([np.zeros(1, np.int32), ends]))
    return pa.ListArray.from_arrays(offsets, all_values.take(pa.array(by_row)).drop_null())


def _prefix_with_letter(letter: str, values: Column) -> Column:
    return pc.binary_join_element_wise(letter, values, " ")


def _map_distinct_texts(column: Column, standardize_value: Callable[[str], str | None]) -> Column:
    """Standardize every distinct value once; null stays null."""
    return _map_distinct_values(column, standardize_value, pa.string())


def _map_distinct_to_lists(column: Column, standardize_value: Callable[[str], list[str]]) -> Column:
    """Standardize every distinct value once into a list; null becomes an empty list."""
    return _map_distinct_values(pc.fill_null(column, ""), standardize_value, _TEXT_LIST)


def _map_distinct_values(
    column: Column, standardize_value: Callable[[str], object], data_type: pa.DataType
) -> Column:
    encoded = _combine_column_chunks(column).dictionary_encode()
    standardized = pa.array(
        [standardize_value(text) for text in encoded.dictionary.to_pylist()], data_type
    )
    return standardized.take(encoded.indices)


def _combine_column_chunks(column: Column) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _join_list_items(lists: Column, separator: str, empty: str | None = None) -> Column:
    texts = pc.binary_join(lists, separator)
    return pc.if_else(pc.equal(texts, ""), pa.scalar(empty, pa.string()), texts)


# `pa.scalar(None, …)` would import pandas, where it is installed, at every start.
_NULL_TEXT: Final = pa.nulls(1, pa.string())[0]

_MERGE_ROWS_OF_KEY: Final = f"""
SELECT record_key, {
    ", ".join(
        f"list_sort(list_distinct(flatten(list({f.name})))) AS {f.name}"
        if f.name in {"given_forms", "name_words", "other_words", "household"}
        else f"min({f.name}) AS {f.name}"
        for f in STANDARD_SCHEMA
        if f.name != "record_key"
    )
}
FROM standard GROUP BY record_key
"""  # noqa: S608 - the columns above
