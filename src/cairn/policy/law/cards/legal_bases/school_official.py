"""State the rules of school officials (34 CFR 99.31(a)(1)), which require no written agreement."""

from cairn.policy.law.cards.audience_messages import SOME_LEFT_OUT, build_family_messages
from cairn.policy.law.cards.criterion_card import build_criterion_card
from cairn.policy.law.rule_card import RuleCard

SERVICE = build_criterion_card(
    "R08.1",
    "34 CFR 99.31(a)(1)(i)(B)(1)",
    "An outside party counts as a school official only for a service that employees would "
    "otherwise do.",
    "no clause says which service, otherwise done by employees, the recipient performs.",
)

CONTROL = build_criterion_card(
    "R08.2",
    "34 CFR 99.31(a)(1)(i)(B)(2)",
    "An outside school official uses and keeps the records under the direct control of the "
    "school or district.",
    "no clause puts the recipient under the provider's direct control of the records.",
)

BOUND = build_criterion_card(
    "R08.3",
    "34 CFR 99.31(a)(1)(i)(B)(3)",
    "An outside school official is bound by the limits on use and redisclosure.",
    "no clause binds the recipient to the limits on use and redisclosure.",
)

INTEREST = build_criterion_card(
    "R08.4",
    "34 CFR 99.31(a)(1)(i)(A)",
    "The school or district has determined that the official has a legitimate educational "
    "interest.",
    "no clause or record names the role and its legitimate educational interest.",
)

ANNUAL_NOTICE = build_criterion_card(
    "R08.5",
    "34 CFR 99.7(a)(3)(iii)",
    "The yearly notice to families says who counts as a school official and what a legitimate "
    "educational interest is.",
    "the provider's yearly notice is not shown to say who counts as a school official.",
)

ROSTER = RuleCard(
    id="R09",
    citation="34 CFR 99.31(a)(1)(ii)",
    statement="An official sees only the records in which they have a legitimate educational "
    "interest: the children on their roster or caseload.",
    steward="{n:child has|children have} no live link to {organization} on a roster or caseload.",
    next_step="Ask only for children on the roster, or correct the roster first.",
    met="{n:child has|children have} a live link to {organization}.",
    withheld=SOME_LEFT_OUT,
    others=build_family_messages("The one who asked is not on record as working with your child."),
)

ROSTER_CONFIRMED = RuleCard(
    id="R09.1",
    citation="34 CFR 99.31(a)(1)(ii)",
    statement="A list that a program keeps itself links it to a child where the family's own yes "
    "names the program. On any other basis the child's school confirms the list first.",
    steward="For {n:child|children} only the list of {organization} itself says that it serves "
    "them; the school has not confirmed it.",
    next_step="Have the school's steward confirm the list.",
    met="For {n:child|children} the school has confirmed the list of {organization}.",
    withheld=SOME_LEFT_OUT,
    others=build_family_messages(
        "The school has not confirmed that the program works with your child."
    ),
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
