"""State which programs a family sees on the page about its own child.

A program's record of a child is the program's own. It is no record of the school, which neither
opens nor closes it. A program that is not listed leaves no trace, so no reason is for the family.
"""

from typing import Final

from cairn.policy.law.rule_card import UNMET_CONDITION, RuleCard, RuleSource

PROGRAM_ANSWERS: Final = RuleCard(
    id="H08",
    withheld=UNMET_CONDITION,
    citation="Cairn policy, families 2",
    statement=(
        "An organization states for each program whether families read their child's enrollment "
        "and attendance on the family page, and answers for that record. Without such a "
        "statement, nothing is shown."
    ),
    steward="{organization} did not state that families read the records of this program.",
    next_step="Ask its data steward to answer for the program under Programs on family pages.",
    met="{organization} states that families read the records of this program.",
    severity=RuleSource.POLICY,
)

PROTECTED_SERVICE: Final = RuleCard(
    id="H09",
    withheld=UNMET_CONDITION,
    citation="42 CFR 2.14(a); 45 CFR 164.502(g)(3)",
    statement=(
        "A program whose service a law of its own protects is on no family page: where a minor "
        "may consent to the service alone, the minor decides who knows of it."
    ),
    steward="The service of this program is protected by a law of its own: {service}.",
    next_step="Answer the family's questions directly, as that law allows.",
    met="No law of its own protects the service of this program.",
)

SAME_CHILD: Final = RuleCard(
    id="H10",
    withheld=UNMET_CONDITION,
    citation="Cairn policy, families 3",
    statement=(
        "A family sees a program's record if the organization's own roster names the child, and "
        "exactly one child there and one of its records have that name and birth date. Estimated "
        "matches of records show a family nothing."
    ),
    steward="It is not certain which record of {organization} is this child's.",
    next_step="Add the child to the roster, and enter the same name and birth date in both.",
    met="One record of {organization} is this child's.",
    severity=RuleSource.POLICY,
)

NO_ORDER: Final = RuleCard(
    id="H11",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.4",
    statement=(
        "While a court order that limits a parent is on record, the family page does not say "
        "where the child spends the day, because a letter's code does not tell which parent "
        "reads. A student who holds the rights still sees it."
    ),
    steward="A court order that limits a parent of this student is on record.",
    next_step="Answer the parent who may know directly.",
    met="No court order keeps the places of this student's day from the reader.",
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
