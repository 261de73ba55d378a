"""Who is who: what holds for the people who judge whether records are of one child."""

from typing import Final

from cairn.rules.citations import RuleCard, Severity

ONE_ANSWER = RuleCard(
    id="LK1",
    citation="Cairn policy, linkage 1",
    statement="Where two reviewers judge one question, they are two people, and neither sees the "
    "other's answer first.",
    steward="You have answered this question; a second answer must be somebody else's.",
    next_step="Leave it to another reviewer, or take your answer back.",
    met="You have not answered this question yet.",
    severity=Severity.POLICY,
)
ALL: Final = (ONE_ANSWER,)
