"""State the rules of an audit or evaluation of programs (34 CFR 99.31(a)(3) and 99.35)."""

from cairn.policy.law.cards.audience_messages import build_family_messages
from cairn.policy.law.cards.criterion_card import build_criterion_card
from cairn.policy.law.rule_card import RuleCard

_FAMILY = build_family_messages("The evaluation's agreement lacks something that the law asks for.")

AUTHORITY = RuleCard(
    id="R13.1",
    citation="34 CFR 99.31(a)(3)(iv)",
    statement="The audit or evaluation exception belongs to state and local educational "
    "authorities.",
    steward="{agreement}: {party} is not a state or local educational authority.",
    next_step="Use another basis for the records of {party}.",
    met="{agreement}: the providers are educational authorities.",
    others=_FAMILY,
)

DESIGNATION = build_criterion_card(
    "R13.2",
    "34 CFR 99.35(a)(3)(i)",
    "A written agreement designates the authorized representative.",
    "no clause designates the recipient as authorized representative.",
    verified=False,
)

ACTIVITY = build_criterion_card(
    "R13.3",
    "34 CFR 99.35(a)(3)(ii)(C)",
    "The agreement describes the activity and why it falls under audit or evaluation.",
    "no clause describes the audit or evaluation activity.",
    verified=False,
)

EDUCATION_PROGRAM = build_criterion_card(
    "R13.4",
    "34 CFR 99.35(a)(3)(ii)(B)",
    "What is audited or evaluated is a federal- or state-supported education program.",
    "no clause names the federal- or state-supported education program.",
    verified=False,
)

DESTRUCTION = build_criterion_card(
    "R13.5",
    "34 CFR 99.35(a)(3)(iii)",
    "The agreement requires destruction of the records when they are no longer needed.",
    "no clause requires destruction.",
    verified=False,
)

POLICIES = build_criterion_card(
    "R13.6",
    "34 CFR 99.35(a)(3)(v)",
    "The agreement sets policies and procedures that protect the records from further "
    "disclosure and unauthorized use.",
    "no clause sets the policies and procedures that protect the records.",
    verified=False,
)

INFORMATION = RuleCard(
    id="R13.7",
    citation="34 CFR 99.35(a)(3)(ii)(A)",
    statement="The agreement lists the personally identifiable information to be disclosed.",
    steward="{agreement}: no data term lists what is disclosed.",
    next_step="List the elements under [[data]].",
    met="{agreement}: the data terms list what is disclosed.",
    others=_FAMILY,
    verified=False,
)

PERIOD = RuleCard(
    id="R13.8",
    citation="34 CFR 99.35(a)(3)(iv)",
    statement="The agreement states the time period in which the records are destroyed.",
    steward="{agreement}: no time period for destruction is stated.",
    next_step="Write period_days under [retention], with its clause.",
    met="{agreement}: the records are destroyed within {days:day|days}.",
    others=_FAMILY,
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
    others=_FAMILY,
    verified=False,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
