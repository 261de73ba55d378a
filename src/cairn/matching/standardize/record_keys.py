"""Extract what linkage may use of conformed rows: identifying fields and keyed hashes.

A record key is a keyed hash (HMAC-SHA256) of the sender and the student's ID, name and birth date,
so that the same student in next year's roster is the same record. Its *anchor* is the keyed hash of
sender and ID alone: rows that carry nothing but an ID (attendance) belong to their anchor.
"""

import hashlib
import hmac
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.matching.standardize.record_table import IDENTIFYING_FIELDS
from cairn.warehouse.schema import LIFE_DATE_FIELDS, SSN_PATTERN

__all__ = [
    "ENCODING_FIELDS",
    "add_anchors_to_clusters",
    "compute_anchor_keys",
    "extract_encodings",
    "extract_identifying_fields",
    "list_distinct_records",
    "remove_social_security_numbers",
]

_RECORD_KEY_FIELDS: Final = (
    "local_id",
    "given_name",
    "middle_name",
    "family_name",
    "suffix",
    "birth_date",
)
ENCODING_FIELDS: Final = ("local_id", "encoding", "encoding_project", "encoding_mark")
_KEY_COLUMNS: Final = frozenset({"record_key", "anchor", "source"})

_MAJORITY: Final = 2 / 3
"""An ID identifies a student only if this share of its records belong to one student."""


def extract_identifying_fields(conformed: pa.Table, *, source: str, key: bytes) -> pa.Table:
    """Extract the identifying fields of a conformed table and compute the keys of its rows.

    Args:
        conformed: a conformed table of one delivery.
        source: slug of the organization that sent it.
        key: secret key of the keyed hashes.
    Returns:
        One row for each row of `conformed`, in its order, with the columns of `IDENTIFYING_FIELDS`.
        `record_key` is null if nothing in the row identifies a student.
    """
    rows = len(conformed)
    texts = {name: _get_text_column(conformed, name) for name in IDENTIFYING_FIELDS[3:]}
    has_name = pc.or_(pc.is_valid(texts["given_name"]), pc.is_valid(texts["family_name"]))
    with_id = pc.is_valid(texts["local_id"])
    anchor = _hash_rows(("id", source), [texts["local_id"]], key, is_identified=with_id)
    record_key = _hash_rows(
        ("record", source),
        [texts[field_name] for field_name in _RECORD_KEY_FIELDS],
        key,
        is_identified=has_name,
    )
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "record_key": pc.if_else(has_name, record_key, anchor),
        "anchor": anchor,
        "source": pa.array([source] * rows, pa.string()),
        **texts,
    }
    for name in LIFE_DATE_FIELDS:
        is_present = name in conformed.column_names
        columns[name] = conformed.column(name) if is_present else pa.nulls(rows, pa.date32())
    return pa.table(columns)


def extract_encodings(conformed: pa.Table, *, source: str, key: bytes) -> pa.Table:
    """Extract the encodings of a conformed table and compute the keys of its rows.

    A record is identified by its sender, the secret it was encoded for, and the sender's ID.

    Args:
        conformed: a conformed table of encoded records.
        source: slug of the organization that sent it.
        key: secret key of the keyed hashes.
    Returns:
        Table[record_key, anchor, source and the columns of `ENCODING_FIELDS`], rows in the same
        order.
    """
    texts = {name: _get_text_column(conformed, name) for name in ENCODING_FIELDS}
    ids = texts["local_id"]
    anchor = _hash_rows(("id", source), [ids], key, is_identified=pc.is_valid(ids))
    is_complete = pc.and_(pc.is_valid(ids), pc.is_valid(texts["encoding"]))
    record_key = _hash_rows(
        ("encoded", source), [texts["encoding_mark"], ids], key, is_identified=is_complete
    )
    return pa.table(
        {
            "record_key": pc.if_else(is_complete, record_key, anchor),
            "anchor": anchor,
            "source": pa.array([source] * len(conformed), pa.string()),
            **texts,
        }
    )


