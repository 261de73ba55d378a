"""State the rules for people who decide whether records belong to one child."""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource

ONE_ANSWER = RuleCard(
    id="LK1",
    citation="Cairn policy, linkage 1",
    statement="Where two reviewers judge one question, they are two people, and neither sees the "
    "other's answer first.",
    steward="You have answered this question; a second answer must be somebody else's.",
    next_step="Leave it to another reviewer, or take your answer back.",
    met="You have not answered this question yet.",
    severity=RuleSource.POLICY,
)

ALL: Final = (ONE_ANSWER,)
