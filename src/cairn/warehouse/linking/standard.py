"""Identifying fields in one spelling, so that records can be compared. Nothing is linked here.

Each different value of a column is spelled once and taken to its rows (a million records hold
some ten thousand given names).
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.elements import DAYS_OF_LIFE
from cairn.warehouse.engines.duckdb import DuckDB
from cairn.warehouse.linking import spelling, streets
from cairn.warehouse.linking.given_names import long_forms

FIELDS: Final = (
    "record_key", "anchor", "source", "local_id", "state_id", "given_name", "middle_name",
    "family_name", "suffix", "preferred_name", "birth_date", "death_date", "gender", "street",
    "postal_code", "phone", "email", "guardian_name",
)  # fmt: skip
"""What may be known of a record. ``record_key`` and ``source`` are required; any other may be
absent. ``anchor`` is the same for all records that share a source and a local id. ``death_date``
is known to signs and reviewers alone: nothing is joined or kept apart for it."""

Column: TypeAlias = pa.Array | pa.ChunkedArray
_TEXTS: Final = pa.list_(pa.string())
STANDARD: Final = pa.schema(
    [
        ("record_key", pa.string()),
        ("source", pa.string()),
        ("local_id", pa.string()),
        ("state_id", pa.string()),
        # The given name without spaces, its words, and all that it may be short for.
        ("given", pa.string()),
        ("initial", pa.string()),
        ("given_words", _TEXTS),
        ("given_forms", _TEXTS),
        ("middle_words", _TEXTS),
        ("middle_initial", pa.string()),
        # Other names that the record shows: the middle name, and words of an e-mail address.
        ("other_words", _TEXTS),
        # The surname as a sorted set of words, and the same as one text.
        ("family", pa.string()),
        ("family_words", _TEXTS),
        # All forms of the given name and all words of the surname, whichever way round.
        ("name_words", _TEXTS),
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
        # What a household shares: "a 12 oak st 22903", "e …", "g guardian", "p phone".
        ("household", _TEXTS),
        # House number and street once more, to forgive a slip in them.
        ("address", pa.string()),
    ]
)
"""The standard form: one row for each record key, in the order of the keys. No list is null."""


def standardize(identifiers: pa.Table) -> pa.Table:
    """The ``STANDARD`` row of every record key of ``identifiers`` (``FIELDS``).

    Names lose case, accents, apostrophes, particles and suffixes. What says nothing ("BABY BOY",
    a phone of zeros, the year 1900) becomes null. A key may be in several rows that say different
    things: its household then holds all of them.
    """
    said = complete(identifiers)
    given, forms = _given(said)
    middle = _lists(said["middle_name"], spelling.given_words)
    family = _lists(said["family_name"], spelling.family_words)
    postal = _values(said["postal_code"], spelling.postal)
    street = _values(said["street"], streets.street)
    table = pa.table(
        {
            "record_key": said["record_key"],
            "source": said["source"],
            "local_id": _values(said["local_id"], spelling.code),
            "state_id": _values(said["state_id"], spelling.code),
            "given": _joined(given, ""),
            "initial": pc.utf8_slice_codeunits(_joined(given, ""), 0, 1),
            "given_words": given,
            "given_forms": forms,
            "middle_words": middle,
            "middle_initial": pc.utf8_slice_codeunits(_joined(middle, ""), 0, 1),
            "other_words": _other_words(said, middle),
            "family": _joined(family, " "),
            "family_words": family,
            "name_words": _together(forms, family),
            "suffix": pc.coalesce(
                _values(said["suffix"], spelling.suffix),
                _values(said["family_name"], spelling.suffix),
            ),
            **_birth(said["birth_date"]),
            "gender": pc.if_else(
                pc.is_in(said["gender"], pa.array(["F", "M"])), said["gender"], _NULL
            ),
            "postal": postal,
            "household": _household(said, street, postal),
            "address": street,
        },
        schema=STANDARD,
    )
    if pc.count_distinct(table["record_key"]).as_py() < len(table):
        table = DuckDB().query(_FOLD, {"standard": table}).cast(STANDARD)
    return table.sort_by("record_key")


def complete(identifiers: pa.Table) -> pa.Table:
    """The same records with every column of ``FIELDS``, null where a source has none."""
    columns = {
        name: identifiers.column(name).cast(_type(name))
        if name in identifiers.column_names
        else pa.nulls(len(identifiers), _type(name))
        for name in FIELDS
    }
    return pa.table(columns)


def _type(name: str) -> pa.DataType:
    return pa.date32() if name in DAYS_OF_LIFE else pa.string()


def _given(said: pa.Table) -> tuple[Column, Column]:
    """The words of the given name (or else the preferred one), and the long forms of both."""
    words, preferred = (
        _lists(said[name], spelling.given_words) for name in ("given_name", "preferred_name")
    )
    both = pc.binary_join_element_wise(
        _joined(words, " ", empty=""), _joined(preferred, " ", empty=""), "|"
    )
    return (
        pc.if_else(pc.greater(pc.list_value_length(words), 0), words, preferred),
        _lists(both, _forms),
    )


def _forms(both: str) -> list[str]:
    given, _, preferred = both.partition("|")
    return sorted({*long_forms(given.split()), *long_forms(preferred.split())})


def _other_words(said: pa.Table, middle: Column) -> Column:
    return _together(middle, _lists(said["email"], spelling.email_words))


def _together(*lists: Column) -> pa.Array:
    """The items of several lists of a row in one."""
    rows = len(lists[0])
    flat = pa.concat_arrays([_whole(column).flatten() for column in lists])
    lengths = np.stack(
        [pc.list_value_length(_whole(c)).to_numpy(zero_copy_only=False) for c in lists]
    )
    starts = np.concatenate([[0], np.cumsum(lengths.ravel())])[:-1].reshape(lengths.shape)
    by_row, sizes = starts.T.ravel(), lengths.T.ravel()
    ends = np.cumsum(sizes)
    steps = np.arange(ends[-1] if rows else 0) - np.repeat(ends - sizes, sizes)
    offsets = np.concatenate([[0], np.cumsum(lengths.sum(axis=0))]).astype(np.int32)
    taken = flat.take(pa.array(np.repeat(by_row, sizes) + steps))
    return pa.ListArray.from_arrays(pa.array(offsets), taken)


def _birth(dates: Column) -> dict[str, Column]:
    """The columns of the birth date; an impossible year is no date."""
    encoded = _whole(dates).dictionary_encode()
    spelled = [spelling.birth(day) for day in encoded.dictionary.to_pylist()]
    kind = pa.struct([f for f in STANDARD if f.name.startswith("birth_") or f.name == "new_year"])
    parts = pa.array(spelled, kind).take(encoded.indices)
    return dict(zip([f.name for f in kind], parts.flatten(), strict=True))


def _household(said: pa.Table, street: Column, postal: Column) -> Column:
    """All that a record says of its household, each value with the letter of its kind."""
    values = [
        pc.coalesce(pc.binary_join_element_wise("a", street, postal, " "), _lettered("a", street)),
        _lettered("e", _values(said["email"], spelling.email)),
        _lettered("g", _values(said["guardian_name"], spelling.person)),
        _lettered("p", _values(said["phone"], spelling.phone)),
    ]
    rows, kinds = len(said), len(values)
    together = pa.concat_arrays([_whole(column) for column in values])
    by_row = np.arange(rows * kinds).reshape(kinds, rows).T.ravel()
    ends = np.cumsum(
        sum(pc.is_valid(_whole(v)).to_numpy(zero_copy_only=False).astype(np.int32) for v in values),
        dtype=np.int32,
    )
    offsets = pa.array(np.concatenate([np.zeros(1, np.int32), ends]))
    return pa.ListArray.from_arrays(offsets, together.take(pa.array(by_row)).drop_null())


def _lettered(letter: str, values: Column) -> Column:
    return pc.binary_join_element_wise(letter, values, " ")


def _values(column: Column, spell: Callable[[str], str | None]) -> Column:
    """Every different value spelled once; null stays null."""
    return _taken(column, spell, pa.string())


def _lists(column: Column, spell: Callable[[str], list[str]]) -> Column:
    """As ``_values``, where a null or a value that says nothing is an empty list."""
    return _taken(pc.fill_null(column, ""), spell, _TEXTS)


def _taken(column: Column, spell: Callable[[str], object], kind: pa.DataType) -> Column:
    encoded = _whole(column).dictionary_encode()
    spelled = pa.array([spell(text) for text in encoded.dictionary.to_pylist()], kind)
    return spelled.take(encoded.indices)


def _whole(column: Column) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _joined(lists: Column, by: str, empty: str | None = None) -> Column:
    texts = pc.binary_join(lists, by)
    return pc.if_else(pc.equal(texts, ""), pa.scalar(empty, pa.string()), texts)


_NULL: Final = pa.scalar(None, pa.string())
_FOLD: Final = f"""
SELECT record_key, {
    ", ".join(
        f"list_sort(list_distinct(flatten(list({f.name})))) AS {f.name}"
        if f.name in {"given_forms", "name_words", "other_words", "household"}
        else f"min({f.name}) AS {f.name}"
        for f in STANDARD
        if f.name != "record_key"
    )
}
FROM standard GROUP BY record_key
"""  # noqa: S608 - the columns above
