"""State the rules of FERPA's exceptions: officials, studies, evaluations, directory information.

School officials, who need no written agreement: 34 CFR 99.31(a)(1). Studies for or on behalf of a
school or district: 34 CFR 99.31(a)(6). An audit or evaluation of programs: 34 CFR 99.31(a)(3) and
99.35. Directory information: 34 CFR 99.31(a)(11) and 99.37.
"""

from cairn.policy.law.cards.card_builders import build_criterion_card
from cairn.policy.law.rule_card import (
    NOT_COVERED,
    SOME_LEFT_OUT,
    UNMET_CONDITION,
    RuleCard,
    RuleSource,
    build_family_messages,
)

OFFICIAL_SERVICE = build_criterion_card(
    "R08.1",
    "34 CFR 99.31(a)(1)(i)(B)(1)",
    (
        "An outside party may act as a school official only for a service that the school "
        "would otherwise use employees for."
    ),
    ("no clause names the service that the recipient performs in place of school employees."),
)

OFFICIAL_CONTROL = build_criterion_card(
    "R08.2",
    "34 CFR 99.31(a)(1)(i)(B)(2)",
    (
        "An outside school official must be under the direct control of the school or "
        "district in using and maintaining records."
    ),
    "no clause puts the recipient under the provider's direct control.",
)

OFFICIAL_BOUND = build_criterion_card(
    "R08.3",
    "34 CFR 99.31(a)(1)(i)(B)(3)",
    (
        "An outside school official must follow the limits on use and redisclosure (34 CFR "
        "99.33(a))."
    ),
    "no clause requires the recipient to follow the limits on use and redisclosure.",
)

OFFICIAL_INTEREST = build_criterion_card(
    "R08.4",
    "34 CFR 99.31(a)(1)(i)(A)",
    (
        "The school or district must determine that the official has a legitimate "
        "educational interest."
    ),
    "no clause or record names the role and its legitimate educational interest.",
)

OFFICIAL_NOTICE = build_criterion_card(
    "R08.5",
    "34 CFR 99.7(a)(3)(iii)",
    (
        "The annual notice to families must state who is a school official and what a "
        "legitimate educational interest is."
    ),
    ("nothing on record shows that the provider's annual notice states who is a school official."),
)

OFFICIAL_ROSTER = RuleCard(
    id="R09",
    citation="34 CFR 99.31(a)(1)(ii)",
    statement=(
        "A school official may see only records in which they have a legitimate educational "
        "interest: those of children on their roster or caseload."
    ),
    steward="{n:child is|children are} not on a current roster or caseload of {organization}.",
    next_step="Request only children on the roster, or correct the roster first.",
    met="{n:child is|children are} on a current roster or caseload of {organization}.",
    withheld=SOME_LEFT_OUT,
    others=build_family_messages(
        "Our records do not show that this organization works with your child."
    ),
)

OFFICIAL_ROSTER_CONFIRMED = RuleCard(
    id="R09.1",
    citation="Cairn policy, consents 7",
    severity=RuleSource.POLICY,
    statement=(
        "A program's own roster is enough if the family's consent names the program. On any "
        "other legal basis, the child's school must confirm the roster first."
    ),
    steward=(
        "Only {organization}'s own roster shows that it serves {n:child|children}. The "
        "school has not confirmed the roster."
    ),
    next_step="Ask the school's data steward to confirm the roster.",
    met="The school has confirmed {organization}'s roster for {n:child|children}.",
    withheld=SOME_LEFT_OUT,
    others=build_family_messages(
        "The school has not confirmed that this program works with your child."
    ),
)


_STUDY_FAMILY = build_family_messages(
    "The study's agreement is missing something that the law requires."
)

STUDY = RuleCard(
    id="R10",
    citation="34 CFR 99.31(a)(6)(i)",
    statement=(
        "A study may be only for predictive tests, student aid programs or improving instruction."
    ),
    steward="{agreement}: '{said}' is not one of the three allowed purposes of a study.",
    next_step=(
        "Use consent or the school official exception. Or, if the text supports it, enter "
        "predictive_tests, student_aid or improve_instruction under study_purpose."
    ),
    met="{agreement}: the study is for '{said}'.",
    others=_STUDY_FAMILY,
)

STUDY_ON_BEHALF = build_criterion_card(
    "R10.1",
    "34 CFR 99.31(a)(6)(i)",
    "A study must be for, or on behalf of, the school or district.",
    "no clause states that the study is for or on behalf of the provider.",
)

