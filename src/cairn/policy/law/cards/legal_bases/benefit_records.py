"""State the rules of wage, benefit, child-welfare and court records, each under its law."""

from cairn.policy.law.cards.audience_messages import NOT_COVERED, build_family_messages
from cairn.policy.law.cards.protected_class_card import build_protected_class_card
from cairn.policy.law.rule_card import RuleCard, RuleSource

WAGE = build_protected_class_card(
    "L09",
    "20 CFR 603.5",
    "Wage records of unemployment insurance go only where that program's rules allow.",
    instead="Often enough: employment counted by program or year.",
    verified=False,
)

WAGE_UNITS = RuleCard(
    id="L09.1",
    citation="20 CFR 603.5(e)",
    statement="Single people's wage records are seen by public officials in their duties, not by "
    "others.",
    steward="{element} about single people may be seen by public officials only; {organization} "
    "is none.",
    next_step="Ask for counts, or have the agency that holds the records look.",
    withheld=NOT_COVERED,
    others=build_family_messages(
        "Wage records about one person are seen by public officials only."
    ),
    verified=False,
)

JUVENILE = build_protected_class_card(
    "L10",
    "34 CFR 99.31(a)(5)(i)(A)",
    "Juvenile justice records need the authority that the state's law names.",
)

WIC = build_protected_class_card(
    "L10.1",
    "7 CFR 246.26(d)",
    "WIC applicant and participant records go to those who administer or enforce WIC, or where a "
    "written agreement of that program or the participant's release allows.",
    verified=False,
)

SNAP = build_protected_class_card(
    "L10.2",
    "7 CFR 272.1(c)",
    "SNAP applicant and household records go only to those that the program's rules name.",
    verified=False,
)

TANF = build_protected_class_card(
    "L10.3",
    "45 CFR 205.50(a)(1)(i)",
    "TANF applicant and recipient records are used for purposes of that program and those its "
    "rules name.",
)

CHILD_WELFARE = build_protected_class_card(
    "L10.4",
    "42 USC 5106a(b)(2)(B)(viii)",
    "Child abuse and neglect records are confidential; the state's plan says to whom they go.",
    verified=False,
)

IMMIGRATION = build_protected_class_card(
    "L13",
    "Cairn policy, agreements 16",
    "Immigration status is shared only on an authority that names it.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
