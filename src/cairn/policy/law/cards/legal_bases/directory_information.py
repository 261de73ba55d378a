"""State the rules of directory information (34 CFR 99.31(a)(11) and 99.37)."""

from cairn.policy.law.cards.audience_messages import (
    NOT_COVERED,
    SOME_LEFT_OUT,
    build_family_messages,
)
from cairn.policy.law.cards.criterion_card import build_criterion_card
from cairn.policy.law.rule_card import RuleCard

DIRECTORY = build_criterion_card(
    "R22.1",
    "34 CFR 99.37(a)(1)",
    "The notice designates the types of information that are directory information.",
    "no notice designates these types as directory information.",
)

DIRECTORY_NOTICE = build_criterion_card(
    "R22.2",
    "34 CFR 99.37(a)",
    "Directory information follows a public notice to parents and eligible students.",
    "no annual notice to families is on file.",
)

OPT_OUT_WINDOW = build_criterion_card(
    "R22.3",
    "34 CFR 99.37(a)(3)",
    "Families have had the stated time to opt out of directory information.",
    "the time in which families may opt out is not shown to have passed.",
)

DIRECTORY_OPT_OUT = RuleCard(
    id="R22",
    citation="34 CFR 99.37(a)(2)",
    statement="A family may decline directory information, also after the student has left.",
    steward="{n:child is|children are} left out: the family opted out of directory release.",
    next_step="Nothing to do: they are left out of what is made.",
    met="For {n:child|children} the family has not opted out of directory release.",
    withheld=SOME_LEFT_OUT,
    others=build_family_messages(
        "You said no to directory information, so your child is left out."
    ),
)

LIMITED = RuleCard(
    id="R22.4",
    citation="34 CFR 99.37(d)",
    statement="Where the notice limits directory information to some parties or purposes, only "
    "those get it.",
    steward="The notice behind {agreement} limits directory information, and {organization} is "
    "not among those it names.",
    next_step="Use another basis, or change next year's notice.",
    met="The notice behind {agreement} lets {organization} have directory information.",
    others=build_family_messages("Directory information goes only to those that the notice names."),
)

NEVER_JOINED = RuleCard(
    id="R22.5",
    citation="34 CFR 99.37(e)",
    statement="Directory information is not given or confirmed by way of a Social Security number "
    "or another element that is not directory information.",
    steward="{element} is not directory information, and nothing may be looked up by it.",
    next_step="Leave {element} out, or use another basis.",
    met="{element} may be directory information.",
    withheld=NOT_COVERED,
    others=build_family_messages("Only what the notice calls directory information is given out."),
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
