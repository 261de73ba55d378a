"""Check each roster by itself, and several together for IDs and rows that repeat.

A concern describes one problem of a file before it is linked: where it is, how it looks, what to
do.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import pyarrow as pa

from cairn.matching.rosters import RECORD_ID, ROSTER_FIELDS, SOURCE, Roster
from cairn.warehouse.engines import open_sql_engine


class ConcernSeverity(StrEnum):
    """How serious a concern is.

    An error stops the linkage; a warning is shown and the linkage continues; a note is
    information.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class RosterConcern:
    """One concern about a file or one of its columns; it never holds a value of the file.

    Attributes:
        severity: error, warning or note.
        code: short name of the check, the same in every version.
        file: name of the file.
        column: name of the column; empty where the whole file is concerned.
        looks: what was seen, as a whole sentence.
        advice: what to do about it, as a whole sentence; empty if nothing needs doing.
        rows: number of rows concerned; 0 where rows are not counted.
    """

    severity: ConcernSeverity
    code: str
    file: str
    column: str
    looks: str
    advice: str = ""
    rows: int = 0

    def __str__(self) -> str:
        location = f"{self.file}, column “{self.column}”" if self.column else self.file
        return f"{location}: {self.looks} {self.advice}".rstrip()


_MAX_MISSING_SHARE: Final = 0.5

_CONFIRMING_FIELDS: Final = ("street", "phone", "email", "guardian_name", "state_id", "birth_date")
"""With a name, one of these can show that two records are of one student."""

UNUSABLE_CODES: Final = frozenset({"empty", "no_usable_fields"})
"""Codes of concerns that become errors if every roster has them."""


def check_roster_rows(roster: Roster) -> Iterator[RosterConcern]:
    """Find empty files, misfit rows, encodings, unknown columns, and rows without an ID."""
    rows = roster.table.num_rows
    if not rows:
        yield RosterConcern(
            ConcernSeverity.WARNING, "empty", roster.name, "", "The file has a header but no rows.",
            "Export the file again.",
        )  # fmt: skip
        return
    for note in roster.notes:
        if note.code == "encoding" and "UTF-8" not in note.message:
            yield RosterConcern(
                ConcernSeverity.WARNING, "not_utf8", roster.name, "",
                f"The file is not UTF-8. {note.message}",
                "Check a name with an accent in the result, or save the file as UTF-8.",
            )  # fmt: skip
        elif note.code != "encoding":
            yield RosterConcern(ConcernSeverity.NOTE, note.code, roster.name, "", note.message)
    if roster.misfits:
        yield RosterConcern(
            ConcernSeverity.WARNING, "shifted", roster.name, "",
            f"{roster.misfits:,} rows have more cells than the header, so columns are shifted.",
            "These rows are not in the result. Put quotation marks around cells that contain a "
            "separator.",
            roster.misfits,
        )  # fmt: skip
    if roster.unused:
        yield RosterConcern(
            ConcernSeverity.NOTE, "unused", roster.name, "",
            f"These columns are not used for record matching: {', '.join(roster.unused)}.",
        )  # fmt: skip
    if roster.nameless:
        yield RosterConcern(
            ConcernSeverity.WARNING, "no_record_id", roster.name, roster.columns[RECORD_ID],
            f"{roster.nameless:,} rows have no record ID.",
            "The result names them by their position in the file, such as “row 17”. Give each row "
            "its own number or code.", roster.nameless,
        )  # fmt: skip


