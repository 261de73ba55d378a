"""How figures are handled before they leave: a rule of the field as data, and joining several.

A rule says how small is small and what may stand beside a percentage. The strictest in the
lineage wins: `strictest` joins rules into one that shows no more than any of them.
"""

from dataclasses import dataclass
from enum import IntEnum

from cairn.disclosure.percent import Recoding, coarser
from cairn.disclosure.rule import Rule, Sums, Zeros


class Shows(IntEnum):
    """What is printed where a percentage is; each shows less than the one before.

    A recoded percentage beside its exact number would be undone by it.
    """

    COUNTS = 0
    """People with the outcome, the group's size, and the percentage of the two."""
    SIZES = 1
    """The group's size and the recoded percentage, never how many have the outcome."""
    PERCENTAGES = 2
    """The recoded percentage alone."""


@dataclass(frozen=True, slots=True)
class Handling:
    """One rule of the field.

    Args:
        name: as it is written after ``--rule``.
        title: who follows it, in plain words.
        citation: where it stands.
        verified: whether its numbers were read there; if not, ``note`` says what was not.
        minimum: fewer people than this are small, in a group or with (or without) the outcome.
        group: a group of fewer people is withheld whole; never under ``minimum``.
        shows: what stands beside a percentage.
        recoding: percentages by group size.
        note: what else the rule asks, or what is not certain.
        zeros: whether an empty group may be withheld.
        sums: what withheld cells may add up to.
    """

    name: str
    title: str
    citation: str
    verified: bool
    minimum: int
    shows: Shows
    recoding: Recoding
    group: int = 0
    note: str = ""
    zeros: Zeros = Zeros.COVER
    sums: Sums = Sums.FREE

    @property
    def rule(self) -> Rule:
        """What protector and attacker go by."""
        return Rule(minimum=self.minimum, zeros=self.zeros, sums=self.sums)

    @property
    def least_group(self) -> int:
        """The smallest group that may be shown."""
        return max(self.group, self.minimum)


def strictest(*rules: Handling) -> Handling:
    """One rule that shows no more than any of those given, whatever their order."""
    first, *others = sorted(rules, key=lambda rule: rule.name)
    joined = first
    for other in others:
        joined = Handling(
            name=f"{joined.name} + {other.name}",
            title=f"{joined.title}; {other.title}",
            citation=f"{joined.citation}; {other.citation}",
            verified=joined.verified and other.verified,
            minimum=max(joined.minimum, other.minimum),
            shows=max(joined.shows, other.shows),
            recoding=coarser(joined.recoding, other.recoding),
            group=max(joined.group, other.group),
            note=" ".join(filter(None, (joined.note, other.note))),
            zeros=Zeros.COVER if Zeros.COVER in {joined.zeros, other.zeros} else Zeros.SHOWN,
            sums=Sums.PROTECTED if Sums.PROTECTED in {joined.sums, other.sums} else Sums.FREE,
        )
    return joined
