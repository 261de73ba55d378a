"""FERPA, 34 CFR Part 99: the paragraphs that this version checks, in our own words."""

from cairn.rules.citations import RuleCard

_FIX = "Amend the agreement so that a clause says so, and write that clause under {key}."


def _criterion(
    number: str, citation: str, statement: str, lacking: str, *, verified: bool = True
) -> RuleCard:
    """A card for one criterion that the text of an agreement has to meet."""
    return RuleCard(
        id=number,
        citation=citation,
        statement=statement,
        steward="{agreement}: " + lacking,
        next_step=_FIX,
        met="{agreement}: {said}",
        verified=verified,
    )


CONSENT = RuleCard(
    id="R01",
    citation="34 CFR 99.30(a)",
    statement="Without a named exception, each disclosure needs a parent's or eligible student's "
    "signed and dated written consent.",
    steward="{agreement} rests on written consent, and no live consents are recorded here.",
    next_step="Name an exception that the text of the agreement supports, or wait until the "
    "consents are recorded.",
)
SERVICE = _criterion(
    "R08.1",
    "34 CFR 99.31(a)(1)(i)(B)(1)",
    "An outside party counts as a school official only for a service that employees would "
    "otherwise do.",
    "no clause says which service, otherwise done by employees, the recipient performs.",
)
CONTROL = _criterion(
    "R08.2",
    "34 CFR 99.31(a)(1)(i)(B)(2)",
    "An outside school official uses and keeps the records under the direct control of the "
    "school or district.",
    "no clause puts the recipient under the provider's direct control of the records.",
)
BOUND = _criterion(
    "R08.3",
    "34 CFR 99.31(a)(1)(i)(B)(3)",
    "An outside school official is bound by the limits on use and redisclosure.",
    "no clause binds the recipient to the limits on use and redisclosure.",
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
)
ON_BEHALF = _criterion(
    "R10.1",
    "34 CFR 99.31(a)(6)(i)",
    "A study is done for, or on behalf of, the school or district.",
    "no clause says that the study is for or on behalf of the provider.",
)
SCOPE = _criterion(
    "R11.1",
    "34 CFR 99.31(a)(6)(iii)(C)(1)",
    "The agreement for a study states its purpose, scope, duration and the information disclosed.",
    "no clause states the purpose and scope of the study.",
)
DURATION = RuleCard(
    id="R11.1d",
    citation="34 CFR 99.31(a)(6)(iii)(C)(1)",
    statement="The agreement for a study states how long the study lasts.",
    steward="{agreement}: the study has no last day.",
    next_step="Write the last day of the study under ends.",
    met="{agreement}: the study lasts through {ends}.",
)
USE_LIMIT = _criterion(
    "R11.2",
    "34 CFR 99.31(a)(6)(iii)(C)(2)",
    "Records for a study are used only for the purposes of the study.",
    "no clause limits the use of records to the purposes of the study.",
)
NO_IDENTIFICATION = _criterion(
    "R11.3",
    "34 CFR 99.31(a)(6)(iii)(C)(3)",
    "A study identifies no parent or student to anyone without a legitimate interest.",
    "no clause forbids identifying parents and students.",
)
DESTRUCTION = _criterion(
    "R11.4",
    "34 CFR 99.31(a)(6)(iii)(C)(4)",
    "Records for a study are destroyed when no longer needed, within a period that is stated.",
    "no clause requires destruction and states the time period for it.",
)
AUTHORITY = RuleCard(
    id="R13.1",
    citation="34 CFR 99.31(a)(3)(iv)",
    statement="The audit or evaluation exception belongs to state and local educational "
    "authorities.",
    steward="{agreement}: {party} is not a state or local educational authority.",
    next_step="Use another basis for the records of {party}.",
    met="{agreement}: the providers are educational authorities.",
)
DESIGNATION = _criterion(
    "R13.2",
    "34 CFR 99.35(a)(3)(i)",
    "A written agreement designates the authorized representative.",
    "no clause designates the recipient as authorized representative.",
    verified=False,
)
ACTIVITY = _criterion(
    "R13.3",
    "34 CFR 99.35(a)(3)(ii)(C)",
    "The agreement describes the activity and why it falls under audit or evaluation.",
    "no clause describes the audit or evaluation activity.",
    verified=False,
)
EDUCATION_PROGRAM = _criterion(
    "R13.4",
    "34 CFR 99.35(a)(3)(ii)(B)",
    "What is audited or evaluated is a federal- or state-supported education program.",
    "no clause names the federal- or state-supported education program.",
    verified=False,
)
EVALUATION_DESTRUCTION = _criterion(
    "R13.5",
    "34 CFR 99.35(a)(3)(iv)",
    "The agreement requires destruction of the records and states the period for it.",
    "no clause requires destruction.",
    verified=False,
)
POLICIES = _criterion(
    "R13.6",
    "34 CFR 99.35(a)(3)(v)",
    "The agreement sets policies and procedures that protect the records from further "
    "disclosure and unauthorized use.",
    "no clause sets the policies and procedures that protect the records.",
    verified=False,
)
OWN_PROGRAM = RuleCard(
    id="R14",
    citation="34 CFR 99.35(a)(1)",
    statement="Evaluating one's own program is generally not within the audit or evaluation "
    "exception.",
    steward="{agreement}: {party} runs the program and would evaluate it.",
    next_step="Name who runs the program under program_operator; where that is a recipient, find "
    "an evaluator of another organization or use another basis.",
    met="{agreement}: the evaluator does not run the program.",
    verified=False,
)
RECIPIENT = RuleCard(
    id="R15",
    citation="34 CFR 99.33(a)(1)",
    statement="Records are used by those they were disclosed to, for the purpose of disclosure.",
    steward="This person acts for no recipient of {agreement}.",
    next_step="Have someone of {recipients} do it, or amend the agreement.",
    met="This person acts for a recipient of {agreement}.",
)
REDISCLOSURE_NOTICE = RuleCard(
    id="R17",
    citation="34 CFR 99.33(d)",
    statement="Whoever receives records is told of the limits on passing them on.",
    steward="Keep the notice on redisclosure with the delivery.",
    next_step="",
)
RECORD = RuleCard(
    id="R18",
    citation="34 CFR 99.32(a)(1)",
    statement="Each request for and each disclosure of records is recorded with who received "
    "them and why.",
    steward="Record who received what, and their legitimate interest.",
    next_step="",
)
DIRECTORY = _criterion(
    "R22.1",
    "34 CFR 99.37(a)(1)",
    "The notice designates the types of information that are directory information.",
    "no notice designates these types as directory information.",
)
DIRECTORY_NOTICE = _criterion(
    "R22.2",
    "34 CFR 99.37(a)",
    "Directory information follows a public notice to parents and eligible students.",
    "no annual notice to families is on file.",
)
OPT_OUT_WINDOW = _criterion(
    "R22.3",
    "34 CFR 99.37(a)(3)",
    "Families have had the stated time to opt out of directory information.",
    "the time in which families may opt out is not shown to have passed.",
)
DIRECTORY_OPT_OUT = RuleCard(
    id="R22",
    citation="34 CFR 99.37(a)(2)",
    statement="A family may decline directory information, also after the student has left.",
    steward="Families opted out of directory release for {n} children; they are left out.",
    next_step="Nothing to do: they are left out of what is made.",
    withheld="Some records may be left out.",
)
NEVER_COMPELLED = RuleCard(
    id="R26",
    citation="34 CFR 99.31(d)",
    statement="The exceptions permit and never compel: the owner of data may always decline.",
    steward="{owner} declined. No exception obliges an owner to disclose.",
    next_step="Talk with {owner}; take their data out, or leave this unpublished.",
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