def check_roster_fields(roster: Roster) -> Iterator[RosterConcern]:
    """Find fields that are missing or cannot be read, in a roster without its constants."""
    rows = roster.table.num_rows
    if not rows:
        return
    yield from _check_unread_cells(roster)
    if not is_roster_usable(roster):
        has_names = _has_names(roster)
        yield RosterConcern(
            ConcernSeverity.WARNING, "no_usable_fields", roster.name, "",
            "No usable field remains except names. Names alone do not distinguish two students."
            if has_names
            else "No usable field identifies the students: the file has no names.",
            "Only students with rare names are matched. Everyone else in this file counts as a new "
            "person. Add birth_date, or at least an address, phone, guardian or state student ID."
            if has_names
            else "Each row counts as a separate person. Add given_name and family_name, and "
            "birth_date where it is known.", rows,
        )  # fmt: skip
        return
    if not _has_names(roster):
        yield RosterConcern(
            ConcernSeverity.WARNING, "no_names", roster.name, "", "The file has no names.",
            "Its students are matched by state student ID only. Add given_name and family_name.",
            rows,
        )  # fmt: skip
    yield from _check_birth_dates(roster)


def is_roster_usable(roster: Roster) -> bool:
    """Decide whether the remaining fields of this roster can identify a student."""
    has_confirming_field = any(_count_filled(roster, field) for field in _CONFIRMING_FIELDS)
    return (_has_names(roster) and has_confirming_field) or bool(_count_filled(roster, "state_id"))


def _has_names(roster: Roster) -> bool:
    return any(_count_filled(roster, field) for field in ("given_name", "family_name"))


def _check_birth_dates(roster: Roster) -> Iterator[RosterConcern]:
    rows = roster.table.num_rows
    filled = _count_filled(roster, "birth_date")
    column = roster.columns.get("birth_date", "birth_date")
    if not filled:
        yield RosterConcern(
            ConcernSeverity.WARNING, "no_birth_dates", roster.name, column,
            "The file has no usable birth dates.",
            "Students are matched only by name together with address, phone, guardian or ID, and "
            "more matches are missed. Add birth dates if they are known.", rows,
        )  # fmt: skip
    elif rows - filled > _MAX_MISSING_SHARE * rows:
        yield RosterConcern(
            ConcernSeverity.WARNING, "few_birth_dates", roster.name, column,
            f"{rows - filled:,} of {rows:,} rows have no usable birth date.",
            "More matches are missed for these students. Add birth dates if they are known.",
            rows - filled,
        )  # fmt: skip


def _check_unread_cells(roster: Roster) -> Iterator[RosterConcern]:
    for field, failed in roster.unread.items():
        texts = roster.texts[field]
        filled = len(texts) - texts.null_count
        is_date = field == "birth_date"
        looks = f"{failed:,} of {filled:,} filled cells are not a " + (
            "date that Cairn can read." if is_date else "known sex (F, M, X or the full word)."
        )
        yield RosterConcern(
            ConcernSeverity.WARNING, "unreadable", roster.name, roster.columns[field], looks,
            "These cells are treated as empty."
            + (" Write dates as year-month-day, as in 2014-09-03." if is_date else ""), failed,
        )  # fmt: skip


def _count_filled(roster: Roster, field: str) -> int:
    if field not in roster.table.column_names:
        return 0
    column = roster.table.column(field)
    return int(len(column) - column.null_count)


_TWIN_SHARE: Final = 0.9
"""Two files with this share of identical rows are one roster, sent twice."""

_FEWEST: Final = 5
"""Fewer shared IDs or rows than this mean nothing."""

_SAME_STUDENT_SHARE: Final = 0.5
_SAMPLE_ROWS: Final = 100_000

_COMPARED_FIELDS: Final = tuple(
    f for f in ROSTER_FIELDS if f not in (RECORD_ID, SOURCE, "local_id", "school", "grade")
)

_FILE_COLUMN: Final = "file"


def combine_roster_rows(rosters: Sequence[Roster]) -> pa.Table:
    """Combine all rows under one header, with the position of their roster as ``file``."""
    parts = []
    for index, roster in enumerate(rosters):
        columns = {_FILE_COLUMN: pa.repeat(pa.scalar(index, pa.int32()), roster.table.num_rows)}
        for field in ROSTER_FIELDS:
            arrow_type = pa.date32() if field == "birth_date" else pa.string()
            columns[field] = (
                roster.table.column(field).cast(arrow_type)
                if field in roster.table.column_names
                else pa.nulls(roster.table.num_rows, arrow_type)
            )
        parts.append(pa.table(columns))
    return pa.concat_tables(parts)


