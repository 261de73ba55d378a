"""Check whether files are fit for record linkage, before anything is linked.

`cairn link FILES` and the record matching page use it; it depends on neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from cairn.matching.profiling import column_checks, roster_checks
from cairn.matching.profiling.roster_checks import ConcernSeverity, RosterConcern
from cairn.matching.rosters import SOURCE, Roster

__all__ = [
    "ConcernSeverity",
    "RosterConcern",
]


@dataclass(frozen=True, slots=True)
class RosterInspection:
    """The concerns, errors first, and the rosters without values that identify no student."""

    concerns: tuple[RosterConcern, ...]
    rosters: tuple[Roster, ...]

    @property
    def is_fit(self) -> bool:
        """Whether the rosters may be linked."""
        return not any(concern.severity is ConcernSeverity.ERROR for concern in self.concerns)


def inspect_rosters(rosters: Sequence[Roster]) -> RosterInspection:
    """Inspect every roster, then all of them together.

    Values that identify no student are removed and reported, and the rest can be linked. There
    is an error only where no roster has anything by which a student could be found.

    Args:
        rosters: the files or deliveries to link.

    Returns:
        The concerns, and the rosters as they may be linked.
    """
    concerns = [c for roster in rosters for c in roster_checks.check_roster_rows(roster)]
    cleaned = []
    for roster in rosters:
        checked, shape_concerns = column_checks.remove_wrong_columns(roster)
        cleaned_roster, constant_concerns = column_checks.remove_constant_values(checked)
        concerns += [
            *shape_concerns,
            *constant_concerns,
            *roster_checks.check_roster_fields(cleaned_roster),
        ]
        cleaned.append(cleaned_roster)
    if not any(map(roster_checks.is_roster_usable, cleaned)):
        concerns = [_raise_to_error(c) for c in concerns]
    all_rows = roster_checks.combine_roster_rows(cleaned)
    concerns += roster_checks.find_repeated_record_ids(rosters, all_rows)
    concerns += roster_checks.find_duplicate_rosters(rosters, all_rows)
    concerns += roster_checks.check_local_ids(rosters, all_rows)
    state_id_concerns, wrong_sources = roster_checks.check_state_ids(all_rows)
    severities = list(ConcernSeverity)
    return RosterInspection(
        tuple(sorted([*concerns, *state_id_concerns], key=lambda c: severities.index(c.severity))),
        tuple(_remove_state_ids(roster, wrong_sources) for roster in cleaned),
    )


def _raise_to_error(concern: RosterConcern) -> RosterConcern:
    """Return the same concern as an error where no other roster can be linked."""
    if concern.code not in roster_checks.UNUSABLE_CODES:
        return concern
    return replace(concern, severity=ConcernSeverity.ERROR)


def _remove_state_ids(roster: Roster, sources: Sequence[str]) -> Roster:
    if not sources or "state_id" not in roster.table.column_names:
        return roster
    is_wrong_source = pc.is_in(
        roster.table.column(SOURCE), value_set=pa.array(sources, pa.string())
    )
    cells = pc.if_else(
        is_wrong_source, pa.scalar(None, pa.string()), roster.table.column("state_id")
    )
    index = roster.table.column_names.index("state_id")
    return replace(roster, table=roster.table.set_column(index, "state_id", cells))
