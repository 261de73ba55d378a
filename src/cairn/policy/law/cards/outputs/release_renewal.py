"""State when a release that renews itself goes on doing so."""

from cairn.policy.law.rule_card import RuleCard, RuleSource

WITHDRAWN = RuleCard(
    id="P56",
    citation="Cairn policy, renewed releases 1",
    statement=(
        "A release renews itself only until a published release of the same series is withdrawn, "
        "or all of its releases. The reason for the withdrawal may concern the next figures, too."
    ),
    steward="A release of this series was withdrawn.",
    next_step="Find out why it was withdrawn. Then a person can draft the next release.",
    met="No release of this series was withdrawn.",
    severity=RuleSource.POLICY,
)

AGREEMENT = RuleCard(
    id="P57",
    citation="Cairn policy, renewed releases 2",
    statement=(
        "A release renews itself only while an agreement is in force with the partner that it is "
        "for. If it is for the public, an owner of its data needs one."
    ),
    steward="No agreement is in force with {partners}.",
    next_step="Renew the agreement, then renew the release again.",
    met="An agreement is in force: {agreement}.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
