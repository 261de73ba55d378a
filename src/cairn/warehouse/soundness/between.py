"""What can only be said of several rosters together: ids and rows that come again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa

from cairn.warehouse.engine import open_engine
from cairn.warehouse.rosters.columns import FIELDS, RECORD_ID, SOURCE
from cairn.warehouse.rosters.roster import Roster
from cairn.warehouse.soundness.concern import Concern, Severity

_TWICE: Final = 0.9
"""Two files of which so much is the same word for word are one roster, sent twice."""
_TELLING: Final = 5
"""Fewer shared ids or rows than this say nothing."""
_SAME: Final = 0.5
_LOOKED_AT: Final = 100_000
_SAID: Final = tuple(
    f for f in FIELDS if f not in (RECORD_ID, SOURCE, "local_id", "school", "grade")
)
_FILE: Final = "file"


def together(rosters: Sequence[Roster]) -> pa.Table:
    """All rows under one header, with the position of their roster as ``file``."""
    parts = []
    for at, roster in enumerate(rosters):
        columns = {_FILE: pa.repeat(pa.scalar(at, pa.int32()), roster.table.num_rows)}
        for field in FIELDS:
            kind = pa.date32() if field == "birth_date" else pa.string()
            columns[field] = (
                roster.table.column(field).cast(kind)
                if field in roster.table.column_names
                else pa.nulls(roster.table.num_rows, kind)
            )
        parts.append(pa.table(columns))
    return pa.concat_tables(parts)


def repeated_ids(rosters: Sequence[Roster], rows: pa.Table) -> Iterator[Concern]:
    """Record ids that occur more than once in one source, alike or not."""
    told = ", ".join(f for f in FIELDS if f not in (RECORD_ID, SOURCE))
    found = _ask(
        f"""
        SELECT files, sum(times - 1)::BIGINT AS repeated, count(*) FILTER (different > 1) AS unlike
        FROM (
          SELECT list_sort(list_distinct(list(file))) AS files, count(*) AS times,
            count(DISTINCT hash({told})) AS different
          FROM rows SEMI JOIN (
            SELECT source, record_id FROM rows WHERE record_id IS NOT NULL
            GROUP BY source, record_id HAVING count(*) > 1
          ) USING (source, record_id)
          GROUP BY source, record_id
        ) GROUP BY files ORDER BY files
        """,  # noqa: S608 - names of the fields above
        rows,
    )
    for one in found:
        yield _repeated(rosters, **one)


def _repeated(rosters: Sequence[Roster], files: list[int], repeated: int, unlike: int) -> Concern:
    names = " and ".join(rosters[at].name for at in files)
    column = rosters[files[0]].columns.get(RECORD_ID, RECORD_ID)
    if unlike:
        where = "in the same source" if len(files) > 1 else "in it"
        return Concern(
            Severity.WARNING, "repeated_record_id", names, column,
            f"{unlike:,} record ids occur more than once {where}, in rows that differ.",
            "EACH ROW IS LINKED BY ITSELF; where they are two children, the answer has two lines "
            "for the id. Give every row an id of its own"
            + (", or give each file a source of its own." if len(files) > 1 else "."), repeated,
        )  # fmt: skip
    return Concern(
        Severity.WARNING, "repeated_rows", names, column,
        f"{repeated:,} rows come again word for word"
        + (": the same roster was sent twice." if len(files) > 1 else "."),
        "Each is counted once.", repeated,
    )  # fmt: skip


def sent_twice(rosters: Sequence[Roster], rows: pa.Table) -> Iterator[Concern]:
    """Files of different sources that say the same about the same children."""
    said = ", ".join(_SAID)
    found = _ask(
        f"""
        WITH said AS (SELECT DISTINCT file, source, hash({said}) AS h FROM rows),
        size AS (SELECT file, count(*) AS n FROM said GROUP BY file),
        shared AS (SELECT a.file AS a, b.file AS b, count(*) AS n FROM said a
          JOIN said b ON a.h = b.h AND a.file < b.file AND a.source != b.source GROUP BY ALL)
        SELECT a, b, shared.n AS n FROM shared
        JOIN size x ON x.file = a JOIN size y ON y.file = b
        WHERE shared.n >= {_TELLING} AND shared.n >= {_TWICE} * greatest(x.n, y.n) ORDER BY a, b
        """,  # noqa: S608 - constants
        rows,
    )
    for one in found:
        first, second = rosters[one["a"]].name, rosters[one["b"]].name
        yield Concern(
            Severity.WARNING, "sent_twice", f"{first} and {second}", "",
            f"{one['n']:,} rows say the same, word for word: this looks like one roster sent twice "
            "under two names.",
            "People are still counted once, but the overlap of the two sources is none. Leave one "
            "file out.", one["n"],
        )  # fmt: skip


def local_ids(rosters: Sequence[Roster], rows: pa.Table) -> Iterator[Concern]:
    """The same local id for different children in different sources, or for the same ones."""
    pairs = _shared_ids(rows, "local_id")
    other = sorted({s for a, b, n, same in pairs if same < _SAME * n for s in (a, b)})
    if other:
        yield Concern(
            Severity.WARNING, "ids_reused", ", ".join(other), "local_id",
            "The same local ids stand for different children in these sources.",
            "They are compared within one source only, never across.",
        )  # fmt: skip
    alike = sorted({s for a, b, n, same in pairs if same >= _TWICE * n for s in (a, b)})
    if alike:
        yield Concern(
            Severity.NOTE,
            "ids_alike",
            ", ".join(alike),
            "local_id",
            "Where these sources have the same local id, it nearly always stands for one child.",
            "If they use one numbering, call the column state_id in all of them: it then counts.",
        )


def state_ids(rows: pa.Table) -> tuple[list[Concern], list[str]]:
    """Sources whose state ids mean other children than everybody else's, and what to say."""
    pairs = _shared_ids(rows, "state_id")
    shared: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for a, b, n, same in pairs:
        for source in (a, b):
            shared[source][0] += n
            shared[source][1] += same
    wrong: list[str] = []
    concerns = []
    for a, b, n, same in sorted(pairs, key=lambda p: p[3] / p[2]):
        if same >= _SAME * n or a in wrong or b in wrong:
            continue
        worse = min((b, a), key=lambda s: shared[s][1] / shared[s][0])
        wrong.append(worse)
        concerns.append(
            Concern(
                Severity.WARNING, "state_ids_reused", worse, "state_id",
                f"{1 - same / n:.0%} of the state ids that it shares with "
                f"{b if worse == a else a} stand for another child there.",
                f"The state ids of {worse} are not used. Is it the source's own number? Then call "
                "the column local_id.", n - same,
            )
        )  # fmt: skip
    return concerns, wrong


