"""State the exceptions for one occasion: emergency, transfer, subpoena, child-welfare placement."""

from cairn.policy.law.cards.card_builders import build_criterion_card
from cairn.policy.law.rule_card import SOME_LEFT_OUT, RuleCard, RuleSource, build_family_messages

_EMERGENCY = build_family_messages(
    "In an emergency, what is needed to keep a child safe may be shared."
)

THREAT = RuleCard(
    id="R21",
    citation="34 CFR 99.36(c)",
    statement="In an emergency the school or district itself determines that there is an "
    "articulable and significant threat, and writes it down.",
    steward="No threat is stated with the district's official who determined it.",
    next_step="Write what the threat is, which official of the district determined it, and when.",
    met="{official} determined the threat on {determined}.",
    others=_EMERGENCY,
)

NECESSARY = RuleCard(
    id="R21.1",
    citation="34 CFR 99.36(a)",
    statement="In an emergency records go to those whose knowledge is necessary to protect "
    "health or safety.",
    steward="{organization} is not among those whose knowledge is necessary.",
    next_step="Name in the determination why {organization} has to know.",
    met="{organization} has to know, by the determination.",
    others=_EMERGENCY,
)

TIME_BOX = RuleCard(
    id="R21.2",
    citation="34 CFR 99.36(a)",
    statement="An emergency disclosure is in connection with that emergency: it ends with it.",
    steward="The determination of {determined} ended on {ends}.",
    next_step="If the emergency goes on, have the district determine that again.",
    met="The determination of {determined} covers this day.",
    others=_EMERGENCY,
)

STANDING = RuleCard(
    id="R21.3",
    citation="34 CFR 99.36(a)",
    statement="An emergency is one occasion; a standing or bulk exchange is none.",
    steward="{n:child is|children are} asked for by one emergency; at most "
    "{most} pass without a person's answer.",
    next_step="Have the district say why each of these children is in danger.",
    met="The emergency concerns {n:child|children}.",
    others=_EMERGENCY,
)

STANDING_EXCHANGE = RuleCard(
    id="R21.6",
    citation="34 CFR 99.36(a)",
    statement="An agreement for a standing exchange cannot rest on the emergency exception.",
    steward="{agreement} is a standing agreement, and an emergency is one occasion.",
    next_step="Name another basis; ask for an emergency disclosure when there is an emergency.",
    others=_EMERGENCY,
)

RECORD_THREAT = RuleCard(
    id="R21.4",
    citation="34 CFR 99.32(a)(5)",
    statement="The record of an emergency disclosure says what the threat was and to whom records "
    "went.",
    steward="Record the threat and the parties to whom records went.",
    next_step="",
    others=_EMERGENCY,
)

A_PERSON_DECIDES = RuleCard(
    id="R21.5",
    citation="Cairn policy, emergencies 1",
    statement="No machine declares an emergency: a named official answers, with a reason.",
    steward="An emergency waits for a named person's answer.",
    next_step="Call the district's official and record the answer.",
    met="{official} answered for the district.",
    severity=RuleSource.POLICY,
    others=_EMERGENCY,
)

KEPT_BACK = RuleCard(
    id="R21.7",
    citation="Cairn policy, emergencies 2",
    statement="What a school keeps back for a child is opened in an emergency by a person who "
    "knows why it is kept back.",
    steward="{element} is kept back for {n:child|children}: a person answers whether this "
    "emergency opens it.",
    next_step="Ask the district's official, and record the answer for {occasion} and the child.",
    severity=RuleSource.POLICY,
    withheld=SOME_LEFT_OUT,
    others=_EMERGENCY,
)

KEPT_BACK_UNKNOWN = RuleCard(
    id="R21.8",
    citation="Cairn policy, emergencies 3",
    statement="Where nobody has said what a school keeps back for a child, a person answers in "
    "an emergency whether anything is.",
    steward="For {n:child|children} nobody has said whether {element} is kept back: a person "
    "answers whether this emergency opens it.",
    next_step="Ask the district's official, and record the answer for {occasion} and the child.",
    severity=RuleSource.POLICY,
    withheld=SOME_LEFT_OUT,
    others=_EMERGENCY,
)

NEVER_COMPELLED = RuleCard(
    id="R26",
    citation="34 CFR 99.31(d)",
    statement="The exceptions permit and never compel: the owner of data may always decline.",
    steward="{owner} declined. No exception obliges an owner to disclose.",
    next_step="Talk with {owner}; take their data out, or leave this unpublished.",
    met="{owner} has not declined.",
    others=build_family_messages("The school or district chose not to share this."),
)

