"""State the rules of signed forms for health records: HIPAA authorizations and Part 2 consents.

Each basis has cards of its own, since a refusal cites the law that refuses.
"""

from cairn.policy.law.rule_card import SOME_LEFT_OUT, RuleCard, build_family_messages

_FAMILY = "We do not have a form for these health records that we may rely on."


def _build_form_card(
    number: str, citation: str, statement: str, *texts: str, verified: bool = True
) -> RuleCard:
    """Build a card about some of the students; ``texts`` is steward, next step, met."""
    steward, next_step, met = texts
    return RuleCard(
        id=number,
        citation=citation,
        statement=statement,
        steward=steward,
        next_step=next_step,
        met=met,
        withheld=SOME_LEFT_OUT,
        others=build_family_messages(_FAMILY),
        verified=verified,
    )


NO_AUTHORIZATION = _build_form_card(
    "L07.14",
    "45 CFR 164.508(a)(1)",
    "Protected health information may be disclosed on this basis only with a valid authorization.",
    "{n:person has|people have} no HIPAA authorization on record.",
    "Ask for a signed authorization, or leave out these people.",
    "{n:person has|people have} a valid HIPAA authorization.",
)

AUTHORIZED_RECORDS = _build_form_card(
    "L07.15",
    "45 CFR 164.508(c)(1)(i)",
    "An authorization must describe the information. Only that information may be disclosed.",
    "The authorization of {n:person|people} does not cover {element}.",
    "Leave out the element, or ask for an authorization that includes it.",
    "The authorization of {n:person|people} covers {element}.",
)

AUTHORIZED_RECIPIENT = _build_form_card(
    "L07.16",
    "45 CFR 164.508(c)(1)(iii)",
    "An authorization must name the recipient or a class that includes it.",
    "The authorization of {n:person|people} does not name {organization} or a class with it.",
    "Ask for an authorization that names {organization}.",
    "The authorization of {n:person|people} names {organization} or its class.",
)

AUTHORIZED_PURPOSE = _build_form_card(
    "L07.17",
    "45 CFR 164.508(c)(1)(iv)",
    "An authorization must describe each purpose of the disclosure.",
    "The authorization of {n:person|people} does not cover the purpose '{purpose}'.",
    "Choose a purpose that the authorization names, or ask for a new one.",
    "The authorization of {n:person|people} covers the purpose '{purpose}'.",
)

AUTHORIZATION_DEFECTIVE = _build_form_card(
    "L07.18",
    "45 CFR 164.508(b)(2)",
    "An authorization is not valid if it is incomplete, has expired or was revoked.",
    (
        "The authorization of {n:person|people} is incomplete, unverified, expired, revoked or "
        "replaced."
    ),
    "Ask for a new authorization, or complete the record of this one.",
    "The authorization of {n:person|people} is complete and current.",
)

AUTHORIZATION_SIGNER = _build_form_card(
    "L07.19",
    "45 CFR 164.508(c)(1)(vi)",
    "An authorization must be signed by the individual or by a personal representative.",
    "The authorization of {n:person|people} is not signed by a person who may sign it.",
    "Ask the person, or the representative who may act for them, to sign.",
    "The authorization of {n:person|people} is signed by a person who may sign it.",
)

AUTHORIZATION_OF_A_MINOR = _build_form_card(
    "L07.20",
    "45 CFR 164.502(g)(3)",
    (
        "A parent acts for a minor, unless the minor, a court or another person lawfully consents "
        "to the care, or the parent agreed that the care is confidential."
    ),
    "State law or a court order decides who signs for {n:minor|minors}.",
    "Ask counsel who may sign for these minors, and record the answer.",
    "Counsel has confirmed who may sign for {n:minor|minors}.",
)

NO_PART2_CONSENT = _build_form_card(
    "L08.4",
    "42 CFR 2.31(a)",
    "Substance use treatment records may be disclosed only with the patient's written consent.",
    "{n:patient has|patients have} no Part 2 consent on record.",
    "Ask for a Part 2 consent, or leave out these patients.",
    "{n:patient has|patients have} a valid Part 2 consent.",
    verified=False,
)

PART2_RECORDS = _build_form_card(
    "L08.5",
    "42 CFR 2.31(a)(3)",
    "A Part 2 consent must describe what is disclosed. Nothing else may be disclosed.",
    "The Part 2 consent of {n:patient|patients} does not cover {element}.",
    "Leave out the element, or ask for a consent that includes it.",
    "The Part 2 consent of {n:patient|patients} covers {element}.",
)

PART2_RECIPIENT = _build_form_card(
    "L08.6",
    "42 CFR 2.31(a)(4)(i)",
    "A Part 2 consent must name the recipient or a class of recipients.",
    "The Part 2 consent of {n:patient|patients} does not name {organization} or a class with it.",
    "Ask for a consent that names {organization}.",
    "The Part 2 consent of {n:patient|patients} names {organization} or its class.",
)

PART2_PURPOSE = _build_form_card(
    "L08.7",
    "42 CFR 2.31(a)(5)",
    "A Part 2 consent must state the purpose of the disclosure.",
    "The Part 2 consent of {n:patient|patients} does not cover the purpose '{purpose}'.",
    "Choose a purpose that the consent names, or ask for a new one.",
    "The Part 2 consent of {n:patient|patients} covers the purpose '{purpose}'.",
    verified=False,
)

PART2_DEFECTIVE = _build_form_card(
    "L08.8",
    "42 CFR 2.31(c)",
    "Records may not be disclosed on a Part 2 consent that has expired, is deficient or revoked.",
    (
        "The Part 2 consent of {n:patient|patients} is incomplete, unverified, expired, revoked or "
        "replaced."
    ),
    "Ask for a new consent, or complete the record of this one.",
    "The Part 2 consent of {n:patient|patients} is complete and current.",
    verified=False,
)

PART2_SIGNER = _build_form_card(
    "L08.9",
    "42 CFR 2.31(a)(8)",
    "A Part 2 consent must be signed by the patient, or by a person who may act for the patient.",
    "The Part 2 consent of {n:patient|patients} is not signed by a person who may sign it.",
    "Ask the patient, or the person who may act for them, to sign.",
    "The Part 2 consent of {n:patient|patients} is signed by a person who may sign it.",
    verified=False,
)

PART2_MINOR = _build_form_card(
    "L08.10",
    "42 CFR 2.14(a)",
    (
        "State law decides whether a minor patient, a parent, or both must sign. Where a minor may "
        "seek treatment alone, only the minor may consent."
    ),
    "State law decides who signs for {n:minor patient|minor patients}.",
    "Ask counsel who must sign for these patients, and record the answer.",
    "Counsel has confirmed who must sign for {n:minor patient|minor patients}.",
    verified=False,
)

PART2_MINOR_CONTROLS = _build_form_card(
    "L08.11",
    "42 CFR 2.14(b)",
    (
        "Where state law lets a minor seek treatment for substance use alone, only the minor may "
        "consent to a disclosure of its records."
    ),
    "A parent signed for {n:minor patient|minor patients} who may seek treatment alone.",
    "Ask the patients themselves whether they consent, or leave them out.",
    "{n:minor patient has|minor patients have} signed the consent.",
    verified=False,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
