"""Check one roster by itself, before its columns are examined."""

from collections.abc import Iterator
from typing import Final

from cairn.matching.profiling.concerns import ConcernSeverity, RosterConcern
from cairn.matching.rosters import RECORD_ID, Roster

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
            ConcernSeverity.WARNING, "empty", roster.name, "", "There is no row below the header.",
            "Export the file again.",
        )  # fmt: skip
        return
    for note in roster.notes:
        if note.code == "encoding" and "UTF-8" not in note.message:
            yield RosterConcern(
                ConcernSeverity.WARNING, "not_utf8", roster.name, "",
                f"The file is not UTF-8. {note.message}",
                "Look at a name with an accent in the output, or save the file as UTF-8.",
            )  # fmt: skip
        elif note.code != "encoding":
            yield RosterConcern(ConcernSeverity.NOTE, note.code, roster.name, "", note.message)
    if roster.misfits:
        yield RosterConcern(
            ConcernSeverity.WARNING, "shifted", roster.name, "",
            f"{roster.misfits:,} rows have more cells than the header: their columns shifted.",
            "THEY ARE NOT IN THE ANSWER. Put cells that hold a separator into quotation marks.",
            roster.misfits,
        )  # fmt: skip
    if roster.unused:
        yield RosterConcern(
            ConcernSeverity.NOTE, "unused", roster.name, "",
            f"These columns are not used for linking: {', '.join(roster.unused)}.",
        )  # fmt: skip
    if roster.nameless:
        yield RosterConcern(
            ConcernSeverity.WARNING, "no_record_id", roster.name, roster.columns[RECORD_ID],
            f"{roster.nameless:,} rows have no record id.",
            "The answer names them by their place in the file, as in “row 17”. Give every row a "
            "number or code of its own.", roster.nameless,
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
            "No usable field is left beside the names: names alone tell no two children apart."
            if has_names
            else "No usable field is left by which a child could be found: there is no name in it.",
            "ONLY RARE NAMES ARE FOUND AGAIN; everybody else of this file counts as one more "
            "person. Add birth_date, or at least an address, a phone, a guardian or the state's id."
            if has_names
            else "EACH OF ITS ROWS COUNTS AS A PERSON OF ITS OWN. It needs given_name and "
            "family_name, and birth_date wherever it is known.", rows,
        )  # fmt: skip
        return
    if not _has_names(roster):
        yield RosterConcern(
            ConcernSeverity.WARNING, "no_names", roster.name, "", "There is no name in it.",
            "Its children are found by the state's id alone. Add given_name and family_name.", rows,
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
            "No usable birth date is in it.",
            "Children are found by name with address, phone, guardian or id only, and more of "
            "them are missed. Add birth dates if they are known.", rows,
        )  # fmt: skip
    elif rows - filled > _MAX_MISSING_SHARE * rows:
        yield RosterConcern(
            ConcernSeverity.WARNING, "few_birth_dates", roster.name, column,
            f"{rows - filled:,} of {rows:,} rows have no usable birth date.",
            "More of these children are missed. Add birth dates if they are known.", rows - filled,
        )  # fmt: skip


def _check_unread_cells(roster: Roster) -> Iterator[RosterConcern]:
    for field, failed in roster.unread.items():
        texts = roster.texts[field]
        filled = len(texts) - texts.null_count
        is_date = field == "birth_date"
        looks = f"{failed:,} of {filled:,} filled cells are no " + (
            "date that can be read." if is_date else "sex that is known (F, M, X or the word)."
        )
        yield RosterConcern(
            ConcernSeverity.WARNING, "unreadable", roster.name, roster.columns[field], looks,
            "Those cells count as empty."
            + (" Write dates as year-month-day, as in 2014-09-03." if is_date else ""), failed,
        )  # fmt: skip


def _count_filled(roster: Roster, field: str) -> int:
    if field not in roster.table.column_names:
        return 0
    column = roster.table.column(field)
    return int(len(column) - column.null_count)
