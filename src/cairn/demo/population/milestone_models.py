"""Model how likely a child is to reach each milestone: the county's disparities and trends.

A `MilestoneModel` gives how far the middle child is above the threshold of the milestone, in
standard deviations, and what moves a child up or down. The figures are invented but lie where such
figures usually lie.
"""

import math
from dataclasses import dataclass
from random import Random

from cairn.demo.population.households import Household, SimulatedChild

# Unequal chances by group, in standard deviations: the disparity that partners want to see.
GROUP_EFFECTS = {
    "white": 0.18,
    "asian": 0.30,
    "two_or_more": 0.0,
    "black": -0.30,
    "hispanic": -0.26,
    "pacific_islander": -0.25,
    "american_indian": -0.42,
}

CHILD_EFFECT_SCALE, NOISE_SCALE = (
    0.75,
    0.66,
)  # of the variance that group, school and year leave: the child's own share, and chance


@dataclass(frozen=True, slots=True)
class MilestoneModel:
    """Hold one milestone. `yearly_gain` is the county's gain per year, counted from spring 2022."""

    middle: float
    girls_effect: float
    yearly_gain: float
    gap: float = 1.0

    def standing(
        self, rng: Random, child: SimulatedChild, household: Household, tilt: float, year: int
    ) -> float:
        """Draw how far this child is above the threshold, in standard deviations; reached when
        positive.
        """
        mean = self.middle + self.gap * GROUP_EFFECTS[household.group] + tilt
        if child.gender == "F":
            mean += self.girls_effect
        return (
            mean
            + self.yearly_gain * (year - 2022)
            + CHILD_EFFECT_SCALE * child.thrive
            + NOISE_SCALE * rng.gauss(0.0, 1.0)
        )


READINESS_MODEL = MilestoneModel(-0.16, 0.18, 0.045)
READING_MODEL = MilestoneModel(-0.12, 0.16, 0.035)
MATH_MODEL = MilestoneModel(-0.45, -0.04, 0.04)
GRADUATION_MODEL = MilestoneModel(1.12, 0.15, 0.025)
COLLEGE_MODEL = MilestoneModel(-0.05, 0.22, -0.015)
COMPLETION_MODEL = MilestoneModel(-0.12, 0.18, 0.02)
EMPLOYMENT_MODEL = MilestoneModel(0.50, -0.03, 0.05, gap=0.7)
ATTENDANCE_MODEL = MilestoneModel(0.0, 0.02, 0.07)


def draw_absence_rate(
    rng: Random, child: SimulatedChild, household: Household, tilt: float, year: int
) -> float:
    """Draw the share of enrolled days that a child misses, at most 0.9."""
    attendance_margin = ATTENDANCE_MODEL.standing(rng, child, household, tilt, year)
    return min(0.9, 0.058 * math.exp(-0.73 * attendance_margin))
