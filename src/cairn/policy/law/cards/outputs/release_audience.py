"""State what a release to one partner needs, beside what every release needs.

Its figures may be too detailed for the public, and its readers know their own children.
"""

from cairn.policy.law.rule_card import RuleCard, RuleSource

PARTY = RuleCard(
    id="P51",
    citation="Cairn policy, releases to a partner 1",
    statement=(
        "A release may be for one organization only while it is a party to an agreement in force "
        "that covers the data."
    ),
    steward=(
        "{organization} is not a party to an agreement in force that covers the data of this "
        "release."
    ),
    next_step="Choose a party to one of the agreements, or renew its agreement.",
    met="{organization} is a party to {agreement}, which covers data of this release.",
    severity=RuleSource.POLICY,
)

MINIMUM = RuleCard(
    id="P52",
    citation="Cairn policy, releases to a partner 2",
    statement="A release to one partner shows no group of fewer than 10 children.",
    steward="The smallest group of this release is {minimum}. A partner needs at least {least}.",
    next_step="Set the smallest group to {least} or more.",
    met="Groups of fewer than {minimum} children are not shown.",
    severity=RuleSource.POLICY,
)

RANGES = RuleCard(
    id="P53",
    citation="Cairn policy, releases to a partner 3",
    statement=(
        "A release to one partner shows percentages in ranges only. From an exact number, a "
        "partner who knows all of its children but one would learn that child's outcome."
    ),
    steward="This release has exact numbers, a mean or a median.",
    next_step="Choose percentages in ranges, and leave out measures and counts.",
    met="This release has percentages in ranges only.",
    severity=RuleSource.POLICY,
)

ATTACKED = RuleCard(
    id="P54",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "A release to one partner must be tested with that partner as an attacker, who knows all "
        "of its own children but one."
    ),
    steward="The disclosure check did not test what {organization} could find out.",
    next_step="Run the disclosure check again.",
    met="The disclosure check tested what {organization} could find out.",
)

ONE_READER = RuleCard(
    id="P55",
    citation="Cairn policy, releases to a partner 4",
    statement="A release to one partner is shown to that partner only.",
    steward="This release is for one partner, or for the public, and not for this reader.",
    next_step="Open the page of the organization that the release is for.",
    met="This release is for {organization}.",
    severity=RuleSource.POLICY,
)

COHORT = RuleCard(
    id="P58",
    citation="Cairn policy, releases to a partner 5",
    statement=(
        "The fixed cohort of a release to one partner is the children who were enrolled in its "
        "program on a day that has come. On a later day, children may still join and leave."
    ),
    steward="The day of the cohort, {day}, has not come yet.",
    next_step="Choose today or an earlier day.",
    met="The cohort is fixed: the children who were enrolled on {day}.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
