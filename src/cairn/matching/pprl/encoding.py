"""Encode a record as 1,024 bits: similar for similar records, useless without the secret.

A cryptographic long-term key (Schnell, Bachteler and Reiher 2011): pieces of names and of the birth
date set bits of one filter, at positions that a keyed hash gives. Hardened as the literature
advises: one filter for the whole record; every piece *salted with the year of birth*, so that the
same name sets other bits for each year and names cannot be counted; positions drawn independently,
not by double hashing; and a twentieth of all bits flipped by keyed noise (BLIP), different for each
record, so that even two equal records differ.

The existing packages (clkhash, anonlink) have had no release since 2023 and cannot be imported on
this Python.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cairn.matching.pprl.project_secret import ProjectSecret
from cairn.matching.standardize import standardize_records
from cairn.warehouse import schema
from cairn.warehouse.store import open_temporary_file, publish_file

__all__ = ["encode_records", "write_encoded_file"]

_BIGRAM_BITS: Final = 24
"""Bits that each pair of letters of a name sets, at most."""

_WHOLE_VALUE_BITS: Final = 40
"""Bits for a whole given name, for each formal name of it, and for each part of a date."""

_SEX_BITS: Final = 16

_NOISE_SHARE: Final = 13
"""Of 256: the share of bits that are flipped."""

_BATCH_ROWS: Final = 20_000
FilterBytes: TypeAlias = npt.NDArray[np.uint8]
ArrowColumn: TypeAlias = pa.Array | pa.ChunkedArray


def encode_filters(standard: pa.Table, secret: ProjectSecret) -> FilterBytes:
    """Encode standardized records as bit filters.

    Args:
        standard: records with the schema `STANDARD_SCHEMA`.
        secret: the secret of the project.
    Returns:
        An array with one row of `ENCODING_BYTES` bytes for each record.
    """
    positions = _BitPositions(secret.derive_key("places"))
    filters = np.zeros((len(standard), schema.ENCODING_BYTES), np.uint8)
    year = pc.fill_null(standard["birth_year"].cast(pa.string()), "")
    for column in ("given_words", "family_words"):
        _set_column_bits(filters, year, standard[column], positions.mask_word)
    _set_column_bits(filters, year, standard["given_forms"], positions.mask_name_form)
    for column in ("birth_year", "birth_month", "birth_day", "birth_key"):
        _set_column_bits(filters, year, standard[column], positions.mask_date_part(column))
    _set_column_bits(filters, year, standard["gender"], positions.mask_sex)
    return filters ^ _compute_noise(standard["record_key"], secret.derive_key("noise"))


def compute_blocks(standard: pa.Table, secret: ProjectSecret) -> pa.Array:
    """Compute the keyed hashes that group records for comparison: birth date, year, initials.

    A record with day and month swapped, or with names swapped, gets the same hashes.

    Args:
        standard: records with the schema `STANDARD_SCHEMA`.
        secret: the secret of the project.
    Returns:
        A list of 8-byte texts for each record.
    """
    key = secret.derive_key("blocks")
    rows = zip(
        *(
            standard[column_name].to_pylist()
            for column_name in ("birth_key", "birth_year", "initial", "family_words")
        ),
        strict=True,
    )
    compute_hash = cache(
        lambda text: hmac.digest(key, text.encode(), hashlib.sha256)[: schema.BLOCK_HASH_BYTES]
    )
    block_lists = [
        [compute_hash(text) for text in _list_block_texts(day, year, initial, words)]
        for day, year, initial, words in rows
    ]
    return pa.array(block_lists, pa.list_(pa.binary(schema.BLOCK_HASH_BYTES)))


def _list_block_texts(
    day: str | None, year: str | None, initial: str | None, words: Iterable[str]
) -> list[str]:
    texts = [f"day {day}"] if day else []
    if initial:
        pairs = {"".join(sorted(initial + word[0])) for word in words}
        texts += [f"initials {year or ''} {pair}" for pair in sorted(pairs)]
    return texts


class _BitPositions:
    """The bits that each piece of a record sets: a keyed hash, taken as numbers."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._bigram_mask = cache(lambda piece: self._draw_positions(piece, _BIGRAM_BITS))

    def mask_word(self, salted: str) -> FilterBytes:
        """Set the bits of a word of a name by its pairs of letters.

        Given names and surnames set the same bits, so that swapped names agree.
        """
        year, _, word = salted.partition("|")
        padded_word = f"_{word}_"
        pieces = {padded_word[i : i + 2] for i in range(len(padded_word) - 1)}
        mask = np.zeros(schema.ENCODING_BYTES, np.uint8)
        for piece in pieces:
            mask |= self._bigram_mask(f"letters {year}|{piece}")
        return mask

    def mask_name_form(self, salted: str) -> FilterBytes:
        """Set the bits of a whole given name, or of a name that it may be short for."""
        return self._draw_positions(f"form {salted}", _WHOLE_VALUE_BITS)

    def mask_date_part(self, name: str) -> Callable[[str], FilterBytes]:
        """Return a function that sets the bits of a part of the birth date."""
        return lambda salted: self._draw_positions(f"{name} {salted}", _WHOLE_VALUE_BITS)

    def mask_sex(self, salted: str) -> FilterBytes:
        """Set the bits of the sex."""
        return self._draw_positions(f"sex {salted}", _SEX_BITS)

    def _draw_positions(self, piece: str, position_count: int) -> FilterBytes:
        drawn = b"".join(
            hmac.digest(self._key, f"{counter} {piece}".encode(), hashlib.sha512)
            for counter in range(-(-position_count * 2 // 64))
        )
        mask = np.zeros(schema.ENCODING_BITS, bool)
        mask[np.frombuffer(drawn, "<u2")[:position_count] % schema.ENCODING_BITS] = True
        return np.packbits(mask)


def _set_column_bits(
    filters: FilterBytes,
    year: ArrowColumn,
    column: ArrowColumn,
    compute_mask: Callable[[str], FilterBytes],
) -> None:
    """Set the bits of every value of a column; each pair of year and value is hashed once."""
    values_array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_list(values_array.type):
        rows, values = pc.list_parent_indices(values_array), pc.list_flatten(values_array)
    else:
        rows = pa.array(np.flatnonzero(values_array.is_valid().to_numpy(zero_copy_only=False)))
        values = values_array.drop_null().cast(pa.string())
    if not len(values):
        return
    salted = pc.binary_join_element_wise(year.take(rows), values, "|")
    values_array = salted.combine_chunks() if isinstance(salted, pa.ChunkedArray) else salted
    encoded = values_array.dictionary_encode()
    masks = np.stack([compute_mask(text) for text in encoded.dictionary.to_pylist()])
    row, code = rows.to_numpy(), encoded.indices.to_numpy()
    for start in range(0, len(row), _BATCH_ROWS):
        batch_rows, first = np.unique(row[start : start + _BATCH_ROWS], return_index=True)
        batch_masks = masks[code[start : start + _BATCH_ROWS]]
        filters[batch_rows] |= np.bitwise_or.reduceat(batch_masks, first, axis=0)


def _compute_noise(keys: ArrowColumn, key: bytes) -> FilterBytes:
    """Compute the bits to flip: always the same for a record, so that repeats reveal nothing."""
    names = keys.to_pylist()
    noise = np.empty((len(names), schema.ENCODING_BYTES), np.uint8)
    for start in range(0, len(names), _BATCH_ROWS):
        batch_keys = names[start : start + _BATCH_ROWS]
        drawn = b"".join(
            hashlib.shake_256(key + record_key.encode()).digest(schema.ENCODING_BITS)
            for record_key in batch_keys
        )
        is_flipped = (
            np.frombuffer(drawn, np.uint8).reshape(len(batch_keys), schema.ENCODING_BITS)
            < _NOISE_SHARE
        )
        noise[start : start + _BATCH_ROWS] = np.packbits(is_flipped, axis=1)
    return noise


def encode_records(records: pa.Table, secret: ProjectSecret) -> pa.Table:
    """Encode records as the table that a partner sends: record ID, bits and blocks.

    The rows are sorted by their bits, since the order of a file can reveal names as well.

    Args:
        records: Table[record_key, source, record_id and identifying fields].
        secret: the secret of the project.
    Returns:
        Table[source: str, record_id: str, bits: binary, blocks: list] with the metadata of the
        format.
    """
    standard = standardize_records(records)
    keys = records["record_key"].combine_chunks()
    index = pc.index_in(standard["record_key"], value_set=keys)
    filters = encode_filters(standard, secret)
    table = pa.table(
        {
            "source": records["source"].take(index),
            "record_id": records["record_id"].take(index),
            "bits": pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(schema.ENCODING_BYTES),
                len(filters),
                [None, pa.py_buffer(filters.tobytes())],
            ),
            "blocks": compute_blocks(standard, secret),
        }
    )
    order = np.lexsort(filters.T[::-1])
    metadata = {
        schema.FORMAT_KEY: schema.FORMAT_VERSION,
        schema.PROJECT_KEY: secret.project.encode(),
        schema.SECRET_MARK_KEY: secret.mark.encode(),
    }
    return table.take(pa.array(order)).replace_schema_metadata(metadata)


def write_encoded_file(table: pa.Table, path: Path) -> None:
    """Write the encodings to a file atomically: complete under its name, or not there.

    Args:
        table: what `encode_records` returned.
        path: where to write it.
    """
    with open_temporary_file(path.parent) as file:
        pq.write_table(table, file, compression="zstd")
        publish_file(file, path)
