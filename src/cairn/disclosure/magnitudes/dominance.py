"""When one person's value could be told from a sum or a mean: the rules for magnitudes, as data.

A sum over many people still tells about one of them who has nearly all of it: the second largest
takes away what is his own. The p-percent rule asks what is left to whoever knows most, the (n,k)
rule asks how much the largest few hold (Federal Committee on Statistical Methodology, Statistical
Policy Working Paper 22, second version, 2005, chapter IV).
"""

from dataclasses import dataclass
from itertools import islice
from typing import Final

from cairn.disclosure.magnitudes.measure import Values, mirrored

WHOLE: Final = 100
FEWEST_STEPS: Final = 2
"""Steps by which a small group's sum must stay unknown in either direction, as a small count
keeps three values."""


@dataclass(frozen=True, slots=True)
class Dominance:
    """One rule for sums and means.

    Args:
        name: as it is written after ``--rule``.
        title: who follows it, in plain words.
        citation: where it stands.
        verified: whether its numbers were read there.
        percent: nobody's value may be told closer than by so many percent of it.
        largest: how many people may together not hold more than ``share`` percent of a sum; 0
            where the rule does not say.
        share: see there.
        note: what is not certain.
    """

    name: str
    title: str
    citation: str
    verified: bool
    percent: int
    largest: int = 0
    share: int = WHOLE
    note: str = ""

    def room(self, value: int) -> int:
        """By how many steps a value, or the sum of a few, must stay unknown: never by none."""
        return max(-(-value * self.percent // WHOLE), 1)

    def wanted(self, values: Values, span: int | None) -> tuple[int, ...]:
        """Sums that must stay possible for a group, so that neither its largest member, in the
        eyes of the second, nor the second, in the eyes of the largest, is told too closely.
        Nobody else in it knows more."""
        first, *others = values
        if not others:
            return (self._most(first, span),)
        return (self._most(first, span) + others[0], self._most(others[0], span) + first)

    def _most(self, value: int, span: int | None) -> int:
        raised = value + self.room(value)
        return raised if span is None else min(raised, span)

    def heavy(self, values: Values) -> int:
        """The sum that would be needed for the largest few to hold no more than their share."""
        return -(-sum(islice(values, self.largest)) * WHOLE // self.share)

    def dominated(self, values: Values, span: int | None) -> bool:
        """Whether the exact sum of a group would tell of one of its members too closely, from
        below or, where there is a ceiling, from above."""
        total = sum(values)
        if max(self.wanted(values, span)) > total or self.heavy(values) > total:
            return True
        if span is None:
            return False
        return max(self.wanted(mirrored(values, span), span)) > len(values) * span - total


def at_an_end(values: Values, span: int | None, minimum: int) -> bool:
    """Whether a sum would show that nobody, or fewer than the minimum, can be above the floor (or
    below the ceiling): each of them adds a step at least. Of a measure that is 0 or 1 this is the
    rule for counts."""
    total = sum(values)
    return total < minimum or (span is not None and len(values) * span - total < minimum)


ACRO: Final = Dominance(
    name="acro",
    title="Checkers of research output: the two largest and the p-ratio",
    citation="ACRO, acro/default.yaml: safe_nk_n 2, safe_nk_k 0.90, safe_pratio_p 0.10",
    verified=True,
    percent=10,
    largest=2,
    share=90,
)
"""The rule for magnitudes where none is named."""

_ALL: Final = (
    ACRO,
    Dominance(
        name="p-percent-15",
        title="Federal statistics: the p-percent rule",
        citation="Statistical Policy Working Paper 22 (second version, 2005), chapter IV",
        verified=False,
        percent=15,
        note="The paper gives the rule and leaves p to the agency, which keeps it to itself; 15 "
        "is a choice of this preset.",
    ),
    Dominance(
        name="dominance-3-75",
        title="Statistical offices: three contributors, 75 percent",
        citation="Hundepool et al., Statistical Disclosure Control (2012), chapter 4",
        verified=False,
        percent=10,
        largest=3,
        share=75,
        note="Form and numbers are from general knowledge; the chapter was not opened.",
    ),
)

DOMINANCE: Final = {rule.name: rule for rule in _ALL}


def strictest(*rules: Dominance) -> Dominance:
    """One rule that shows no sum that any of those given would not; their order does not matter.

    Of two (n,k) rules the larger n and the smaller k are taken, which is at least as strict as
    either.
    """
    first, *others = sorted(rules, key=lambda rule: rule.name)
    joined = first
    for other in others:
        joined = Dominance(
            name=f"{joined.name} + {other.name}",
            title=f"{joined.title}; {other.title}",
            citation=f"{joined.citation}; {other.citation}",
            verified=joined.verified and other.verified,
            percent=max(joined.percent, other.percent),
            largest=max(joined.largest, other.largest),
            share=min(joined.share, other.share),
            note=" ".join(filter(None, (joined.note, other.note))),
        )
    return joined
