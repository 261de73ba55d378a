"""Who is who: what holds for the people who judge whether records are of one child."""

from typing import Final

from cairn.rules.citations import RuleCard

ONE_ANSWER = RuleCard(
    id="LK1",
    citation="House policy",
    statement="Where two reviewers judge one question, they are two people, and neither sees the "
    "other's answer first.",
    steward="You have answered this question; a second answer must be somebody else's.",
    next_step="Leave it to another reviewer, or take your answer back.",
    met="You have not answered this question yet.",
)
ALL: Final = (ONE_ANSWER,)
