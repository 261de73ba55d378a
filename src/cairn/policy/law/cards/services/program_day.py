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

INCIDENT_STATE: Final = RuleCard(
    id="H24",
    citation="Cairn policy, programs 12",
    statement=(
        "A draft of an incident report is changed and filed. A filed report is corrected by an "
        "addendum, and closed by the data steward."
    ),
    steward="This report is {state}, so that cannot be done.",
    next_step="Open the report. Correct a filed report with an addendum.",
    met="The report is {state}.",
    severity=RuleSource.POLICY,
)

INCIDENT_CHILDREN: Final = RuleCard(
    id="H25",
    citation="Cairn policy, programs 13",
    statement="The children of an incident report are participants of the organization.",
    steward="{others} of these children are not on record with your organization.",
    next_step="Choose children of your own records, or enroll the child first.",
    met="All children of the report are on record with the organization.",
    severity=RuleSource.POLICY,
)

INCIDENT_COMPLETE: Final = RuleCard(
    id="H26",
    citation="Cairn policy, programs 14",
    statement=(
        "A report that is filed names at least one child, and says what happened and what was "
        "done, at a time that has passed. It is erased with the records of its children."
    ),
    steward=(
        "The report does not say yet which child was involved, what happened and what was done, "
        "at a time in the past."
    ),
    next_step="Choose at least one child. Enter what happened, what was done, and when.",
    met="The report says which child was involved, what happened, what was done, and when.",
    severity=RuleSource.POLICY,
)

OFFER_NEXT: Final = RuleCard(
    id="H27",
    citation="Cairn policy, programs 15",
    statement=(
        "A free place is offered to the family that waits longest. A family whose offer expired "
        "comes after those that wait."
    ),
    steward="No family waits for a place in this group.",
    next_step="Enroll a child, or wait for the next registration.",
    met="A family waits for a place.",
    severity=RuleSource.POLICY,
)

OFFER_OPEN: Final = RuleCard(
    id="H28",
    citation="Cairn policy, programs 16",
    statement="A family answers the offer of a place once, until its last day.",
    steward="This offer was answered, or its last day has passed.",
    next_step="Call the program. It can offer the place again while one is free.",
    met="The offer waits for an answer.",
    severity=RuleSource.POLICY,
)

PUBLISHED_YEAR: Final = RuleCard(
    id="H29",
    citation="Cairn policy, programs 17",
    statement=(
        "A report that anyone may read covers one whole school year that has ended, so that two "
        "reports never differ by a few days and the children of those days."
    ),
    steward=(
        "The version for publication covers a whole school year that has ended, not {first} to "
        "{last}."
    ),
    next_step=(
        "Choose July 1 to June 30 of a school year that has ended. The funder's own version may "
        "cover other days."
    ),
    met="The version for publication covers a whole school year that has ended.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
