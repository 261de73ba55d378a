"""State the rules of education elements with a law of their own, and of records of other people."""

from cairn.policy.law.cards.audience_messages import NOT_COVERED, build_family_messages
from cairn.policy.law.cards.protected_class_card import build_protected_class_card
from cairn.policy.law.rule_card import RuleCard, RuleSource

MEAL_STATUS = build_protected_class_card(
    "L01",
    "42 USC 1758(b)(6)",
    "Meal status is shared only with the programs the school lunch law names, or with consent.",
    instead="Often enough: the school's share under community eligibility, direct certification "
    "counted by school, or another measure of poverty.",
    family="Meal status is shared only with programs that the school lunch law names, or with "
    "your consent.",
)

HOMELESSNESS = build_protected_class_card(
    "L02",
    "42 USC 11432(g)(3)(G)",
    "A child's living situation is an education record and never directory information.",
    family="A child's living situation is never given out as directory information.",
)

DISABILITY = RuleCard(
    id="L03",
    citation="34 CFR 300.622",
    statement="Disability records need consent unless one of FERPA's exceptions applies.",
    steward="{element} needs a parent's consent: '{basis}' of {agreement} is no FERPA exception "
    "for it.",
    next_step="Leave the column out, or use a basis whose criteria the text meets.",
    met="{element} may be shared under '{basis}'; keep a record of each access.",
    withheld=NOT_COVERED,
    others=build_family_messages(
        "Records about special education are shared only with your consent or where "
        "an exception in the law says so."
    ),
)

ACCESS_RECORD = RuleCard(
    id="L03.1",
    citation="34 CFR 300.614",
    statement="Each access to disability records is recorded with party, date and purpose.",
    steward="Record each access to disability records: party, date and purpose.",
    next_step="",
    others=build_family_messages("Each look at these records is written down."),
)

EARLY_ACCESS_RECORD = RuleCard(
    id="L04.1",
    citation="34 CFR 303.406",
    statement="Each access to early-intervention records is recorded with party, date and purpose.",
    steward="Record each access to early-intervention records: party, date and purpose.",
    next_step="",
    others=build_family_messages("Each look at records of early help is written down."),
)

TRANSITION = RuleCard(
    id="L03.2",
    citation="34 CFR 300.622(b)(2)",
    statement="An agency that provides or pays for transition services needs a parent's consent "
    "for disability records.",
    steward="{element} may not go to a service agency under '{basis}' of {agreement}: a parent's "
    "consent is needed.",
    next_step="Ask the families for written consent, or leave the column out.",
    withheld=NOT_COVERED,
    others=build_family_messages(
        "Records about special education go to a service agency only with your consent."
    ),
    verified=False,
)

EARLY_INTERVENTION = build_protected_class_card(
    "L04",
    "34 CFR 303.414(b)",
    "Early-intervention records need consent unless one of FERPA's exceptions, read for early "
    "intervention, applies.",
    family="Records of early help are shared only with your consent or where the law says so.",
    verified=False,
)

HEAD_START = build_protected_class_card(
    "L05",
    "45 CFR 1303.22(a)(2)",
    "Head Start records need a signed consent that says what, why and to whom, and that it is "
    "voluntary and may be revoked, unless an exception of that program applies.",
    family="Head Start shares records with your consent, which is voluntary and may be taken back.",
)

REVOCABLE = RuleCard(
    id="L05.1",
    citation="45 CFR 1303.22(a)(4)",
    statement="A Head Start consent says that it is voluntary and may be revoked at any time, "
    "without effect on what was done before.",
    steward="For {n:child|children} the consent does not say that it is voluntary and revocable.",
    next_step="Use a form that says so, and ask the families again.",
    met="For {n:child|children} the consent says that it is voluntary and revocable.",
    withheld="Some records may be left out.",
    others=build_family_messages(
        "The form for your child does not say that you may take your yes back."
    ),
)

ONLINE = build_protected_class_card(
    "L06",
    "16 CFR 312.5(a)(1)",
    "What is collected online from a child under 13 needs a parent's verified consent before. That "
    "a school may give it, for an educational purpose only, is how the Trade Commission reads it.",
    family="What an online service collects from a child under 13 needs a yes first.",
)

SURVEY = build_protected_class_card(
    "L11",
    "20 USC 1232h(b)",
    "Answers to survey questions on one of eight protected topics need consent, or notice with "
    "the chance to decline.",
    instead="Often enough: the survey without these questions.",
    family="Some survey questions need your consent first, or let you say no.",
)

NOT_ONES_OWN = RuleCard(
    id="G15",
    citation="34 CFR 99.30(a)",
    statement="Education records of a school or district are never a partner's 'own records'; "
    "they need consent or a named exception.",
    steward="{agreement} calls the records of {party} its own, and {party} is bound by FERPA.",
    next_step="Name the FERPA exception that the text of the agreement supports.",
    met="{agreement}: the providers are not bound by FERPA for these records.",
)

ABOUT_PEOPLE = RuleCard(
    id="G16",
    citation="Cairn policy, agreements 17",
    statement="Public data hold no row about a person.",
    steward="{element} is about a person, so it is not public data.",
    next_step="Name the legal basis for records about people.",
    met="{element} is about no person.",
    severity=RuleSource.POLICY,
    withheld=NOT_COVERED,
)

NOTHING_DISCLOSED = RuleCard(
    id="G17",
    citation="Cairn policy, agreements 18",
    statement="A memorandum, a promise of confidentiality or a form discloses nothing by itself.",
    steward="{agreement} discloses nothing by itself, so {element} cannot be shared under it.",
    next_step="Name the data sharing agreement that rests on {agreement}.",
    severity=RuleSource.POLICY,
    withheld=NOT_COVERED,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
