"""State the rules of elements under other laws: education, health, benefits, courts.

Health records: HIPAA (45 CFR Part 164) and substance use (42 CFR Part 2). Wage, benefit,
child-welfare and court records each have their law, and so have records of other people.
"""

from cairn.policy.law.cards.card_builders import build_criterion_card, build_protected_class_card
from cairn.policy.law.rule_card import (
    NOT_COVERED,
    UNMET_CONDITION,
    RuleCard,
    RuleSource,
    build_family_messages,
)

MEAL_STATUS = build_protected_class_card(
    "L01",
    "42 USC 1758(b)(6)",
    (
        "Meal status may be shared only with programs that the school lunch law names, or "
        "with consent."
    ),
    instead=(
        "Consider instead: the school's percentage under community eligibility, direct "
        "certification counts by school, or another poverty measure."
    ),
    family=(
        "Meal status is shared only with programs that the school lunch law names, or if you "
        "say yes."
    ),
)

HOMELESSNESS = build_protected_class_card(
    "L02",
    "42 USC 11432(g)(3)(G)",
    ("A child's living situation is an education record and may never be directory information."),
    family="We never give out a child's living situation as directory information.",
)

DISABILITY = RuleCard(
    id="L03",
    citation="34 CFR 300.622",
    statement="Special education records require consent unless a FERPA exception applies.",
    steward=(
        "{element} requires a parent's consent. '{basis}' of {agreement} is not a FERPA "
        "exception for it."
    ),
    next_step="Leave out the column, or use a legal basis whose requirements the text meets.",
    met="{element} may be shared under '{basis}'. Keep a record of each access.",
    withheld=NOT_COVERED,
    others=build_family_messages(
        "Special education records are shared only with your consent, or if the law "
        "makes an exception."
    ),
)

ACCESS_RECORD = RuleCard(
    id="L03.1",
    withheld=UNMET_CONDITION,
    citation="34 CFR 300.614",
    statement=(
        "Each access to special education records must be recorded, with the party, date and "
        "purpose."
    ),
    steward="Record each access to special education records: party, date and purpose.",
    next_step="",
    others=build_family_messages("We write down each time someone looks at these records."),
)

EARLY_ACCESS_RECORD = RuleCard(
    id="L04.1",
    withheld=UNMET_CONDITION,
    citation="34 CFR 303.406",
    statement=(
        "Each access to early intervention records must be recorded, with the party, date "
        "and purpose."
    ),
    steward="Record each access to early intervention records: party, date and purpose.",
    next_step="",
    others=build_family_messages(
        "We write down each time someone looks at early intervention records."
    ),
)

TRANSITION = RuleCard(
    id="L03.2",
    citation="34 CFR 300.622(b)(2)",
    statement=(
        "An agency that provides or pays for transition services may receive special education "
        "records only with the consent of a parent, or of a student who has reached the age of "
        "majority. The rule concerns no other agency."
    ),
    steward=(
        "{element} may not be shared with a service agency under '{basis}' of {agreement}. A "
        "parent's consent is required."
    ),
    next_step="Ask the families for written consent, or leave out the column.",
    withheld=NOT_COVERED,
    others=build_family_messages(
        "Special education records go to a service agency only with your consent."
    ),
    verified=False,
)

EARLY_INTERVENTION = build_protected_class_card(
    "L04",
    "34 CFR 303.414(b)",
    (
        "Early intervention records may leave the state's early intervention system only with a "
        "parent's consent, unless a FERPA exception, as Part C adapts it, covers the disclosure."
    ),
    family=(
        "Early intervention records are shared only with your consent, or if the law allows it."
    ),
    verified=False,
)

HEAD_START = build_protected_class_card(
    "L05",
    "45 CFR 1303.22(a)(2)",
    (
        "Unless a Head Start exception applies, Head Start records require a signed consent "
        "that states what is shared, why and with whom, and that it is voluntary and may be "
        "revoked."
    ),
    family=(
        "Head Start shares records if you say yes. You do not have to, and you can change "
        "your mind."
    ),
)

