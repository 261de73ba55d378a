"""From conformed rows to what linkage may see: identifying fields and keyed names of records.

A row is named by a keyed hash (HMAC-SHA256) of who sent it and the child's id, name and birth
date, so that the same child on next year's roster is the same record. Its *anchor* is the keyed
hash of sender and id alone: rows that carry nothing but an id (attendance) belong to their anchor.
"""

import hashlib
import hmac
from collections import Counter, defaultdict
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.elements import DAYS_OF_LIFE
from cairn.warehouse.linking.standard import FIELDS
from cairn.warehouse.soundness.shapes import SOCIAL_SECURITY_NUMBER

_NAMED_BY: Final = ("local_id", "given_name", "middle_name", "family_name", "suffix", "birth_date")
ENCODED: Final = ("local_id", "encoding", "encoding_project", "encoding_mark")
_KEYS: Final = frozenset({"record_key", "anchor", "source"})
_SHARE: Final = 2 / 3
"""An id stands for a child only if at least this share of its records are one child."""


def identifiers(conformed: pa.Table, *, source: str, key: bytes) -> pa.Table:
    """One row for each row of a conformed table, in its order, with ``standard.FIELDS``.

    ``source`` is the organization that sent it. ``record_key`` is null for a row that says
    nothing by which its child could be found.
    """
    rows = len(conformed)
    texts = {name: _text(conformed, name) for name in FIELDS[3:]}
    named = pc.or_(pc.is_valid(texts["given_name"]), pc.is_valid(texts["family_name"]))
    with_id = pc.is_valid(texts["local_id"])
    anchor = _keyed(("id", source), [texts["local_id"]], key, where=with_id)
    whole = _keyed(("record", source), [texts[n] for n in _NAMED_BY], key, where=named)
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "record_key": pc.if_else(named, whole, anchor),
        "anchor": anchor,
        "source": pa.array([source] * rows, pa.string()),
        **texts,
    }
    for name in DAYS_OF_LIFE:
        here = name in conformed.column_names
        columns[name] = conformed.column(name) if here else pa.nulls(rows, pa.date32())
    return pa.table(columns)


def encoded(conformed: pa.Table, *, source: str, key: bytes) -> pa.Table:
    """The same of a conformed table of encodings: ``record_key``, ``anchor``, ``source`` and the
    columns of ``ENCODED``. A record is named by who sent it, for which secret, and the sender's id.
    """
    texts = {name: _text(conformed, name) for name in ENCODED}
    ids = texts["local_id"]
    anchor = _keyed(("id", source), [ids], key, where=pc.is_valid(ids))
    named = pc.and_(pc.is_valid(ids), pc.is_valid(texts["encoding"]))
    whole = _keyed(("encoded", source), [texts["encoding_mark"], ids], key, where=named)
    return pa.table(
        {
            "record_key": pc.if_else(named, whole, anchor),
            "anchor": anchor,
            "source": pa.array([source] * len(conformed), pa.string()),
            **texts,
        }
    )


def without_numbers(seen: pa.Table) -> pa.Table:
    """The same without cells that look like social security numbers, in whatever field they stand.

    Records are never linked on such numbers, in deliveries as in plain files. A row still goes by
    the keys that were made of it: inside its own source its id only names it.
    """
    for place, field in enumerate(seen.schema):
        if field.name not in _KEYS and pa.types.is_string(field.type):
            cells = seen.column(place)
            number = pc.match_substring_regex(cells, SOCIAL_SECURITY_NUMBER)
            kept = pc.if_else(number, pa.scalar(None, pa.string()), cells)
            seen = seen.set_column(place, field, kept)
    return seen


def distinct(tables: list[pa.Table]) -> pa.Table:
    """The records of several tables, each thing said about a child once; nameless ones are out."""
    rows = pa.concat_tables(tables)
    named = pc.or_(pc.is_valid(rows.column("given_name")), pc.is_valid(rows.column("family_name")))
    return rows.filter(named).group_by(rows.column_names, use_threads=False).aggregate([])


def with_anchors(records: pa.Table, clusters: pa.Table) -> pa.Table:
    """The clusters (record_key, cluster) and beside them each anchor as a record of its child.

    An id whose records are different children, none of them two thirds of it, stands for nobody:
    its anchor is left out.
    """
    cluster_of = dict(
        zip(*(clusters.column(n).to_pylist() for n in ("record_key", "cluster")), strict=True)
    )
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    pairs = zip(*(records.column(n).to_pylist() for n in ("anchor", "record_key")), strict=True)
    for anchor, record in set(pairs):
        if anchor is not None:
            votes[anchor][cluster_of[record]] += 1
    anchors = {}
    for anchor, counted in sorted(votes.items()):
        cluster, most = counted.most_common(1)[0]
        if most >= _SHARE * counted.total():
            anchors[anchor] = cluster
    added = pa.table(
        {
            "record_key": pa.array(anchors.keys(), pa.string()),
            "cluster": pa.array(anchors.values(), pa.int64()),
        }
    )
    return pa.concat_tables([clusters, added])


def anchor_key(source: str, local_id: str, key: bytes) -> str:
    """The anchor of one id of one sender, as ``identifiers`` makes it."""
    return str(
        _keyed(("id", source), [pa.array([local_id.strip()])], key, where=pa.array([True]))[0]
    )


def _text(table: pa.Table, name: str) -> pa.Array | pa.ChunkedArray:
    if name not in table.column_names:
        return pa.nulls(len(table), pa.string())
    trimmed = pc.utf8_trim_whitespace(table.column(name).cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _keyed(
    prefix: tuple[str, ...],
    columns: list[pa.Array | pa.ChunkedArray],
    key: bytes,
    *,
    where: pa.Array | pa.ChunkedArray,
) -> pa.Array | pa.ChunkedArray:
    """HMAC of each row's values, null elsewhere; every different row is hashed once."""
    filled = [pc.utf8_lower(pc.fill_null(column, "")) for column in columns]
    joined = pc.binary_join_element_wise(*prefix, *filled, "\x1f")
    if isinstance(joined, pa.ChunkedArray):
        joined = joined.combine_chunks()
    encoded = joined.dictionary_encode()
    hashes = pa.array(
        [
            hmac.digest(key, text.encode(), hashlib.sha256).hex()
            for text in encoded.dictionary.to_pylist()
        ],
        pa.string(),
    )
    return pc.if_else(where, hashes.take(encoded.indices), pa.scalar(None, pa.string()))
