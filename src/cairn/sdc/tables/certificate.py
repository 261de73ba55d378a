"""Record what the attacker could and could not find out; kept with the release."""

from dataclasses import dataclass

from cairn.sdc.tables.request import Key
from cairn.sdc.tables.rule import SuppressionRule

__all__ = ["AuditCertificate", "FeasibilityInterval"]


@dataclass(frozen=True, slots=True)
class FeasibilityInterval:
    """State what stays possible for one withheld cell.

    Args:
        key: the cell.
        low: the smallest whole value that the audit saw in a feasible table, that is, a table of
            whole people that agrees with everything published.
        high: the largest such value.
        values: how many values were seen. The audit stops once there are enough; for a cell that
            is not safe these are all there are.
        required: how many values an outsider must see: fewer where an outsider can tell that the
            cell is not small.
        left: how many of the values are possible for the participant who saw the fewest (of those
            left with too few, the first that was found).
        left_required: how many this participant must see.
    """

    key: Key
    low: int
    high: int
    values: int
    required: int
    left: int
    left_required: int

    @property
    def safe(self) -> bool:
        """Tell whether enough values stay possible, for an outsider and for any participant."""
        return self.values >= self.required and self.left >= self.left_required


@dataclass(frozen=True, slots=True)
class AuditCertificate:
    """Record the outcome of one audit of one published table.

    Args:
        digest: SHA-256 of the table, the nests and the rule that were audited.
        ranges: one feasibility interval per withheld cell.
        exposed: keys shown although they are small.
        pooled: shown totals with withheld parts that together are a small group of known size.
        programs: linear (and, where needed, integer) programs solved.
        participants: kinds of people who are assumed to know one record, and so more than an
            outsider does.
        rule: the rule that the table was audited against, with its policy on empty groups and sums.
    """

    digest: str
    ranges: tuple[FeasibilityInterval, ...]
    exposed: tuple[Key, ...]
    pooled: tuple[Key, ...]
    programs: int
    participants: int
    rule: SuppressionRule

    @property
    def safe(self) -> bool:
        """Tell whether no small cell is shown or follows as a sum, and none is too narrow."""
        return not self.exposed and not self.pooled and not self.narrowed

    @property
    def narrowed(self) -> tuple[FeasibilityInterval, ...]:
        """List the withheld cells that leave an outsider or a participant too few whole values."""
        return tuple(interval for interval in self.ranges if not interval.safe)

    @property
    def narrowest(self) -> int | None:
        """Return the fewest values left possible for any withheld cell; None if none is withheld.

        The count is that of the attacker who knows most.
        """
        return min((min(interval.values, interval.left) for interval in self.ranges), default=None)
