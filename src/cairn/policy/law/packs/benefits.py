"""Class packs about wages, benefits, child welfare, courts and immigration."""

from typing import Final

from cairn.policy.law.cards.legal_bases import special_classes as cards
from cairn.policy.law.packs.pack import ClassPack, LawCondition
from cairn.policy.vocabulary import OrganizationKind, SpecialClass

UI_WAGE: Final = ClassPack(
    id="ui_wage",
    law="Confidentiality of unemployment compensation information, 20 CFR Part 603",
    special=SpecialClass.WAGE,
    card=cards.WAGE,
    conditions=(
        LawCondition(
            "public_official",
            "to a public official for use in official duties, under a written agreement",
            "20 CFR 603.5(e)",
        ),
        LawCondition(
            "agent_or_contractor",
            (
                "to an agent or contractor of a public official who may have the information, for "
                "that official's purpose, under a written agreement (20 CFR 603.10)"
            ),
            "20 CFR 603.5(f)",
        ),
        LawCondition(
            "informed_consent",
            "each worker or employer gave informed written consent",
            "20 CFR 603.5(d)(2)",
            of_each_person=True,
        ),
        LawCondition(
            "public_domain", "information already in the public domain", "20 CFR 603.5(a)"
        ),
        LawCondition(
            "not_unemployment_insurance",
            "wage or employment data from a source other than unemployment insurance",
            "20 CFR 603.2(b)",
        ),
    ),
    seen_by=frozenset({OrganizationKind.GOVERNMENT, OrganizationKind.STATE_EDUCATION_AGENCY}),
    seen_card=cards.WAGE_UNITS,
    seen_except=frozenset(
        {
            "agent_or_contractor",
            "informed_consent",
            "public_domain",
            "not_unemployment_insurance",
        }
    ),
)

WIC: Final = ClassPack(
    id="wic",
    law="Special Supplemental Nutrition Program for Women, Infants and Children, 7 CFR 246.26",
    special=SpecialClass.WIC,
    card=cards.WIC,
    conditions=(
        LawCondition(
            "administers_wic",
            "to persons directly connected with the administration or enforcement of WIC",
            "7 CFR 246.26(d)(1)(i)",
        ),
        LawCondition(
            "other_program_agreement",
            (
                "to a public organization for its program, as designated by the state's "
                "chief health officer, with notice to participants"
            ),
            "7 CFR 246.26(d)(2)",
        ),
        LawCondition(
            "release_form",
            "the participant signed a release form",
            "7 CFR 246.26(d)(4)",
            of_each_person=True,
        ),
    ),
)

SNAP: Final = ClassPack(
    id="snap",
    law="Supplemental Nutrition Assistance Program, 7 CFR 272.1(c)",
    special=SpecialClass.SNAP,
    card=cards.SNAP,
    conditions=(
        LawCondition(
            "administers_program",
            "to persons directly connected with SNAP, or with other federal or federally assisted "
            "means-tested assistance",
            "7 CFR 272.1(c)(1)(i)",
        ),
        LawCondition(
            "school_meals",
            "to certify children for free school meals",
            "7 CFR 272.1(c)(1)(i)",
        ),
        LawCondition(
            "household_request",
            "a responsible member of the household requested it in writing",
            "7 CFR 272.1(c)(3)",
            of_each_person=True,
        ),
    ),
)

TANF: Final = ClassPack(
    id="tanf",
    law="Temporary Assistance for Needy Families, 45 CFR 205.50",
    special=SpecialClass.TANF,
    card=cards.TANF,
    conditions=(
        LawCondition(
            "administers_program",
            "for the administration of the state's plan",
            "45 CFR 205.50(a)(1)(i)(A)",
        ),
        LawCondition(
            "needs_based_program",
            "for the administration of another federally assisted program based on need",
            "45 CFR 205.50(a)(1)(i)(C)",
        ),
        LawCondition(
            "audit",
            "for an audit or similar activity by an entity that the law authorizes",
            "45 CFR 205.50(a)(1)(i)(E)",
        ),
        LawCondition(
            "family_permission",
            "the family gave permission",
            "45 CFR 205.50(a)(2)(iii)",
            of_each_person=True,
        ),
    ),
)

CHILD_WELFARE: Final = ClassPack(
    id="child_welfare",
    law="Child Abuse Prevention and Treatment Act, 42 USC 5106a(b)(2)(B)(viii), and the state's "
    "plan",
    special=SpecialClass.CHILD_WELFARE,
    card=cards.CHILD_WELFARE,
    conditions=(
        LawCondition(
            "government_entity",
            "to a federal, state or local government body, or its agent, that needs it to protect "
            "children",
            "42 USC 5106a(b)(2)(B)(viii)",
        ),
        LawCondition(
            "state_statute",
            "to persons or agencies that a state statute names, for a legitimate state purpose",
            "42 USC 5106a(b)(2)(B)(viii)",
        ),
        LawCondition(
            "subject_of_report",
            "to the subjects of a report",
            "42 USC 5106a(b)(2)(B)(viii)",
        ),
    ),
)

DOMESTIC_VIOLENCE: Final = ClassPack(
    id="domestic_violence",
    law="Violence Against Women Act, 34 USC 12291(b)(2), and Family Violence Prevention and "
    "Services Act, 42 USC 10406(c)(5)",
    special=SpecialClass.DOMESTIC_VIOLENCE,
    card=cards.DOMESTIC_VIOLENCE,
    conditions=(
        LawCondition(
            "time_limited_release",
            "the person, or the minor and a parent or guardian who is not the abuser, signed an "
            "informed release with an end",
            "34 USC 12291(b)(2)(B)(ii)",
            of_each_person=True,
        ),
        LawCondition(
            "statutory_or_court_mandate",
            "a statute or a court compels the disclosure, after an attempt to notify the person",
            "34 USC 12291(b)(2)(C)",
        ),
        LawCondition(
            "not_victim_services",
            "the records are not of services of a grantee under either Act",
            "34 USC 12291(b)(2)(A)",
        ),
    ),
)

JUVENILE: Final = ClassPack(
    id="juvenile",
    law="The state's juvenile code; 34 CFR 99.31(a)(5) and 99.38 for education records",
    special=SpecialClass.JUVENILE,
    card=cards.JUVENILE,
)

IMMIGRATION: Final = ClassPack(
    id="immigration",
    law="Cairn policy: schools do not need to know this",
    special=SpecialClass.IMMIGRATION,
    card=cards.IMMIGRATION,
)

BENEFITS_CLASS_PACKS: Final = (
    UI_WAGE,
    WIC,
    SNAP,
    TANF,
    CHILD_WELFARE,
    DOMESTIC_VIOLENCE,
    JUVENILE,
    IMMIGRATION,
)