def find_repeated_record_ids(rosters: Sequence[Roster], rows: pa.Table) -> Iterator[RosterConcern]:
    """Find record IDs that occur more than once in one source, in equal rows or not."""
    compared = ", ".join(f for f in ROSTER_FIELDS if f not in (RECORD_ID, SOURCE))
    groups = _query_rows(
        f"""
        SELECT files, sum(times - 1)::BIGINT AS repeated, count(*) FILTER (different > 1) AS unlike
        FROM (
          SELECT list_sort(list_distinct(list(file))) AS files, count(*) AS times,
            count(DISTINCT hash({compared})) AS different
          FROM rows SEMI JOIN (
            SELECT source, record_id FROM rows WHERE record_id IS NOT NULL
            GROUP BY source, record_id HAVING count(*) > 1
          ) USING (source, record_id)
          GROUP BY source, record_id
        ) GROUP BY files ORDER BY files
        """,  # noqa: S608 - names of the fields above
        rows,
    )
    for group in groups:
        yield _describe_repeated_ids(rosters, **group)


def _describe_repeated_ids(
    rosters: Sequence[Roster], files: list[int], repeated: int, unlike: int
) -> RosterConcern:
    names = " and ".join(rosters[index].name for index in files)
    column = rosters[files[0]].columns.get(RECORD_ID, RECORD_ID)
    if unlike:
        scope = "in the same source" if len(files) > 1 else "in the file"
        return RosterConcern(
            ConcernSeverity.WARNING, "repeated_record_id", names, column,
            f"{unlike:,} record IDs occur more than once {scope}, in rows that differ.",
            "Each row is matched separately. If the rows are about two students, the result has "
            "two lines with the same ID. Give each row its own ID"
            + (", or give each file its own source." if len(files) > 1 else "."), repeated,
        )  # fmt: skip
    return RosterConcern(
        ConcernSeverity.WARNING, "repeated_rows", names, column,
        f"{repeated:,} rows occur more than once with exactly the same values"
        + (": the same roster was uploaded twice." if len(files) > 1 else "."),
        "Each is counted once.", repeated,
    )  # fmt: skip


def find_duplicate_rosters(rosters: Sequence[Roster], rows: pa.Table) -> Iterator[RosterConcern]:
    """Find files of different sources that say the same about the same students."""
    compared = ", ".join(_COMPARED_FIELDS)
    pairs = _query_rows(
        f"""
        WITH said AS (SELECT DISTINCT file, source, hash({compared}) AS h FROM rows),
        size AS (SELECT file, count(*) AS n FROM said GROUP BY file),
        shared AS (SELECT a.file AS a, b.file AS b, count(*) AS n FROM said a
          JOIN said b ON a.h = b.h AND a.file < b.file AND a.source != b.source GROUP BY ALL)
        SELECT a, b, shared.n AS n FROM shared
        JOIN size x ON x.file = a JOIN size y ON y.file = b
        WHERE shared.n >= {_FEWEST} AND shared.n >= {_TWIN_SHARE} * greatest(x.n, y.n) ORDER BY a, b
        """,  # noqa: S608 - constants
        rows,
    )
    for row in pairs:
        first, second = rosters[row["a"]].name, rosters[row["b"]].name
        yield RosterConcern(
            ConcernSeverity.WARNING, "sent_twice", f"{first} and {second}", "",
            f"{row['n']:,} rows are exactly the same: this may be one roster uploaded twice under "
            "two names.",
            "People are counted once, but the overlap of the two sources is not real. Remove one "
            "of the files.", row["n"],
        )  # fmt: skip


