"""State the rules of merged groups: more can be shown, but a merged group hides its members."""

from cairn.policy.law.rule_card import RuleCard, RuleSource

ONE_GROUP = RuleCard(
    id="P40",
    citation="Cairn policy, telling 6",
    statement="A merged group is made of two to five whole groups of one breakdown. It is called "
    "by all of them and by no word that hides who they are, such as “other”.",
    steward="These groups cannot be counted as one: {because}.",
    next_step="Choose two or more groups that the tables tell apart. One that is counted together "
    "with others already comes with all of them.",
    met="These groups may be counted as one.",
    severity=RuleSource.POLICY,
    withheld="These groups cannot be counted as one.",
)

PEOPLE_ASKED = RuleCard(
    id="P41",
    citation="Cairn policy, telling 7",
    statement="Why groups are counted as one, and which of the people concerned were asked, is "
    "said to reviewers and owners.",
    steward="Nothing is said of why these groups are counted as one, and whom you asked.",
    next_step="Say in a sentence why these groups may stand together, and who of them was asked.",
    met="It is said why these groups are counted as one.",
    severity=RuleSource.POLICY,
    withheld="Nothing is said of why these groups are counted as one.",
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
