"""State the rules of a program's day and year: reports to funders, meals, incidents and staff."""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource

REPORT_PERIOD: Final = RuleCard(
    id="H20",
    citation="2 CFR 200.329(c)(1); Cairn policy, programs 10",
    statement=(
        "A program reports counts of its own records to its own funder, for days that have come "
        "and for a year at most."
    ),
    steward="The report would cover {first} to {last}. It covers a year at most, and no day ahead.",
    next_step="Choose a first and a last day within one year, up to today.",
    met="The report covers {first} to {last}, from the program's own records.",
    verified=False,
)

PUBLISHED_COUNTS: Final = RuleCard(
    id="H21",
    citation="Cairn policy, programs 11; 34 CFR 99.31(b)(1)",
    statement=(
        "A report that anyone may read shows no group of 1 to 9 children, and nothing from which "
        "such a group can be computed."
    ),
    steward="The version for publication would show a group of {smallest} children.",
    next_step="Download the version for publication again; small groups are suppressed in it.",
    met="The version for publication shows no group of 1 to 9 children.",
    severity=RuleSource.POLICY,
)

MEAL_PRESENT: Final = RuleCard(
    id="H22",
    citation="7 CFR 226.17(b)(9)",
    statement=(
        "Meals are counted by type while they are served, and no more meals than children present."
    ),
    steward="{served} children cannot have been served: {present} are recorded as present.",
    next_step="Take attendance first, or correct the number.",
    met="No more meals are counted than children were present.",
    verified=False,
)

MEAL_LIMIT: Final = RuleCard(
    id="H23",
    citation="7 CFR 226.17a",
    statement="An at-risk afterschool program claims one meal and one snack a child a day.",
    steward=(
        "With this count, {children} children would have more than one meal, or more than one "
        "snack, on this day."
    ),
    next_step="Count one meal (breakfast, lunch or supper) and one snack for each child.",
    met="Each child has one meal and one snack at most.",
    verified=False,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
