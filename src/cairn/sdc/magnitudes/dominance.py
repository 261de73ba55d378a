"""Define the rules for magnitudes, as data: when a sum or mean discloses one person's value.

A sum over many people still discloses one of them who has nearly all of it: the second largest
subtracts their own value. The p-percent rule asks how close the person who knows most can come, the
(n,k) or dominance rule asks how much the largest few hold (Federal Committee on Statistical
Methodology, Statistical Policy Working Paper 22, second version, 2005, chapter IV).
"""

from dataclasses import dataclass
from itertools import islice
from typing import Final

from cairn.sdc.magnitudes.measure import StepValues, mirror_values

__all__ = ["ACRO_RULE", "DOMINANCE_RULES", "DominanceRule", "join_dominance_rules"]

HUNDRED_PERCENT: Final = 100

FEWEST_UNKNOWN_STEPS: Final = 2
"""Steps by which a small group's sum must stay unknown in either direction, as a small count
keeps three values.
"""


@dataclass(frozen=True, slots=True)
class DominanceRule:
    """State one rule for sums and means.

    Args:
        name: the value of ``--rule``.
        title: who follows it, in plain words.
        citation: the document that states it.
        verified: whether its numbers were read there.
        percent: p of the p-percent rule: no value may be estimated closer than to this percentage
            of it.
        largest: n of the (n,k) rule: how many people may together not hold more than ``share``
            percent of a sum; 0 where the rule does not say.
        share: k of the (n,k) rule, in percent.
        note: doubts about its interpretation.
    """

    name: str
    title: str
    citation: str
    verified: bool
    percent: int
    largest: int = 0
    share: int = HUNDRED_PERCENT
    note: str = ""

    def count_protected_steps(self, value: int) -> int:
        """Count by how many steps a value, or the sum of a few, must stay unknown: at least one."""
        return max(-(-value * self.percent // HUNDRED_PERCENT), 1)

    def list_required_sums(self, values: StepValues, span: int | None) -> tuple[int, ...]:
        """List sums that must stay possible for a group (p-percent rule).

        With them, neither the second largest member can estimate the largest too closely, nor the
        largest the second. No other member knows more.
        """
        first, *others = values
        if not others:
            return (self._raise_value(first, span),)
        return (
            self._raise_value(first, span) + others[0],
            self._raise_value(others[0], span) + first,
        )

    def _raise_value(self, value: int, span: int | None) -> int:
        raised = value + self.count_protected_steps(value)
        return raised if span is None else min(raised, span)

    def compute_dominance_sum(self, values: StepValues) -> int:
        """Compute the least sum in which the largest few hold no more than their share (n,k)."""
        return -(-sum(islice(values, self.largest)) * HUNDRED_PERCENT // self.share)

    def is_dominated(self, values: StepValues, span: int | None) -> bool:
        """Tell whether the exact sum of a group would disclose one of its members too closely.

        From below or, where there is a ceiling, from above.
        """
        total = sum(values)
        if (
            max(self.list_required_sums(values, span)) > total
            or self.compute_dominance_sum(values) > total
        ):
            return True
        if span is None:
            return False
        return (
            max(self.list_required_sums(mirror_values(values, span), span))
            > len(values) * span - total
        )


def is_near_limit(values: StepValues, span: int | None, minimum: int) -> bool:
    """Tell whether a sum shows that fewer people than the minimum can be above the floor.

    Or below the ceiling: each of them adds a step at least. For a measure that is 0 or 1 this is
    the rule for counts.
    """
    total = sum(values)
    return total < minimum or (span is not None and len(values) * span - total < minimum)


ACRO_RULE: Final = DominanceRule(
    name="acro",
    title="Checkers of research output: the two largest and the p-ratio",
    citation="ACRO, acro/default.yaml: safe_nk_n 2, safe_nk_k 0.90, safe_pratio_p 0.10",
    verified=True,
    percent=10,
    largest=2,
    share=90,
)
"""The rule for magnitudes where none is named."""

_DOMINANCE_PRESETS: Final = (
    ACRO_RULE,
    DominanceRule(
        name="p-percent-15",
        title="Federal statistics: the p-percent rule",
        citation="Statistical Policy Working Paper 22 (second version, 2005), chapter IV",
        verified=False,
        percent=15,
        note="The paper gives the rule and leaves p to the agency, which keeps it to itself; 15 "
        "is a choice of this preset.",
    ),
    DominanceRule(
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

DOMINANCE_RULES: Final = {rule.name: rule for rule in _DOMINANCE_PRESETS}


def join_dominance_rules(*rules: DominanceRule) -> DominanceRule:
    """Join rules into one that shows no sum that any of them would withhold.

    Of two (n,k) rules the larger n and the smaller k are taken, which is at least as strict as
    either.

    Args:
        rules: one rule or more.

    Returns:
        The joined rule.
    """
    first, *others = sorted(rules, key=lambda rule: rule.name)
    joined = first
    for other in others:
        joined = DominanceRule(
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
