"""State the rules of FERPA's exceptions: officials, studies, evaluations, directory information.

School officials, who need no written agreement: 34 CFR 99.31(a)(1). Studies for or on behalf of a
school or district: 34 CFR 99.31(a)(6). An audit or evaluation of programs: 34 CFR 99.31(a)(3) and
99.35. Directory information: 34 CFR 99.31(a)(11) and 99.37.
"""

from cairn.policy.law.cards.card_builders import build_criterion_card
from cairn.policy.law.rule_card import NOT_COVERED, SOME_LEFT_OUT, RuleCard, build_family_messages

OFFICIAL_SERVICE = build_criterion_card(
    "R08.1",
    "34 CFR 99.31(a)(1)(i)(B)(1)",
    "An outside party counts as a school official only for a service that employees would "
    "otherwise do.",
    "no clause says which service, otherwise done by employees, the recipient performs.",
)

OFFICIAL_CONTROL = build_criterion_card(
    "R08.2",
    "34 CFR 99.31(a)(1)(i)(B)(2)",
    "An outside school official uses and keeps the records under the direct control of the "
    "school or district.",
    "no clause puts the recipient under the provider's direct control of the records.",
)

OFFICIAL_BOUND = build_criterion_card(
    "R08.3",
    "34 CFR 99.31(a)(1)(i)(B)(3)",
    "An outside school official is bound by the limits on use and redisclosure.",
    "no clause binds the recipient to the limits on use and redisclosure.",
)

OFFICIAL_INTEREST = build_criterion_card(
    "R08.4",
    "34 CFR 99.31(a)(1)(i)(A)",
    "The school or district has determined that the official has a legitimate educational "
    "interest.",
    "no clause or record names the role and its legitimate educational interest.",
)

OFFICIAL_NOTICE = build_criterion_card(
    "R08.5",
    "34 CFR 99.7(a)(3)(iii)",
    "The yearly notice to families says who counts as a school official and what a legitimate "
    "educational interest is.",
    "the provider's yearly notice is not shown to say who counts as a school official.",
)