STUDY_SCOPE = build_criterion_card(
    "R11.1",
    "34 CFR 99.31(a)(6)(iii)(C)(1)",
    (
        "A study's agreement must state the study's purpose, scope and duration, and the "
        "information to be disclosed."
    ),
    "no clause states the purpose and scope of the study.",
)

STUDY_DURATION = RuleCard(
    id="R11.1d",
    citation="34 CFR 99.31(a)(6)(iii)(C)(1)",
    statement="A study's agreement must state the duration of the study.",
    steward="{agreement} does not state when the study ends.",
    next_step="Enter the last day of the study under ends.",
    met="{agreement}: the study ends on {ends}.",
    others=_STUDY_FAMILY,
)

STUDY_USE_LIMIT = build_criterion_card(
    "R11.2",
    "34 CFR 99.31(a)(6)(iii)(C)(2)",
    "Records for a study may be used only for the purposes of the study.",
    "no clause limits the use of records to the purposes of the study.",
)

STUDY_NO_IDENTIFICATION = build_criterion_card(
    "R11.3",
    "34 CFR 99.31(a)(6)(iii)(C)(3)",
    (
        "A study must not allow parents or students to be identified by anyone without a "
        "legitimate interest."
    ),
    "no clause prohibits identifying parents and students.",
)

STUDY_DESTRUCTION = build_criterion_card(
    "R11.4",
    "34 CFR 99.31(a)(6)(iii)(C)(4)",
    ("Records for a study must be destroyed when no longer needed, within a stated time period."),
    "no clause requires destruction and states its time period.",
)

STUDY_PERIOD = RuleCard(
    id="R11.5",
    citation="34 CFR 99.31(a)(6)(iii)(C)(4)",
    statement=(
        "A study's agreement must state the time period for destruction. 'When no longer "
        "needed' is not a time period."
    ),
    steward="{agreement} does not state a time period for destruction.",
    next_step="Enter period_days under [retention], and cite the clause.",
    met="{agreement}: records of the study must be destroyed within {days:day|days}.",
    others=_STUDY_FAMILY,
)

STUDY_OUTPUT = RuleCard(
    id="R12",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.31(a)(6)(iii)(A)",
    statement=(
        "A study must be conducted so that its results do not identify parents or students "
        "to anyone outside it."
    ),
    steward="The disclosure check has not found the study's results safe.",
    next_step="Run the disclosure check. If it fails, use fewer or broader groups.",
    met="The disclosure check found the study's results safe.",
    others=build_family_messages("We do not publish anything that could identify your child."),
)


_EVALUATION_FAMILY = build_family_messages(
    "The evaluation's agreement is missing something that the law requires."
)

EVALUATION_AUTHORITY = RuleCard(
    id="R13.1",
    citation="34 CFR 99.31(a)(3)(iv), 99.3",
    statement=(
        "Among the parties of an agreement, only a state or local educational authority may "
        "designate an authorized representative to audit or evaluate education programs. A single "
        "college or program is not one."
    ),
    steward="{agreement}: {party} is not a state or local educational authority.",
    next_step="Use another basis for the records of {party}.",
    met="{agreement}: each provider is a state or local educational authority.",
    others=_EVALUATION_FAMILY,
)

EVALUATION_DESIGNATION = build_criterion_card(
    "R13.2",
    "34 CFR 99.35(a)(3)(i)",
    (
        "A written agreement must designate the authorized representative, unless that is the "
        "authority's own employee."
    ),
    "no clause designates the recipient as the authorized representative.",
)

EVALUATION_ACTIVITY = build_criterion_card(
    "R13.3",
    "34 CFR 99.35(a)(3)(ii)(C)",
    (
        "The agreement must describe the activity, and how the records are used, so that it is "
        "clear that the activity is an audit or evaluation."
    ),
    "no clause describes the audit or evaluation activity.",
)

EVALUATION_PROGRAM = build_criterion_card(
    "R13.4",
    "34 CFR 99.35(a)(3)(ii)(B)",
    (
        "The agreement must state the purpose of the disclosure: to audit or evaluate a federal- "
        "or state-supported education program, or to enforce or comply with federal law on it."
    ),
    "no clause names the federal- or state-supported education program.",
)

EVALUATION_DESTRUCTION = build_criterion_card(
    "R13.5",
    "34 CFR 99.35(a)(3)(iii)",
    ("The agreement must require destruction of the records when they are no longer needed."),
    "no clause requires destruction.",
)

