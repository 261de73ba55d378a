"""State what a dashboard target needs, and what a partner may see of its own figures.

A target needs a published baseline figure and an agreement. A partner sees its own figures next
to published ones. The public sees an agency's table once its terms of use were confirmed.
"""

from cairn.policy.law.rule_card import RuleCard, RuleSource

BASELINE = RuleCard(
    id="F01",
    citation="Cairn policy, targets 1",
    statement="A target must start from a published figure for the children it is for.",
    steward="{outcome} for {year} has no published figure for {group}.",
    next_step="Choose a year with a published figure, or publish that year first.",
    met="{outcome} for {year} is published for {group}: {share}.",
    severity=RuleSource.POLICY,
)

AHEAD = RuleCard(
    id="F02",
    citation="Cairn policy, targets 2",
    statement="A target must be for a later year, and better than its starting figure.",
    steward="{target} in {until} is not better than {share} in {year}, or is not in a later year.",
    next_step="Choose a later year and a percentage that is {better}, between 0 and 100.",
    met="{target} in {until} is later and better than {share} in {year}.",
    severity=RuleSource.POLICY,
)

AGREED = RuleCard(
    id="F03",
    citation="Cairn policy, targets 3",
    statement="A target must state who agreed to it and which actions will reach it.",
    steward="The target does not state {missing}.",
    next_step=(
        "Name the committee minutes or the partners who agreed, and list the planned actions."
    ),
    met="The target states who agreed to it and the planned actions.",
    severity=RuleSource.POLICY,
)


FACTOR = RuleCard(
    id="F08",
    citation="Cairn policy, targets 4",
    statement=(
        "A contributing factor is another published indicator, named once, with the reason why "
        "it contributes."
    ),
    steward="{factor} cannot be named as a contributing factor of {outcome}: {missing}.",
    next_step="Choose another published indicator, and say why it contributes.",
    met="{factor} is published, and the reason why it contributes to {outcome} is given.",
    severity=RuleSource.POLICY,
)

OWN_RECORDS = RuleCard(
    id="F04",
    citation="34 CFR 99.33(a)(1)",
    statement=(
        "A partner may see small numbers only if they were counted from its own records. "
        "Other partners' records may not be redisclosed to it."
    ),
    steward="{outcome} is not counted from {organization}'s own records alone{because}.",
    next_step="See the published figures, or ask the hub for a report on your own data submission.",
    met=(
        "{outcome} is counted only from records of the contributing partners, including "
        "{organization}."
    ),
    withheld="These figures are not counted from your own records alone.",
)

OTHERS_HOLD = RuleCard(
    id="F05",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "A partner may not be helped to subtract its own children from a total if the "
        "difference would disclose a small group of other children."
    ),
    steward=(
        "{table}: subtracting {organization}'s own numbers from the published ones would "
        "disclose a small group of other children."
    ),
    next_step="Compare the published figures, or look at your own records separately.",
    met=(
        "{table}: subtracting {organization}'s own numbers from the published ones does not "
        "disclose a small group of other children."
    ),
    withheld=(
        "Subtracting your own numbers from the published ones would disclose a small group "
        "of other children."
    ),
)

SHOWN_TABLE = RuleCard(
    id="F06",
    citation="Cairn policy, published tables 1",
    statement=(
        "The public sees a table that an agency published once the data manager has decided to "
        "show it."
    ),
    steward="This table is not shown to the public.",
    next_step="Show it to the public on its page.",
    met="This table is shown to the public.",
    severity=RuleSource.POLICY,
    withheld="This page is not available.",
)

TABLE_TERMS = RuleCard(
    id="F07",
    citation="Cairn policy, published tables 2",
    statement=(
        "A table that an agency published may be shown to the public only if its license or terms "
        "of use allow it."
    ),
    steward="The license or terms of use of this table were not confirmed.",
    next_step="Read the publisher's license or terms of use, and confirm that they allow it.",
    met="A person confirmed that the license or terms of use allow it.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
