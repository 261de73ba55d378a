"""How likely a child is to reach each milestone: the county's disparities and its trends.

A `Bar` says how far the middle child stands above the milestone, in standard deviations, and
what moves her up or down. The figures are invented but lie where such figures usually lie.
"""

import math
from dataclasses import dataclass
from random import Random

from cairn.demo.households import Child, Household

# Unequal chances by group, in standard deviations: the disparity that partners want to see.
GROUPS = {
    "white": 0.18,
    "asian": 0.30,
    "two_or_more": 0.0,
    "black": -0.30,
    "hispanic": -0.26,
    "pacific_islander": -0.25,
    "american_indian": -0.42,
}
OWN, LUCK = 0.75, 0.66  # of what is not group, school or year: the child's own share, and chance


@dataclass(frozen=True, slots=True)
class Bar:
    """A milestone. `yearly`: the county's gain per year, counted from the spring of 2022."""

    middle: float
    girls: float
    yearly: float
    gap: float = 1.0

    def standing(
        self, rng: Random, child: Child, household: Household, tilt: float, year: int
    ) -> float:
        """How far this child stands above the bar (reached when positive)."""
        mean = self.middle + self.gap * GROUPS[household.group] + tilt
        if child.gender == "F":
            mean += self.girls
        return mean + self.yearly * (year - 2022) + OWN * child.thrive + LUCK * rng.gauss(0.0, 1.0)


READINESS = Bar(-0.16, 0.18, 0.045)
READING = Bar(-0.12, 0.16, 0.035)
MATH = Bar(-0.45, -0.04, 0.04)
GRADUATION = Bar(1.12, 0.15, 0.025)
COLLEGE = Bar(-0.05, 0.22, -0.015)
COMPLETION = Bar(-0.12, 0.18, 0.02)
EMPLOYMENT = Bar(0.50, -0.03, 0.05, gap=0.7)
ATTENDANCE = Bar(0.0, 0.02, 0.07)


def absence_rate(rng: Random, child: Child, household: Household, tilt: float, year: int) -> float:
    """The share of her enrolled days that a child misses, at most 0.9."""
    ease = ATTENDANCE.standing(rng, child, household, tilt, year)
    return min(0.9, 0.058 * math.exp(-0.73 * ease))