REVOCABLE = RuleCard(
    id="L05.1",
    citation="45 CFR 1303.22(a)(4)",
    statement=(
        "A Head Start consent must state that it is voluntary and may be revoked at any "
        "time, without effect on earlier disclosures."
    ),
    steward=(
        "The consent for {n:child|children} does not state that it is voluntary and may be revoked."
    ),
    next_step="Use a form that states this, and ask the families again.",
    met="The consent for {n:child|children} states that it is voluntary and may be revoked.",
    withheld="Some records may be left out.",
    others=build_family_messages(
        "The form for your child does not say that you may change your mind."
    ),
)

ONLINE = build_protected_class_card(
    "L06",
    "16 CFR 312.5(a)(1)",
    (
        "An operator of an online service must have verifiable parental consent before it collects "
        "information from a child under 13. The rule generally does not cover nonprofits. That a "
        "school may consent for an educational purpose is guidance of the Federal Trade "
        "Commission. The amended rule of 2025 does not contain it."
    ),
    family="An online service needs a yes before it collects information from a child under 13.",
)

SURVEY = build_protected_class_card(
    "L11",
    "20 USC 1232h(b), 1232h(c)(2)(A)",
    (
        "A student may be required to take a survey on one of eight protected topics only with "
        "prior written consent, if the survey is part of a program that the U.S. Department of "
        "Education funds. Any other survey on these topics requires notice to the parents and an "
        "opportunity to opt out."
    ),
    instead="Consider instead: the survey without these questions.",
    family="Some survey questions need your consent first, or let you say no.",
)

NOT_ONES_OWN = RuleCard(
    id="G15",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.30(a)",
    statement=(
        "Education records of a school or district are never a partner's 'own records'. They "
        "require consent or a named exception."
    ),
    steward=(
        "{agreement} treats the records of {party} as its own, but {party} is subject to FERPA."
    ),
    next_step="Name the FERPA exception that the agreement's text supports.",
    met="{agreement}: FERPA does not apply to the providers' records.",
)

ABOUT_PEOPLE = RuleCard(
    id="G16",
    citation="Cairn policy, agreements 17",
    statement="Public data may not contain records about a person.",
    steward="{element} is about a person, so it is not public data.",
    next_step="Name the legal basis for records about people.",
    met="{element} is not about a person.",
    severity=RuleSource.POLICY,
    withheld=NOT_COVERED,
)

NOTHING_DISCLOSED = RuleCard(
    id="G17",
    citation="34 CFR 99.30(a)",
    statement=(
        "Education records may be disclosed only with written consent or under a named exception. "
        "A memorandum, confidentiality agreement or form is neither."
    ),
    steward=(
        "{agreement} does not authorize disclosure by itself, so {element} may not be shared "
        "under it."
    ),
    next_step="Name the data sharing agreement that depends on {agreement}.",
    withheld=NOT_COVERED,
)


_HEALTH_FAMILY = "Health records are shared only as health privacy laws allow."

HEALTH = build_protected_class_card(
    "L07",
    "45 CFR 164.502(a), 164.508(a)(1)",
    (
        "Health records under HIPAA may be shared only with an authorization, or as its rules "
        "otherwise permit, such as under a business associate agreement, as a limited data set "
        "under a data use agreement, or de-identified."
    ),
    family=_HEALTH_FAMILY,
)

EDUCATION_RECORDS = RuleCard(
    id="L07.1",
    withheld=UNMET_CONDITION,
    citation="45 CFR 160.103",
    statement=(
        "Health information in education records under FERPA is not protected health information, "
        "so HIPAA's permissions do not apply to it."
    ),
    steward=(
        "{agreement}: {party} is subject to FERPA, so its records are not protected health "
        "information under HIPAA."
    ),
    next_step="Name the FERPA exception that the text supports, or use written consent.",
    met="{agreement}: the providers' records are not education records.",
    others=build_family_messages(_HEALTH_FAMILY),
)

AUTHORIZATION_CORE = build_criterion_card(
    "L07.2",
    "45 CFR 164.508(c)(1)",
    (
        "An authorization must state what is disclosed, by whom, to whom, why and until "
        "when, and must be signed and dated."
    ),
    "no form with the required core elements of an authorization is named.",
)

AUTHORIZATION_STATEMENTS = build_criterion_card(
    "L07.3",
    "45 CFR 164.508(c)(2)",
    (
        "An authorization must state that and how it may be revoked, whether treatment, payment or "
        "benefits depend on it, and that the recipient may redisclose the records."
    ),
    ("nothing on record shows that the form has the required statements of an authorization."),
)