def check_local_ids(rosters: Sequence[Roster], rows: pa.Table) -> Iterator[RosterConcern]:
    """Check whether equal local IDs of different sources mean different or equal students."""
    pairs = _count_shared_ids(rows, "local_id")
    reusing_sources = sorted(
        {s for a, b, n, same in pairs if same < _SAME_STUDENT_SHARE * n for s in (a, b)}
    )
    if reusing_sources:
        yield RosterConcern(
            ConcernSeverity.WARNING, "ids_reused", ", ".join(reusing_sources), "local_id",
            "These organizations use the same local IDs for different students.",
            "Local IDs are compared only within each organization.",
        )  # fmt: skip
    agreeing_sources = sorted(
        {s for a, b, n, same in pairs if same >= _TWIN_SHARE * n for s in (a, b)}
    )
    if agreeing_sources:
        yield RosterConcern(
            ConcernSeverity.NOTE,
            "ids_alike",
            ", ".join(agreeing_sources),
            "local_id",
            "If these organizations use the same local ID, it is nearly always the same student.",
            "If they share one numbering system, name the column state_id in every file.",
        )


def check_state_ids(rows: pa.Table) -> tuple[list[RosterConcern], list[str]]:
    """Find sources with state IDs that mean other students than those of the other sources.

    Returns the concerns, and the sources with wrong IDs.
    """
    pairs = _count_shared_ids(rows, "state_id")
    shared: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for first, second, n, same in pairs:
        for source in (first, second):
            shared[source][0] += n
            shared[source][1] += same
    wrong_sources: list[str] = []
    concerns = []
    for first, second, n, same in sorted(
        pairs, key=lambda shared_pair: shared_pair[3] / shared_pair[2]
    ):
        if same >= _SAME_STUDENT_SHARE * n or first in wrong_sources or second in wrong_sources:
            continue
        faulty = min(
            (second, first), key=lambda candidate: shared[candidate][1] / shared[candidate][0]
        )
        wrong_sources.append(faulty)
        concerns.append(
            RosterConcern(
                ConcernSeverity.WARNING, "state_ids_reused", faulty, "state_id",
                f"{1 - same / n:.0%} of the state student IDs that it shares with "
                f"{second if faulty == first else first} belong to another student there.",
                f"The state student IDs of {faulty} are not used. If they are its own numbers, "
                "name the column local_id.", n - same,
            )
        )  # fmt: skip
    return concerns, wrong_sources


def _count_shared_ids(rows: pa.Table, field: str) -> list[tuple[str, str, int, int]]:
    """Count the IDs that two sources share.

    Returns (source, source, IDs compared, IDs that mean the same student). Of very many rows,
    only IDs of some hashes are compared: the same ones in every source.
    """
    sampling_step = max(1, len(rows) // _SAMPLE_ROWS)
    pairs = _query_rows(
        f"""
        WITH told AS (
          SELECT source, upper(ltrim(regexp_replace({field}, '[^0-9A-Za-z]', '', 'g'), '0')) AS id,
            birth_date, lower(given_name) AS given, lower(family_name) AS family
          FROM rows WHERE {field} IS NOT NULL
        ), one AS (
          SELECT source, id, list(DISTINCT birth_date) AS births, list(DISTINCT given) AS given,
            list(DISTINCT family) AS family
          FROM told WHERE hash(id) % {sampling_step} = 0 GROUP BY ALL
        )
        SELECT a.source AS a, b.source AS b, count(*) AS n,
          count(*) FILTER ((list_has_any(a.births, b.births))::INTEGER
            + (list_has_any(a.given, b.given))::INTEGER
            + (list_has_any(a.family, b.family))::INTEGER >= 2) AS same
        FROM one a JOIN one b ON a.id = b.id AND a.source < b.source
        WHERE a.id != '' GROUP BY ALL HAVING count(*) >= {_FEWEST} ORDER BY a.source, b.source
        """,  # noqa: S608 - names of fields
        rows,
    )
    return [(pair["a"], pair["b"], pair["n"], pair["same"]) for pair in pairs]


def _query_rows(sql: str, rows: pa.Table) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = open_sql_engine().query(sql, {"rows": rows}).to_pylist()
    return result
