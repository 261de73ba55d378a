"""What the attacker could and could not find out: kept with the release."""

from dataclasses import dataclass

from cairn.disclosure.rule import Rule
from cairn.disclosure.table import Key


@dataclass(frozen=True, slots=True)
class Range:
    """What stays possible for one withheld cell.

    ``low`` and ``high`` are the smallest and largest whole value that the audit saw in whole
    tables which agree with everything published; ``values`` of them were seen (the audit stops
    looking once there are enough). For a cell that is not safe they are all there are.
    """

    key: Key
    low: int
    high: int
    values: int
    required: int

    @property
    def safe(self) -> bool:
        """Whether at least the required number of whole values stays possible."""
        return self.values >= self.required


@dataclass(frozen=True, slots=True)
class Certificate:
    """The outcome of one audit of one published table.

    Args:
        digest: SHA-256 of the table, the nests and the rule that were audited.
        ranges: one per withheld cell.
        exposed: keys shown although they are small.
        pooled: shown totals whose withheld parts together are a small group of known size.
        programs: linear (and, where needed, integer) programs solved.
        rule: what the table was held up to, its policy on empty groups and on sums included.
    """

    digest: str
    ranges: tuple[Range, ...]
    exposed: tuple[Key, ...]
    pooled: tuple[Key, ...]
    programs: int
    rule: Rule

    @property
    def safe(self) -> bool:
        """Nothing small is shown or follows as a sum, and nothing withheld is narrowed too far."""
        return not self.exposed and not self.pooled and not self.narrowed

    @property
    def narrowed(self) -> tuple[Range, ...]:
        """The withheld cells for which an outsider is left with too few whole values."""
        return tuple(found for found in self.ranges if not found.safe)

    @property
    def narrowest(self) -> int | None:
        """The fewest whole values left possible for any withheld cell; None if none is."""
        return min((found.values for found in self.ranges), default=None)