ASSOCIATE_USES = build_criterion_card(
    "L07.4",
    "45 CFR 164.504(e)(2)(i)",
    ("A business associate agreement must state the permitted and required uses and disclosures."),
    "no clause states the permitted uses and disclosures.",
)

ASSOCIATE_LIMIT = build_criterion_card(
    "L07.5",
    "45 CFR 164.504(e)(2)(ii)(A)",
    ("A business associate may not use or disclose records beyond its agreement or the law."),
    "no clause prohibits other uses and disclosures.",
)

ASSOCIATE_SAFEGUARDS = build_criterion_card(
    "L07.6",
    "45 CFR 164.504(e)(2)(ii)(B)",
    (
        "A business associate must use appropriate safeguards, and follow the HIPAA security rules "
        "for electronic records."
    ),
    "no clause requires safeguards.",
)

ASSOCIATE_REPORT = build_criterion_card(
    "L07.7",
    "45 CFR 164.504(e)(2)(ii)(C)",
    (
        "A business associate must report each use or disclosure that its agreement does not "
        "allow, and each breach."
    ),
    "no clause requires reports of unauthorized use.",
)

ASSOCIATE_OTHERS = build_criterion_card(
    "L07.8",
    "45 CFR 164.504(e)(2)(ii)(D)",
    "A business associate must bind its subcontractors to the same limits.",
    "no clause binds subcontractors.",
)

ASSOCIATE_RETURN = build_criterion_card(
    "L07.9",
    "45 CFR 164.504(e)(2)(ii)(J)",
    (
        "When the agreement ends, a business associate must return or destroy the records if "
        "feasible. If not, the protections continue."
    ),
    "no clause requires return or destruction.",
)

LIMITED_USES = build_criterion_card(
    "L07.10",
    "45 CFR 164.514(e)(4)(ii)(A)",
    (
        "A data use agreement for a limited data set must state the permitted uses: "
        "research, public health or health care operations."
    ),
    "no clause states the permitted uses.",
)

LIMITED_WHO = build_criterion_card(
    "L07.11",
    "45 CFR 164.514(e)(4)(ii)(B)",
    ("A data use agreement for a limited data set must state who may use or receive the data."),
    "no clause states who may use or receive the data.",
)

LIMITED_DUTIES = build_criterion_card(
    "L07.12",
    "45 CFR 164.514(e)(4)(ii)(C)",
    (
        "The recipient of a limited data set must limit its use, protect it, report "
        "violations, bind its agents, and not identify or contact the individuals."
    ),
    "no clause states the recipient's duties.",
)

LIMITED_IDENTIFIERS = RuleCard(
    id="L07.13",
    citation="45 CFR 164.514(e)(2)",
    statement=(
        "A limited data set may not contain direct identifiers of a person, or of the person's "
        "relatives, employers or household."
    ),
    steward="{element} is a direct identifier and may not be in a limited data set ({agreement}).",
    next_step="Leave out {element}, or use another legal basis.",
    withheld="{element} is not covered.",
    others=build_family_messages(_HEALTH_FAMILY),
)

HEALTH_PURPOSE = RuleCard(
    id="L07.30",
    citation="45 CFR 164.502(a)",
    statement=(
        "Health information may be used only for what its legal basis permits: a limited data set "
        "for research, public health or health care operations; a business associate for work on "
        "behalf of the provider; treatment for treatment; a research waiver for research."
    ),
    steward="The legal basis '{basis}' of {agreement} does not permit the purpose '{purpose}'.",
    next_step="Ask for another purpose, or obtain each person's authorization.",
    met="The legal basis '{basis}' of {agreement} permits the purpose '{purpose}'.",
    withheld=UNMET_CONDITION,
    others=build_family_messages(_HEALTH_FAMILY),
)

LIMITED_NOT_MATCHED = RuleCard(
    id="L07.31",
    citation="45 CFR 164.514(e)(4)(ii)(C)",
    statement=(
        "The recipient of a limited data set may not identify the individuals, so its records are "
        "not matched with others."
    ),
    steward="{agreement} covers a limited data set, which may not be matched with other records.",
    next_step="Use the limited data set by itself, or obtain each person's authorization.",
    withheld=UNMET_CONDITION,
    others=build_family_messages(_HEALTH_FAMILY),
)

