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

    ``left`` of them were seen by the participant who saw the fewest (of those to whom too few are
    left, the first that was found), and ``required`` and ``left_required`` are what each of the
    two must see: less where he can tell that the cell is not small.
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
        """Whether enough whole values stay possible, to an outsider and to any participant."""
        return self.values >= self.required and self.left >= self.left_required


@dataclass(frozen=True, slots=True)
class Certificate:
    """The outcome of one audit of one published table.

    Args:
        digest: SHA-256 of the table, the nests and the rule that were audited.
        ranges: one per withheld cell.
        exposed: keys shown although they are small.
        pooled: shown totals whose withheld parts together are a small group of known size.
        programs: linear (and, where needed, integer) programs solved.
        participants: kinds of people of whom somebody is assumed to know one record, and to know
            more by it than an outsider does.
        rule: what the table was held up to, its policy on empty groups and on sums included.
    """

    digest: str
    ranges: tuple[Range, ...]
    exposed: tuple[Key, ...]
    pooled: tuple[Key, ...]
    programs: int
    participants: int
    rule: Rule

    @property
    def safe(self) -> bool:
        """Nothing small is shown or follows as a sum, and nothing withheld is narrowed too far."""
        return not self.exposed and not self.pooled and not self.narrowed

    @property
    def narrowed(self) -> tuple[Range, ...]:
        """The withheld cells for which an outsider or a participant is left with too few whole
        values."""
        return tuple(found for found in self.ranges if not found.safe)

    @property
    def narrowest(self) -> int | None:
        """The fewest whole values left possible for any withheld cell, to whoever knows most;
        None if none is withheld."""
        return min((min(found.values, found.left) for found in self.ranges), default=None)
