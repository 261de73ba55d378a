"""Read the file of doubtful pairs that a person marked as same, different or unsure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from cairn.matching.clustering import DecisionConflict, check_decisions
from cairn.matching.rosters.person_file import format_record_key
from cairn.matching.rosters.roster_file import RECORD_ID, SOURCE, InvalidRosterFile
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import ROW_COLUMN, UnreadableFile

__all__ = ["PairDecisions", "read_decisions"]

DECISION_COLUMN: Final = "decision"
"""The column in which a person marks a pair; empty is not decided."""

_SIDE_COLUMNS: Final = tuple((f"{SOURCE}_{n}", f"{RECORD_ID}_{n}") for n in (1, 2))
_SAME_WORDS: Final = frozenset({"same", "yes", "y", "one"})
_DIFFERENT_WORDS: Final = frozenset({"different", "no", "n", "two"})
_OPEN_WORDS: Final = frozenset({"", "unsure", "u", "?"})
_MAX_ROWS_SHOWN: Final = 5
RecordKeyPair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PairDecisions:
    """The pairs of records that a person decided on.

    Attributes:
        together: pairs of record keys that are one child.
        apart: pairs of record keys that are two children.
    """

    together: tuple[RecordKeyPair, ...] = ()
    apart: tuple[RecordKeyPair, ...] = ()

    @property
    def pairs(self) -> frozenset[frozenset[str]]:
        """Every decided pair, in no order."""
        return frozenset(map(frozenset, (*self.together, *self.apart)))

    def count_unknown(self, rows: pa.Table) -> int:
        """Count the pairs that name a record that is in no file."""
        known_keys = set(rows["record_key"].to_pylist())
        return sum(
            not {left_key, right_key} <= known_keys
            for left_key, right_key in (*self.together, *self.apart)
        )


def read_decisions(paths: Sequence[Path]) -> PairDecisions:
    """Read all decisions of these files.

    Args:
        paths: files of doubtful pairs with marks.
    Returns:
        The decisions.
    Raises:
        InvalidRosterFile: a file is no such file, a mark is no decision, or decisions contradict
            each other.
    """
    same_pairs: list[RecordKeyPair] = []
    different_pairs: list[RecordKeyPair] = []
    for path in paths:
        table = _read_decision_table(path)
        wrong = []
        for row in table.to_pylist():
            mark = (row[DECISION_COLUMN] or "").strip().casefold()
            left_key, right_key = (
                format_record_key((row[source] or "").strip(), (row[record] or "").strip())
                for source, record in _SIDE_COLUMNS
            )
            if mark in _SAME_WORDS:
                same_pairs.append((left_key, right_key))
            elif mark in _DIFFERENT_WORDS:
                different_pairs.append((left_key, right_key))
            elif mark not in _OPEN_WORDS:
                wrong.append(str(row[ROW_COLUMN]))
        if wrong:
            raise InvalidRosterFile(
                f"{path.name}: in the column {DECISION_COLUMN}, row "
                f"{', '.join(wrong[:_MAX_ROWS_SHOWN])} has "
                "a value other than same, different or unsure. Use one of these, or leave the "
                "cell empty."
            )
    try:
        check_decisions(same_pairs, different_pairs)
    except DecisionConflict as contradiction:
        raise InvalidRosterFile(
            f"{', '.join(path.name for path in paths)}: one line marks some records as the same, "
            "and another marks them as different. Correct one of them."
        ) from contradiction
    return PairDecisions(tuple(same_pairs), tuple(different_pairs))


def _read_decision_table(path: Path) -> pa.Table:
    side_columns = [name for side in _SIDE_COLUMNS for name in side]
    try:
        sheets = read_file(path.name, path.read_bytes())
    except (UnreadableFile, OSError) as problem:
        raise InvalidRosterFile(f"{path.name}: this file cannot be read. {problem}") from problem
    for sheet in sheets:
        if {*side_columns, DECISION_COLUMN} <= set(sheet.header):
            return sheet.table.select([*side_columns, DECISION_COLUMN, ROW_COLUMN])
    raise InvalidRosterFile(
        f"{path.name}: this is not a file of decisions. Use the file from --review, and enter "
        f"same, different or unsure in its column {DECISION_COLUMN}. Required columns: "
        f"{', '.join((*side_columns, DECISION_COLUMN))}."
    )