TREATMENT = build_criterion_card(
    "L07.32",
    "45 CFR 164.506(c)(2)",
    (
        "A health care provider may receive health information for its treatment of the person. "
        "Psychotherapy notes need an authorization."
    ),
    "no clause limits the records to treatment by a health care provider.",
)

HEALTH_CARE_PROVIDERS = RuleCard(
    id="L07.33",
    citation="45 CFR 164.506(c)(2)",
    statement="Only a health care provider may receive health information for its treatment.",
    steward="{agreement}: {party} is not a health care provider.",
    next_step="Name the health care provider as the recipient, or use an authorization.",
    met="{agreement}: the recipients are health care providers.",
    withheld=UNMET_CONDITION,
    others=build_family_messages(_HEALTH_FAMILY),
)

IMMUNIZATION = build_protected_class_card(
    "L07.34",
    "45 CFR 164.512(b)(1)(vi)",
    (
        "A school that must have proof of immunization before it admits a student may receive it, "
        "if a parent agrees and the provider documents the agreement."
    ),
    family=_HEALTH_FAMILY,
)

IMMUNIZATION_LAW = build_criterion_card(
    "L07.35",
    "45 CFR 164.512(b)(1)(vi)(B)",
    "A state or other law must require the school to have the proof before it admits a student.",
    "no law is named that requires the school to have proof of immunization.",
)

IMMUNIZATION_AGREEMENT = build_criterion_card(
    "L07.36",
    "45 CFR 164.512(b)(1)(vi)(C)",
    (
        "The provider must obtain and document the agreement of a parent, or of the adult student. "
        "It may be oral."
    ),
    "the provider does not document the agreement of each parent.",
)

IMMUNIZATION_ONLY = RuleCard(
    id="L07.37",
    citation="45 CFR 164.512(b)(1)(vi)(A)",
    statement="The records must be limited to proof of immunization.",
    steward="{element} is not proof of immunization ({agreement}).",
    next_step=(
        "Leave out {element}, or confirm in the data dictionary that it is proof of immunization."
    ),
    met="{element} is proof of immunization.",
    withheld="{element} is not covered.",
    others=build_family_messages(_HEALTH_FAMILY),
)

IMMUNIZATION_SCHOOL = RuleCard(
    id="L07.38",
    citation="45 CFR 164.512(b)(1)(vi)",
    statement="The recipient of proof of immunization must be a school.",
    steward="{agreement}: {party} is not a school, district or college.",
    next_step="Name the school as the recipient, or use an authorization.",
    met="{agreement}: the recipients are schools.",
    withheld=UNMET_CONDITION,
    others=build_family_messages(_HEALTH_FAMILY),
)

WAIVER_APPROVAL = build_criterion_card(
    "L07.39",
    "45 CFR 164.512(i)(1)(i)",
    (
        "An institutional review board or privacy board must have approved a waiver or alteration "
        "of the authorization for research."
    ),
    "no board is named that approved a waiver.",
    verified=False,
)

WAIVER_CRITERIA = build_criterion_card(
    "L07.40",
    "45 CFR 164.512(i)(2)(ii)",
    (
        "The board must state that the waiver satisfies the criteria: minimal risk to privacy, and "
        "research that could not be done without the waiver or without the information."
    ),
    "no document states that the waiver satisfies the criteria.",
    verified=False,
)

WAIVER_INFORMATION = build_criterion_card(
    "L07.41",
    "45 CFR 164.512(i)(2)(iii)",
    "The board must describe the health information that it found necessary for the research.",
    "no document describes the information that the board found necessary.",
    verified=False,
)

SUBSTANCE_USE = build_protected_class_card(
    "L08",
    "42 CFR 2.31",
    ("Substance use disorder treatment records require a specific consent under 42 CFR Part 2."),
    family=_HEALTH_FAMILY,
    verified=False,
)

PART2_FORM = build_criterion_card(
    "L08.1",
    "42 CFR 2.31(a)",
    (
        "A consent for substance use disorder treatment records must have the elements that "
        "Part 2 lists."
    ),
    "no form with the elements of a Part 2 consent is named.",
)

