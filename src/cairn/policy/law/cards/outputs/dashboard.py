"""State what a dashboard target needs, and what a partner may see of its own figures.

A target needs a published baseline figure and an agreement. A partner sees its own figures next
to published ones.
"""

from cairn.policy.law.rule_card import RuleCard, RuleSource

BASELINE = RuleCard(
    id="F01",
    citation="Cairn policy, targets 1",
    statement="A target begins at a published figure of everyone.",
    steward="{outcome} of {year} has no published figure of everyone to begin at.",
    next_step="Choose a year whose figure is published, or publish that year first.",
    met="{outcome} of {year} is published: {share}.",
    severity=RuleSource.POLICY,
)

AHEAD = RuleCard(
    id="F02",
    citation="Cairn policy, targets 2",
    statement="A target lies in a later year, and on the better side of where it begins.",
    steward="{target} in {until} is not better than {share} in {year}, or not later.",
    next_step="Choose a later year, and a share that is {better} and between 0 and 100 percent.",
    met="{target} in {until} is later and better than {share} in {year}.",
    severity=RuleSource.POLICY,
)

AGREED = RuleCard(
    id="F03",
    citation="Cairn policy, targets 3",
    statement="A target names who agreed to it, and what must change for it to be reached.",
    steward="The target says nothing of {missing}.",
    next_step="Name the minutes of the committee or the partners who agreed, and write what is to "
    "be done.",
    met="It says who agreed, and what is to be done.",
    severity=RuleSource.POLICY,
)


OWN_RECORDS = RuleCard(
    id="F04",
    citation="34 CFR 99.33(a)(1)",
    statement="Small numbers are shown to a partner only where they were counted from its own "
    "records, since those of others may not be passed on to it.",
    steward="{outcome} is not counted from {organization}'s own records alone{because}.",
    next_step="Read the published figures. Ask the hub for a give-back of your own delivery.",
    met="{outcome} is counted from the records of those whose rows these are, {organization} among "
    "them.",
    withheld="These figures are not counted from your own records alone.",
)

OTHERS_HOLD = RuleCard(
    id="F05",
    citation="34 CFR 99.31(b)(1)",
    statement="Nobody is helped to subtract their own children from a total: what would be left "
    "must not tell of a few children of others.",
    steward="{table}: with {organization}'s own numbers taken away, the published ones would tell "
    "of a few children of others.",
    next_step="Compare the published figures, or your own records by themselves.",
    met="{table}: with {organization}'s own numbers taken away, what is published tells of no few "
    "children of others.",
    withheld="With your own numbers taken away, the published ones would tell of a few others.",
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