def _shared_ids(rows: pa.Table, field: str) -> list[tuple[str, str, int, int]]:
    """(source, source, shared ids looked at, of which for what looks like the same child).

    Of very many rows, only ids of some hashes are looked at: the same ones in every source.
    """
    every = max(1, len(rows) // _LOOKED_AT)
    found = _ask(
        f"""
        WITH told AS (
          SELECT source, upper(ltrim(regexp_replace({field}, '[^0-9A-Za-z]', '', 'g'), '0')) AS id,
            birth_date, lower(given_name) AS given, lower(family_name) AS family
          FROM rows WHERE {field} IS NOT NULL
        ), one AS (
          SELECT source, id, list(DISTINCT birth_date) AS births, list(DISTINCT given) AS given,
            list(DISTINCT family) AS family
          FROM told WHERE hash(id) % {every} = 0 GROUP BY ALL
        )
        SELECT a.source AS a, b.source AS b, count(*) AS n,
          count(*) FILTER ((list_has_any(a.births, b.births))::INTEGER
            + (list_has_any(a.given, b.given))::INTEGER
            + (list_has_any(a.family, b.family))::INTEGER >= 2) AS same
        FROM one a JOIN one b ON a.id = b.id AND a.source < b.source
        WHERE a.id != '' GROUP BY ALL HAVING count(*) >= {_TELLING} ORDER BY a.source, b.source
        """,  # noqa: S608 - names of fields
        rows,
    )
    return [(one["a"], one["b"], one["n"], one["same"]) for one in found]


def _ask(sql: str, rows: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = open_engine().query(sql, {"rows": rows}).to_pylist()
    return found