PART2_NOTICE = build_criterion_card(
    "L08.2",
    "42 CFR 2.32(a)",
    (
        "Substance use disorder treatment records that are disclosed on a patient's consent must "
        "be sent with one of two notices that limit further use and disclosure."
    ),
    "no clause requires sending the Part 2 notice with the records.",
)

PART2_NOTICE_DUE = RuleCard(
    id="L08.3",
    withheld=UNMET_CONDITION,
    citation="42 CFR 2.32(a)",
    statement=(
        "Each disclosure on a patient's consent must include the Part 2 notice that limits further "
        "use and disclosure."
    ),
    steward="Send the Part 2 redisclosure notice with these records.",
    next_step="",
    others=build_family_messages(_HEALTH_FAMILY),
)


WAGE = build_protected_class_card(
    "L09",
    "20 CFR 603.5",
    ("Unemployment insurance wage records may be shared only as that program's rules allow."),
    instead="Consider instead: employment counts by program or year.",
    verified=False,
)

WAGE_UNITS = RuleCard(
    id="L09.1",
    citation="20 CFR 603.5(d)(2), 603.5(e), 603.5(f)",
    statement=(
        "Individual wage records go to a public official for official duties, to the agent or "
        "contractor of such an official for the official's purpose, under a written agreement, or "
        "as the worker's informed consent says."
    ),
    steward=(
        "Only public officials may see {element} for individuals. {organization} is not a "
        "public official."
    ),
    next_step=(
        "Request counts, ask the agency that holds the records to look them up, or enter under "
        "wage_condition that the agreement makes the recipient an agent or contractor of a public "
        "official, or that each worker consents."
    ),
    withheld=NOT_COVERED,
    others=build_family_messages("Only public officials may see the wage records of one person."),
    verified=False,
)

JUVENILE = build_protected_class_card(
    "L10",
    "34 CFR 99.31(a)(5)(i)(A), 99.31(a)(5)(i)(B), 99.38(a), 99.38(b)",
    (
        "Juvenile justice records require the authority of state law. Education records may go to "
        "the juvenile justice system without consent only if a state statute specifically allows "
        "it. Under a statute adopted after November 19, 1974, they must serve the student before "
        "adjudication, and the officials must certify in writing that they will not redisclose "
        "them without a parent's consent, except as state law provides."
    ),
)

WIC = build_protected_class_card(
    "L10.1",
    "7 CFR 246.26(d)",
    (
        "WIC applicant and participant records may be shared only with those who administer "
        "or enforce WIC, or under a written agreement of that program or the participant's "
        "release."
    ),
    verified=False,
)

SNAP = build_protected_class_card(
    "L10.2",
    "7 CFR 272.1(c)",
    (
        "SNAP applicant and household records may be shared only with those that the "
        "program's rules name."
    ),
    verified=False,
)

TANF = build_protected_class_card(
    "L10.3",
    "45 CFR 205.50(a)(1)(i)",
    (
        "TANF applicant and recipient records may be used only for that program and the "
        "purposes that its rules name."
    ),
)

CHILD_WELFARE = build_protected_class_card(
    "L10.4",
    "42 USC 5106a(b)(2)(B)(viii)",
    (
        "Child abuse and neglect records are confidential. Only those whom federal law names, such "
        "as government bodies that protect children and the subjects of a report, and those whom "
        "a state statute authorizes, may receive them."
    ),
)

# The sections could be read in parts only, so that the card is not verified.
DOMESTIC_VIOLENCE = build_protected_class_card(
    "L10.5",
    "34 USC 12291(b)(2)(B), 12291(b)(2)(C); 42 USC 10406(c)(5)(B)",
    (
        "An organization with a grant under the Violence Against Women Act or the Family Violence "
        "Prevention and Services Act may not disclose what identifies a person who asked for its "
        "services, encoded or not, unless the person signed an informed release with an end, or a "
        "statute or court compels it. An abuser may not sign for a child."
    ),
    instead="Consider instead: counts that identify no one.",
    verified=False,
)

IMMIGRATION = build_protected_class_card(
    "L13",
    "Cairn policy, agreements 16",
    "Immigration status may be shared only under an authority that names it.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
