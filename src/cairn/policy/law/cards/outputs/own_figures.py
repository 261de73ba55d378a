"""State what a partner may see of its own figures next to published ones."""

from cairn.policy.law.rule_card import RuleCard

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
