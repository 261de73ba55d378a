"""State what a target needs: a published baseline figure and an agreement."""

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

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
