"""State what may be left out of the copy of a record for a family (34 CFR 99.12, 99.4)."""

from cairn.policy.law.rule_card import UNMET_CONDITION, RuleCard, RuleSource, build_family_messages

POSTSECONDARY_ONLY = RuleCard(
    id="R35",
    citation="34 CFR 99.12(b)",
    statement=(
        "Only a college may leave parents' financial records and confidential letters out of what "
        "a student inspects."
    ),
    steward="{organization} is not a college, so its copy may not leave out: {excluded}.",
    next_step="Include these records in the copy.",
    met="{organization} is a college. It may leave out: {excluded}.",
)

ORDER_ON_RECORD = RuleCard(
    id="R35.1",
    citation="34 CFR 99.4",
    statement=(
        "Each parent may inspect the record unless a court order or another binding document on "
        "record says otherwise."
    ),
    steward="No court order that limits a parent of this student is on record.",
    next_step="Record the order on the page about this student's rights, or include the records.",
    met="A court order that limits a parent of this student is on record.",
)

COUNSEL_FIRST = RuleCard(
    id="R35.2",
    citation="Cairn policy, families 1",
    statement=(
        "Counsel reviews a copy before records are left out because of a court order or another "
        "law."
    ),
    steward="It is not on record which counsel reviewed what is left out.",
    next_step="Ask counsel to review the copy, and enter the name.",
    met="{counsel} reviewed what is left out.",
    severity=RuleSource.POLICY,
)

IN_COPY = RuleCard(
    id="R35.3",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.10(a)",
    statement=(
        "A parent or an eligible student inspects and reviews the education records that the "
        "organization keeps about the student."
    ),
    steward="This is not part of the copy.",
    next_step="Read which rule leaves it out.",
    met="Part of the copy.",
)

CONTACTS = RuleCard(
    id="R35.4",
    withheld=UNMET_CONDITION,
    citation="Cairn policy, families 4",
    statement=(
        "A copy holds no phone, email, address or name of a parent or other contact: they may be "
        "those of the other parent. An eligible student reads the own address."
    ),
    steward="This may be how to reach the other parent.",
    next_step="Give it to the person whom it concerns.",
    met="This is no contact of another person.",
    severity=RuleSource.POLICY,
)

MINOR_DECIDES = RuleCard(
    id="R35.5",
    withheld=UNMET_CONDITION,
    citation="42 CFR 2.14(a); 45 CFR 164.502(g)(3)",
    statement=(
        "Where a minor may consent to a treatment alone, by the state's age, a parent's copy "
        "leaves out its records. If the age for substance use treatment is not on record, they "
        "stay out as well. The eligible student reads them."
    ),
    steward="The student may have consented to this treatment alone.",
    next_step="Ask counsel, and give the parent what may be given outside of Cairn.",
    met="The student is too young to consent to this alone.",
)

AGENCY_ANSWERS = RuleCard(
    id="R35.6",
    withheld=UNMET_CONDITION,
    citation="42 USC 5106a(b)(2)(B)(viii); 34 USC 12291(b)(2)(A)",
    statement=(
        "Records of child protection, of the juvenile court and of services against domestic "
        "violence can name a reporter or a victim, or be sealed. They are not part of a copy; the "
        "agency or the court that made them answers."
    ),
    steward="The agency or the court that made this record answers for it.",
    next_step="Refer the family to it, or ask counsel.",
    met="No agency or court answers for this record.",
)

OWN_HOUSEHOLD = RuleCard(
    id="R35.7",
    withheld=UNMET_CONDITION,
    citation="7 CFR 272.1(c); 7 CFR 246.26(d); 20 CFR 603.5",
    statement=(
        "Benefits belong to the household that applied, which may be the other parent's, and "
        "wages to the person who earned them. A copy leaves them out."
    ),
    steward="The household or the person concerned asks the agency for this.",
    next_step="Refer the family to the agency.",
    met="This is no benefit and no wage.",
)

OTHERS_ANSWERS = RuleCard(
    id="R35.8",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.12(a)",
    statement=(
        "Answers to a survey can be those of the other parent or of another person, so they are "
        "not part of a copy."
    ),
    steward="Another person may have given this answer.",
    next_step="Show the family the questions, and the answers that it gave itself.",
    met="This is no answer of another person.",
)

TEXT_READ = RuleCard(
    id="R35.9",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.12(a)",
    statement=(
        "Text that people wrote can name other students. A person reads it before it is part of "
        "a copy, which holds only what is about this student."
    ),
    steward="Nobody has read this text. It may name other students.",
    next_step="Read it below. If it is about this student alone, say so.",
    met="A person read this text; it is about this student alone.",
)

LEFT_OUT = RuleCard(
    id="R35.10",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.4; 34 CFR 99.12(a)",
    statement="The data steward leaves out records for a reason that the law knows.",
    steward="You leave out these records.",
    next_step="Include them, or keep the reason that you stated.",
    met="These records are not left out.",
)

REASON_STATED = RuleCard(
    id="R35.11",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.4; 34 CFR 99.12(a)",
    statement="Record types are left out of a copy only for a reason that is stated.",
    steward="You left out records without a reason.",
    next_step="Check the reason, or include the records.",
    met="The reason is stated.",
)

ORDER_REVIEWED = RuleCard(
    id="R35.12",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.4",
    statement=(
        "While a court order or a hold is on record, counsel reviews a copy before it can be "
        "downloaded, since a letter's code does not tell which parent asks."
    ),
    steward="An order or a hold is on record, and no counsel reviewed the copy.",
    next_step="Ask counsel to review the copy, and enter the name.",
    met="No order or hold keeps the copy back, or counsel reviewed it.",
    others=build_family_messages(
        "The school must look at this copy again. Please call the school."
    ),
)

REQUESTER = RuleCard(
    id="R35.13",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.31(c)",
    statement=(
        "Only the person who asked for a copy downloads it, with the letter by which the person "
        "asked. When that letter ends, so does the download."
    ),
    steward="Another person asked for this copy, or the letter ended.",
    next_step="Ask the person to sign with the same name and to use the same letter.",
    met="The person who asked downloads the copy.",
    others=build_family_messages(
        "Another person asked for this copy. If you asked for it, sign with the same name and use "
        "the same letter."
    ),
)

COPY_TERM = RuleCard(
    id="R35.14",
    withheld=UNMET_CONDITION,
    citation="Cairn policy, families 5",
    statement="A copy can be downloaded for 30 days, until the person who asked deletes it.",
    steward="This copy can no longer be downloaded.",
    next_step="Ask the family to request a new copy.",
    met="The copy can be downloaded until {until}.",
    severity=RuleSource.POLICY,
    others=build_family_messages("This copy is no longer here. You can ask for a new one."),
)

UNCHANGED = RuleCard(
    id="R35.15",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.4; 34 CFR 99.12(a)",
    statement=(
        "What is on record can change between review and download. If a rule now leaves out a part "
        "of the copy, nothing is downloaded, and the data steward reviews again."
    ),
    steward="Since the review, a rule leaves out a part of this copy.",
    next_step="Review the copy again.",
    met="The rules still allow all of the copy.",
    others=build_family_messages(
        "The school must look at this copy again. Please call the school."
    ),
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
