"""State what the definition of an indicator needs before figures are published by it."""

from cairn.policy.law.rule_card import RuleCard, RuleSource

IS_DRAFT = RuleCard(
    id="I01",
    citation="Cairn policy, indicators 1",
    statement=(
        "A version of an indicator is changed only while it is a draft. An approved version stays "
        "as it is, because published figures name it."
    ),
    steward="Version {version} of {indicator} is approved.",
    next_step="Write a new version.",
    met="Version {version} of {indicator} is a draft.",
    severity=RuleSource.POLICY,
)

PREVIEWED = RuleCard(
    id="I02",
    citation="Cairn policy, indicators 2",
    statement="A version of an indicator is counted in a preview before it is approved.",
    steward="Version {version} of {indicator} was not previewed on data as it reads now.",
    next_step="Ask its author to run the preview.",
    met="Version {version} of {indicator} was previewed on data.",
    severity=RuleSource.POLICY,
)

ANOTHER_APPROVES = RuleCard(
    id="I03",
    citation="Cairn policy, indicators 3",
    statement="A member of the data committee who did not write a version approves it.",
    steward="You wrote version {version} of {indicator}.",
    next_step="Ask another member of the data committee to approve it.",
    met="Another person wrote version {version} of {indicator}.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