OFFICIAL_ROSTER = RuleCard(
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

OFFICIAL_ROSTER_CONFIRMED = RuleCard(
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


_STUDY_FAMILY = build_family_messages(
    "The study's agreement lacks something that the law asks for."
)

STUDY = RuleCard(
    id="R10",
    citation="34 CFR 99.31(a)(6)(i)",
    statement="A study may be for predictive tests, student aid programs or better instruction, "
    "and for nothing else.",
    steward="{agreement}: '{said}' is none of the three purposes of a study.",
    next_step="Use consent or the school official basis, or write predictive_tests, student_aid "
    "or improve_instruction under study_purpose if that is what the text says.",
    met="{agreement}: the study is for '{said}'.",
    others=_STUDY_FAMILY,
)

STUDY_ON_BEHALF = build_criterion_card(
    "R10.1",
    "34 CFR 99.31(a)(6)(i)",
    "A study is done for, or on behalf of, the school or district.",
    "no clause says that the study is for or on behalf of the provider.",
)

STUDY_SCOPE = build_criterion_card(
    "R11.1",
    "34 CFR 99.31(a)(6)(iii)(C)(1)",
    "The agreement for a study states its purpose, scope, duration and the information disclosed.",
    "no clause states the purpose and scope of the study.",
)

STUDY_DURATION = RuleCard(
    id="R11.1d",
    citation="34 CFR 99.31(a)(6)(iii)(C)(1)",
    statement="The agreement for a study states how long the study lasts.",
    steward="{agreement}: the study has no last day.",
    next_step="Write the last day of the study under ends.",
    met="{agreement}: the study lasts through {ends}.",
    others=_STUDY_FAMILY,
)

STUDY_USE_LIMIT = build_criterion_card(
    "R11.2",
    "34 CFR 99.31(a)(6)(iii)(C)(2)",
    "Records for a study are used only for the purposes of the study.",
    "no clause limits the use of records to the purposes of the study.",
)

STUDY_NO_IDENTIFICATION = build_criterion_card(
    "R11.3",
    "34 CFR 99.31(a)(6)(iii)(C)(3)",
    "A study identifies no parent or student to anyone without a legitimate interest.",
    "no clause forbids identifying parents and students.",
)

STUDY_DESTRUCTION = build_criterion_card(
    "R11.4",
    "34 CFR 99.31(a)(6)(iii)(C)(4)",
    "Records for a study are destroyed when no longer needed, within a period that is stated.",
    "no clause requires destruction and states the time period for it.",
)

STUDY_PERIOD = RuleCard(
    id="R11.5",
    citation="34 CFR 99.31(a)(6)(iii)(C)(4)",
    statement="The agreement for a study states the time period for destruction; 'when no longer "
    "needed' is not one.",
    steward="{agreement}: the study states no time period for destruction.",
    next_step="Write period_days under [retention], with its clause.",
    met="{agreement}: records of the study are destroyed within {days:day|days}.",
    others=_STUDY_FAMILY,
)

STUDY_OUTPUT = RuleCard(
    id="R12",
    citation="34 CFR 99.31(a)(6)(iii)(A)",
    statement="A study is done so that nobody outside it can identify a parent or a student from "
    "what it puts out.",
    steward="The disclosure check has not found what the study puts out safe.",
    next_step="Run the disclosure check; if it fails, use fewer or broader groups.",
    met="The disclosure check found what the study puts out safe.",
    others=build_family_messages("Nothing is put out from which your child could be known."),
)


_EVALUATION_FAMILY = build_family_messages(
    "The evaluation's agreement lacks something that the law asks for."
)

EVALUATION_AUTHORITY = RuleCard(
    id="R13.1",
    citation="34 CFR 99.31(a)(3)(iv)",
    statement="The audit or evaluation exception belongs to state and local educational "
    "authorities.",
    steward="{agreement}: {party} is not a state or local educational authority.",
    next_step="Use another basis for the records of {party}.",
    met="{agreement}: the providers are educational authorities.",
    others=_EVALUATION_FAMILY,
)

EVALUATION_DESIGNATION = build_criterion_card(
    "R13.2",
    "34 CFR 99.35(a)(3)(i)",
    "A written agreement designates the authorized representative.",
    "no clause designates the recipient as authorized representative.",
    verified=False,
)

EVALUATION_ACTIVITY = build_criterion_card(
    "R13.3",
    "34 CFR 99.35(a)(3)(ii)(C)",
    "The agreement describes the activity and why it falls under audit or evaluation.",
    "no clause describes the audit or evaluation activity.",
    verified=False,
)

EVALUATION_PROGRAM = build_criterion_card(
    "R13.4",
    "34 CFR 99.35(a)(3)(ii)(B)",
    "What is audited or evaluated is a federal- or state-supported education program.",
    "no clause names the federal- or state-supported education program.",
    verified=False,
)

EVALUATION_DESTRUCTION = build_criterion_card(
    "R13.5",
    "34 CFR 99.35(a)(3)(iii)",
    "The agreement requires destruction of the records when they are no longer needed.",
    "no clause requires destruction.",
    verified=False,
)

EVALUATION_POLICIES = build_criterion_card(
    "R13.6",
    "34 CFR 99.35(a)(3)(v)",
    "The agreement sets policies and procedures that protect the records from further "
    "disclosure and unauthorized use.",
    "no clause sets the policies and procedures that protect the records.",
    verified=False,
)

EVALUATION_INFORMATION = RuleCard(
    id="R13.7",
    citation="34 CFR 99.35(a)(3)(ii)(A)",
    statement="The agreement lists the personally identifiable information to be disclosed.",
    steward="{agreement}: no data term lists what is disclosed.",
    next_step="List the elements under [[data]].",
    met="{agreement}: the data terms list what is disclosed.",
    others=_EVALUATION_FAMILY,
    verified=False,
)

EVALUATION_PERIOD = RuleCard(
    id="R13.8",
    citation="34 CFR 99.35(a)(3)(iv)",
    statement="The agreement states the time period in which the records are destroyed.",
    steward="{agreement}: no time period for destruction is stated.",
    next_step="Write period_days under [retention], with its clause.",
    met="{agreement}: the records are destroyed within {days:day|days}.",
    others=_EVALUATION_FAMILY,
    verified=False,
)

EVALUATION_OWN_PROGRAM = RuleCard(
    id="R14",
    citation="34 CFR 99.35(a)(1)",
    statement="Evaluating one's own program is generally not within the audit or evaluation "
    "exception.",
    steward="{agreement}: {party} runs the program and would evaluate it.",
    next_step="Name who runs the program under program_operator; where that is a recipient, find "
    "an evaluator of another organization or use another basis.",
    met="{agreement}: the evaluator does not run the program.",
    others=_EVALUATION_FAMILY,
    verified=False,
)


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

DIRECTORY_OPT_OUT_WINDOW = build_criterion_card(
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

DIRECTORY_LIMITED = RuleCard(
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

DIRECTORY_NEVER_JOINED = RuleCard(
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
