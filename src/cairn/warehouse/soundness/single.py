"""What can be said of one roster by itself, before its columns are looked into."""

from collections.abc import Iterator
from typing import Final

from cairn.warehouse.rosters.columns import RECORD_ID
from cairn.warehouse.rosters.roster import Roster
from cairn.warehouse.soundness.concern import Concern, Severity

_HALF: Final = 0.5
_SHARED: Final = ("street", "phone", "email", "guardian_name", "state_id", "birth_date")
"""With a name, one of these can tell that two records are of one child."""
NOTHING_LEFT: Final = frozenset({"empty", "no_usable_fields"})
"""What is an error where it is so of every roster."""


def about_rows(roster: Roster) -> Iterator[Concern]:
    """Empty files, rows that did not fit, encodings, unknown columns, rows without an id."""
    rows = roster.table.num_rows
    if not rows:
        yield Concern(
            Severity.WARNING, "empty", roster.name, "", "There is no row below the header.",
            "Export the file again.",
        )  # fmt: skip
        return
    for note in roster.notes:
        if note.code == "encoding" and "UTF-8" not in note.message:
            yield Concern(
                Severity.WARNING, "not_utf8", roster.name, "",
                f"The file is not UTF-8. {note.message}",
                "Look at a name with an accent in the output, or save the file as UTF-8.",
            )  # fmt: skip
        elif note.code != "encoding":
            yield Concern(Severity.NOTE, note.code, roster.name, "", note.message)
    if roster.misfits:
        yield Concern(
            Severity.WARNING, "shifted", roster.name, "",
            f"{roster.misfits:,} rows have more cells than the header: their columns shifted.",
            "THEY ARE NOT IN THE ANSWER. Put cells that hold a separator into quotation marks.",
            roster.misfits,
        )  # fmt: skip
    if roster.unused:
        yield Concern(
            Severity.NOTE, "unused", roster.name, "",
            f"These columns are not used for linking: {', '.join(roster.unused)}.",
        )  # fmt: skip
    if roster.nameless:
        yield Concern(
            Severity.WARNING, "no_record_id", roster.name, roster.columns[RECORD_ID],
            f"{roster.nameless:,} rows have no record id.",
            "The answer names them by their place in the file, as in “row 17”. Give every row a "
            "number or code of its own.", roster.nameless,
        )  # fmt: skip


def about_fields(roster: Roster) -> Iterator[Concern]:
    """Fields that are missing or cannot be read. ``roster``: without its constants."""
    rows = roster.table.num_rows
    if not rows:
        return
    yield from _unread(roster)
    if not usable(roster):
        named = _named(roster)
        yield Concern(
            Severity.WARNING, "no_usable_fields", roster.name, "",
            "No usable field is left beside the names: names alone tell no two children apart."
            if named
            else "No usable field is left by which a child could be found: there is no name in it.",
            "ONLY RARE NAMES ARE FOUND AGAIN; everybody else of this file counts as one more "
            "person. Add birth_date, or at least an address, a phone, a guardian or the state's id."
            if named
            else "EACH OF ITS ROWS COUNTS AS A PERSON OF ITS OWN. It needs given_name and "
            "family_name, and birth_date wherever it is known.", rows,
        )  # fmt: skip
        return
    if not _named(roster):
        yield Concern(
            Severity.WARNING, "no_names", roster.name, "", "There is no name in it.",
            "Its children are found by the state's id alone. Add given_name and family_name.", rows,
        )  # fmt: skip
    yield from _birth_dates(roster)


def usable(roster: Roster) -> bool:
    """Whether a child could be found by what is left of this roster."""
    told = any(_filled(roster, field) for field in _SHARED)
    return (_named(roster) and told) or bool(_filled(roster, "state_id"))


def _named(roster: Roster) -> bool:
    return any(_filled(roster, field) for field in ("given_name", "family_name"))


def _birth_dates(roster: Roster) -> Iterator[Concern]:
    rows = roster.table.num_rows
    filled = _filled(roster, "birth_date")
    column = roster.columns.get("birth_date", "birth_date")
    if not filled:
        yield Concern(
            Severity.WARNING, "no_birth_dates", roster.name, column,
            "No usable birth date is in it.",
            "Children are found by name with address, phone, guardian or id only, and more of "
            "them are missed. Add birth dates if they are known.", rows,
        )  # fmt: skip
    elif rows - filled > _HALF * rows:
        yield Concern(
            Severity.WARNING, "few_birth_dates", roster.name, column,
            f"{rows - filled:,} of {rows:,} rows have no usable birth date.",
            "More of these children are missed. Add birth dates if they are known.", rows - filled,
        )  # fmt: skip


def _unread(roster: Roster) -> Iterator[Concern]:
    for field, failed in roster.unread.items():
        written = roster.texts[field]
        filled = len(written) - written.null_count
        date = field == "birth_date"
        looks = f"{failed:,} of {filled:,} filled cells are no " + (
            "date that can be read." if date else "sex that is known (F, M, X or the word)."
        )
        yield Concern(
            Severity.WARNING, "unreadable", roster.name, roster.columns[field], looks,
            "Those cells count as empty."
            + (" Write dates as year-month-day, as in 2014-09-03." if date else ""), failed,
        )  # fmt: skip


def _filled(roster: Roster, field: str) -> int:
    if field not in roster.table.column_names:
        return 0
    column = roster.table.column(field)
    return int(len(column) - column.null_count)
