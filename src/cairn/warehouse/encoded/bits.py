"""A record → 1,024 bits: alike for records that are alike, and nothing without the secret.

A cryptographic long-term key (Schnell, Bachteler and Reiher 2011): pieces of names and of the
birth date set bits of one filter, at places that a keyed hash gives. Hardened by what the
literature found to hold: one filter for the whole record; every piece *salted with the year of
birth*, so that the same name sets other bits for each year and names cannot be counted; places
drawn independently, not by double hashing; and a twentieth of all bits turned over by a keyed
noise (BLIP), another for each record, so that even two equal records differ.

The packages there are (clkhash, anonlink) rest since 2023 and cannot be imported on this Python.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.encoded.form import BITS, BLOCK, BYTES
from cairn.warehouse.encoded.secret import Secret

_PIECE: Final = 24
"""Bits that each pair of letters of a name sets, at most."""
_WHOLE: Final = 40
"""Bits for a given name, and all it may be short for, as a whole; for each part of a date."""
_SEX: Final = 16
_NOISE: Final = 13
"""Of 256: the share of bits that are turned over."""
_ROWS: Final = 20_000

Bits: TypeAlias = npt.NDArray[np.uint8]
Column: TypeAlias = pa.Array | pa.ChunkedArray


def bits(standard: pa.Table, secret: Secret) -> Bits:
    """One row of ``BYTES`` bytes for each row of ``standard`` (``linking.standard.STANDARD``)."""
    places = _Places(secret.key("places"))
    found = np.zeros((len(standard), BYTES), np.uint8)
    year = pc.fill_null(standard["birth_year"].cast(pa.string()), "")
    for column in ("given_words", "family_words"):
        _set(found, year, standard[column], places.of_word)
    _set(found, year, standard["given_forms"], places.of_form)
    for column in ("birth_year", "birth_month", "birth_day", "birth_key"):
        _set(found, year, standard[column], places.of_part(column))
    _set(found, year, standard["gender"], places.of_sex)
    return found ^ _noise(standard["record_key"], secret.key("noise"))


def blocks(standard: pa.Table, secret: Secret) -> pa.Array:
    """For each row the keyed hashes under which it is looked for: birth date, year and initials.

    A list of 8-byte texts. Days and months exchanged, and names exchanged, give the same.
    """
    key = secret.key("blocks")
    rows = zip(
        *(standard[c].to_pylist() for c in ("birth_key", "birth_year", "initial", "family_words")),
        strict=True,
    )
    hashed = cache(lambda text: hmac.digest(key, text.encode(), hashlib.sha256)[:BLOCK])
    found = [
        [hashed(text) for text in _block_texts(day, year, initial, words)]
        for day, year, initial, words in rows
    ]
    return pa.array(found, pa.list_(pa.binary(BLOCK)))


def _block_texts(
    day: str | None, year: str | None, initial: str | None, words: Iterable[str]
) -> list[str]:
    texts = [f"day {day}"] if day else []
    if initial:
        pairs = {"".join(sorted(initial + word[0])) for word in words}
        texts += [f"initials {year or ''} {pair}" for pair in sorted(pairs)]
    return texts


class _Places:
    """Which bits each piece of a record sets: a keyed hash, taken as numbers."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._piece = cache(lambda piece: self._drawn(piece, _PIECE))

    def of_word(self, salted: str) -> Bits:
        """A word of a name by its pairs of letters. Given names and surnames set the same bits,
        so that exchanged names agree."""
        year, _, word = salted.partition("|")
        edged = f"_{word}_"
        pieces = {edged[i : i + 2] for i in range(len(edged) - 1)}
        found = np.zeros(BYTES, np.uint8)
        for piece in pieces:
            found |= self._piece(f"letters {year}|{piece}")
        return found

    def of_form(self, salted: str) -> Bits:
        """A whole given name, or what it may be short for."""
        return self._drawn(f"form {salted}", _WHOLE)

    def of_part(self, name: str) -> Callable[[str], Bits]:
        """A part of the birth date."""
        return lambda salted: self._drawn(f"{name} {salted}", _WHOLE)

    def of_sex(self, salted: str) -> Bits:
        """The sex."""
        return self._drawn(f"sex {salted}", _SEX)

    def _drawn(self, piece: str, places: int) -> Bits:
        drawn = b"".join(
            hmac.digest(self._key, f"{n} {piece}".encode(), hashlib.sha512)
            for n in range(-(-places * 2 // 64))
        )
        mask = np.zeros(BITS, bool)
        mask[np.frombuffer(drawn, "<u2")[:places] % BITS] = True
        return np.packbits(mask)


def _set(found: Bits, year: Column, column: Column, one: Callable[[str], Bits]) -> None:
    """Set the bits of every value of a column (texts, or lists of them); each different pair of
    year and value is hashed once."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_list(whole.type):
        rows, values = pc.list_parent_indices(whole), pc.list_flatten(whole)
    else:
        rows = pa.array(np.flatnonzero(whole.is_valid().to_numpy(zero_copy_only=False)))
        values = whole.drop_null().cast(pa.string())
    if not len(values):
        return
    salted = pc.binary_join_element_wise(year.take(rows), values, "|")
    whole = salted.combine_chunks() if isinstance(salted, pa.ChunkedArray) else salted
    encoded = whole.dictionary_encode()
    masks = np.stack([one(text) for text in encoded.dictionary.to_pylist()])
    row, code = rows.to_numpy(), encoded.indices.to_numpy()
    for start in range(0, len(row), _ROWS):
        mine, first = np.unique(row[start : start + _ROWS], return_index=True)
        taken = masks[code[start : start + _ROWS]]
        found[mine] |= np.bitwise_or.reduceat(taken, first, axis=0)


def _noise(keys: Column, key: bytes) -> Bits:
    """Which bits are turned over: the same for one record each time it is encoded, so that
    encoding again tells nothing more."""
    names = keys.to_pylist()
    found = np.empty((len(names), BYTES), np.uint8)
    for start in range(0, len(names), _ROWS):
        some = names[start : start + _ROWS]
        drawn = b"".join(hashlib.shake_256(key + n.encode()).digest(BITS) for n in some)
        turned = np.frombuffer(drawn, np.uint8).reshape(len(some), BITS) < _NOISE
        found[start : start + _ROWS] = np.packbits(turned, axis=1)
    return found
