"""State the rules of a breach record: notice to each data owner, then a stated remedy."""

from cairn.policy.law.rule_card import UNMET_CONDITION, RuleCard, RuleSource

OPEN_ONLY = RuleCard(
    id="N01",
    citation="Cairn policy, breaches 1",
    statement="A closed breach record is not changed.",
    steward="This breach record is closed.",
    next_step="Record a new breach.",
    met="The breach record is open.",
    severity=RuleSource.POLICY,
)

OWNERS_NOTIFIED = RuleCard(
    id="N02",
    citation="Cairn policy, breaches 2",
    statement="A breach record is closed only after each data owner was notified.",
    steward="Not notified yet: {missing}.",
    next_step="Notify each data owner and record the day.",
    met="Each data owner was notified.",
    severity=RuleSource.POLICY,
    withheld=UNMET_CONDITION,
)

REMEDY_STATED = RuleCard(
    id="N03",
    citation="Cairn policy, breaches 3",
    statement="A breach record is closed with a statement of what was done.",
    steward="The record does not say what was done.",
    next_step="State how the data were secured, and how it is kept from happening again.",
    met="The record says what was done.",
    severity=RuleSource.POLICY,
)

OWNER_WAITING = RuleCard(
    id="N04",
    citation="Cairn policy, breaches 4",
    statement="A notice of a breach goes to each data owner of the agreement, once.",
    steward="{organization} is no data owner of this agreement, or was notified already.",
    next_step="Choose a data owner that was not notified yet.",
    met="{organization} is a data owner that was not notified yet.",
    severity=RuleSource.POLICY,
    withheld=UNMET_CONDITION,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
