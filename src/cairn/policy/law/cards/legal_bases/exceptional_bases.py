"""State the exceptions for a specific event: emergency, transfer, subpoena, child placement."""

from cairn.policy.law.cards.card_builders import build_criterion_card
from cairn.policy.law.rule_card import (
    SOME_LEFT_OUT,
    UNMET_CONDITION,
    RuleCard,
    RuleSource,
    build_family_messages,
)

_EMERGENCY = build_family_messages(
    "In an emergency, we may share what is needed to keep a child safe."
)

THREAT = RuleCard(
    id="R21",
    citation="34 CFR 99.36(c)",
    statement=(
        "In an emergency, the school or district must determine that there is an articulable "
        "and significant threat, and record it."
    ),
    steward="The record does not state the threat and the district official who determined it.",
    next_step="Record the threat, the district official who determined it, and the date.",
    met="{official} determined the threat on {determined}.",
    others=_EMERGENCY,
)

NECESSARY = RuleCard(
    id="R21.1",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.36(a)",
    statement=(
        "In an emergency, records may go only to people whose knowledge is necessary to "
        "protect health or safety."
    ),
    steward="{organization} is not among those whose knowledge is necessary.",
    next_step="State in the determination why {organization} needs the information.",
    met="The determination lists {organization} among those who need the information.",
    others=_EMERGENCY,
)

TIME_BOX = RuleCard(
    id="R21.2",
    citation="34 CFR 99.36(a)",
    statement="An emergency disclosure must be connected to that emergency, and ends with it.",
    steward="The determination of {determined} ended on {ends}.",
    next_step="If the emergency continues, ask the district for a new determination.",
    met="The determination of {determined} covers this date.",
    others=_EMERGENCY,
)

STANDING = RuleCard(
    id="R21.3",
    citation="34 CFR 99.36(a)",
    statement="The emergency exception covers a single emergency, not an ongoing or bulk exchange.",
    steward=(
        "This emergency request is for {n:child|children}. More than {most} requires a "
        "person's decision."
    ),
    next_step="Ask the district to state why each of these children is in danger.",
    met="The emergency concerns {n:child|children}.",
    others=_EMERGENCY,
)

STANDING_EXCHANGE = RuleCard(
    id="R21.6",
    citation="34 CFR 99.36(a)",
    statement="An agreement for an ongoing exchange may not rely on the emergency exception.",
    steward=(
        "{agreement} is for an ongoing exchange. The emergency exception covers a single "
        "emergency only."
    ),
    next_step="Name another legal basis. In an emergency, request an emergency disclosure.",
    others=_EMERGENCY,
)

RECORD_THREAT = RuleCard(
    id="R21.4",
    citation="34 CFR 99.32(a)(5)",
    statement=(
        "The record of an emergency disclosure must state the threat and the parties that "
        "received records."
    ),
    steward="Record the threat and the parties that received records.",
    next_step="",
    others=_EMERGENCY,
)

A_PERSON_DECIDES = RuleCard(
    id="R21.5",
    citation="Cairn policy, emergencies 1",
    statement=(
        "Software cannot declare an emergency. A named official must decide and give a reason."
    ),
    steward="A named official must decide about this emergency.",
    next_step="Call the district official and record the decision.",
    met="{official} decided for the district.",
    severity=RuleSource.POLICY,
    others=_EMERGENCY,
)

KEPT_BACK = RuleCard(
    id="R21.7",
    citation="Cairn policy, emergencies 2",
    statement=(
        "In an emergency, a person who knows why a school withholds an element decides "
        "whether to disclose it."
    ),
    steward=(
        "The school withholds {element} for {n:child|children}. A person must decide whether "
        "to disclose it in this emergency."
    ),
    next_step="Ask the district official, and record the decision for {occasion} and the child.",
    severity=RuleSource.POLICY,
    withheld=SOME_LEFT_OUT,
    others=_EMERGENCY,
)