SCHOOL_OF_ENROLLMENT = build_criterion_card(
    "R27",
    "34 CFR 99.31(a)(2)",
    "Records follow a student to the school where the student seeks to enroll, or is enrolled.",
    "nothing shows that the recipient is a school where the student seeks to enroll or is "
    "enrolled.",
)

TRANSFER_NOTICE = build_criterion_card(
    "R27.1",
    "34 CFR 99.34(a)(1)",
    "Before records follow a student, the school tries to notify the parent, unless the parent "
    "asked for it or the yearly notice says that records are forwarded.",
    "neither an attempt to notify nor a forwarding statement in the yearly notice is on record.",
)

TRANSFER_COPY = RuleCard(
    id="R27.2",
    citation="34 CFR 99.34(a)(2)",
    statement="On request the parent gets a copy of the records that followed the student.",
    steward="Give the parent a copy of what was sent, on request.",
    next_step="",
    others=build_family_messages("You may ask for a copy of what was sent."),
)

TRANSFER_HEARING = RuleCard(
    id="R27.3",
    citation="34 CFR 99.34(a)(3)",
    statement="On request the parent gets a hearing about the records that followed the student.",
    steward="Give the parent a hearing about what was sent, on request.",
    next_step="",
    others=build_family_messages("You may ask for a hearing about what was sent."),
)

ORDER = build_criterion_card(
    "R28",
    "34 CFR 99.31(a)(9)(i)",
    "Records are given on a court order or a lawfully issued subpoena.",
    "no order or subpoena is on record.",
)

NOTIFIED_FIRST = RuleCard(
    id="R28.1",
    citation="34 CFR 99.31(a)(9)(ii)",
    statement="Before complying, the school makes a reasonable effort to notify the parent, so "
    "that they can seek protection, unless the order says that nobody is told.",
    steward="{agreement}: neither notice to the family nor a sealed order is on record.",
    next_step="Notify the parent first and write that under notified, or write the sealed order "
    "under sealed_order.",
    met="{agreement}: {said}",
    others=build_family_messages(
        "You are told before records are given on a court's order, unless the court forbids it."
    ),
)

_ORDER = build_family_messages(
    "A court's order is answered by your school, and you are told before."
)

ORDER_KEPT_BACK = RuleCard(
    id="R28.2",
    citation="Cairn policy, orders 1",
    statement="Whether an order reaches what a school keeps back for a child, the school's "
    "official answers with its counsel.",
    steward="{element} is kept back for {n:child|children}: a person answers whether this order "
    "opens it.",
    next_step="Ask the district's official and counsel, who may ask the court to protect the "
    "child; record the answer for {occasion} and the child.",
    severity=RuleSource.POLICY,
    withheld=SOME_LEFT_OUT,
    others=_ORDER,
)

ORDER_KEPT_BACK_UNKNOWN = RuleCard(
    id="R28.3",
    citation="Cairn policy, orders 2",
    statement="Where nobody has said what a school keeps back for a child, its official answers "
    "before an order is complied with whether anything is.",
    steward="For {n:child|children} nobody has said whether {element} is kept back: a person "
    "answers whether this order opens it.",
    next_step="Ask the district's official and counsel, and record the answer for {occasion} and "
    "the child.",
    severity=RuleSource.POLICY,
    withheld=SOME_LEFT_OUT,
    others=_ORDER,
)

CHILD_WELFARE = build_criterion_card(
    "R31",
    "20 USC 1232g(b)(1)(L)",
    "A child-welfare agency that is legally responsible for a child's care may have that child's "
    "records, through a representative with a right to the case plan.",
    "no clause shows a representative with a right to the child's case plan.",
)

PLACEMENT = RuleCard(
    id="R31.1",
    citation="20 USC 1232g(b)(1)(L)",
    statement="The agency is legally responsible for the care of that child on that day.",
    steward="For {n:child|children} no placement record shows {organization} responsible on {on}.",
    next_step="Ask the agency for the placement, or leave these children out.",
    met="For {n:child|children} {organization} is responsible on {on}.",
    withheld=SOME_LEFT_OUT,
    others=build_family_messages(
        "The agency is not on record as responsible for your child on this day."
    ),
)

EDUCATION_NEEDS = RuleCard(
    id="R31.2",
    citation="20 USC 1232g(b)(1)(L)",
    statement="The agency passes records on only to those who address the child's education needs.",
    steward="Pass these records on only to those who address the child's education needs.",
    next_step="",
    others=build_family_messages(
        "The agency may pass this on only to those who help your child learn."
    ),
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