def remove_social_security_numbers(records: pa.Table) -> pa.Table:
    """Replace cells that look like social security numbers with null, in every field.

    Records are never linked on such numbers, in deliveries as in plain files. A row keeps the keys
    that were computed from it: within its own source its ID only identifies the row.

    Args:
        records: a table of identifying fields.
    Returns:
        The same table without those cells.
    """
    for index, field in enumerate(records.schema):
        if field.name not in _KEY_COLUMNS and pa.types.is_string(field.type):
            cells = records.column(index)
            number = pc.match_substring_regex(cells, SSN_PATTERN)
            cleaned = pc.if_else(number, pa.scalar(None, pa.string()), cells)
            records = records.set_column(index, field, cleaned)
    return records


def list_distinct_records(tables: list[pa.Table]) -> pa.Table:
    """List the distinct records of several tables; rows without a name are dropped.

    Args:
        tables: tables of identifying fields with the same columns.
    Returns:
        One table in which every combination of values occurs once.
    """
    rows = pa.concat_tables(tables)
    has_name = pc.or_(
        pc.is_valid(rows.column("given_name")), pc.is_valid(rows.column("family_name"))
    )
    return rows.filter(has_name).group_by(rows.column_names, use_threads=False).aggregate([])


def add_anchors_to_clusters(records: pa.Table, clusters: pa.Table) -> pa.Table:
    """Add each anchor to the clusters, as a record of its student.

    An ID with records of different students, none of them with two thirds of the records, is
    ambiguous and identifies no student: its anchor is left out.

    Args:
        records: Table[record_key: str, anchor: str, ...].
        clusters: Table[record_key: str, cluster: int64].
    Returns:
        The clusters with one more row for each anchor, in the column `record_key`.
    """
    cluster_of = dict(
        zip(
            *(
                clusters.column(column_name).to_pylist()
                for column_name in ("record_key", "cluster")
            ),
            strict=True,
        )
    )
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    pairs = zip(
        *(records.column(column_name).to_pylist() for column_name in ("anchor", "record_key")),
        strict=True,
    )
    for anchor, record in set(pairs):
        if anchor is not None:
            votes[anchor][cluster_of[record]] += 1
    anchors = {}
    for anchor, counts in sorted(votes.items()):
        cluster, votes_of_cluster = counts.most_common(1)[0]
        if votes_of_cluster >= _MAJORITY * counts.total():
            anchors[anchor] = cluster
    added = pa.table(
        {
            "record_key": pa.array(anchors.keys(), pa.string()),
            "cluster": pa.array(anchors.values(), pa.int64()),
        }
    )
    return pa.concat_tables([clusters, added])


def compute_anchor_key(source: str, local_id: str, key: bytes) -> str:
    """Compute the anchor of one ID of one sender, as `extract_identifying_fields` does.

    Args:
        source: slug of the sender.
        local_id: the sender's ID of the student.
        key: secret key of the keyed hashes.
    Returns:
        The keyed hash, in hexadecimal digits.
    """
    return compute_anchor_keys(source, [local_id], key)[0]


def compute_anchor_keys(source: str, local_ids: Sequence[str], key: bytes) -> list[str]:
    """Compute the anchor of each ID of one sender, as `extract_identifying_fields` does.

    Args:
        source: slug of the sender.
        local_ids: the sender's IDs of students.
        key: secret key of the keyed hashes.
    Returns:
        The keyed hashes, in hexadecimal digits, in the order of the IDs.
    """
    trimmed = pa.array([local_id.strip() for local_id in local_ids], pa.string())
    hashes = _hash_rows(("id", source), [trimmed], key, is_identified=pc.is_valid(trimmed))
    return [str(anchor) for anchor in hashes]


def _get_text_column(table: pa.Table, name: str) -> pa.Array | pa.ChunkedArray:
    if name not in table.column_names:
        return pa.nulls(len(table), pa.string())
    trimmed = pc.utf8_trim_whitespace(table.column(name).cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _hash_rows(
    prefix: tuple[str, ...],
    columns: list[pa.Array | pa.ChunkedArray],
    key: bytes,
    *,
    is_identified: pa.Array | pa.ChunkedArray,
) -> pa.Array | pa.ChunkedArray:
    """Compute the keyed hash of each row's values; every distinct row is hashed once."""
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
    return pc.if_else(is_identified, hashes.take(encoded.indices), pa.scalar(None, pa.string()))
