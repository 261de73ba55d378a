"""State the rules of the pages about one student, and about the students of one organization."""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource

STUDENT_PAGE: Final = RuleCard(
    id="H05",
    citation="Cairn policy, students 1",
    statement=(
        "The page about a student, and the list of an organization's students, help staff to serve "
        "these students. They serve no other purpose and no other organization."
    ),
    steward="This page shows students to the staff who serve them, and is used for nothing else.",
    next_step="Ask “Can I use or share this data?” about another use.",
    met="The page is used to serve the student.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
