"""What tests of linking do with rows that have but an id: they follow their anchor."""

from collections import Counter, defaultdict
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_SHARE: Final = 2 / 3
"""An id stands for a child only if at least this share of its records are one child."""


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
