"""Is a file fit to be linked? Everything that is wrong is named plainly, before anything is linked.

Used by `cairn link FILES` and by the hub's linkage page; knows nothing of either.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.rosters.columns import SOURCE
from cairn.warehouse.rosters.roster import Roster
from cairn.warehouse.soundness import between, sameness, shapes, single
from cairn.warehouse.soundness.concern import Concern, Severity

__all__ = ["Concern", "Inspected", "Severity", "inspect"]


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found, errors first; and the rosters without the values that say nothing."""

    concerns: tuple[Concern, ...]
    rosters: tuple[Roster, ...]

    @property
    def sound(self) -> bool:
        """Whether they may be linked."""
        return not any(c.severity is Severity.ERROR for c in self.concerns)


def inspect(rosters: Sequence[Roster]) -> Inspected:
    """Look at every roster, then at all together.

    What says nothing is taken out and told, and the rest can be linked: only where no roster has
    anything by which a child could be found is there an error.
    """
    concerns = [c for roster in rosters for c in single.about_rows(roster)]
    cleaned = []
    for roster in rosters:
        fitting, shifted = shapes.without_wrong_columns(roster)
        clean, found = sameness.without_constants(fitting)
        concerns += [*shifted, *found, *single.about_fields(clean)]
        cleaned.append(clean)
    if not any(map(single.usable, cleaned)):
        concerns = [_in_the_way(c) for c in concerns]
    rows = between.together(cleaned)
    concerns += between.repeated_ids(rosters, rows)
    concerns += between.sent_twice(rosters, rows)
    concerns += between.local_ids(rosters, rows)
    about_ids, wrong = between.state_ids(rows)
    order = list(Severity)
    return Inspected(
        tuple(sorted([*concerns, *about_ids], key=lambda c: order.index(c.severity))),
        tuple(_without_state_ids(roster, wrong) for roster in cleaned),
    )


def _in_the_way(concern: Concern) -> Concern:
    """The same concern where no other roster could be linked in its place."""
    if concern.code not in single.NOTHING_LEFT:
        return concern
    return replace(concern, severity=Severity.ERROR)


def _without_state_ids(roster: Roster, sources: Sequence[str]) -> Roster:
    if not sources or "state_id" not in roster.table.column_names:
        return roster
    theirs = pc.is_in(roster.table.column(SOURCE), value_set=pa.array(sources, pa.string()))
    kept = pc.if_else(theirs, pa.scalar(None, pa.string()), roster.table.column("state_id"))
    at = roster.table.column_names.index("state_id")
    return replace(roster, table=roster.table.set_column(at, "state_id", kept))