KEPT_BACK_UNKNOWN = RuleCard(
    id="R21.8",
    citation="Cairn policy, emergencies 3",
    statement=(
        "If a school has not recorded what it withholds for a child, a person must decide in "
        "an emergency."
    ),
    steward=(
        "It is not on record whether {element} is withheld for {n:child|children}. A person "
        "must decide whether to disclose it in this emergency."
    ),
    next_step="Ask the district official, and record the decision for {occasion} and the child.",
    severity=RuleSource.POLICY,
    withheld=SOME_LEFT_OUT,
    others=_EMERGENCY,
)

NEVER_COMPELLED = RuleCard(
    id="R26",
    citation="34 CFR 99.31(d)",
    statement=(
        "FERPA's exceptions permit disclosure but do not require it. A data owner may always "
        "decline."
    ),
    steward="{owner} declined. No exception requires an owner to disclose data.",
    next_step="Contact {owner}, leave out its data, or do not publish this.",
    met="{owner} has not declined.",
    others=build_family_messages("The school or district chose not to share this."),
)

SCHOOL_OF_ENROLLMENT = build_criterion_card(
    "R27",
    "34 CFR 99.31(a)(2)",
    ("Records may be disclosed to a school where the student seeks to enroll or is enrolled."),
    (
        "nothing on record shows that the recipient is a school where the student seeks to "
        "enroll or is enrolled."
    ),
)

TRANSFER_NOTICE = build_criterion_card(
    "R27.1",
    "34 CFR 99.34(a)(1)",
    (
        "Before it sends records to the new school, the school must make a reasonable "
        "attempt to notify the parent, unless the parent started the request or the annual "
        "notice says that the school forwards records."
    ),
    (
        "there is no record of an attempt to notify the parent, or of a forwarding statement "
        "in the annual notice."
    ),
)

TRANSFER_COPY = RuleCard(
    id="R27.2",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.34(a)(2)",
    statement=(
        "On request, the parent must get a copy of the records that were sent to the new school."
    ),
    steward="Give the parent a copy of the records that were sent, on request.",
    next_step="",
    others=build_family_messages("You may ask for a copy of the records that were sent."),
)

TRANSFER_HEARING = RuleCard(
    id="R27.3",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.34(a)(3)",
    statement=(
        "On request, the parent must get a hearing about the records that were sent to the "
        "new school."
    ),
    steward="Give the parent a hearing about the records that were sent, on request.",
    next_step="",
    others=build_family_messages("You may ask for a hearing about the records that were sent."),
)

ORDER = build_criterion_card(
    "R28",
    "34 CFR 99.31(a)(9)(i)",
    "Records may be disclosed to comply with a court order or lawfully issued subpoena.",
    "no court order or subpoena is on record.",
)

NOTIFIED_FIRST = RuleCard(
    id="R28.1",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.31(a)(9)(ii)",
    statement=(
        "Before it complies, the school must make a reasonable effort to notify the parent, "
        "so that they can seek protective action, unless the order forbids notice."
    ),
    steward=(
        "{agreement}: neither notice to the family nor an order that forbids notice is on record."
    ),
    next_step=(
        "Notify the parent first and enter that under notified, or enter the order that "
        "forbids notice under sealed_order."
    ),
    met="{agreement}: {said}",
    others=build_family_messages(
        "We let you know before we give records to a court, unless the court forbids it."
    ),
)

_ORDER = build_family_messages("Your school answers a court order, and lets you know first.")

ORDER_KEPT_BACK = RuleCard(
    id="R28.2",
    citation="Cairn policy, orders 1",
    statement=(
        "The school's official and counsel decide whether a court order or subpoena covers "
        "elements that the school withholds for a child."
    ),
    steward=(
        "The school withholds {element} for {n:child|children}. A person must decide whether "
        "this order requires it."
    ),
    next_step=(
        "Ask the district official and counsel, who may ask the court to protect the child. "
        "Record the decision for {occasion} and the child."
    ),
    severity=RuleSource.POLICY,
    withheld=SOME_LEFT_OUT,
    others=_ORDER,
)