EVALUATION_POLICIES = build_criterion_card(
    "R13.6",
    "34 CFR 99.35(a)(3)(v)",
    (
        "The agreement must establish policies and procedures to protect the records from "
        "further disclosure and unauthorized use, and to limit their use to those with a "
        "legitimate interest in the audit or evaluation."
    ),
    "no clause establishes policies and procedures to protect the records.",
)

EVALUATION_INFORMATION = RuleCard(
    id="R13.7",
    citation="34 CFR 99.35(a)(3)(ii)(A)",
    statement="The agreement must list the personally identifiable information to be disclosed.",
    steward="{agreement} does not list the data to be disclosed.",
    next_step="List the data elements under [[data]].",
    met="{agreement} lists the data to be disclosed.",
    others=_EVALUATION_FAMILY,
)

EVALUATION_PERIOD = RuleCard(
    id="R13.8",
    citation="34 CFR 99.35(a)(3)(iv)",
    statement="The agreement must state the time period for destruction of the records.",
    steward="{agreement} does not state a time period for destruction.",
    next_step="Enter period_days under [retention], and cite the clause.",
    met="{agreement}: the records must be destroyed within {days:day|days}.",
    others=_EVALUATION_FAMILY,
)

EVALUATION_OWN_PROGRAM = RuleCard(
    id="R14",
    citation="U.S. Department of Education guidance on 34 CFR 99.35",
    statement=(
        "The U.S. Department of Education advises that an organization's evaluation of its own "
        "program is generally outside the audit or evaluation exception."
    ),
    steward=(
        "{agreement}: the operator of the program ({party}) is not named as an organization, or is "
        "also the evaluator."
    ),
    next_step=(
        "Enter the short name of the organization that runs the program under program_operator, or "
        "several with commas. If a recipient runs it, choose an evaluator from another "
        "organization or use another basis."
    ),
    met="{agreement}: the evaluator does not run the program.",
    others=_EVALUATION_FAMILY,
)


DIRECTORY = build_criterion_card(
    "R22.1",
    "34 CFR 99.37(a)(1)",
    "The notice must designate the types of directory information.",
    "no notice designates these types as directory information.",
)

DIRECTORY_NOTICE = build_criterion_card(
    "R22.2",
    "34 CFR 99.37(a)",
    (
        "Directory information may be disclosed only after public notice to parents and "
        "eligible students."
    ),
    "no annual notice to families is on file.",
)

DIRECTORY_OPT_OUT_WINDOW = build_criterion_card(
    "R22.3",
    "34 CFR 99.37(a)(3)",
    "Families must have had the stated time to opt out of directory information.",
    "nothing on record shows that the opt-out period is over.",
)

DIRECTORY_OPT_OUT = RuleCard(
    id="R22",
    citation="34 CFR 99.37(a)(2), 99.37(b)",
    statement=(
        "A family may opt out of directory information. An opt-out made while the student attends "
        "continues after the student leaves, until the student takes it back."
    ),
    steward=(
        "{n:child is|children are} left out because the family opted out of directory information."
    ),
    next_step="No action is needed. Cairn leaves these children out.",
    met="The family of {n:child|children} has not opted out of directory information.",
    withheld=SOME_LEFT_OUT,
    others=build_family_messages(
        "You opted out of directory information, so your child is left out."
    ),
)

DIRECTORY_LIMITED = RuleCard(
    id="R22.4",
    citation="34 CFR 99.37(d)",
    statement=(
        "If the notice limits directory information to certain parties or purposes, only "
        "those may receive it."
    ),
    steward=(
        "The notice for {agreement} limits directory information, and does not name {organization}."
    ),
    next_step="Use another legal basis, or change next year's notice.",
    met="The notice for {agreement} allows {organization} to receive directory information.",
    others=build_family_messages(
        "Directory information goes only to the organizations that the notice names."
    ),
)

DIRECTORY_NEVER_JOINED = RuleCard(
    id="R22.5",
    citation="34 CFR 99.37(e)",
    statement=(
        "Directory information may not be disclosed or confirmed using a Social Security "
        "number or other information that is not directory information."
    ),
    steward="{element} is not directory information and may not be used to look up records.",
    next_step="Leave out {element}, or use another legal basis.",
    met="{element} may be directory information.",
    withheld=NOT_COVERED,
    others=build_family_messages(
        "Only information that the notice calls directory information is shared."
    ),
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
