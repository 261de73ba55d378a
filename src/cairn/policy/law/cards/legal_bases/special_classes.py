"""State the rules of elements with a law of their own: education, health, benefits, courts.

Health records: HIPAA (45 CFR Part 164) and substance use (42 CFR Part 2). Wage, benefit,
child-welfare and court records each have their law, and so have records of other people.
"""

from cairn.policy.law.cards.card_builders import build_criterion_card, build_protected_class_card
from cairn.policy.law.rule_card import NOT_COVERED, RuleCard, RuleSource, build_family_messages

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


_HEALTH_FAMILY = "Health records are shared only in the ways that the health privacy laws allow."

HEALTH = build_protected_class_card(
    "L07",
    "45 CFR 164.508",
    "Health records under HIPAA need an authorization, a business associate agreement, a "
    "limited-data-set agreement or de-identification.",
    family=_HEALTH_FAMILY,
    verified=False,
)

EDUCATION_RECORDS = RuleCard(
    id="L07.1",
    citation="45 CFR 160.103",
    statement="Education records under FERPA are not protected health information, so HIPAA's "
    "ways of sharing are not for them.",
    steward="{agreement}: {party} is bound by FERPA, so its records are no health records under "
    "HIPAA.",
    next_step="Name the FERPA exception that the text supports, or use written consent.",
    met="{agreement}: the providers' records are not education records.",
    others=build_family_messages(_HEALTH_FAMILY),
    verified=False,
)

AUTHORIZATION_CORE = build_criterion_card(
    "L07.2",
    "45 CFR 164.508(c)(1)",
    "An authorization says what is disclosed, by whom, to whom, why and until when, and is signed "
    "and dated.",
    "no form is named that has the core elements of an authorization.",
    verified=False,
)

AUTHORIZATION_STATEMENTS = build_criterion_card(
    "L07.3",
    "45 CFR 164.508(c)(2)",
    "An authorization says that it may be revoked, whether treatment depends on it, and that "
    "records may be passed on.",
    "the form is not shown to have the statements that an authorization needs.",
    verified=False,
)

ASSOCIATE_USES = build_criterion_card(
    "L07.4",
    "45 CFR 164.504(e)(2)(i)",
    "A business associate agreement says which uses and disclosures are permitted and required.",
    "no clause says which uses and disclosures are permitted.",
)

ASSOCIATE_LIMIT = build_criterion_card(
    "L07.5",
    "45 CFR 164.504(e)(2)(ii)(A)",
    "A business associate uses and discloses nothing beyond its agreement or the law.",
    "no clause forbids other uses and disclosures.",
    verified=False,
)

ASSOCIATE_SAFEGUARDS = build_criterion_card(
    "L07.6",
    "45 CFR 164.504(e)(2)(ii)(B)",
    "A business associate uses appropriate safeguards.",
    "no clause requires safeguards.",
    verified=False,
)

ASSOCIATE_REPORT = build_criterion_card(
    "L07.7",
    "45 CFR 164.504(e)(2)(ii)(C)",
    "A business associate reports each use or disclosure outside its agreement.",
    "no clause requires a report of unauthorized use.",
    verified=False,
)

ASSOCIATE_OTHERS = build_criterion_card(
    "L07.8",
    "45 CFR 164.504(e)(2)(ii)(D)",
    "A business associate binds its subcontractors to the same limits.",
    "no clause binds subcontractors.",
    verified=False,
)

ASSOCIATE_RETURN = build_criterion_card(
    "L07.9",
    "45 CFR 164.504(e)(2)(ii)(J)",
    "A business associate returns or destroys the records when the agreement ends, where that is "
    "feasible; where not, the limits go on.",
    "no clause requires return or destruction.",
)

LIMITED_USES = build_criterion_card(
    "L07.10",
    "45 CFR 164.514(e)(4)(ii)(A)",
    "A limited-data-set agreement says which uses are permitted: research, public health or "
    "health care operations.",
    "no clause says which uses are permitted.",
    verified=False,
)

LIMITED_WHO = build_criterion_card(
    "L07.11",
    "45 CFR 164.514(e)(4)(ii)(B)",
    "A limited-data-set agreement says who may use or receive the data.",
    "no clause says who may use or receive the data.",
    verified=False,
)

LIMITED_DUTIES = build_criterion_card(
    "L07.12",
    "45 CFR 164.514(e)(4)(ii)(C)",
    "The recipient of a limited data set limits use, protects the data, reports, binds agents, "
    "and identifies or contacts nobody.",
    "no clause sets the duties of the recipient.",
    verified=False,
)

LIMITED_IDENTIFIERS = RuleCard(
    id="L07.13",
    citation="45 CFR 164.514(e)(2)",
    statement="A limited data set holds no direct identifiers.",
    steward="{element} is a direct identifier, so it is in no limited data set ({agreement}).",
    next_step="Leave {element} out, or use another basis.",
    withheld="{element} is not covered.",
    others=build_family_messages(_HEALTH_FAMILY),
    verified=False,
)

SUBSTANCE_USE = build_protected_class_card(
    "L08",
    "42 CFR 2.31",
    "Records of substance use treatment need a consent of their own kind.",
    family=_HEALTH_FAMILY,
    verified=False,
)

PART2_FORM = build_criterion_card(
    "L08.1",
    "42 CFR 2.31(a)",
    "A consent for substance use treatment records has the elements that Part 2 lists.",
    "no form is named that has the elements of a Part 2 consent.",
)

PART2_NOTICE = build_criterion_card(
    "L08.2",
    "42 CFR 2.32(a)",
    "A notice against redisclosure goes with records of substance use treatment.",
    "no clause sends the Part 2 notice with the records.",
    verified=False,
)

PART2_NOTICE_DUE = RuleCard(
    id="L08.3",
    citation="42 CFR 2.32(a)",
    statement="The Part 2 notice against redisclosure goes with each disclosure.",
    steward="Send the Part 2 notice against redisclosure with these records.",
    next_step="",
    others=build_family_messages(_HEALTH_FAMILY),
    verified=False,
)


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
