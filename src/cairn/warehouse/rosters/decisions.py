"""The file of doubtful pairs read back: what a person marked as same, different or unsure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from cairn.warehouse.person.verdicts import Contradiction, agree
from cairn.warehouse.read import Unreadable, read_file
from cairn.warehouse.read.sheet import ROW
from cairn.warehouse.rosters.columns import RECORD_ID, SOURCE
from cairn.warehouse.rosters.people import record_key
from cairn.warehouse.rosters.roster import NoRoster

DECISION: Final = "decision"
"""The column in which a person marks a pair; empty is not decided."""
_SIDES: Final = tuple((f"{SOURCE}_{n}", f"{RECORD_ID}_{n}") for n in (1, 2))
_SAME: Final = frozenset({"same", "yes", "y", "one"})
_DIFFERENT: Final = frozenset({"different", "no", "n", "two"})
_OPEN: Final = frozenset({"", "unsure", "u", "?"})
_SHOWN: Final = 5

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Pairs of record keys that are one child, and that are two, whatever the evidence says."""

    together: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()

    @property
    def pairs(self) -> frozenset[frozenset[str]]:
        """All that is decided."""
        return frozenset(map(frozenset, (*self.together, *self.apart)))

    def unknown(self, rows: pa.Table) -> int:
        """How many pairs name a record that is in no file."""
        here = set(rows["record_key"].to_pylist())
        return sum(not {a, b} <= here for a, b in (*self.together, *self.apart))


def read(paths: Sequence[Path]) -> Decisions:
    """All that these files decide. Raises ``NoRoster`` for a file that is none, a word that is no
    decision, and decisions that contradict each other."""
    together: list[Pair] = []
    apart: list[Pair] = []
    for path in paths:
        table = _table(path)
        wrong = []
        for row in table.to_pylist():
            said = (row[DECISION] or "").strip().casefold()
            one, other = (
                record_key((row[source] or "").strip(), (row[record] or "").strip())
                for source, record in _SIDES
            )
            if said in _SAME:
                together.append((one, other))
            elif said in _DIFFERENT:
                apart.append((one, other))
            elif said not in _OPEN:
                wrong.append(str(row[ROW]))
        if wrong:
            raise NoRoster(
                f"{path.name}: in the column {DECISION}, row {', '.join(wrong[:_SHOWN])} says "
                "neither same, different nor unsure. Write one of these, or leave the cell empty."
            )
    try:
        agree(together, apart)
    except Contradiction as contradiction:
        raise NoRoster(
            f"{', '.join(path.name for path in paths)}: some records are the same as each other by "
            "one line and different by another. Correct one of them."
        ) from contradiction
    return Decisions(tuple(together), tuple(apart))


def _table(path: Path) -> pa.Table:
    wanted = [name for side in _SIDES for name in side]
    try:
        sheets = read_file(path.name, path.read_bytes())
    except (Unreadable, OSError) as problem:
        raise NoRoster(f"{path.name}: this file cannot be read. {problem}") from problem
    for sheet in sheets:
        if {*wanted, DECISION} <= set(sheet.header):
            return sheet.table.select([*wanted, DECISION, ROW])
    raise NoRoster(
        f"{path.name}: decisions are the file of --review with same, different or unsure in its "
        f"column {DECISION}; it needs the columns {', '.join((*wanted, DECISION))}."
    )
