"""State the rules of studies for or on behalf of a school or district (34 CFR 99.31(a)(6))."""

from cairn.policy.law.cards.audience_messages import build_family_messages
from cairn.policy.law.cards.criterion_card import build_criterion_card
from cairn.policy.law.rule_card import RuleCard

_FAMILY = build_family_messages("The study's agreement lacks something that the law asks for.")

STUDY = RuleCard(
    id="R10",
    citation="34 CFR 99.31(a)(6)(i)",
    statement="A study may be for predictive tests, student aid programs or better instruction, "
    "and for nothing else.",
    steward="{agreement}: '{said}' is none of the three purposes of a study.",
    next_step="Use consent or the school official basis, or write predictive_tests, student_aid "
    "or improve_instruction under study_purpose if that is what the text says.",
    met="{agreement}: the study is for '{said}'.",
    others=_FAMILY,
)

ON_BEHALF = build_criterion_card(
    "R10.1",
    "34 CFR 99.31(a)(6)(i)",
    "A study is done for, or on behalf of, the school or district.",
    "no clause says that the study is for or on behalf of the provider.",
)

SCOPE = build_criterion_card(
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
    others=_FAMILY,
)

USE_LIMIT = build_criterion_card(
    "R11.2",
    "34 CFR 99.31(a)(6)(iii)(C)(2)",
    "Records for a study are used only for the purposes of the study.",
    "no clause limits the use of records to the purposes of the study.",
)

NO_IDENTIFICATION = build_criterion_card(
    "R11.3",
    "34 CFR 99.31(a)(6)(iii)(C)(3)",
    "A study identifies no parent or student to anyone without a legitimate interest.",
    "no clause forbids identifying parents and students.",
)

DESTRUCTION = build_criterion_card(
    "R11.4",
    "34 CFR 99.31(a)(6)(iii)(C)(4)",
    "Records for a study are destroyed when no longer needed, within a period that is stated.",
    "no clause requires destruction and states the time period for it.",
)

PERIOD = RuleCard(
    id="R11.5",
    citation="34 CFR 99.31(a)(6)(iii)(C)(4)",
    statement="The agreement for a study states the time period for destruction; 'when no longer "
    "needed' is not one.",
    steward="{agreement}: the study states no time period for destruction.",
    next_step="Write period_days under [retention], with its clause.",
    met="{agreement}: records of the study are destroyed within {days:day|days}.",
    others=_FAMILY,
)

OUTPUT = RuleCard(
    id="R12",
    citation="34 CFR 99.31(a)(6)(iii)(A)",
    statement="A study is done so that nobody outside it can identify a parent or a student from "
    "what it puts out.",
    steward="The disclosure check has not found what the study puts out safe.",
    next_step="Run the disclosure check; if it fails, use fewer or broader groups.",
    met="The disclosure check found what the study puts out safe.",
    others=build_family_messages("Nothing is put out from which your child could be known."),
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