ORDER_KEPT_BACK_UNKNOWN = RuleCard(
    id="R28.3",
    citation="Cairn policy, orders 2",
    statement=(
        "If a school has not recorded what it withholds for a child, its official must "
        "decide before it complies with a court order."
    ),
    steward=(
        "It is not on record whether {element} is withheld for {n:child|children}. A person "
        "must decide whether this order requires it."
    ),
    next_step=(
        "Ask the district official and counsel, and record the decision for {occasion} and "
        "the child."
    ),
    severity=RuleSource.POLICY,
    withheld=SOME_LEFT_OUT,
    others=_ORDER,
)

CHILD_WELFARE = build_criterion_card(
    "R31",
    "20 USC 1232g(b)(1)(L)",
    (
        "A child welfare agency that is legally responsible for a child's care may receive "
        "that child's records, through a representative with a right to the case plan."
    ),
    "no clause names a representative with a right to the child's case plan.",
)

PLACEMENT = RuleCard(
    id="R31.1",
    citation="20 USC 1232g(b)(1)(L)",
    statement=(
        "The agency must be legally responsible for the child's care on the date of the disclosure."
    ),
    steward="No placement record shows {organization} responsible for {n:child|children} on {on}.",
    next_step="Ask the agency for the placement record, or leave out these children.",
    met="{organization} is responsible for {n:child|children} on {on}.",
    withheld=SOME_LEFT_OUT,
    others=build_family_messages(
        "The agency is not listed as responsible for your child on this day."
    ),
)

EDUCATION_NEEDS = RuleCard(
    id="R31.2",
    withheld=UNMET_CONDITION,
    citation="20 USC 1232g(b)(1)(L)",
    statement=(
        "The agency may redisclose records only to people who address the child's education needs."
    ),
    steward="Redisclose these records only to people who address the child's education needs.",
    next_step="",
    others=build_family_messages(
        "The agency may share this only with people who help your child learn."
    ),
)

RECEIVER_AFTER = RuleCard(
    id="R21.9",
    citation="Cairn policy, emergencies 4",
    statement=(
        "An emergency does not wait for a recipient to be registered. The record is completed "
        "after."
    ),
    steward="Add {organization} on the Partners page, with its contact and its need to know.",
    next_step="",
    severity=RuleSource.POLICY,
    others=_EMERGENCY,
)

TRAINING_AFTER = RuleCard(
    id="R21.10",
    citation="Cairn policy, emergencies 5",
    statement="An emergency does not wait for training that has lapsed. It is renewed after.",
    steward="Renew the training and the confidentiality agreement of the person who disclosed.",
    next_step="",
    severity=RuleSource.POLICY,
    others=_EMERGENCY,
)

AID_USE = build_criterion_card(
    "R37",
    "34 CFR 99.31(a)(4)(i)",
    (
        "Records may be disclosed for financial aid that the student applied for or received, "
        "where they are needed to determine eligibility, amount or conditions, or to enforce terms."
    ),
    "no clause limits the records to financial aid that the student applied for or received.",
)

ACCREDITATION = build_criterion_card(
    "R38",
    "34 CFR 99.31(a)(7)",
    "Records may be disclosed to accrediting organizations, to carry out accreditation.",
    "no clause limits the records to accreditation.",
)

JUVENILE_STATUTE = build_criterion_card(
    "R39",
    "34 CFR 99.38(a)",
    (
        "A statute of the state must allow the disclosure to these officials. If it was adopted "
        "after November 19, 1974, it must concern the ability of the juvenile justice system to "
        "serve the student before adjudication."
    ),
    "no statute of the state is named that allows the disclosure to these officials.",
)

JUVENILE_CERTIFICATION = build_criterion_card(
    "R39.1",
    "34 CFR 99.38(b)",
    (
        "The officials must certify in writing that they will not disclose the records to any "
        "other party without a parent's written consent, except as state law provides."
    ),
    "the officials do not certify that they will not disclose the records further.",
)

JUVENILE_OFFICIALS = RuleCard(
    id="R39.2",
    citation="34 CFR 99.31(a)(5)(i)",
    statement="The recipient must be a state or local official or authority.",
    steward="{agreement}: {party} is not a state or local authority.",
    next_step="Name the authority as the recipient, or use written consent.",
    met="{agreement}: the recipients are state or local authorities.",
    withheld=UNMET_CONDITION,
    others=build_family_messages("Only an official or authority may have these records."),
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
