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

PROGRAM_RESULTS: Final = RuleCard(
    id="H57",
    citation="Cairn policy, students 2",
    statement=(
        "A program sees results of its own participants as shares of groups of at least 10, "
        "counted from what their families and schools share with it. The shares serve the "
        "program's own work and no other organization."
    ),
    steward="Results are counted for the program that serves these students, and for nothing else.",
    next_step="Ask “Can I use or share this data?” about another use.",
    met="The results are shares over the program's own participants.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
